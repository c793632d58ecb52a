#include "tests/oracle/retries.hpp"

#include <algorithm>

namespace mailquake::oracle {
namespace {

SimTime at_scan(SimTime due, SimTime a_scan, SimDuration every) {
    if (every <= SimDuration::zero()) return due;
    SimTime scan = a_scan + every * ((due - a_scan) / every);
    while (scan < due) scan += every;
    while (scan - every >= due) scan = scan - every;
    return scan;
}

SimDuration jittered(SimDuration wait, Ratio most, RandomStream& luck) {
    if (most.value == 0) return wait;
    return wait + SimDuration{static_cast<std::int64_t>(static_cast<double>(wait.ns) * (most.value * (2 * luck.uniform() - 1)))};
}

SimDuration doubled(SimDuration wait, std::uint32_t failures) {
    for (std::uint32_t k = 1; k < failures && wait < 36500_d; ++k) wait = wait * 2;
    return std::min(wait, 36500_d);
}

struct Next {
    const Tries&  tries;
    RandomStream& luck;
    using Due = std::optional<SimTime>;

    [[nodiscard]] SimDuration age() const { return tries.failed - tries.arrived; }

    /// In whole seconds: of arrival and failure. A scan takes a file that is due within a second (qmgr_active_feed).
    Due operator()(const PostfixRetrySpec& s) const {
        const auto second = [](SimTime t) { return t - SimDuration{(t.ns % 1'000'000'000 + 1'000'000'000) % 1'000'000'000}; };
        const SimDuration old = second(tries.failed) - second(tries.arrived);
        if (old >= s.expire) return std::nullopt;
        const SimTime taken_from = second(tries.failed) + std::max(s.minimal_backoff, std::min(old, s.maximal_backoff)) - 1_s;
        return at_scan(std::max(taken_from, tries.failed + 1_ns), tries.a_scan, s.queue_run_delay);
    }
    Due operator()(const EximRetrySpec& s) const {
        const SimDuration since = tries.failed - tries.first_failure;
        if (since >= 4_d) return std::nullopt;
        SimDuration wait = since < 2_h ? 15_min : 6_h;
        if (since >= 2_h && since < 16_h) {
            SimDuration step = 2_h;
            for (wait = 1_h; step * 3 / 2 <= since; step = step * 3 / 2) wait = wait * 3 / 2;
        }
        return at_scan(tries.failed + wait, tries.a_scan, s.queue_run);
    }
    Due operator()(const ExchangeRetrySpec& s) const {
        if (age() >= s.expire) return std::nullopt;
        return tries.failed + (tries.failures <= 4 ? 1_min : tries.failures <= 10 ? 5_min : s.message_retry);
    }
    Due operator()(const OpensmtpdRetrySpec& s) const {
        std::int64_t k = tries.failures;
        while (tries.arrived + 400_s * (k * k) <= tries.failed) ++k;
        return 400_s * (k * k) < s.expire ? Due(tries.arrived + 400_s * (k * k)) : std::nullopt;
    }
    Due operator()(const HarakaRetrySpec&) const {
        return tries.failures > 12 ? std::nullopt : Due(tries.failed + doubled(64_s, tries.failures));
    }
    Due operator()(const KumomtaRetrySpec& s) const {
        const SimTime due = tries.failed + jittered(doubled(s.retry_interval, tries.failures), s.jitter, luck);
        return due - tries.arrived < s.expire ? Due(due) : std::nullopt;
    }
    Due operator()(const CustomRetrySpec& s) const {
        if (age() >= s.expire) return std::nullopt;
        return tries.failed + jittered(s.waits[std::min<std::size_t>(tries.failures, s.waits.size()) - 1], s.jitter, luck);
    }
};

}  // namespace

std::optional<SimTime> next_try(const RetrySpec& schedule, const Tries& tries, RandomStream& luck) {
    return std::visit(Next{tries, luck}, schedule);
}

Lifetime lifetime(const RetrySpec& schedule) {
    return std::visit([](const auto& s) {
        if constexpr (requires { s.expires; }) return Lifetime{s.expires, s.expire};
        else return Lifetime{};
    }, schedule);
}

std::optional<SimTime> next_look(const RetrySpec& schedule, const Tries& tries, RandomStream& luck) {
    const std::optional<SimTime> due = next_try(schedule, tries, luck);
    const Lifetime life = lifetime(schedule);
    const SimTime ends = saturating_add(tries.arrived, life.length);
    if (life.expires == Expires::after_attempt) return due;
    if (tries.failed >= ends) return std::nullopt;
    return due ? std::min(*due, ends) : ends;
}

}  // namespace mailquake::oracle
