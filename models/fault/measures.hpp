// Mitigations that act on the mail of a tier: hold some of it back (hold, sideline, quarantine), pass it by (bypass), let in
// less (throttle), try what is deferred now (flush), put what waits aside and serve the new first (drain-aside), send again what was
// handed on (replay), let nothing go out to a destination (suspend). Each acts at the places that its target names, at a time or on
// a condition (models/fault/condition.hpp), and route-around keeps mail away from a site. What they hold back is booked as "held
// back" in the delay ledger; what a suspension puts off as the back-off that it is. Left out: requests (calls and sign-ins) are
// only throttled; copies in a proxy's hands are never held.
// Sources: Exchange (suspended and poison queues), Postfix (hold queue, postqueue -f), AWS builders library, Avoiding
// insurmountable queue backlogs (sideline, new work first); Office 365, 8 November 2012 (an interceptor sent the offending mail
// straight to quarantine); KumoMTA (suspensions).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "models/mail/message.hpp"
#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class HeldMail { all, poison };
template <>
struct EnumText<HeldMail> {
    static constexpr EnumTable<HeldMail, 2> table{{{HeldMail::all, "all"}, {HeldMail::poison, "poison"}}};
};

/// Mail that comes to a tier is put aside, and comes back when the hold ends: at once, or slowly.
struct HoldMitigation {
    static constexpr std::string_view kind = "hold";
    std::string target;
    HeldMail    mail = HeldMail::all;
    std::string tenant_class;                 // key `class`; empty: any
    std::optional<Bytes> larger_than;
    std::optional<Direction> direction;
    std::optional<SimDuration> length;        // key `for`; none: to the end
    std::optional<Rate> release;
    template <class S = HoldMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose new mail is held"),
                          key("mail", &S::mail).says("which mail: all, or poison (a quarantine)"),
                          key("class", &S::tenant_class).naming(Refers::tenant_class).says("only the mail of this tenant class (a sideline)"),
                          key("larger_than", &S::larger_than).above(0).says("only mail of more octets than this"),
                          key("direction", &S::direction).says("only inbound, outbound or internal mail"),
                          key("for", &S::length).above(0).says("for how long; to the end if unsaid"),
                          key("release", &S::release).above(0).at_most(1e9).says("held copies let in per time when it ends, at each place; all at once if unsaid")};
    }
};

/// Mail passes a tier by: no queue, no calls, no service.
struct BypassMitigation {
    static constexpr std::string_view kind = "bypass";
    std::string target;
    std::optional<SimDuration> length;
    template <class S = BypassMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] that new mail passes by"),
                          key("for", &S::length).above(0).says("for how long; to the end if unsaid")};
    }
};

/// A tier lets in at most so much; the rest is turned away as by a full queue (a token bucket, GCRA). After an outage those who
/// come back may be admitted slowly (Outlook.com, August 2013): the rate then grows with time.
struct ThrottleMitigation {
    static constexpr std::string_view kind = "throttle";
    std::string  target;
    Rate         rate;
    std::int64_t burst = 1;
    std::optional<Rate> up_to;
    std::optional<SimDuration> over;
    std::optional<SimDuration> length;
    template <class S = ThrottleMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] that lets in less"),
                          key("rate", &S::rate).required().above(0).at_most(1e9).says("copies and requests let in per time, at each place"),
                          key("burst", &S::burst).at_least(1).at_most(1e9).says("how many may come at once"),
                          key("up_to", &S::up_to).above(0).at_most(1e9).says("admits slowly: the rate grows to this, linearly, `over` a time; it stays as it is if unsaid"),
                          key("over", &S::over).above(0).says("from the beginning until the rate is `up_to`"),
                          key("for", &S::length).above(0).says("for how long; to the end if unsaid")};
    }
};

/// All that a tier has deferred is tried now.
struct FlushMitigation {
    static constexpr std::string_view kind = "flush";
    std::string target;
    template <class S = FlushMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose deferred mail is tried now")};
    }
};

/// What waits in a tier is put aside and let in again at a rate, oldest first; new mail is served before it.
struct DrainAsideMitigation {
    static constexpr std::string_view kind = "drain-aside";
    std::string target;
    Rate        rate;
    template <class S = DrainAsideMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose waiting mail is put aside"),
                          key("rate", &S::rate).required().above(0).at_most(1e9).says("copies let in again per time, at each place")};
    }
};

/// What a tier with a Safety Net has handed on is sent again (models/mta/safety_net_spec.hpp).
struct ReplayMitigation {
    static constexpr std::string_view kind = "replay";
    std::string target;
    std::optional<SimDuration> of;
    template <class S = ReplayMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] with a `safety_net` whose mail is sent again"),
                          key("of", &S::of).above(0).says("what was handed on in so much time before; all that is kept if unsaid")};
    }
};

/// Next-hop queues of a tier are suspended: what waits in them when it begins, and all that becomes due while it lasts, is put off
/// as if an attempt had failed, by the tier's own schedule. When it ends, nobody hurries: five minutes without an attempt
/// become 20 under KumoMTA's schedule, and hours for mail that meets them again (kumomta#322; since its release of 8 November
/// 2024). Attempts under way are not broken off. Left out: suspensions by tenant or campaign, or by rules on replies.
struct SuspendMitigation {
    static constexpr std::string_view kind = "suspend";
    std::string target;
    std::string to;                           // empty: any destination
    std::optional<SimDuration> length;
    template <class S = SuspendMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose next-hop queues are suspended"),
                          key("to", &S::to).naming(Refers::tier_place).says("only the queues to this tier, tier@site or tier/partition[@site]; to any destination if unsaid"),
                          key("for", &S::length).above(0).says("for how long (kcli suspend-ready-q: 5min unless said); to the end if unsaid")};
    }
};

/// Mail and calls go to the next nearest site instead, as if health checks had found the tier down there.
struct RouteAroundMitigation {
    static constexpr std::string_view kind = "route-around";
    std::string tier;
    std::string site;
    std::optional<SimDuration> length;
    template <class S = RouteAroundMitigation>
    static constexpr auto keys() {
        return std::tuple{key("tier", &S::tier).required().naming(Refers::tier).says("tier that is avoided"),
                          key("site", &S::site).required().naming(Refers::site).says("site where it is avoided; a mailbox is where it is"),
                          key("for", &S::length).above(0).says("for how long; to the end if unsaid")};
    }
};

}  // namespace mailquake
