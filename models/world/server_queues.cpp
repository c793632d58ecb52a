// Next-hop queues of a tier whose servers have queue managers of their own (`next_hop.per: server`): Postfix, Exim, KumoMTA.
//
// What a server has worked on is in its own queues, with its own connections, active window, concurrency windows, ready queues,
// processes and scans; it is tried again from there, and waits there while that server is down. Only a throttle is the place's
// (adapting.cpp). With `per: place`, and where a tier has one server, there is one set of queues.
// Left out: that a server that restarts has forgotten its windows and dead destinations.
// Invariants: a queue has a server exactly where has_servers_queues() says so; that never changes in a run.
#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

[[gnu::noinline]] std::uint32_t Site::servers_queue_to(std::uint32_t holder, std::uint32_t station, std::uint32_t server) {
    Holder& h = holders_[holder];
    const bool own = has_servers_queues(holder);
    if (own && h.queue_of_server.size() <= server) {
        h.queue_of_server.resize(server + 1U);
        h.processes.resize(server + 1U);
    }
    auto& to = own ? h.queue_of_server[server] : h.queue_to;
    if (to.empty()) to.assign(plan_.stations.size(), kNone);
    if (to[station] != kNone) return to[station];
    const HolderPlan& plan = *h.plan;
    const auto queue = narrow<std::uint32_t>(queues_.size(), "next-hop queues");
    std::uint32_t throttle_of = queue;
    for (const auto& of_other : h.queue_of_server)
        if (!of_other.empty() && of_other[station] != kNone) throttle_of = queues_[of_other[station]].throttle_of;
    const Expires expires = plan.retry.expires();
    const bool suspends = holder < stations_.size() && plan_of(holder).may_suspend(station);
    queues_.push_back({.queue = NextHopQueue(plan.connections, plan.active, plan.concurrency, plan.throttle, plan.ready,
                                             plan.processes > 0 || plan.retry.is_per_host() || suspends || expires == Expires::before_attempt),
                       .holder = holder, .station = station, .pen = false, .server = own ? server : kNone, .throttle_of = throttle_of,
                       .shares_processes = plan.processes > 0, .per_host = plan.retry.is_per_host(),
                       .watched = plan.ready || suspends || expires == Expires::by_timer,
                       .asks_first = plan.throttle || plan.retry.is_per_host() || expires == Expires::before_attempt,
                       .asks_when_due = expires != Expires::after_attempt, .expires = expires});
    return to[station] = queue;
}

/// Has each server of the holder next-hop queues of its own, and may there be several?
bool Site::has_servers_queues(std::uint32_t holder) const {
    if (holder >= stations_.size() || !holders_[holder].plan->per_server) return false;
    return plan_of(holder).servers > 1 || !plan_of(holder).added.empty() || tier_of(holder).policies.autoscale;
}

/// The server that sends what no worker has just worked on: a report, what passes a tier by, mail from before the start. One that is up.
std::uint32_t Site::some_server(std::uint32_t holder, std::uint64_t identity) const {
    if (!has_servers_queues(holder)) return 0;
    const auto& servers = stations_[holder].servers();
    const auto count = static_cast<std::uint64_t>(servers.size());
    const std::uint64_t first = identity % count;
    for (std::uint64_t k = 0; k < count; ++k)
        if (const auto server = narrow<std::uint32_t>((first + k) % count, "servers"); servers[server].up()) return server;
    return narrow<std::uint32_t>(first, "servers");
}

}  // namespace mailquake
