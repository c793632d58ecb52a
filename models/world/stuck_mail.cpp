#include "models/world/stuck_mail.hpp"

#include <optional>

#include "models/mail/draws.hpp"

namespace mailquake {

std::uint32_t retries_within(const RetrySchedule& schedule, SimDuration since) {
    RandomStream luck(StreamKey(0, 0, draws::retry), 0);
    const SimTime arrived = SimTime::zero();
    std::optional<SimTime> attempt = arrived;
    std::uint32_t retries = 0;
    while ((attempt = schedule.next_attempt(arrived, arrived, *attempt, retries + 1, luck)) && *attempt - arrived <= since) ++retries;
    return retries;
}

Rate retry_rate(const RetrySchedule& schedule, Rate stuck, Ratio fails, SimDuration since) {
    Rate retries{0};
    double still_stuck = stuck.per_second;
    for (std::uint32_t k = retries_within(schedule, since); k > 0; --k) {
        retries.per_second += still_stuck;
        still_stuck *= fails.value;
    }
    return retries;
}

double retry_work(const RetrySchedule& schedule, Rate stuck, Ratio fails, SimDuration held, SimDuration since) {
    return retry_rate(schedule, stuck, fails, since).per_second * held.seconds();
}

}  // namespace mailquake
