// What a holder does about a destination beside sending it mail: Postfix's dead destinations, and throttles
// (models/mta/destination_window.hpp, models/mta/gcra.hpp).
#include <algorithm>
#include <tuple>
#include <vector>

#include "models/world/site.hpp"

namespace mailquake {

/// When a holder is back, then it sends what it has: its next-hop queues go on in the scenario's order of places, server by server.
/// (In the list of queues they stand as their first mail came.)
void Site::send_again(std::uint32_t holder) {
    std::vector<std::uint32_t> own;
    for (std::uint32_t queue = 0; queue < queues_.size(); ++queue)
        if (queues_[queue].holder == holder) own.push_back(queue);
    std::stable_sort(own.begin(), own.end(), [this](std::uint32_t a, std::uint32_t b) {
        return std::tie(queues_[a].station, queues_[a].server) < std::tie(queues_[b].station, queues_[b].server);
    });
    for (const std::uint32_t queue : own) {
        if (queues_[queue].watched) look_again(queue);
        pump(queue);
    }
}

/// When a destination is dead, then all its mail that waits for an attempt is deferred, each copy as after a failed one. It is
/// tried again when its timer is over (on_revival); with a ready queue, at once.
void Site::lay_aside(std::uint32_t queue) {
    delay_waiting(queue);
    if (queues_[queue].queue.ready() != nullptr) queues_[queue].queue.revive();
}

/// When an attempt has ended and its destination is dead, then there is a timer of it. A revival before its time leaves that be.
void Site::set_revival_timer(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    const DestinationWindow* window = q.queue.window();
    if (window == nullptr || q.revives_at == window->dead_until()) return;
    q.revives_at = window->dead_until();
    at(q.revives_at, Act::revival, queue);
}

void Site::on_revival(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    if (q.queue.is_dead() && now_ == q.revives_at) q.queue.revive();
    pump(queue);
}

/// When an attempt is about to start that is too soon, then the queue goes on when it is not. A receiver imposes a throttle on a
/// place, so its servers share one, and take turns.
bool Site::is_throttled(std::uint32_t queue) {
    HopQueue& owner = queues_[queues_[queue].throttle_of];
    if (owner.queue.throttle()->next(now_) <= now_) {
        owner.queue.throttle()->start(now_);
        return false;
    }
    if (!queues_[queue].awaits_turn) owner.turns.push_back(queue);
    queues_[queue].awaits_turn = true;
    set_throttle_timer(queues_[queue].throttle_of);
    return true;
}

void Site::set_throttle_timer(std::uint32_t owner) {
    HopQueue& o = queues_[owner];
    const SimTime next = o.queue.throttle()->next(now_);
    if (o.throttled_until != next) at(next, Act::throttle_end, owner);
    o.throttled_until = next;
}

/// When a throttle lets one more pass, then the queue has it that has waited longest; one that has nothing to send passes it on.
void Site::on_throttle_end(std::uint32_t owner) {
    HopQueue& o = queues_[owner];
    for (std::size_t n = o.turns.size(); n > 0 && o.queue.throttle()->next(now_) <= now_; --n) {
        const std::uint32_t first = o.turns.pop_front();
        queues_[first].awaits_turn = false;
        pump(first);
    }
    if (!o.turns.empty()) set_throttle_timer(owner);
}

}  // namespace mailquake
