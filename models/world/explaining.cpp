#include "models/world/explaining.hpp"

#include <algorithm>
#include <utility>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void Explaining::hop(std::uint32_t holder, std::uint32_t message, HopCause cause, SimDuration d) {
    const std::size_t column = 2 * site_.ledger_.states(holder) + static_cast<std::size_t>(cause);
    const std::uint64_t identity = site_.messages_[message].identity;
    const bool failed = cause == HopCause::attempt_failed || cause == HopCause::retry || cause == HopCause::outside_retry;
    if (failed) site_.lives_->book_failure(message, identity, holder, column, d);
    else site_.lives_->book(message, identity, holder, column, d);
}

void Explaining::transfer(std::uint32_t station, std::uint32_t message, SimDuration way) {
    const std::size_t column = 2 * site_.ledger_.states(station) + static_cast<std::size_t>(HopCause::transfer);
    site_.lives_->book_transfer(message, site_.messages_[message].identity, station, column, way);
}

void Explaining::wait(std::uint32_t station, std::uint32_t server, std::uint32_t message) {
    const Message& m = site_.messages_[message];
    for (const auto& [state, wait] : site_.stations_[station].states_of(server).divide(m.since, site_.now_))
        site_.lives_->book(message, m.identity, station, state, wait);
}

void Explaining::work(const SiteRecords::Worker& w, SimDuration d) {
    const Message& m = site_.messages_[w.job.index()];
    site_.lives_->book(w.job.index(), m.identity, w.station, site_.ledger_.states(w.station) + w.state, d);
    site_.lives_->hold(w.station, w.state, m.tenant, d);
    was_in_call(w, d);
}

void Explaining::request_wait(std::uint32_t station, std::uint32_t server, std::uint32_t request) {
    const auto parts = site_.stations_[station].states_of(server).divide(site_.lives_->request_since(request), site_.now_);
    site_.lives_->book_request_wait(request, site_.requests_[request], station, parts, site_.now_);
}

void Explaining::request_work(const SiteRecords::Worker& w) {
    const SimDuration d = site_.now_ - site_.lives_->request_since(w.job.index());
    site_.lives_->book_request_work(w.job.index(), site_.requests_[w.job.index()], w.station, w.state, site_.now_);
    was_in_call(w, d);
}

void Explaining::was_in_call(const SiteRecords::Worker& w, SimDuration d) {
    const TierPlan& tier = site_.tier_of(w.station);
    if (w.state < tier.in_call(0) || w.state >= tier.in_swallowed_call(0)) return;
    site_.lives_->was_in_call(w.station, narrow<std::uint16_t>(w.state - tier.in_call(0), "calls of a tier"), w.job, d);
}

// ---- what an account goes with -----------------------------------------------------------------------------------

void Explaining::departure(AttemptName name, const Attempt& attempt, const TransferPlan& plan) {
    LifeAccount::OnTheWay way{plan.lost, plan.stalled, plan.queued_for_bandwidth};
    if (plan.lost.ns > 0 || plan.stalled.ns > 0)
        way.fault = link_fault(plan_of(attempt.station).site, site_.now_, plan.at);
    if (attempt.worker == kNoWorker) slots_[truncated<std::uint32_t>(name.key >> 32)].way = way;
    site_.lives_->leave(name, attempt.message, site_.messages_[attempt.message].identity, way);
}

void Explaining::arrival(const Parcel& parcel, std::uint32_t message) {
    site_.lives_->arrive({parcel.from, parcel.key}, message, parcel.message.identity);
    kept(plan_of(parcel.station).local, message, ListenBacklog::kept(parcel));
}

void Explaining::kept(std::uint32_t station, std::uint32_t message, SimDuration d) {
    site_.lives_->book(message, site_.messages_[message].identity, station, worker_state::stalled, d);
}

void Explaining::copy(std::uint32_t from, std::uint32_t to) {
    site_.lives_->copy(from, site_.messages_[from].identity, to, site_.messages_[to].identity);
}

/// The copy in this record has another identity from now on, and the same life.
void Explaining::rename(std::uint32_t message, std::uint64_t identity) {
    site_.lives_->copy(message, site_.messages_[message].identity, message, identity);
}

void Explaining::duplicate(const SiteRecords::Worker& w, std::uint32_t copy_of_it) {
    copy(w.job.index(), copy_of_it);
    const SimDuration open = site_.now_ - site_.messages_[w.job.index()].since;
    site_.lives_->book(copy_of_it, site_.messages_[copy_of_it].identity, w.station, site_.ledger_.states(w.station) + w.state, open);
}

// ---- who has the connections ----------------------------------------------------------------------------------------

void Explaining::attempt_begins(std::uint32_t slot) {
    const Attempt& attempt = site_.attempts_[slot];
    if (attempt.worker != kNoWorker) return;
    const auto& q = site_.queues_[attempt.queue];
    std::size_t crowd = q.queue.waiting();
    for (std::uint32_t other = 0; q.shares_processes && other < site_.queues_.size(); ++other)
        if (other != attempt.queue && site_.queues_[other].holder == q.holder && site_.queues_[other].server == q.server) crowd += site_.queues_[other].queue.waiting();
    if (slots_.size() <= slot) slots_.resize(std::max<std::size_t>(slot + 1, 2 * slots_.size()));
    slots_[slot] = {site_.now_, crowd, {}};
}

void Explaining::attempt_is_over(std::uint32_t slot, Reply reply) {
    const Attempt& attempt = site_.attempts_[slot];
    const bool accepted = reply == Reply::accepted || reply == Reply::dropped;
    const bool has_slot = attempt.worker == kNoWorker;
    if (!accepted) attempt_fails(attempt.message, attempt.station, reply, has_slot ? slots_[slot].since : attempt.began);
    if (!has_slot) return;
    const auto& q = site_.queues_[attempt.queue];
    const std::uint32_t to = q.shares_processes ? attempt.station : HopWhy::kNone;
    const Slot had = std::exchange(slots_[slot], {site_.now_, slots_[slot].crowd, {}});
    SimDuration rest = site_.now_ - had.since;
    const auto part = [&](HopWhy why, SimDuration d) {
        site_.lives_->had_slot(q.holder, why, d, had.crowd, to);
        rest -= d;
    };
    if (accepted) {
        part({HopTrouble::loss, HopWhy::kNone, had.way.fault}, had.way.lost);
        part({HopTrouble::stalled, HopWhy::kNone, had.way.fault}, had.way.stalled);
        part({HopTrouble::bandwidth}, had.way.queued);
        part({}, rest);
    } else {
        part(site_.lives_->failure_of(attempt.message, site_.messages_[attempt.message].identity), rest);
    }
}

// ---- why copies wait for their next try --------------------------------------------------------------------------

const StationPlan& Explaining::plan_of(std::uint32_t station) const { return site_.plan_.stations[station]; }

/// Routes find back later than the link, so it is the fault's for so much longer.
std::uint32_t Explaining::link_fault(std::uint16_t other, SimTime since, SimTime until) const {
    since = std::max(SimTime::zero(), since - site_.plan_.network.spec.convergence);
    for (std::uint32_t f = 0; f < site_.plan_.faults.size(); ++f)
        if (site_.meets_link_fault(f, other, since, until)) return f;
    return HopWhy::kNone;
}

/// The first fault that acted meanwhile on this station (a global id), its site, or a link between it and here.
std::uint32_t Explaining::fault_at(std::uint32_t station, SimTime since) const {
    const StationPlan& plan = plan_of(station);
    const auto acted = [&](const Stretch& when) { return when.from <= site_.now_ && since < when.to; };
    const auto& site_down = site_.plan_.site_down[plan.site];
    for (std::size_t k = 0; k < site_down.size(); ++k)
        if (acted(site_down[k])) return site_.plan_.site_down_fault[plan.site][k];
    const auto first_of = [&](const auto& faults) {
        const auto found = std::find_if(faults.begin(), faults.end(), [&](const auto& f) { return acted(f.when); });
        return found == faults.end() ? HopWhy::kNone : found->fault;
    };
    for (const std::uint32_t fault : {first_of(plan.server_faults), first_of(plan.no_answer), first_of(plan.answer_faults), first_of(plan.gray)})
        if (fault != HopWhy::kNone) return fault;
    return plan.site == site_.id_ ? HopWhy::kNone : link_fault(plan.site, since, site_.now_);
}

void Explaining::attempt_fails(std::uint32_t message, std::uint32_t station, Reply reply, SimTime began) {
    const HopTrouble what = reply == Reply::unreachable  ? HopTrouble::unreachable
                            : reply == Reply::timed_out || reply == Reply::not_greeted || reply == Reply::broken ? HopTrouble::timed_out
                            : reply == Reply::greylisted ? HopTrouble::greylisted
                                                         : HopTrouble::turned_away;
    waits_after(message, what, station, what == HopTrouble::greylisted ? HopWhy::kNone : fault_at(station, began));
}

void Explaining::call_fails(const SiteRecords::Worker& w) {
    const TierPlan& tier = site_.tier_of(w.station);
    if (w.call >= tier.calls.size()) {
        waits_after(w.job.index(), HopTrouble::none, HopWhy::kNone);
        return;
    }
    const TierId to = tier.calls[w.call].to;
    const std::uint32_t tenant = site_.messages_[w.job.index()].tenant;
    const StationId callee = site_.plan_.station(to, site_.plan_.nearest(to, site_.id_, site_.now_, site_.plan_.partition_of(to, tenant)), tenant);
    waits_after(w.job.index(), HopTrouble::call_failed, callee.value, fault_at(callee.value, w.call_began));
}

void Explaining::waits_after(std::uint32_t message, HopTrouble what, std::uint32_t station, std::uint32_t fault) {
    site_.lives_->fail(message, site_.messages_[message].identity, {what, station, fault});
}

void Explaining::waits_for_others(std::uint32_t message, std::uint32_t station) {
    waits_after(message, HopTrouble::unreachable, station, fault_at(station, site_.now_));
}

// ---- requests and services ---------------------------------------------------------------------------------------

void Explaining::call_begins(const SiteRecords::Worker& w) {
    site_.book_worker(w);  // an earlier try had a crowd of its own
    site_.lives_->call_begins(w.job, Lives::crowd_of(site_.stations_[w.station].waiting()));
}

void Explaining::way_was_lossy(const Request& request, std::uint32_t callee, SimDuration lost) {
    if (lost.ns > 0) site_.lives_->book_request_way(request, callee, {HopTrouble::loss}, site_.now_, lost);
}

void Explaining::answer_is_late(const Request& request, std::uint32_t callee, std::uint32_t fault, SimDuration late, SimDuration more) {
    site_.lives_->book_request_way(request, callee, {HopTrouble::late_answer, HopWhy::kNone, fault}, site_.now_ + late, more);
}

void Explaining::service_is_slow(std::uint32_t worker, const SlowedService& parts) { site_.lives_->service_is_slow(worker, parts); }

void Explaining::pace_ends(std::uint32_t worker, SimDuration left) { site_.lives_->pace_ends(worker, left); }

// ---- the end of the run ------------------------------------------------------------------------------------------

void Explaining::lay_down() {
    site_.messages_.for_each([&](std::uint32_t index, const Message& m) {
        if (m.proxied) site_.lives_->have_in_hand(m, index);
    });
    site_.attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        if (a.worker != kNoWorker) site_.lives_->hand_on(site_.messages_[a.message], {site_.id_, Attempt::key(slot, a.token)});
    });
}

/// Everybody has booked up to the end of the run. A copy that proxies have in hand is the upstream party's, and its life is in
/// the account of the last one of them.
void Site::end_lives(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand,
                     LivesOutcome& outcome) {
    const auto is_in = [](std::span<const AttemptName> names, AttemptName name) {
        return std::binary_search(names.begin(), names.end(), name);
    };
    std::vector<std::pair<std::uint32_t, AttemptName>> with_others;  // by message: its attempt
    std::vector<std::uint32_t> gone;
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        const AttemptName name{id_, Attempt::key(slot, a.token)};
        if (is_in(accepted, name))
            gone.push_back(a.message);
        else if (is_in(in_hand, name))
            with_others.emplace_back(a.message, name);
    });
    std::sort(gone.begin(), gone.end());
    std::sort(with_others.begin(), with_others.end());
    messages_.for_each([&](std::uint32_t index, const Message& m) {
        if (m.proxied || std::binary_search(gone.begin(), gone.end(), index)) return;
        const auto other =
            std::lower_bound(with_others.begin(), with_others.end(), std::pair(index, AttemptName{0, 0}));
        const SimDuration age = plan_.end - m.accepted;
        if (other != with_others.end() && other->first == index)
            lives_->end_in_hand(m, other->second, index, age, is_late(m, age));
        else
            lives_->end(m, index, age, true, is_late(m, age));
    });
    lives_->collect(outcome);
}

}  // namespace mailquake
