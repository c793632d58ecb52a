// When a deferred message is tried again, and when it is given up: the published schedules, to the second.
//
//   postfix    wait = clamp(age, 300 s, 4000 s), then up to the next scan (every 300 s): 0, 300, 600, 1200, 2400, 4800,
//              9000, 13200, ... s; given up by the first failure at an age of 5 d or more. All in whole seconds: age and wait
//              count from the beginning of the seconds of arrival and failure, and a scan takes what is due within a second,
//              so an attempt comes 1 to 2 s early (src/qmgr/qmgr_active.c: qmgr_active_done_3_generic, qmgr_active_defer,
//              qmgr_active_feed; mail_params.h)
//   exim       F,2h,15m; G,16h,1h,1.5; F,4d,6h by age since the first failure: 0, .25 ... 2, 3, 4.5, 6.75, 10.1 h, ...;
//              given up by the first failure past 4 d (src/configure.default). A G gap is that of the step of the exact
//              sequence in which the age falls. With `per_host` the failure is the
//              host's, which all messages for it share (models/world/remembering_hosts.cpp)
//   exchange   4 x 1 min, 6 x 5 min, then every message_retry; given up by a timer at an age of 2 d
//   opensmtpd  arrival + 400 k^2 s: 0, 400, 1600, 3600, ...; 29 retries. A step that is over when the attempt fails is
//              skipped. After the last step within the ttl it waits until it is given up, at the ttl
//   haraka     waits of 64, 128, ... 131072 s; given up by the failure of the 12th retry, 3.03 d after the first
//   kumomta    20 min, doubling, jittered; given up by the failure after which the next attempt lies past 7 d: 8 retries
//   custom     waits as listed, the last one repeats; given up by the first failure at an age of `expire` or more
//
// When expiry acts (`expires`), on what is at the holder for its next hop or put aside there; not on what waits for a worker:
//
//                    deferred      waits: slot, throttle   held by operators   so does
//   after-attempt    if it fails   never                   never               Postfix (qmgr_active_done_2_generic; the hold queue is
//                                                                              not scanned), KumoMTA (increment_attempts_and_update_delay
//                                                                              and requeue_message_internal; a full ready queue:
//                                                                              force_into_delayed, which asks for no age; its issue 539),
//                                                                              Exim (retry.c: an old message may be tried before its
//                                                                              host is due, so that it can fail), Haraka (counts tries)
//   before-attempt   at the age    when its turn comes     when it is let go   OpenSMTPD (scheduler_ramqueue.c: rq_queue_schedule is for
//                                                                              pending envelopes; held and suspended ones are not)
//   by-timer         at the age    at the age              at the age          Exchange (TransportServer.MessageExpirationTimeout: the
//                                                                              maximum time that a message can remain in a queue; of the
//                                                                              poison queue alone it is said that nothing expires there)
//
// An attempt that goes on is never cut short. The timer of a tier that is down goes on, and the bounce waits there.
// That Exchange gives up what operators have suspended is an inference from its definition.
//
// Ages count from the arrival in this queue. Source of the figures: each system's own code or documentation.
// Invariants: the next attempt is never before the failure; luck is drawn only where there is jitter, once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/mta/retry_spec.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class RetrySchedule {
public:
    explicit RetrySchedule(const RetrySpec& spec);

    /// Exact due time of the next attempt of a message whose attempt failed at `failed_at`, or nothing: give up now.
    /// `arrived`: in this queue; `failures`: attempts that failed, this one included (1 after the first);
    /// `scan_phase`: an instant at which this queue is scanned, where the system scans.
    [[nodiscard]] std::optional<SimTime> next_attempt(SimTime arrived, SimTime first_failure, SimTime failed_at,
                                                      std::uint32_t failures, RandomStream& luck,
                                                      SimTime scan_phase = SimTime::zero()) const;

    /// When the message is looked at next: for its next attempt, or to be given up since it is too old then; none: it is given up now.
    [[nodiscard]] std::optional<SimTime> next_look(SimTime arrived, SimTime first_failure, SimTime failed_at,
                                                   std::uint32_t failures, RandomStream& luck,
                                                   SimTime scan_phase = SimTime::zero()) const;
    [[nodiscard]] Expires expires() const { return expires_; }
    /// From when on it is too old.
    [[nodiscard]] SimTime ends(SimTime arrived) const { return saturating_add(arrived, expire_); }

    /// Age at which the message is given up, as the system states it (Haraka: sum of its waits).
    [[nodiscard]] SimDuration expire_after() const { return expire_; }
    /// Are retry times a destination's, which its messages share (Exim's hints database)?
    [[nodiscard]] bool is_per_host() const { return per_host_; }
    /// Interval of the scans to which attempts are rounded up; zero: none.
    [[nodiscard]] SimDuration scan_interval() const { return scan_; }
    /// Does the system know no fractions of a second (Postfix)?
    [[nodiscard]] bool counts_whole_seconds() const { return kind_ == Kind::postfix; }
    /// When scans happen, as an offset from the start, if the schedule says so; none: drawn once a replication.
    [[nodiscard]] std::optional<SimDuration> scan_phase() const { return phase_; }

private:
    enum class Kind : std::uint8_t { postfix, exim, exchange, opensmtpd, haraka, kumomta, custom };

    [[nodiscard]] SimDuration jittered(SimDuration wait, RandomStream& luck) const;
    [[nodiscard]] SimTime at_scan(SimTime due, SimTime scan_phase) const;

    Kind        kind_ = Kind::postfix;
    Expires     expires_ = Expires::after_attempt;
    SimDuration expire_{};
    SimDuration scan_{};        // [ns]; zero: no scans
    std::optional<SimDuration> phase_{};  // of the scans [ns]
    SimDuration shortest_{};    // postfix: minimal back-off; kumomta: first wait [ns]
    SimDuration longest_{};     // postfix: maximal back-off; exchange: message_retry [ns]
    bool        per_host_ = false;
    double      jitter_ = 0;    // largest share of a wait, either way
    std::vector<SimDuration> waits_;  // custom
};

}  // namespace mailquake
