// Retry schedules by name, with the exact published numbers, and by parameters.
// Sources: Postfix src/qmgr (mail_params.h), Exim src/configure.default, Exchange Server mail-flow documentation,
// OpenSMTPD scheduler, Haraka outbound, KumoMTA configuration. See retry_schedule.hpp for the arithmetic of each, and for when each
// gives a message up.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// When it matters that a message is as old as its schedule's `expire` (retry_schedule.hpp).
enum class Expires { after_attempt, before_attempt, by_timer };
template <>
struct EnumText<Expires> {
    static constexpr EnumTable<Expires, 3> table{
        {{Expires::after_attempt, "after-attempt"}, {Expires::before_attempt, "before-attempt"}, {Expires::by_timer, "by-timer"}}};
};

/// Next wait = clamp(age, minimal, maximal), rounded up to the next scan of the deferred queue. No jitter. Postfix counts whole
/// seconds, and so does this schedule alone (retry_schedule.hpp); `custom` has exact times.
struct PostfixRetrySpec {
    static constexpr std::string_view kind = "postfix";
    SimDuration queue_run_delay = 300_s;
    std::optional<SimDuration> phase{};
    SimDuration minimal_backoff = 300_s;
    SimDuration maximal_backoff = 4000_s;
    SimDuration expire = 5_d;
    Expires     expires = Expires::after_attempt;
    template <class S = PostfixRetrySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("queue_run_delay", &S::queue_run_delay).above(0).says("interval of the scans of the deferred queue"),
            key("phase", &S::phase).at_least(0).says("when the scans happen, as an offset from the start; without it, drawn once a replication"),
            key("minimal_backoff", &S::minimal_backoff).above(0).says("shortest wait"),
            key("maximal_backoff", &S::maximal_backoff).above(0).says("longest wait"),
            key("expire", &S::expire).above(0).says("age at which a message is given up (maximal_queue_lifetime)"),
            key("expires", &S::expires).says("how it is given up at that age (see `custom` for what each value means). Postfix: after-attempt, also when mail is put off because its destination is dead. Mail that waits for a connection or behind a throttle, or is on hold, is never given up")};
    }
};

/// Rule `F,2h,15m; G,16h,1h,1.5; F,4d,6h`; an attempt happens only at a queue run.
struct EximRetrySpec {
    static constexpr std::string_view kind = "exim";
    SimDuration queue_run = SimDuration::zero();  // 0: attempts at the exact due time
    std::optional<SimDuration> phase{};
    bool        per_host = false;                 // retry times are the host's, not the message's
    template <class S = EximRetrySpec>
    static constexpr auto keys() {
        return std::tuple{key("queue_run", &S::queue_run).at_least(0).says("interval of queue runs, to which attempts are rounded up; 0s: none"),
                          key("phase", &S::phase).at_least(0).says("when queue runs happen, as an offset from the start; without it, drawn once a replication"),
                          key("per_host", &S::per_host).says("a host that cannot be reached is remembered: nothing is tried before it is due, and once it has failed for 4 d mail for it bounces at once (Exim)")};
    }
};

/// Glitch retries 4 x 1 min, transient failures 6 x 5 min, then every `message_retry`; expiry 2 d.
struct ExchangeRetrySpec {
    static constexpr std::string_view kind = "exchange";
    SimDuration message_retry = 15_min;
    SimDuration expire = 2_d;
    Expires     expires = Expires::by_timer;
    template <class S = ExchangeRetrySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("message_retry", &S::message_retry).above(0).says("wait after the first ten retries"),
            key("expire", &S::expire).above(0).says("age at which a message is given up (MessageExpirationTimeout)"),
            key("expires", &S::expires).says("how it is given up at that age (see `custom` for what each value means). Exchange: by-timer, since the setting is the longest time that a message may be in a queue, tried or not")};
    }
};

/// Attempt k at 400 k^2 seconds after the first; gives up after 4 d.
struct OpensmtpdRetrySpec {
    static constexpr std::string_view kind = "opensmtpd";
    SimDuration expire = 4_d;
    Expires     expires = Expires::before_attempt;
    template <class S = OpensmtpdRetrySpec>
    static constexpr auto keys() {
        return std::tuple{key("expire", &S::expire).above(0).says("age at which a message is given up (ttl)"),
                          key("expires", &S::expires).says("how it is given up at that age (see `custom` for what each value means). OpenSMTPD: before-attempt. Its scheduler gives deferred mail up by a timer, and looks at the age of what a limit has held back when that is let go")};
    }
};

/// Waits of 64, 128, ... 131072 s: 12 retries, then the message is given up (outbound/config.js and its test; its manual says 13).
struct HarakaRetrySpec {
    static constexpr std::string_view kind = "haraka";
    static constexpr auto keys() { return std::tuple<>{}; }
};

/// 20 min, doubling without a cap, jittered; gives up after 7 d.
struct KumomtaRetrySpec {
    static constexpr std::string_view kind = "kumomta";
    SimDuration retry_interval = 20_min;
    Ratio       jitter{0.01};  // of the wait, uniform, either way; an assumption: the documentation gives no figure
    SimDuration expire = 7_d;
    Expires     expires = Expires::after_attempt;
    template <class S = KumomtaRetrySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("retry_interval", &S::retry_interval).above(0).says("first wait; each next one doubles"),
            key("jitter", &S::jitter).at_least(0).at_most(1).says("largest share of a wait that is added or taken away at random (an assumption)"),
            key("expire", &S::expire).above(0).says("age past which no attempt is planned: the failure before it is the last one (max_age)"),
            key("expires", &S::expires).says("how it is given up at that age (see `custom` for what each value means). KumoMTA: after-attempt. What is in a ready queue, or has found it full, is never given up for its age")};
    }
};

/// Waits as listed; the last one repeats until `expire`.
struct CustomRetrySpec {
    static constexpr std::string_view kind = "custom";
    std::vector<SimDuration> waits;
    Ratio       jitter{0};
    SimDuration expire = 5_d;
    Expires     expires = Expires::after_attempt;
    template <class S = CustomRetrySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("waits", &S::waits).required().says("waits after the first, second, ... failure; the last one repeats"),
            key("jitter", &S::jitter).at_least(0).at_most(1).says("largest share of a wait that is added or taken away at random"),
            key("expire", &S::expire).above(0).says("age at which a message is given up"),
            key("expires", &S::expires).says("how it is given up at that age. after-attempt: when an attempt fails then or later; mail that waits untried is not given up. before-attempt: deferred mail at that age; mail that waits, for a connection or behind a throttle, when its turn comes, instead of the attempt. by-timer: at that age wherever it waits for its next hop, also what operators hold")};
    }
};

using RetrySpec = std::variant<PostfixRetrySpec, EximRetrySpec, ExchangeRetrySpec, OpensmtpdRetrySpec, HarakaRetrySpec,
                               KumomtaRetrySpec, CustomRetrySpec>;

}  // namespace mailquake
