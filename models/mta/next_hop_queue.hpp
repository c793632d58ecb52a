// A next-hop queue: the messages of one holder for one destination, from its own service until the destination has
// accepted them.
//
//   new mail --> fresh --+
//                        +--> active (bounded) --> attempts (at most `connections`) --> accepted
//   retry due --> due ---+                             |
//        ^------------------ deferred <--- 4yz, refused, time-out
//
// The active window takes from fresh and due in turn, which bounds how far retries can starve new mail (Postfix
// SCHEDULER_README). With Postfix's concurrency feedback (destination_window.hpp) the connections are the window's.
// A throttle (gcra.hpp) holds back what has a free slot.
//
// Invariants: every message is in exactly one of fresh, due, active, deferred or in an attempt; connections and window
// are never exceeded.
#pragma once

#include <cstdint>
#include <optional>

#include "models/mta/deferred_store.hpp"
#include "models/mta/destination_window.hpp"
#include "models/mta/gcra.hpp"
#include "sim/base/long_queue.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

class NextHopQueue {
public:
    /// 0 means no limit.
    NextHopQueue(std::int64_t connections, std::int64_t active, const std::optional<ConcurrencySpec>& feedback = {},
                 const std::optional<GcraSpec>& throttle = {}, bool waits_for_turn = false)
        : connections_(connections), window_(active), waits_for_turn_(waits_for_turn || throttle) {
        if (throttle) throttle_.emplace(*throttle);
        if (!feedback) return;
        feedback_.emplace(*feedback, connections);
        connections_ = feedback_->size();
    }

    void add_fresh(std::uint32_t message) { fresh_.push_back(message); refill(); }
    void add_due(std::uint32_t message) { due_.push_back(message); refill(); }

    /// True when a new message starts its attempt at once, without a wait, since nobody waits before it.
    [[nodiscard]] bool start_fresh() {
        const bool free = (connections_ == 0 || in_attempt_ < connections_) && (window_ == 0 || in_attempt_ < window_);
        if (!free || !nobody_waits() || waits_for_turn_) return false;
        ++in_attempt_;
        turn_is_due_ = true;
        return true;
    }
    /// Nobody but the deferred waits.
    [[nodiscard]] bool nobody_waits() const { return active_.empty() && fresh_.empty() && due_.empty(); }

    /// May an attempt start now?
    [[nodiscard]] bool can_start() const {
        return !active_.empty() && (connections_ == 0 || in_attempt_ < connections_);
    }
    /// The next message; from now on it is in an attempt.
    std::uint32_t start() {
        ++in_attempt_;
        return active_.pop_front();
    }
    [[nodiscard]] std::uint32_t first() const { return active_.front(); }
    /// An attempt has ended; its message has left, or goes to the deferred store.
    void end_attempt(bool replied = true) {
        --in_attempt_;
        if (feedback_) [[unlikely]] learn(replied);
        refill();
    }

    /// Of a queue with concurrency feedback: is its destination dead?
    [[nodiscard]] bool is_dead() const { return connections_ == kDead; }
    [[nodiscard]] const DestinationWindow* window() const { return feedback_ ? &*feedback_ : nullptr; }
    void revive() {
        feedback_->start();
        connections_ = feedback_->size();
    }
    /// One of those that wait for an attempt, and are not deferred; there is one.
    std::uint32_t take_waiting() {
        LongQueue<std::uint32_t>& first = !active_.empty() ? active_ : !due_.empty() ? due_ : fresh_;
        return first.pop_front();
    }

    [[nodiscard]] Gcra* throttle() { return throttle_ ? &*throttle_ : nullptr; }

    DeferredStore deferred;
    EventHandle   timer = EventHandle::none();  // of the deferred store's next due time
    SimTime       timer_at = SimTime::never();

    [[nodiscard]] std::size_t in_attempt() const { return static_cast<std::size_t>(in_attempt_); }

    /// Every message but those in an attempt.
    template <class F>
    void for_each(F&& visit) const {
        for (const auto* queue : {&active_, &fresh_, &due_}) queue->for_each(visit);
        deferred.for_each(visit);
    }

    /// Takes out every message for which `leaves(message)` holds, but those in an attempt; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        for (auto* ring : {&active_, &fresh_, &due_})
            for (std::size_t n = ring->size(); n > 0; --n) {
                const std::uint32_t message = ring->pop_front();
                if (!leaves(message)) ring->push_back(message);
            }
        deferred.remove_if(leaves);
        refill();
    }

private:
    static constexpr std::int64_t kDead = -1;   // connections: no attempt can start

    void learn(bool replied) {
        if (replied) feedback_->succeeded();
        else feedback_->failed();
        connections_ = feedback_->is_dead() ? kDead : feedback_->size();
    }
    void refill() {
        while (!(fresh_.empty() && due_.empty()) && (window_ == 0 || static_cast<std::int64_t>(active_.size()) + in_attempt_ < window_)) {
            const bool from_due = fresh_.empty() || (!due_.empty() && turn_is_due_);
            active_.push_back(from_due ? due_.pop_front() : fresh_.pop_front());
            turn_is_due_ = !from_due;
        }
    }

    std::int64_t connections_;   // at once, now
    std::int64_t window_;
    std::int64_t in_attempt_ = 0;
    bool turn_is_due_ = false;
    bool waits_for_turn_;        // no attempt starts without being asked for: a throttle, or processes that others share
    LongQueue<std::uint32_t> active_, fresh_, due_;
    std::optional<DestinationWindow> feedback_;
    std::optional<Gcra> throttle_;
};

}  // namespace mailquake
