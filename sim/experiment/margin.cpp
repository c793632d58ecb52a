#include "sim/experiment/margin.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/hash.hpp"
#include "sim/base/narrow.hpp"
#include "sim/stats/quantile_interval.hpp"

namespace mailquake {

namespace {

/// The bisection of one replication in one row: it holds at all candidates below `low`, and not from `high` on.
struct Bisection {
    std::size_t row = 0;
    std::uint32_t replication = 0;
    std::size_t low = 0, high = 0;
    std::optional<std::size_t> last_open{};   // the last candidate at which the run was too short

    [[nodiscard]] bool done() const { return low == high; }
    [[nodiscard]] std::size_t next() const { return low + (high - low) / 2; }

    /// Of `n` candidates those that were not looked at on the way to the boundary: only these can contradict it.
    [[nodiscard]] std::vector<std::size_t> not_looked_at(std::size_t n) const {
        std::vector<char> seen(n, 0);
        for (Bisection way{row, replication, 0, n, {}}; !way.done();) {
            const std::size_t middle = way.next();
            seen[middle] = 1;
            middle < low ? way.low = middle + 1 : way.high = middle;
        }
        std::vector<std::size_t> rest;
        for (std::size_t i = 0; i < n; ++i)
            if (seen[i] == 0) rest.push_back(i);
        return rest;
    }
};

class MarginSearch {
public:
    MarginSearch(Experiment& experiment, std::span<const std::vector<PointId>> rows, const Claim& claim, std::uint32_t replications)
        : experiment_(experiment), rows_(rows), claim_(claim), margins_(rows.size()) {
        for (std::uint32_t r = 0; r < replications; ++r)
            for (std::size_t row = 0; row < rows.size(); ++row) open_.push_back({row, r, 0, rows[row].size(), {}});
    }

    std::vector<Margin> go() {
        while (step()) {}
        check();
        for (std::size_t row = 0; row < rows_.size(); ++row) conclude(row);
        return std::move(margins_);
    }

private:
    [[nodiscard]] PointId point(const Bisection& b, std::size_t candidate) const { return rows_[b.row][candidate]; }

    /// One candidate further in each bisection. False when all are done, or it was stopped.
    bool step() {
        std::vector<UnitOrder> orders;
        for (const Bisection& b : open_)
            if (!b.done()) orders.push_back({point(b, b.next()), b.replication});
        if (orders.empty()) return false;
        if (!experiment_.ensure(orders)) stopped_ = true;
        for (Bisection& b : open_) {
            if (b.done()) continue;
            const std::size_t middle = b.next();
            const auto holds = look(b, middle);
            if (!holds) continue;
            *holds ? b.low = middle + 1 : b.high = middle;
            if (!*holds && is_too_short(b, middle)) b.last_open = middle;
        }
        return !stopped_;
    }

    /// Whether the claim holds there; none if the unit never ran.
    std::optional<bool> look(const Bisection& b, std::size_t candidate) {
        const UnitOrder unit{point(b, candidate), b.replication};
        const UnitReadings* readings = experiment_.find(unit);
        if (readings == nullptr && !experiment_.failures(unit.point).contains(unit.replication)) return std::nullopt;
        const Holds one = holds(claim_.comparison, claim_.bound, readings == nullptr ? std::nullopt : readings->readings[claim_.metric]);
        margins_[b.row].unknown += one == Holds::unknown ? 1 : 0;
        return one == Holds::yes;
    }

    [[nodiscard]] bool is_too_short(const Bisection& b, std::size_t candidate) const {
        const UnitReadings* readings = experiment_.find({point(b, candidate), b.replication});
        return readings != nullptr && readings->readings[claim_.metric] && readings->readings[claim_.metric]->open;
    }

    /// One look more per replication, where there was none.
    void check() {
        if (stopped_) return;
        std::vector<std::pair<const Bisection*, std::size_t>> checks;
        std::vector<UnitOrder> orders;
        for (const Bisection& b : open_) {
            const std::vector<std::size_t> rest = b.not_looked_at(rows_[b.row].size());
            if (rest.empty()) continue;
            const std::size_t candidate = rest[combine64(experiment_.settings().seed, b.replication) % rest.size()];
            checks.emplace_back(&b, candidate);
            orders.push_back({point(b, candidate), b.replication});
        }
        if (!experiment_.ensure(orders)) stopped_ = true;
        for (const auto& [b, candidate] : checks) {
            const auto holds = look(*b, candidate);
            if (!holds || is_too_short(*b, candidate)) continue;
            ++margins_[b->row].checks;
            margins_[b->row].contradictions += *holds != (candidate < b->low) ? 1U : 0U;
        }
    }

    void conclude(std::size_t row) {
        Margin& margin = margins_[row];
        margin.stopped = stopped_;
        for (const Bisection& b : open_)
            if (b.row == row && b.done()) {
                margin.boundaries.push_back(narrow<std::uint32_t>(b.low, "values of a margin"));
                margin.not_known += b.last_open == b.low ? 1U : 0U;
            }
        for (std::size_t i = 0; i < rows_[row].size(); ++i) {
            std::uint64_t hold = 0, known = 0;
            for (const Bisection& b : open_) {
                if (b.row != row || !b.done()) continue;
                hold += b.low > i ? 1U : 0U;
                known += b.low > i || b.last_open != b.low ? 1U : 0U;
            }
            margin.curve.push_back({rows_[row][i], known == 0 ? 0 : static_cast<double>(hold) / static_cast<double>(known), share_interval(hold, known), known});
        }
    }

    Experiment& experiment_;
    std::span<const std::vector<PointId>> rows_;
    const Claim& claim_;
    std::vector<Bisection> open_;
    std::vector<Margin> margins_;
    bool stopped_ = false;
};

}  // namespace

Margin::Tipping Margin::tipping(double q) const {
    Tipping tipping;
    if (boundaries.empty()) return tipping;
    std::vector<double> sorted(boundaries.begin(), boundaries.end());
    std::sort(sorted.begin(), sorted.end());
    const auto candidate = [](double boundary) { return static_cast<std::ptrdiff_t>(boundary) - 1; };
    tipping.last_held = candidate(sorted[quantile_rank(q, sorted.size()) - 1]);
    if (const auto ranks = rank_interval(sorted, q)) {
        tipping.low = candidate(ranks->low);
        tipping.high = candidate(ranks->high);
    }
    return tipping;
}

std::vector<Margin> find_margins(Experiment& experiment, std::span<const std::vector<PointId>> rows, const Claim& claim,
                                 std::uint32_t replications) {
    return MarginSearch(experiment, rows, claim, replications).go();
}

Margin find_margin(Experiment& experiment, std::span<const PointId> candidates, const Claim& claim, std::uint32_t replications) {
    const std::vector<std::vector<PointId>> rows{{candidates.begin(), candidates.end()}};
    return std::move(find_margins(experiment, rows, claim, replications).front());
}

}  // namespace mailquake
