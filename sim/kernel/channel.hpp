// A directed channel from one logical process to another, with lookahead: what is sent at `now` arrives no earlier than
// now + lookahead. This promise is what lets the receiver run ahead on its own (Chandy and Misra, CACM 1981), so it is
// checked at every send.
//
// The sender sends in its window, the receiver drains between windows; the executor's barriers keep the two apart, so a
// channel has no lock. Items carry the sender's order, and the receiver's event list sorts them: the order of sending
// and of draining means nothing. Memory is kept from window to window.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/bell.hpp"

namespace mailquake {

template <class T>
class Channel {
public:
    /// `bell` is the receiver's, rung at every send; null: it looks into the channel anyway.
    explicit Channel(SimDuration lookahead, Bell* bell = nullptr) : lookahead_(lookahead), bell_(bell) {
        MQ_CHECK(lookahead.ns > 0, "a channel has a lookahead above zero");
    }

    /// Sender. `order` is taken from the sender's event list.
    void send(SimTime now, SimTime arrival, std::uint64_t order, const T& what) {
        MQ_CHECK(arrival >= saturating_add(now, lookahead_), "nothing arrives before the lookahead is over");
        items_.push_back({arrival, order, what});
        if (bell_ != nullptr) bell_->ring();
    }

    /// Receiver: f(SimTime arrival, std::uint64_t order, T& what) for each item; then the channel is empty.
    template <class F>
    void drain(F&& f) {
        for (Item& item : items_) f(item.arrival, item.order, item.what);
        items_.clear();
    }

    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] SimDuration lookahead() const { return lookahead_; }

private:
    struct Item {
        SimTime arrival;
        std::uint64_t order;
        T what;
    };
    SimDuration lookahead_;
    Bell* bell_;
    std::vector<Item> items_;
};

}  // namespace mailquake
