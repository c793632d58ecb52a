#include "sim/experiment/size_search.hpp"

#include <algorithm>
#include <bit>

namespace mailquake {

namespace {

/// The search in steps from the failing side (0) to the passing side (n - 1), whichever the goal is.
class BySearch {
public:
    BySearch(Experiment& experiment, std::span<const PointId> candidates, std::span<const Claim> claims, const SizeSearch& search)
        : experiment_(experiment), candidates_(candidates), claims_(claims), search_(search), judging_(search.judging) {
        result_.looked_at.resize(candidates.size());
        judging_.questions = judging_.questions.value_or(std::max<std::size_t>(claims.size(), 1)) * most_looks();
    }

    SizeResult go() {
        const std::size_t n = candidates_.size();
        if (n == 0) return result_;
        std::size_t edge = passes(n - 1) ? bisect() : n;   // the first step that passes
        for (std::uint32_t i = 0; i < search_.probes; ++i) {
            look_between(0, edge);
            look_between(edge, n);
        }
        conclude(edge);
        return result_;
    }

private:
    [[nodiscard]] std::size_t candidate(std::size_t step) const {
        return search_.goal == SizeGoal::smallest ? step : candidates_.size() - 1 - step;
    }

    /// Verdicts that there may be: both ends, each halving, and the probes.
    [[nodiscard]] std::size_t most_looks() const {
        return std::min<std::size_t>(candidates_.size(), 2U + static_cast<std::size_t>(std::bit_width(candidates_.size() - 1)) + 2 * std::size_t{search_.probes});
    }

    std::optional<PointVerdict>& at(std::size_t step) { return result_.looked_at[candidate(step)]; }

    bool passes(std::size_t step) {
        auto& verdict = at(step);
        if (!verdict && !stopped()) verdict = judge(experiment_, candidates_.subspan(candidate(step), 1), claims_, judging_).front();
        return verdict && verdict->verdict() == Verdict::pass;
    }

    /// The last step passes.
    std::size_t bisect() {
        if (passes(0)) return 0;
        std::size_t low = 0, high = candidates_.size() - 1;
        while (high - low > 1 && !stopped()) {
            const std::size_t middle = low + (high - low) / 2;
            (passes(middle) ? high : low) = middle;
        }
        return high;
    }

    /// Looks at the middle of the widest gap within [begin, end) of steps that were not looked at.
    void look_between(std::size_t begin, std::size_t end) {
        std::size_t best = 0, best_begin = begin, gap = 0;
        for (std::size_t step = begin; step < end; ++step) {
            gap = at(step) ? 0 : gap + 1;
            if (gap > best) best = gap, best_begin = step + 1 - gap;
        }
        if (best > 0) (void)passes(best_begin + best / 2);
    }

    void conclude(std::size_t edge) {
        const std::size_t n = candidates_.size();
        std::size_t first = n;   // the first step that passes, of all that were looked at
        for (std::size_t step = 0; step < n; ++step) {
            if (!at(step)) continue;
            const Verdict verdict = at(step)->verdict();
            if (verdict == Verdict::pass && first == n) first = step;
            const bool contradicts = step < edge ? verdict == Verdict::pass : verdict == Verdict::fail;
            if (contradicts) result_.contradictions.push_back(candidate(step));
            if (verdict == Verdict::undecided && step < edge) result_.undecided.push_back(candidate(step));
        }
        result_.monotone = result_.contradictions.empty();
        if (first < n) result_.answer = candidate(first);
        result_.stopped = stopped();
        std::sort(result_.contradictions.begin(), result_.contradictions.end());
        std::sort(result_.undecided.begin(), result_.undecided.end());
    }

    [[nodiscard]] bool stopped() const { return experiment_.settings().stop != nullptr && experiment_.settings().stop->load(); }

    Experiment& experiment_;
    std::span<const PointId> candidates_;
    std::span<const Claim> claims_;
    const SizeSearch& search_;
    JudgeSettings judging_;
    SizeResult result_;
};

}  // namespace

SizeResult search_size(Experiment& experiment, std::span<const PointId> candidates, std::span<const Claim> claims, const SizeSearch& search) {
    return BySearch(experiment, candidates, claims, search).go();
}

}  // namespace mailquake
