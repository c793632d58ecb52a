// A next-hop queue: the messages of one holder for one destination, from its own service until the destination has
// accepted them.
//
//   new mail --> fresh --+
//                        +--> active (bounded) --> attempts (at most `connections`) --> accepted
//   retry due --> due ---+                             |
//        ^------------------ deferred <--- 4yz, refused, time-out
//
// The active window takes from fresh and due in turn, which bounds how far retries can starve new mail (Postfix
// SCHEDULER_README). With Postfix's concurrency feedback (destination_window.hpp) the connections are the window's; they are
// forgotten when nobody waits and no attempt is in progress, but not while the destination is dead.
// A throttle (gcra.hpp) holds back what has a free slot.
//
// With a ready queue (ready_spec.hpp) there is no window, and neither fresh nor due: what the ready queue cannot take in goes
// back to the deferred store, and each message keeps its place.
//
// Invariants: every message is in exactly one of fresh, due, active, deferred or in an attempt; connections, window and the
// ready queue's bound are never exceeded.
#pragma once

#include <cstdint>
#include <optional>

#include "models/mta/deferred_store.hpp"
#include "models/mta/destination_window.hpp"
#include "models/mta/gcra.hpp"
#include "models/mta/ready_spec.hpp"
#include "sim/base/long_queue.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

class NextHopQueue {
public:
    /// 0 means no limit.
    NextHopQueue(std::int64_t connections, std::int64_t active, const std::optional<ConcurrencySpec>& feedback = {},
                 const std::optional<GcraSpec>& throttle = {}, const std::optional<ReadySpec>& ready = {},
                 bool waits_for_turn = false)
        : connections_(connections),
          window_(ready ? 0 : active),
          waits_for_turn_(waits_for_turn || throttle || ready),
          learns_(feedback || ready) {
        if (throttle) throttle_.emplace(*throttle);
        if (ready) ready_.emplace(Ready{*ready, connections});
        if (!feedback) return;
        feedback_.emplace(*feedback, connections);
        connections_ = feedback_->size();
    }

    void add_fresh(std::uint32_t message) { fresh_.push_back(message); refill(); }
    void add_due(std::uint32_t message) { due_.push_back(message); refill(); }

    /// False when there is a ready queue that has no room for the message.
    [[nodiscard]] bool take_in(std::uint32_t message, bool is_new) {
        if (ready_ && static_cast<std::int64_t>(active_.size()) >= ready_->spec.max) return false;
        if (is_new) add_fresh(message);
        else add_due(message);
        return true;
    }

    /// True when a new message starts its attempt at once, without a wait, since nobody waits before it.
    [[nodiscard]] bool start_fresh() {
        const bool free = (connections_ == 0 || in_attempt_ < connections_) && (window_ == 0 || in_attempt_ < window_);
        if (!free || !nobody_waits() || waits_for_turn_) return false;
        ++in_attempt_;
        turn_is_due_ = true;
        return true;
    }
    /// How many wait for an attempt.
    [[nodiscard]] std::size_t waiting() const { return active_.size() + fresh_.size() + due_.size(); }
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
    void end_attempt(SimTime now, bool replied = true) {
        if (learns_) [[unlikely]] return end_and_learn(now, replied);
        --in_attempt_;
        refill();
    }

    /// Of a queue with concurrency feedback: is its destination dead? Of a ready queue: have so many connections failed in
    /// a row that what waits is to be deferred?
    [[nodiscard]] bool is_dead() const { return connections_ == kDead; }
    [[nodiscard]] const DestinationWindow* window() const { return feedback_ ? &*feedback_ : nullptr; }
    [[nodiscard]] const ReadySpec* ready() const { return ready_ ? &ready_->spec : nullptr; }
    /// The destination is tried again as if nothing were known of it but how many attempts are in progress.
    void revive() {
        if (ready_) return count_reply();
        feedback_->start(in_attempt_);
        connections_ = feedback_->size();
    }
    /// One of those that wait for an attempt, and are not deferred; there is one.
    std::uint32_t take_waiting() {
        LongQueue<std::uint32_t>& first = !active_.empty() ? active_ : !due_.empty() ? due_ : fresh_;
        const std::uint32_t message = first.pop_front();
        if (learns_) forget_if_empty();
        return message;
    }

    /// Takes out one that waits for an attempt; false: it does not.
    [[nodiscard]] bool take_out(std::uint32_t message) {
        if (!active_.erase(message) && !due_.erase(message) && !fresh_.erase(message)) return false;
        refill();
        if (learns_) forget_if_empty();
        return true;
    }

    [[nodiscard]] Gcra* throttle() { return throttle_ ? &*throttle_ : nullptr; }

    DeferredStore deferred;
    EventHandle   timer = EventHandle::none();  // of the deferred store's next due time
    SimTime       timer_at = SimTime::never();
    std::uint64_t timer_for = 0;  // identity of the one that is due then

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
        if (learns_) forget_if_empty();
    }

private:
    static constexpr std::int64_t kDead = -1;   // connections: no attempt can start

    struct Ready {
        ReadySpec    spec;
        std::int64_t connections;
        std::int64_t failures = 0;   // of connections, in a row
    };

    void end_and_learn(SimTime now, bool replied) {
        learn(now, replied);
        --in_attempt_;
        refill();
        forget_if_empty();
    }
    void learn(SimTime now, bool replied) {
        if (ready_ && replied) return count_reply();
        if (ready_) return count_failure();
        if (replied) feedback_->succeeded(in_attempt_);
        else feedback_->failed(now);
        connections_ = feedback_->is_dead() ? kDead : feedback_->size();
    }
    /// Postfix discards the queue of a destination that has nothing to do, with all that it knows, unless it is dead (qmgr_entry_done).
    void forget_if_empty() {
        if (!feedback_ || feedback_->is_dead() || in_attempt_ > 0 || !nobody_waits()) return;
        feedback_->start(0);
        connections_ = feedback_->size();
    }
    void count_reply() {
        ready_->failures = 0;
        connections_ = ready_->connections;
    }
    void count_failure() {
        if (++ready_->failures >= ready_->spec.failures_before_delay) connections_ = kDead;
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
    bool waits_for_turn_;        // no attempt starts unasked: a throttle, a ready queue, suspensions, shared processes
    bool learns_;                // from each attempt's end
    LongQueue<std::uint32_t> active_, fresh_, due_;
    std::optional<DestinationWindow> feedback_;
    std::optional<Gcra> throttle_;
    std::optional<Ready> ready_;
};

}  // namespace mailquake
