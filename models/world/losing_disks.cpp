// Servers that crash and lose their disks: of the mail that their tier has accepted there, their share is gone.
#include <algorithm>
#include <utility>
#include <vector>

#include "models/world/site.hpp"

namespace mailquake {
/// When servers have crashed and their disks are lost, then so is what they held: of a queue of their own all, of what a tier
/// holds together the share of the servers.
void Site::lose_disks(std::uint32_t station, const ServerFaultPlan& fault) {
    const std::uint32_t servers = stations_[station].server_count();
    std::vector<std::uint32_t> hit;
    for (std::uint32_t server = 0; server < servers; ++server)
        if (hits(fault, server)) hit.push_back(server);
    if (hit.empty()) return;
    const double share = static_cast<double>(hit.size()) / static_cast<double>(servers);
    const bool has_shadow = tier_of(station).policies.shadow && stations_[station].any_up();
    if (stations_[station].queue_count() == 1) lose_waiting(station, 0, fault, share, has_shadow);
    else
        for (std::uint32_t server : hit) lose_waiting(station, server, fault, 1, has_shadow);
    fault_touches_[fault.fault] += lose_behind(station, fault, share, has_shadow);
}

/// Where the copy lies on the disks, from 0 to 1: what of it a fault takes that now loses a share of them.
double Site::disk_share(const ServerFaultPlan& fault, const Message& m) const {
    return hashed_share(fault.disk_luck, derived(m.identity, draws::instant, static_cast<std::uint64_t>(now_.ns)));
}

/// Another server has a copy, and sends it when it has heard nothing of the lost one for long enough.
void Site::send_again_from_shadow(std::uint32_t message, std::uint32_t queue, std::uint32_t fault) {
    if (lives_) explaining_.waits_after(message, HopTrouble::disk_lost, queues_[queue].station, fault);
    const std::uint32_t holder = queues_[queue].holder;
    put_off(message, queue, expiring_.no_later(now_ + tier_of(holder).policies.shadow->resubmit_after, messages_[message], holder));
}

/// What waits in an input queue. A proxy holds nothing: its copies are their upstream party's.
void Site::lose_waiting(std::uint32_t station, std::uint32_t server, const ServerFaultPlan& fault, double share, bool has_shadow) {
    std::vector<std::uint32_t> lost;
    stations_[station].queue_of(server).remove_if([&](JobRef job) {
        if (job.is_request() || messages_[job.index()].proxied) return false;
        if (disk_share(fault, messages_[job.index()]) >= share) return false;
        lost.push_back(job.index());
        return true;
    });
    for (std::uint32_t message : lost) {
        stations_[station].leave_queue(messages_[message].since, now_);
        book_queue(station, server, message);
        if (has_shadow) {
            enter_holder(message, station);
            send_again_from_shadow(message, pen_of(station), fault.fault);
        } else {
            drop(message, station);
        }
    }
    fault_touches_[fault.fault] += lost.size();
}

/// What waits behind the tier for its next hop, or in its pen. A deferred copy was booked up to its due time.
std::uint64_t Site::lose_behind(std::uint32_t station, const ServerFaultPlan& fault, double share, bool has_shadow) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> lost;  // with the queue that it was in
    for (std::uint32_t queue = 0; queue < queues_.size(); ++queue) {
        if (queues_[queue].holder != station) continue;
        const std::uint32_t server = queues_[queue].server;
        const double of_queue = server == kNone ? share : hits(fault, server) ? 1 : 0;  // a server's own queues are on its disk
        queues_[queue].queue.remove_if([&](std::uint32_t message) {
            if (disk_share(fault, messages_[message]) >= of_queue) return false;
            lost.emplace_back(message, queue);
            return true;
        });
        set_retry_timer(queue);
    }
    std::sort(lost.begin(), lost.end(), [&](const auto& a, const auto& b) { return messages_[a.first].identity < messages_[b.first].identity; });
    for (const auto& [message, queue] : lost) {
        Message& m = messages_[message];
        book_hop(station, message, m.since > now_ ? HopCause::retry : HopCause::slot, now_ - m.since);
        m.since = now_;
        if (has_shadow) {
            const HopQueue& q = queues_[queue];
            send_again_from_shadow(message, q.pen ? queue : queue_to(station, q.station, some_server(station, m.identity)), fault.fault);
            continue;
        }
        leave_holder(message, station);
        drop(message, station);
    }
    return lost.size();
}

}  // namespace mailquake
