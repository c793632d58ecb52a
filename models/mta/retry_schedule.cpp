#include "models/mta/retry_schedule.hpp"

#include <algorithm>
#include <type_traits>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

constexpr std::uint32_t kHarakaRetries = 12;
constexpr SimDuration   kHarakaFirst{64'000'000'000};

constexpr SimDuration kEximFirstEnds{2 * 3'600'000'000'000};    // F,2h,15m
constexpr SimDuration kEximFirstWait{15 * 60'000'000'000};
constexpr SimDuration kEximSecondEnds{16 * 3'600'000'000'000};  // G,16h,1h,1.5
constexpr SimDuration kEximSecondWait{3'600'000'000'000};
constexpr SimDuration kEximLastWait{6 * 3'600'000'000'000};     // F,4d,6h
constexpr SimDuration kEximExpire{4 * 86'400'000'000'000};

/// Exim's wait at this age since the first failure. The exact sequence of the G part has its k-th step at 2 h x 1.5^k,
/// and there the gap is 1 h x 1.5^k.
SimDuration exim_wait(SimDuration age) {
    if (age < kEximFirstEnds) return kEximFirstWait;
    if (age >= kEximSecondEnds) return kEximLastWait;
    SimDuration step = kEximFirstEnds;
    SimDuration gap = kEximSecondWait;
    while (step * 3 / 2 <= age) {
        step = step * 3 / 2;
        gap = gap * 3 / 2;
    }
    return gap;
}

SimDuration exchange_wait(std::uint32_t failures, SimDuration message_retry) {
    if (failures <= 4) return 1_min;
    if (failures <= 10) return 5_min;
    return message_retry;
}

/// arrival + 400 k^2 s for the first k from `failures` on that is not over yet.
SimTime opensmtpd_due(SimTime arrived, SimTime failed_at, std::uint32_t failures) {
    for (std::int64_t k = failures;; ++k) {
        const SimTime due = arrived + 400_s * (k * k);
        if (due > failed_at) return due;
    }
}

/// first x 2^(failures - 1), at most about 100 years.
SimDuration doubled(SimDuration first, std::uint32_t failures) {
    constexpr SimDuration century = 36500_d;
    SimDuration wait = first;
    for (std::uint32_t k = 1; k < failures && wait < century; ++k) wait = wait * 2;
    return std::min(wait, century);
}

}  // namespace

RetrySchedule::RetrySchedule(const RetrySpec& spec) {
    std::visit(
        [this](const auto& s) {
            using Spec = std::decay_t<decltype(s)>;
            if constexpr (requires { s.expires; }) expires_ = s.expires;
            if constexpr (std::is_same_v<Spec, PostfixRetrySpec>) {
                kind_ = Kind::postfix;
                scan_ = s.queue_run_delay;
                phase_ = s.phase;
                shortest_ = s.minimal_backoff;
                longest_ = s.maximal_backoff;
                expire_ = s.expire;
            } else if constexpr (std::is_same_v<Spec, EximRetrySpec>) {
                kind_ = Kind::exim;
                scan_ = s.queue_run;
                phase_ = s.phase;
                expire_ = kEximExpire;
                per_host_ = s.per_host;
            } else if constexpr (std::is_same_v<Spec, ExchangeRetrySpec>) {
                kind_ = Kind::exchange;
                longest_ = s.message_retry;
                expire_ = s.expire;
            } else if constexpr (std::is_same_v<Spec, OpensmtpdRetrySpec>) {
                kind_ = Kind::opensmtpd;
                expire_ = s.expire;
            } else if constexpr (std::is_same_v<Spec, HarakaRetrySpec>) {
                kind_ = Kind::haraka;
                expire_ = kHarakaFirst * ((1 << kHarakaRetries) - 1);
            } else if constexpr (std::is_same_v<Spec, KumomtaRetrySpec>) {
                kind_ = Kind::kumomta;
                shortest_ = s.retry_interval;
                jitter_ = s.jitter.value;
                expire_ = s.expire;
            } else {
                static_assert(std::is_same_v<Spec, CustomRetrySpec>);
                MQ_CHECK(!s.waits.empty(), "a custom schedule has at least one wait");
                kind_ = Kind::custom;
                waits_ = s.waits;
                jitter_ = s.jitter.value;
                expire_ = s.expire;
            }
        },
        spec);
}

SimDuration RetrySchedule::jittered(SimDuration wait, RandomStream& luck) const {
    if (jitter_ == 0) return wait;
    const double share = jitter_ * (2 * luck.uniform() - 1);
    return wait + SimDuration{static_cast<std::int64_t>(static_cast<double>(wait.ns) * share)};
}

SimTime RetrySchedule::at_scan(SimTime due, SimTime scan_phase) const {
    if (scan_ == SimDuration::zero()) return due;
    const std::int64_t over = (due - scan_phase).ns % scan_.ns;
    if (over == 0) return due;
    return due + (over > 0 ? scan_ - SimDuration{over} : SimDuration{-over});
}

std::optional<SimTime> RetrySchedule::next_attempt(SimTime arrived, SimTime first_failure, SimTime failed_at,
                                                   std::uint32_t failures, RandomStream& luck, SimTime scan_phase) const {
    MQ_CHECK(failures >= 1, "a retry follows a failure");
    const SimDuration age = failed_at - arrived;
    const SimTime ends = saturating_add(arrived, expire_);
    switch (kind_) {
        case Kind::postfix: {
            const SimDuration seconds = whole_second(failed_at) - whole_second(arrived);
            if (seconds >= expire_) return std::nullopt;
            const SimTime due = whole_second(failed_at) + std::max(shortest_, std::min(seconds, longest_));
            return at_scan(std::max(due - 1_s, failed_at + 1_ns), scan_phase);
        }
        case Kind::exim:
            if (failed_at - first_failure >= expire_) return std::nullopt;
            return at_scan(failed_at + exim_wait(failed_at - first_failure), scan_phase);
        case Kind::exchange:
            if (age >= expire_) return std::nullopt;
            return failed_at + exchange_wait(failures, longest_);
        case Kind::opensmtpd: {
            const SimTime due = opensmtpd_due(arrived, failed_at, failures);
            return due < ends ? std::optional(due) : std::nullopt;
        }
        case Kind::haraka:
            if (failures > kHarakaRetries) return std::nullopt;
            return failed_at + doubled(kHarakaFirst, failures);
        case Kind::kumomta: {
            const SimTime due = failed_at + jittered(doubled(shortest_, failures), luck);
            return due < ends ? std::optional(due) : std::nullopt;
        }
        case Kind::custom:
            if (age >= expire_) return std::nullopt;
            return failed_at + jittered(waits_[std::min<std::size_t>(failures, waits_.size()) - 1], luck);
    }
    MQ_CHECK(false, "a schedule has one of the known kinds");
}

std::optional<SimTime> RetrySchedule::next_look(SimTime arrived, SimTime first_failure, SimTime failed_at, std::uint32_t failures,
                                                RandomStream& luck, SimTime scan_phase) const {
    const std::optional<SimTime> due = next_attempt(arrived, first_failure, failed_at, failures, luck, scan_phase);
    if (expires_ == Expires::after_attempt) return due;
    if (failed_at >= ends(arrived)) return std::nullopt;
    return std::min(due.value_or(ends(arrived)), ends(arrived));
}

}  // namespace mailquake
