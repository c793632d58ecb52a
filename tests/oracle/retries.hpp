// When a failed attempt is tried again: the published schedules (shared by many mail systems), written anew.
//
//   postfix    wait = clamp(age, minimal, maximal) in whole seconds; done at the first scan from a second before it is over
//   exim       every 15 min to 2 h, then 1 h growing by half to 16 h, then every 6 h to 4 d, by age since the first failure
//   exchange   4 x 1 min, 6 x 5 min, then message_retry       opensmtpd  arrival + 400 k^2 s
//   haraka     64, 128, ... 131072 s: 12 retries              kumomta    20 min, doubling, with jitter
//   custom     waits as listed, the last one repeats
//
// Sources: each system's code or documentation, as named in models/mta/retry_spec.hpp; Haraka's outbound/config.js.
#pragma once

#include <optional>

#include "models/mta/retry_spec.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"

namespace mailquake::oracle {

/// What a schedule knows of a copy whose attempt has just failed.
struct Tries {
    SimTime       arrived, first_failure, failed;
    std::uint32_t failures = 1;   // this one included
    SimTime       a_scan;         // an instant of a scan
};

/// The exact time of the next attempt, or nothing: there is none.
[[nodiscard]] std::optional<SimTime> next_try(const RetrySpec& schedule, const Tries& tries, RandomStream& luck);

/// How old a copy may grow, and how that is found out.
struct Lifetime {
    Expires     expires = Expires::after_attempt;
    SimDuration length;
};
[[nodiscard]] Lifetime lifetime(const RetrySpec& schedule);

/// When the copy is looked at next: for its next attempt, or since its life ends; or nothing: it is given up.
[[nodiscard]] std::optional<SimTime> next_look(const RetrySpec& schedule, const Tries& tries, RandomStream& luck);

}  // namespace mailquake::oracle
