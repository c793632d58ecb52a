#include "models/results/recovery.hpp"

#include <algorithm>

namespace mailquake {

namespace {

/// The most copies older than the objective at the end of a minute that was over when the first fault began.
std::uint32_t overdue_before(const Outcome& outcome) {
    const SimTime first = outcome.fault_window.first_start.value_or(SimTime::zero());
    std::uint32_t most = 0;
    for (std::size_t m = 0; m < outcome.minutes.size(); ++m) {
        if (SimTime::zero() + static_cast<std::int64_t>(m + 1) * 1_min > first) break;
        most = std::max(most, outcome.minutes[m].overdue);
    }
    return most;
}

/// Had every population of clients at least 90 % signed in throughout this minute?
bool clients_signed_in(const Outcome& outcome, std::int64_t minute) {
    const auto points = static_cast<std::size_t>(1_min / kClientPoint);
    const auto from = static_cast<std::size_t>(minute) * points;
    for (const ClientOutcome& c : outcome.clients)
        for (std::size_t k = from; k < std::min(from + points, c.signed_in.size()); ++k)
            if (std::uint64_t{c.signed_in[k]} * 10 < c.count * 9) return false;
    return true;
}

/// Minutes up to an instant, the one in which it lies included.
std::int64_t whole_minutes(SimTime t) { return (t.ns + (1_min).ns - 1) / (1_min).ns; }

/// Minutes whose mail had the objective's time before the run ended.
std::int64_t known_minutes(const Outcome& outcome, SimDuration objective) {
    return std::min<std::int64_t>((outcome.end - SimTime::zero() - objective) / 1_min, static_cast<std::int64_t>(outcome.minutes.size()));
}

}  // namespace

std::optional<SimDuration> recovered_after(const Outcome& outcome, SimDuration objective, SimTime fault_end) {
    const std::uint32_t allowed = overdue_before(outcome);
    const auto good = [&](const MinuteTally& m) {
        return std::uint64_t{m.late} * 20 <= m.accepted && m.overdue <= allowed;
    };
    const std::int64_t first = whole_minutes(fault_end);   // the first one that begins after it
    const std::int64_t known = known_minutes(outcome, objective);
    std::int64_t run = 0;   // good minutes in a row, up to m
    for (std::int64_t m = first; m < known; ++m) {
        run = good(outcome.minutes[static_cast<std::size_t>(m)]) && clients_signed_in(outcome, m) ? run + 1 : 0;
        if (run == kRecoveryMinutes) return SimTime::zero() + (m + 1 - kRecoveryMinutes) * 1_min - fault_end;
    }
    return std::nullopt;
}

SimTime seen_from(SimTime fault_end, SimDuration objective) {
    return SimTime::zero() + (whole_minutes(fault_end) + kRecoveryMinutes) * 1_min + objective;
}

SimDuration lacks_for_recovery(const Outcome& outcome, SimDuration objective, SimTime fault_end) {
    return std::max(seen_from(fault_end, objective) - outcome.end, SimDuration::zero());
}

SimDuration recovery_not_before(const Outcome& outcome, SimDuration objective, SimTime fault_end) {
    const SimTime last_tried = SimTime::zero() + (known_minutes(outcome, objective) - kRecoveryMinutes + 1) * 1_min;
    return std::max(last_tried - fault_end, SimDuration::zero());
}

}  // namespace mailquake
