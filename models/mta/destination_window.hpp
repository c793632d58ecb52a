// How many attempts at once a sender makes to one destination: Postfix's concurrency feedback (concurrency_spec.hpp).
//
// A success adds the positive feedback g(N) to one sum, a failure takes the negative feedback from another, N being the
// window. The window moves by whole steps, from 1 up to the limit:
//   up    at the end of a cycle: when the sum of successes, and half a feedback, is a whole step; only while the window is
//         less than the attempts in progress and `initial` together. It begins a new cycle of failures.
//   down  at the start of a cycle: the first failure of 1 / feedback takes a step (two with feedback 1, when no cycle has begun).
//         It begins a new cycle of successes.
// Each failure is 1/N of a cohort, and any success ends the count. When the cohorts reach the limit, the destination is dead until
// a timer in whole seconds is over, or an attempt from before succeeds. Then the window is the number of attempts in progress, or
// `initial`. Failures while it is dead say nothing. A queue that is empty, and not dead, is forgotten (next_hop_queue.hpp).
//
// A failure is a connection that could not be made or timed out; any other end of an attempt is a success, as in
// Postfix, where 4yz to a recipient says nothing of the host.
//
// Source: Postfix src/qmgr/qmgr_queue.c (qmgr_queue_throttle, qmgr_queue_unthrottle), qmgr_deliver.c (qmgr_deliver_update),
// qmgr_entry.c (qmgr_entry_done), src/util/events.c (event_request_timer).
// Left out: numbers as feedback (0.5, 2/5).
// Invariant: the window is at least 1, and at most the limit.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "models/mta/concurrency_spec.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class DestinationWindow {
public:
    /// `limit`: most attempts at once; 0: no limit.
    DestinationWindow(const ConcurrencySpec& spec, std::int64_t limit) : spec_(spec), limit_(limit) { start(0); }

    /// Attempts at once, now; 0 while the destination is dead.
    [[nodiscard]] std::int64_t size() const { return is_dead_ ? 0 : window_; }
    [[nodiscard]] bool is_dead() const { return is_dead_; }
    /// Of a dead destination: when it is tried again.
    [[nodiscard]] SimTime dead_until() const { return dead_until_; }

    /// `busy`: attempts in progress, with the one that ends now.
    void succeeded(std::int64_t busy) {
        if (is_dead_) return start(busy);
        cohorts_ = 0;
        if ((limit_ > 0 && window_ >= limit_) || window_ >= busy + spec_.initial) return;
        const double part = feedback(spec_.positive);
        for (success_ += part; success_ + part / 2 >= 1; success_ -= 1) {
            ++window_;
            failure_ = 0;
        }
    }
    void failed(SimTime now) {
        if (is_dead_) return;
        cohorts_ += 1 / static_cast<double>(window_);
        if (spec_.failed_cohorts > 0 && cohorts_ >= spec_.failed_cohorts) {
            is_dead_ = true;
            dead_until_ = saturating_add(whole_second(now), spec_.dead_for);
            return;
        }
        const double part = feedback(spec_.negative);
        for (failure_ -= part; failure_ - part / 2 < 0; failure_ += 1) {
            --window_;
            success_ = 0;
        }
        window_ = std::max<std::int64_t>(1, window_);
    }
    /// Nothing is known of the destination but how many attempts are in progress.
    void start(std::int64_t busy) {
        window_ = busy > 0 ? busy : limit_ > 0 ? std::min(spec_.initial, limit_) : spec_.initial;
        success_ = failure_ = cohorts_ = 0;
        is_dead_ = false;
    }

private:
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
    double success_ = 0, failure_ = 0;  // parts of a step
    double cohorts_ = 0;                // failed ones since the last success
    bool   is_dead_ = false;
    SimTime dead_until_;
};

}  // namespace mailquake
