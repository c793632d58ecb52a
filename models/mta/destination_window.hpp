// How many attempts at once a sender makes to one destination: Postfix's concurrency feedback (concurrency_spec.hpp).
//
// A success adds the positive feedback g(N), a failure takes the negative one, N being the window; the window moves by whole
// steps as whole ones have come together, from 1 up to the limit. Each failure is 1/N of a cohort; when the cohorts without a
// success between reach the limit, the destination is dead: all its mail is deferred, and after a while it starts anew at the
// initial window. A failure is a connection that could not be made or timed out; a reply of any kind is a success, as in
// Postfix, where 4yz to a recipient says nothing of the host.
// Left out: that Postfix lets a window grow only while it is in use; the feedback's choice per transport.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "models/mta/concurrency_spec.hpp"

namespace mailquake {

class DestinationWindow {
public:
    /// `limit`: most attempts at once; 0: no limit.
    DestinationWindow(const ConcurrencySpec& spec, std::int64_t limit) : spec_(spec), limit_(limit) { start(); }

    /// Attempts at once, now; 0 while the destination is dead.
    [[nodiscard]] std::int64_t size() const { return is_dead_ ? 0 : window_; }
    [[nodiscard]] bool is_dead() const { return is_dead_; }
    [[nodiscard]] SimDuration dead_for() const { return spec_.dead_for; }

    void succeeded() {
        if (is_dead_) return;  // an attempt from before
        cohorts_ = 0;
        if (limit_ > 0 && window_ >= limit_) return;
        gained_ += feedback(spec_.positive);
        lost_ = 0;
        if (gained_ < kWhole) return;
        gained_ -= 1;
        ++window_;
    }
    void failed() {
        if (is_dead_) return;
        cohorts_ += 1 / static_cast<double>(window_);
        if (spec_.failed_cohorts > 0 && cohorts_ >= spec_.failed_cohorts * kWhole) {
            is_dead_ = true;
            return;
        }
        lost_ += feedback(spec_.negative);
        if (lost_ < kWhole) return;
        lost_ -= 1;
        gained_ = 0;
        window_ = std::max<std::int64_t>(1, window_ - 1);
    }
    /// The destination is tried again as if nothing were known of it.
    void start() {
        window_ = limit_ > 0 ? std::min(spec_.initial, limit_) : spec_.initial;
        gained_ = lost_ = cohorts_ = 0;
        is_dead_ = false;
    }

private:
    static constexpr double kWhole = 1 - 1e-9;  // N times 1/N is one

    [[nodiscard]] double feedback(Feedback kind) const {
        const auto n = static_cast<double>(window_);
        switch (kind) {
            case Feedback::one: return 1;
            case Feedback::inverse: return 1 / n;
            case Feedback::inverse_root: return 1 / std::sqrt(n);
        }
        return 1;
    }

    ConcurrencySpec spec_;
    std::int64_t limit_;
    std::int64_t window_ = 0;
    double gained_ = 0, lost_ = 0;  // parts of a step
    double cohorts_ = 0;            // failed ones since the last success
    bool is_dead_ = false;
};

}  // namespace mailquake
