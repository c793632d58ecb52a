// Destinations with several MX hosts (models/mta/mx_spec.hpp): one queue for them all, and an attempt that goes from host to
// host until one takes the connection. Its slot is held meanwhile, so a dead host costs what its time-out costs.
#include <algorithm>

#include "models/world/site.hpp"

namespace mailquake {

/// The station of the host that an attempt is at, `failed` others having failed; of a tier without MX hosts, the one given.
[[gnu::noinline]] std::uint32_t Site::host_of(const Message& m, std::uint32_t station, std::uint32_t failed) const {
    const StationPlan& plan = plan_.stations[station];
    const TierPlan& tier = plan_.tiers[plan.tier.index()];
    if (tier.hosts.empty()) return station;
    const std::uint64_t turn = hashed_word(tier.host_luck, derived(m.identity, draws::round, m.proxied ? 0U : m.failures));
    return tier.first_station[mx_host(tier.hosts, failed, turn)].value + plan.partition;
}

/// When a host has taken no connection, then the same attempt goes on with the next one, if there is one; false if not.
[[gnu::noinline]] bool Site::goes_on_with_next_host(std::uint32_t slot, Reply reply) {
    Attempt& attempt = attempts_[slot];
    const std::uint32_t holder = attempt.worker == kNoWorker ? queues_[attempt.queue].holder : workers_[attempt.worker].station;
    const std::size_t hosts = plan_.tiers[plan_.stations[attempt.station].tier.index()].hosts.size();
    const auto most = static_cast<std::size_t>(holders_[holder].plan->addresses);
    if (attempt.host + 1U >= std::min(hosts, most)) return false;
    Message& m = messages_[attempt.message];
    events_.cancel(attempt.timer);
    attempt.timer = EventHandle::none();
    if (lives_) explaining_.attempt_is_over(slot, reply);
    book_hop(holder, attempt.message, HopCause::attempt_failed, now_ - m.since);
    m.since = now_;
    attempt.token = ++tokens_;  // what the last host may still reply is for an attempt that is over
    attempt.station = host_of(m, attempt.station, ++attempt.host);
    note_there(Transition::attempt, m.identity, attempt.station);
    start_transfer(slot, holder);
    return true;
}

}  // namespace mailquake
