#include "models/world/replaying.hpp"

#include <algorithm>
#include <limits>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
void Replaying::begin() {
    for (std::uint32_t station = 0; station < site_.stations_.size(); ++station) {
        const auto& net = site_.tier_of(station).policies.safety_net;
        nets_.push_back(net ? std::optional<SafetyNet>(*net) : std::nullopt);
        site_.has_nets_ = site_.has_nets_ || (net && site_.plan_.has_replays);
    }
}

std::uint64_t Replaying::identity_of_replay(const Message& m) const { return site_.plan_.identity_of_same(m, m.identity, draws::replay, 0); }

void Replaying::before_offer(std::uint32_t holder, std::uint32_t message, std::uint32_t station) {
    offered_.push_back({holder, station, site_.messages_[message]});
}

void Replaying::after_offer(Reply reply) {
    const Offered offered = offered_.back();
    offered_.pop_back();
    if (reply == Reply::accepted || reply == Reply::dropped) keep(offered.holder, offered.copy, offered.station);
}

void Replaying::keep(std::uint32_t holder, const Message& m, std::uint32_t station) {
    if (holder >= nets_.size() || !nets_[holder] || m.kind != MailKind::mail || m.proxied) return;
    Message kept = m;
    kept.identity = site_.plan_.identity_at(m, station);
    nets_[holder]->add(kept, site_.now_);
}

/// When operators have a station's mail sent again, then all that it handed on in the time that they say is in its queue once
/// more. Mail of a path that ends outside will be there twice; inside it is found out.
std::uint64_t Replaying::replay(std::uint32_t station, const MeasurePlan& measure) {
    std::vector<Message> again;
    const SimTime from = SimTime{measure.length == SimDuration::max() ? std::numeric_limits<std::int64_t>::min() : (site_.now_ - measure.length).ns};
    nets_[station]->for_each_since(from, site_.now_, [&](const Message& kept) { again.push_back(kept); });
    for (const Message& kept : again) {
        const std::uint32_t copy = site_.messages_.take();
        Message& m = site_.messages_[copy];
        m = kept;
        m.identity = identity_of_replay(kept);
        m.kind = MailKind::replay;
        m.accepted = m.arrived = m.since = site_.now_;
        m.failures = m.tries = m.doubted = 0;
        m.proxied = m.noticed = m.measured = m.greylisted = 0;
        const auto path = site_.path_of(m);
        m.hop = narrow<std::uint8_t>(std::find(path.begin(), path.end(), site_.plan_of(station).tier) - path.begin(), "tiers of a path");
        count(m, +1);
        site_.note_here(ends_outside(m) ? Transition::duplicated : Transition::accepted, m.identity, station);
        MQ_CHECK(site_.enter(station, JobRef::message(copy), true) == Site::Entered::yes, "a tier's own mail finds its queue");
    }
    return again.size();
}

/// When a replayed copy has come to the end of its path inside, then it is delivered in the stead of what was lost here, and
/// otherwise thrown away: its recipient has it, or will have.
void Replaying::end_replay(std::uint32_t message, std::uint32_t station) {
    const auto found = lost_.find(site_.messages_[message].identity);
    discard(message, station);
    if (found == lost_.end()) return;
    const Lost original = found->second;
    lost_.erase(found);
    site_.book_hop(original.station, original.message, HopCause::retry, site_.now_ - site_.messages_[original.message].since);
    site_.messages_[original.message].since = site_.now_;
    site_.deliver(original.message, station);
}

void Replaying::discard(std::uint32_t message, std::uint32_t station) {
    const Message& m = site_.messages_[message];
    site_.note_here(Transition::discarded, m.identity, station);
    count(m, -1);
    site_.end_life(message, false);
}

bool Replaying::ends_outside(const Message& m) const { return site_.plan_.tiers[site_.path_of(m).back().index()].outside; }

/// Into the books, or out of them, at whatever site: counts of sites are added up, modulo 2^64, before anybody reads them.
void Replaying::count(const Message& m, std::int64_t n) {
    const auto change = static_cast<std::uint64_t>(n);
    TenantAccount& account = site_.tenants_[m.tenant];
    if (ends_outside(m)) {
        account.counts.duplicated += change;
        account.received += change;
    } else {
        account.counts.generated += change;
    }
}

void Replaying::await_replay(std::uint32_t message, std::uint32_t station) {
    site_.messages_[message].noticed = 1;  // who has lost it does not know of it any more
    lost_.emplace(identity_of_replay(site_.messages_[message]), Lost{message, station});
}

void Replaying::give_up() {
    for (const auto& [identity, lost] : lost_) {
        site_.book_hop(lost.station, lost.message, HopCause::retry, site_.now_ - site_.messages_[lost.message].since);
        site_.drop_for_good(lost.message, lost.station);
    }
    lost_.clear();
}

}  // namespace mailquake
