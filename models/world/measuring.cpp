// What is counted once a minute and at the end: series of queues and clients, snapshots in qshape's columns, and this
// site's part of the outcome.
#include <algorithm>
#include <bit>
#include <map>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr SimDuration kSnapshotEvery = 10_min;

std::size_t age_column(SimDuration age) {
    std::size_t column = 0;
    for (SimDuration bound = 5_min; column + 1 < Qshape::kAges && age > bound; bound = bound * 2) ++column;
    return column;
}

TimeArea busy_area(const Station& station, SimTime now, TimeArea& all) {
    TimeArea busy = 0;
    for (const WorkerStates& states : station.states())
        for (std::size_t s = 0; s < states.states(); ++s) {
            all += states.area(s, now);
            if (s != worker_state::idle && s != worker_state::absent) busy += states.area(s, now);
        }
    return busy;
}

}  // namespace

/// Once a minute: delay notices that are due, a point of each queue's series, and now and then a snapshot.
void Site::on_minute() {
#ifndef NDEBUG
    check_conservation();
#endif
    sweep_notices();
    for (std::size_t h = 0; h < holders_.size(); ++h) {
        const bool station = h < stations_.size();
        const std::size_t waiting = station ? stations_[h].waiting() : 0;
        series_[h].waiting.push_back(narrow<std::uint32_t>(waiting, "copies that wait"));
        series_[h].oldest.push_back(station ? static_cast<float>(stations_[h].ages().oldest(now_).seconds()) : 0.0F);
        QueueSeries& next_hop = series_[holders_.size() + h];
        next_hop.waiting.push_back(narrow<std::uint32_t>(holders_[h].ages.size(), "copies that wait"));
        next_hop.oldest.push_back(static_cast<float>(holders_[h].ages.oldest(now_).seconds()));
    }
    if (now_.ns % kSnapshotEvery.ns == 0) take_snapshot();
    at(now_ + 60_s, Act::minute);
}

void Site::on_warm() {
    for (std::size_t s = 0; s < stations_.size(); ++s) {
        Baseline& b = baseline_[s];
        b.all = 0;
        b.busy = busy_area(stations_[s], now_, b.all);
        b.waiting = stations_[s].length().area(now_);
        stations_[s].wait_time = Histogram();
    }
}

/// Copies by destination and class against their age since acceptance (Postfix's qshape counts from arrival). One in an attempt is
/// still in its queue, as in Postfix's active queue.
void Site::take_snapshot() {
    if (!qshapes_.empty() && qshapes_.back().at == now_) return;  // asked for at an instant that has one anyway
    Qshape shape{.at = now_, .destinations = {}, .classes = {}};
    for (const ClassPlan& c : plan_.classes) shape.classes.push_back({.name = c.name, .by_age = {}});
    std::map<std::string, Qshape::Row> rows;
    const auto count = [&](Qshape::Row& row, std::uint32_t message) {
        const Message& m = messages_[message];
        if (m.proxied) return;
        const std::size_t column = age_column(now_ - m.accepted);
        ++row.by_age[column];
        ++shape.classes[class_of(m)].by_age[column];
    };
    for (std::size_t s = 0; s < stations_.size(); ++s) {
        Qshape::Row row{.name = holders_[s].name, .by_age = {}};
        for (const InputQueue& queue : stations_[s].queues())
            queue.for_each([&](JobRef job) { if (!job.is_request()) count(row, job.index()); });
        rows[row.name] = row;
    }
    const auto row_of = [&](const HopQueue& q) -> Qshape::Row& {
        const std::string name = q.pen ? holders_[q.holder].name + " (deferred)"
                                       : holders_[q.holder].name + " > " + plan_.stations[q.station].place;
        Qshape::Row& row = rows[name];
        row.name = name;
        return row;
    };
    for (const HopQueue& q : queues_) {
        Qshape::Row& row = row_of(q);
        q.queue.for_each([&](std::uint32_t message) { count(row, message); });
    }
    attempts_.for_each([&](std::uint32_t, const Attempt& a) { if (a.worker == kNoWorker) count(row_of(queues_[a.queue]), a.message); });
    for (auto& [name, row] : rows)
        if (std::any_of(row.by_age.begin(), row.by_age.end(), [](std::uint32_t n) { return n > 0; }))
            shape.destinations.push_back(std::move(row));
    qshapes_.push_back(std::move(shape));
}

void Site::sample_clients() {
    for (Population& p : populations_) p.result.signed_in.push_back(narrow<std::uint32_t>(p.signed_in, "clients"));
    at(now_ + kClientPoint, Act::client_sample);
}

void Site::add_holdings(std::vector<std::uint64_t>& owned) const {
    messages_.for_each([&](std::uint32_t, const Message& m) { if (!m.proxied) ++owned[m.tenant]; });
}

/// Every record that this site owns came into being here by acceptance or a report, or over a channel; it is here until
/// its life ends or it is handed over.
void Site::check_conservation() const {
    std::vector<std::uint64_t> owned(plan_.tenants->size(), 0);
    add_holdings(owned);
    for (std::uint32_t t = 0; t < owned.size(); ++t) {
        const TenantAccount* account = tenants_.find(t);
        if (account == nullptr) {
            MQ_CHECK(owned[t] == 0, "conservation: a copy is in somebody's books");
            continue;
        }
        MQ_CHECK(owned[t] + account->counts.ended() + account->handed == account->counts.accepted + account->counts.generated + account->received,
                 "conservation: every copy of a tenant at a site is somewhere, once");
    }
}

void Site::finish_clients(Outcome& outcome) const {
    for (const Population& p : populations_) {
        ClientOutcome result = p.result;
        result.name = plan_.clients[p.plan].name;
        result.count = plan_.clients[p.plan].count;
        if (p.below_since != SimTime::never()) result.below_90 += plan_.end - p.below_since;
        outcome.clients.push_back(std::move(result));
    }
}

void Site::collect_stations(Outcome& outcome) const {
    for (std::uint32_t s = 0; s < stations_.size(); ++s) {
        const Station& station = stations_[s];
        const StationPlan& plan = plan_of(s);
        const TierPlan& tier = tier_of(s);
        TimeArea all = 0;
        const TimeArea busy = busy_area(station, plan_.end, all) - baseline_[s].busy;
        all -= baseline_[s].all;
        const double span = static_cast<double>((plan_.end - plan_.measure_from).ns);
        outcome.stations.push_back(
            {.tier = tier.name,
             .site = plan_.sites[id_],
             .partition = tier.partitions == 0 ? "" : plan_.partitioned[tier.partitioned].partitions[plan.partition],
             .servers = plan.servers,
             .workers = plan.workers,
             .utilization = all > 0 ? static_cast<double>(busy) / static_cast<double>(all) : 0,
             .arrivals = station.arrivals,
             .served = station.served,
             .refused = station.refused,
             .swallowed = station.swallowed,
             .timed_out = station.timed_out,
             .wasted = station.wasted,
             .wait = station.wait_time,
             .queue_mean = span > 0 ? static_cast<double>(station.length().area(plan_.end) - baseline_[s].waiting) / span : 0,
             .queue_max = static_cast<std::uint64_t>(station.length().max()),
             .queue_max_at = station.length().max_at()});
    }
}

void Site::collect_ledger(Outcome& outcome) const {
    static constexpr std::array<std::string_view, kHopCauses> kHop{"connection slot", "transfer", "failed attempt", "retry", "sender's retry", "before the start", "held back"};
    for (std::size_t place = 0; place < holders_.size(); ++place) {
        const std::size_t states = ledger_.states(place);
        std::vector<std::string> names{"idle", "service", "absent", "stalled", "handing over"};
        if (place < stations_.size()) {
            const TierPlan& tier = tier_of(narrow<std::uint32_t>(place, "holders"));
            if (tier.policies.bulkhead) names[worker_state::idle] = "bulkhead";  // nobody else keeps workers idle while copies wait
            for (const CallPlan& call : tier.calls) names.push_back("call " + call.name);
            for (const CallPlan& call : tier.calls) names.push_back("fault: no answer from " + call.name);
            for (std::uint32_t f : tier.flaws) names.push_back("flaw " + plan_.flaw_plans[f].name);
            if (tier.may_slow) names.emplace_back("service, slowed");
        }
        const auto is_tarpit = [&] {
            if (place >= stations_.size()) return false;
            const TierPolicies& policies = tier_of(narrow<std::uint32_t>(place, "holders")).policies;
            return policies.back_pressure || policies.tarpit;
        };
        const auto hop_cause = [&](std::size_t cause) {
            const bool throttled = cause == static_cast<std::size_t>(HopCause::slot) && holders_[place].plan->throttle;
            const bool tarpit = cause == static_cast<std::size_t>(HopCause::transfer) && is_tarpit();
            return throttled ? "throttle" : tarpit ? "transfer, tarpit" : std::string(kHop[cause]);
        };
        for (std::size_t c = 0; c < plan_.classes.size(); ++c) {
            if (ledger_.empty(place, c)) continue;
            for (std::size_t column = 0; column < ledger_.columns(place); ++column) {
                const TimeArea time = ledger_.at(place, c, column);
                if (time == 0) continue;
                std::string cause = column < states       ? "queue: " + names[column]
                                    : column < 2 * states ? names[column - states]
                                                          : hop_cause(column - 2 * states);
                outcome.ledger.push_back({narrow<std::uint32_t>(c, "tenant classes"), holders_[place].name, std::move(cause), time});
            }
        }
    }
}

void Site::collect_backlogs(Outcome& outcome) const {
    for (std::size_t t = 0; t < plan_.tiers.size(); ++t) {
        const bool is_here = std::any_of(posts_.begin(), posts_.end(), [&](const auto& post) { return post.plan->tier.index() == t; });
        if (is_here) outcome.backlogs.push_back({plan_.tiers[t].name, plan_.sites[id_], backlogs_[t].most(), backlogs_[t].most_at()});
    }
}

/// Queues whose series stayed at zero say nothing; populations have no input queue.
void Site::collect_queues(Outcome& outcome) const {
    for (std::size_t k = 0; k < series_.size(); ++k) {
        if (k >= stations_.size() && k < holders_.size()) continue;
        const bool used = std::any_of(series_[k].waiting.begin(), series_[k].waiting.end(), [](std::uint32_t n) { return n > 0; });
        if (used || k < stations_.size()) outcome.queues.push_back(series_[k]);
    }
}

void Site::list_hand_overs(std::vector<AttemptName>& accepted, std::vector<AttemptName>& in_hand) {
    parcels_.for_each([&](std::uint32_t, const Parcel& p) {
        if (p.kind != ParcelKind::reply) return;
        if (p.reply != Reply::accepted) {
            if (!waits_for(p.key) || p.reply == Reply::pending) return;
            const Attempt& attempt = attempts_[truncated<std::uint32_t>(p.key >> 32)];
            if (attempt.worker != kNoWorker) proxy_books_.heard_from_elsewhere(attempt.message, {id_, p.key});
            return;
        }
        if (waits_for(p.key)) accepted.push_back({id_, p.key});
        else losing_.leave_another(p.message.identity, p.message);
        if (!waits_for(p.key) && p.message.proxied) proxy_books_.is_accepted_unheard({id_, p.key});
    });
    messages_.for_each([&](std::uint32_t, const Message& m) {
        if (m.proxied) in_hand.push_back(upstream_of(m));
    });
}

void Site::pass_up(std::span<const AttemptName> accepted, std::vector<AttemptName>& more) const {
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        if (a.worker == kNoWorker || !std::binary_search(accepted.begin(), accepted.end(), AttemptName{id_, Attempt::key(slot, a.token)})) return;
        const Message& m = messages_[a.message];
        more.push_back({m.failures, static_cast<std::uint64_t>(m.arrived.ns)});
    });
}

/// The interval of each copy's life that has not ended is booked up to now, to what the copy is in. A deferred one was
/// booked up to its due time: what lies after the end is taken back.
void Site::book_rest(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand) {
    const auto book = [&](std::uint32_t message, std::uint32_t holder, HopCause cause) {
        Message& m = messages_[message];
        book_hop(holder, message, cause, now_ - m.since);
        m.since = now_;
    };
    for (std::uint32_t s = 0; s < stations_.size(); ++s)
        for (std::uint32_t q = 0; q < stations_[s].queue_count(); ++q)
            stations_[s].queues()[q].for_each([&](JobRef job) {
                if (!job.is_request()) book_queue(s, q, job.index());
                else if (lives_) explaining_.request_wait(s, q, job.index());
            });
    workers_.for_each([&](std::uint32_t, const Worker& w) { if (w.phase != Phase::handing_over) book_worker(w); });
    for (HopQueue& q : queues_)
        q.queue.for_each([&](std::uint32_t message) {
            const Message& m = messages_[message];
            const HopCause retry = q.holder < stations_.size() ? HopCause::retry : HopCause::outside_retry;
            book(message, q.holder, m.since > now_ ? retry : q.pen ? HopCause::held_back : HopCause::slot);
        });
    parcels_.for_each([&](std::uint32_t, const Parcel& p) {
        if (p.kind != ParcelKind::reply || !waits_for(p.key)) return;
        const std::uint32_t message = attempts_[truncated<std::uint32_t>(p.key >> 32)].message;
        messages_[message].since = std::max(messages_[message].since, p.since);
        if (lives_) lives_->come_back({id_, p.key}, message);
    });
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        const AttemptName name{id_, Attempt::key(slot, a.token)};
        for (const auto& elsewhere : {accepted, in_hand})
            if (std::binary_search(elsewhere.begin(), elsewhere.end(), name)) return;
        book(a.message, a.worker == kNoWorker ? queues_[a.queue].holder : workers_[a.worker].station, HopCause::transfer);
    });
}

void Site::finish(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand) {
    now_ = plan_.end;
    replaying_.give_up();
    book_rest(accepted, in_hand);
    if (lives_) explaining_.lay_down();
    std::vector<std::uint32_t> gone;
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        if (std::binary_search(accepted.begin(), accepted.end(), AttemptName{id_, Attempt::key(slot, a.token)})) gone.push_back(a.message);
    });
    std::sort(gone.begin(), gone.end());
    messages_.for_each([&](std::uint32_t index, const Message& m) {
        if (m.proxied || m.kind != MailKind::mail || std::binary_search(gone.begin(), gone.end(), index)) return;
        count_hour(m, tenants_[m.tenant], plan_.end - m.accepted);
        if (!m.measured) return;
        ++censored_[class_of(m)];
        more_[class_of(m)].under_way.add(plan_.end - m.accepted);
    });
}

/// A mitigation on a condition acted from when the first site did it, to when the last one ended it.
static void add_acted(const DisturbancePlan& plan, SimTime since, DisturbanceOutcome& mitigation) {
    if (since == SimTime::never()) return;
    if (!mitigation.start || since < *mitigation.start) mitigation.start = since;
    if (!plan.length) return;
    const SimTime end = saturating_add(since, *plan.length);
    if (!mitigation.end || end > *mitigation.end) mitigation.end = end;
}

void Site::collect(Outcome& outcome) const {
    outcome.fingerprint.merge(transitions_.total());
    outcome.events += event_count_;
    for (std::size_t f = 0; f < fault_touches_.size(); ++f) outcome.faults[f].touched += fault_touches_[f];
    for (std::size_t f = 0; f < flaw_touches_.size(); ++f) outcome.flaws[f].touched += flaw_touches_[f];
    for (std::uint32_t m = 0; m < mitigation_touches_.size(); ++m) {
        outcome.mitigations[m].touched += mitigation_touches_[m];
        add_acted(plan_.mitigations[m], deciding_.since(m), outcome.mitigations[m]);
    }
    for (std::size_t c = 0; c < class_delay_.size(); ++c) {
        ClassOutcome& total = outcome.classes[c];
        total.delay.merge(class_delay_[c]);
        total.censored += censored_[c];
        total.under_way.merge(more_[c].under_way);
        total.lost += more_[c].lost;
        total.excused_destination += more_[c].excused_destination;
        total.excused_greylisting += more_[c].excused_greylisting;
        const Worst& worst = class_worst_[c];
        if (worst.delay.ns < 0) continue;
        outcome.oldest = std::max(outcome.oldest, worst.delay);
        if (!total.worst || worst.delay > total.worst_delay || (worst.delay == total.worst_delay && worst.identity < *total.worst)) {
            total.worst = worst.identity;
            total.worst_delay = worst.delay;
        }
    }
    outcome.minutes.resize(std::max(outcome.minutes.size(), minutes_.size()));
    for (std::size_t k = 0; k < minutes_.size(); ++k) {
        outcome.minutes[k].accepted += minutes_[k].accepted;
        outcome.minutes[k].late += minutes_[k].late;
        outcome.minutes[k].retries += minutes_[k].retries;
        outcome.minutes[k].bad += minutes_[k].bad;
        for (std::size_t band = 0; band < kSlowBounds.size(); ++band) outcome.minutes[k].slow[band] += minutes_[k].slow[band];
        // Changes for now, a running sum once all sites are in (simulate.cpp).
        outcome.minutes[k].overdue += std::bit_cast<std::uint32_t>(minutes_[k].overdue_change);
    }
    const auto earlier = [](std::optional<SimTime>& a, const std::optional<SimTime>& b) { if (b && (!a || *b < *a)) a = b; };
    outcome.retry_attempts += retry_attempts_;
    outcome.notices += notices_;
    outcome.bounces += bounces_;
    earlier(outcome.first_notice, first_notice_);
    earlier(outcome.first_bounce, first_bounce_);
    outcome.story.insert(outcome.story.end(), story_.begin(), story_.end());
    outcome.repeated.insert(outcome.repeated.end(), repeated_.begin(), repeated_.end());
    draining_.collect(outcome);
    collect_stations(outcome);
    collect_queues(outcome);
    collect_backlogs(outcome);
    collect_ledger(outcome);
    finish_clients(outcome);
}

}  // namespace mailquake
