// What a holder does about a destination beside sending it mail: Postfix's dead destinations, and throttles
// (models/mta/destination_window.hpp, models/mta/gcra.hpp).
#include "models/world/site.hpp"

namespace mailquake {

/// When a holder is back, then it sends what it has.
void Site::send_again(std::uint32_t holder) {
    for (std::uint32_t queue = 0; queue < queues_.size(); ++queue)
        if (queues_[queue].holder == holder) pump(queue);
}

/// When a destination is dead, then all its mail that waits for an attempt is deferred, each copy as after a failed one; when
/// it has been dead for long enough, then it is tried again; with a ready queue, at once.
void Site::lay_aside(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    if (q.queue.ready() != nullptr) {
        delay_waiting(queue);
        q.queue.revive();
        return;
    }
    if (q.dead_until == SimTime::never()) q.dead_until = now_ + q.queue.window()->dead_for();
    if (now_ >= q.dead_until) {
        q.dead_until = SimTime::never();
        q.queue.revive();
        pump(queue);
        return;
    }
    delay_waiting(queue);
}

/// When an attempt is about to start that is too soon, then the queue goes on when it is not.
bool Site::is_throttled(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    const SimTime next = q.queue.throttle()->next(now_);
    if (next <= now_) {
        q.queue.throttle()->start(now_);
        return false;
    }
    if (q.throttled_until != next) at(next, Act::throttle_end, queue);
    q.throttled_until = next;
    return true;
}

}  // namespace mailquake
