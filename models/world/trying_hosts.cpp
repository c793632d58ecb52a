// Destinations with several addresses: MX hosts of an outside one (models/mta/mx_spec.hpp), with one queue for them all, and the
// sites of a relay tier, whose queue is that of the first choice. An attempt goes from one to the next (models/mta/fallback_spec.hpp)
// until one takes the copy. Its slot is held meanwhile, so a dead host costs what its time-out costs.
#include <algorithm>
#include <optional>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What the reply is to those who may go on at the next address; nothing: the attempt is over.
std::optional<FallbackOn> failure_of(Reply reply) {
    switch (reply) {
        case Reply::unreachable:
        case Reply::timed_out: return FallbackOn::connect;
        case Reply::not_greeted: return FallbackOn::greeting;
        case Reply::deferred:
        case Reply::greylisted: return FallbackOn::four_yz;
        case Reply::accepted:
        case Reply::pending:
        case Reply::bounced:
        case Reply::dropped: break;
    }
    return std::nullopt;
}

}  // namespace

/// The station of the host that an attempt is at, `failed` others having failed; of a tier without MX hosts, the one given.
[[gnu::noinline]] std::uint32_t Site::host_of(const Message& m, std::uint32_t station, std::uint32_t failed) const {
    const StationPlan& plan = plan_.stations[station];
    const TierPlan& tier = plan_.tiers[plan.tier.index()];
    if (tier.hosts.empty()) return station;
    const std::uint64_t turn = hashed_word(tier.host_luck, derived(m.identity, draws::round, m.proxied ? 0U : m.failures));
    return tier.first_station[mx_host(tier.hosts, failed, turn)].value + plan.partition;
}

/// At how many addresses this holder's attempt to hand the copy over there can be made: of a relay tier at any of its sites.
[[gnu::noinline]] std::size_t Site::hosts_of(const Message& m, std::uint32_t station, std::uint32_t holder) const {
    const TierPlan& tier = plan_.tiers[plan_.stations[station].tier.index()];
    if (!tier.hosts.empty()) return tier.hosts.size();
    const bool goes_home = m.hop + 1U == path_of(m).size() && m.direction != Direction::outbound;
    const bool is_relay = !tier.outside && tier.partitions == 0 && !goes_home && !is_population(holder) && holders_[holder].plan->fallback_on.any();
    return is_relay ? tier.sites.size() : 1;
}

/// The station at which the attempt goes on when one more has failed; nothing when there is none left.
std::optional<std::uint32_t> Site::next_address(const Attempt& attempt, const Message& m) const {
    const StationPlan& plan = plan_.stations[attempt.station];
    const TierPlan& tier = plan_.tiers[plan.tier.index()];
    if (!tier.hosts.empty()) return host_of(m, attempt.station, attempt.host + 1U);
    const std::uint32_t first = attempt.worker == kNoWorker ? queues_[attempt.queue].station : attempt.queue;
    const auto site = plan_.next_nearest(plan.tier, id_, plan_.stations[first].site, attempt.host + 1U, now_);
    return site ? std::optional(tier.first_station[*site].value) : std::nullopt;
}

/// When an attempt has failed, then it goes on at the next address, if there is one; false if not.
[[gnu::noinline]] bool Site::goes_on_elsewhere(std::uint32_t slot, Reply reply, SimTime booked_up_to) {
    Attempt& attempt = attempts_[slot];
    const std::uint32_t holder = attempt.worker == kNoWorker ? queues_[attempt.queue].holder : workers_[attempt.worker].station;
    const HolderPlan& plan = *holders_[holder].plan;
    const auto failure = failure_of(reply);
    if (!failure || !plan.fallback_on.has(*failure)) return false;
    Message& m = messages_[attempt.message];
    if (attempt.host + 1U >= std::min(hosts_of(m, attempt.station, holder), static_cast<std::size_t>(plan.addresses))) return false;
    if (*failure == FallbackOn::four_yz && ++attempt.sessions >= plan.sessions) return false;
    const auto next = next_address(attempt, m);
    if (!next) return false;
    events_.cancel(attempt.timer);
    attempt.timer = EventHandle::none();
    if (lives_ && booked_up_to > SimTime::zero()) lives_->come_back({id_, Attempt::key(slot, attempt.token)}, attempt.message);
    if (lives_) explaining_.attempt_is_over(slot, reply);
    m.since = std::max(m.since, booked_up_to);
    book_hop(holder, attempt.message, HopCause::attempt_failed, now_ - m.since);
    m.since = attempt.began = now_;
    attempt.token = ++tokens_;  // what the last one may still reply is for an attempt that is over
    ++attempt.host;
    attempt.station = *next;
    note_there(Transition::attempt, m.identity, attempt.station);
    start_transfer(slot, holder);
    return true;
}

}  // namespace mailquake
