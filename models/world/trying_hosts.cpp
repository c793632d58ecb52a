// Destinations with several addresses: MX hosts of an outside one (models/mta/mx_spec.hpp), with one queue for them all, and the
// sites of a relay tier, whose queue is that of the first choice. An attempt goes from one to the next (models/mta/fallback_spec.hpp)
// until one takes the copy. Its slot is held meanwhile, so a dead host costs what its time-out costs.
#include <algorithm>
#include <optional>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What the reply is to those who may go on at the next address; nothing: the attempt is over. What breaks in a session is as good
/// as a 4yz, as in Postfix.
std::optional<FallbackOn> failure_of(Reply reply) {
    switch (reply) {
        case Reply::unreachable:
        case Reply::timed_out: return FallbackOn::connect;
        case Reply::not_greeted:
        case Reply::shut: return FallbackOn::greeting;
        case Reply::deferred:
        case Reply::greylisted:
        case Reply::broken: return FallbackOn::four_yz;
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

/// The MX host, or the site of a relay tier, at which the attempt goes on when one more has failed; nothing when there is none left. A
/// proxy has one place to pass its copy on to, and an outbox one server.
std::optional<std::uint32_t> Site::next_address(const Attempt& attempt, const Message& m, std::uint32_t holder) const {
    const StationPlan& plan = plan_.stations[attempt.station];
    const TierPlan& tier = plan_.tiers[plan.tier.index()];
    const auto most = static_cast<std::size_t>(holders_[holder].plan->addresses);
    if (!tier.hosts.empty()) {
        const std::size_t tried = attempt.host + 1U;
        return tried < std::min(tier.hosts.size(), most) ? std::optional(host_of(m, attempt.station, attempt.host + 1U)) : std::nullopt;
    }
    const bool is_relay = !tier.outside && tier.partitions == 0 && m.hop + 1U < path_of(m).size();
    if (!is_relay || is_population(holder) || attempt.worker != kNoWorker || m.tries + 1U >= most) return std::nullopt;
    const std::uint16_t first = plan_.stations[queues_[attempt.queue].station].site;
    const auto site = plan_.next_nearest(plan.tier, id_, first, m.tries + 1U, now_);
    return site ? std::optional(tier.first_station[*site].value) : std::nullopt;
}

/// When an attempt has failed, then it goes on at the next address, if there is one; false if not. Which one it is at is counted where
/// its random numbers are keyed: an MX host in the attempt, since the host is drawn by the copy's failures and by that; a site in the copy.
[[gnu::noinline]] bool Site::goes_on_elsewhere(std::uint32_t slot, Reply reply, SimTime booked_up_to) {
    Attempt& attempt = attempts_[slot];
    const std::uint32_t holder = attempt.worker == kNoWorker ? queues_[attempt.queue].holder : workers_[attempt.worker].station;
    const HolderPlan& plan = *holders_[holder].plan;
    const auto failure = failure_of(reply);
    if (!failure || !plan.fallback_on.has(*failure) || (attempt.worker == kNoWorker && !can_send(queues_[attempt.queue]))) return false;
    if (*failure == FallbackOn::four_yz && ++attempt.sessions >= plan.sessions) return false;
    Message& m = messages_[attempt.message];
    const auto next = next_address(attempt, m, holder);
    if (!next) return false;
    events_.cancel(attempt.timer);
    attempt.timer = EventHandle::none();
    if (lives_ && booked_up_to > SimTime::zero()) lives_->come_back({id_, Attempt::key(slot, attempt.token)}, attempt.message);
    if (lives_) explaining_.attempt_is_over(slot, reply);
    m.since = std::max(m.since, booked_up_to);
    book_hop(holder, attempt.message, HopCause::attempt_failed, now_ - m.since);
    m.since = attempt.began = now_;
    attempt.waited = 0;
    attempt.token = ++tokens_;  // what the last one may still reply is for an attempt that is over
    if (plan_.tiers[plan_.stations[*next].tier.index()].hosts.empty()) {
        count_try(m);
        ++retry_attempts_;
        ++minutes_[static_cast<std::size_t>(now_.ns / (60_s).ns)].retries;
    } else {
        ++attempt.host;
    }
    attempt.station = *next;
    note_there(Transition::attempt, m.identity, attempt.station);
    start_transfer(slot, holder);
    return true;
}

}  // namespace mailquake
