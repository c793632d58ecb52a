// What one station has handed on of late, oldest first: 56 bytes a copy, for as long as its spec says (safety_net_spec.hpp).
#pragma once

#include "models/mail/message.hpp"
#include "models/mta/safety_net_spec.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class SafetyNet {
public:
    explicit SafetyNet(const SafetyNetSpec& spec) : keep_(spec.keep) {}

    /// The next tier has just accepted this copy.
    void add(const Message& copy, SimTime now) {
        forget(now);
        kept_.push_back({now, copy});
    }

    /// visit(copy) for each one that was handed on at or after `from` and is still kept, oldest first. It adds none.
    template <class F>
    void for_each_since(SimTime from, SimTime now, F&& visit) {
        forget(now);
        for (std::size_t i = 0; i < kept_.size(); ++i)
            if (kept_[i].handed_on >= from) visit(kept_[i].copy);
    }

    [[nodiscard]] std::size_t size() const { return kept_.size(); }

private:
    struct Kept {
        SimTime handed_on;
        Message copy;
    };
    void forget(SimTime now) {
        while (!kept_.empty() && kept_[0].handed_on < now - keep_) kept_.pop_front();
    }

    SimDuration keep_;
    RingQueue<Kept> kept_;
};

}  // namespace mailquake
