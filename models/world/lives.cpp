#include "models/world/lives.hpp"

#include <algorithm>

#include "models/world/delay_ledger.hpp"
#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What the states of a tier's workers are, in their order.
std::vector<WorkerDoing> doings_of(const Plan& plan, const TierPlan& tier) {
    using Kind = WorkerDoing::Kind;
    std::vector<WorkerDoing> all(tier.worker_states());
    all[worker_state::idle].kind = Kind::idle;
    all[worker_state::serving].kind = Kind::service;
    all[worker_state::absent].kind = Kind::absent;
    all[worker_state::stalled].kind = Kind::stalled;
    all[worker_state::handing_over].kind = Kind::handing_over;
    const auto calls = narrow<std::uint16_t>(tier.calls.size(), "calls of a tier");
    for (std::uint16_t c = 0; c < calls; ++c) {
        const std::string& callee = plan.tiers[tier.calls[c].to.index()].name;
        all[tier.in_call(c)] = {Kind::call, tier.calls[c].name, callee, c};
        all[tier.in_swallowed_call(c)] = {Kind::no_answer, tier.calls[c].name, callee, c};
    }
    for (std::size_t f = 0; f < tier.flaws.size(); ++f) {
        const FlawPlan& flaw = plan.flaw_plans[tier.flaws[f]];
        const bool of_call = is_of_calls(flaw.trigger) && (flaw.call || tier.calls.size() == 1);
        const std::uint16_t call = flaw.call.value_or(0);
        all[tier.in_flaw(f)] = {Kind::flaw, flaw.name, of_call ? plan.tiers[tier.calls[call].to.index()].name : "",
                                call};
    }
    if (tier.may_slow) all[tier.slowed()].kind = Kind::slowed;
    return all;
}

void add_name(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

BookedPlace describe_station(const Plan& plan, const StationPlan& station) {
    const TierPlan& tier = plan.tiers[station.tier.index()];
    BookedPlace place;
    place.name = station.place;
    place.tier = tier.name;
    place.site = plan.sites[station.site];
    if (tier.partitions > 0) place.partition = plan.partitioned[tier.partitioned].partitions[station.partition];
    place.bulkhead = tier.policies.bulkhead.has_value();
    place.throttle = tier.holder.throttle.has_value();
    place.tarpit = tier.policies.back_pressure.has_value() || tier.policies.tarpit.has_value();
    place.states = doings_of(plan, tier);
    for (const ServerFaultPlan& fault : station.server_faults) {
        if (fault.when.from >= plan.end) continue;
        if (fault.trouble == ServerTrouble::crash) add_name(place.absent_by, plan.faults[fault.fault].name);
        if (fault.trouble == ServerTrouble::pause) add_name(place.stalled_by, plan.faults[fault.fault].name);
    }
    for (std::uint32_t fault : plan.site_down_fault[station.site]) add_name(place.absent_by, plan.faults[fault].name);
    for (std::uint32_t f : tier.flaws)
        if (plan.flaw_plans[f].kind == FlawKind::crash) add_name(place.absent_by, plan.flaw_plans[f].name);
    return place;
}

}  // namespace

void LifeAccount::add(std::uint32_t place, std::uint32_t column, HopWhy why, std::int64_t ns) {
    if (ns == 0) return;
    for (auto e = entries.rbegin(); e != entries.rend(); ++e)
        if (e->place == place && e->column == column && e->why == why) {
            e->ns += ns;
            return;
        }
    entries.push_back({place, column, why, ns});
}

// ---- between sites -----------------------------------------------------------------------------------------------

void LivesOnTheWay::put(Way way, AttemptName name, LifeAccount account) {
    const std::lock_guard lock(mutex_);
    accounts_[{way, name}] = std::move(account);
}

bool LivesOnTheWay::take(Way way, AttemptName name, LifeAccount& account) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find({way, name});
    if (found == accounts_.end()) return false;
    account = std::move(found->second);
    accounts_.erase(found);
    return true;
}

void LivesOnTheWay::link(AttemptName name, AttemptName next) {
    const std::lock_guard lock(mutex_);
    next_[name] = next;
}

const LifeAccount* LivesOnTheWay::in_hand(AttemptName name) const {
    for (auto next = next_.find(name); next != next_.end() && accounts_.contains({Way::in_hand, next->second});
         next = next_.find(name))
        name = next->second;
    const auto found = accounts_.find({Way::in_hand, name});
    return found == accounts_.end() ? nullptr : &found->second;
}

// ---- of one site -------------------------------------------------------------------------------------------------

Lives::Lives(const Plan& plan, std::uint16_t site, LivesOnTheWay& on_the_way)
    : plan_(plan), on_the_way_(on_the_way), own_healthy_(plan.tenants->size(), 0), classes_(plan.classes.size()) {
    for (std::uint32_t s = 0; s < plan.stations.size(); ++s) {
        const TierPlan& tier = plan.tiers[plan.stations[s].tier.index()];
        if (plan.stations[s].site != site) continue;
        places_.push_back(s);
        waits_for_.emplace_back();
        for (const WorkerDoing& doing : doings_of(plan, tier)) {
            const bool waits = !doing.callee.empty() && plan.tiers[tier.calls[doing.call].to.index()].partitions > 0;
            waits_for_.back().push_back(
                waits ? narrow<std::uint32_t>(plan.tiers[tier.calls[doing.call].to.index()].partitioned, "partitioned tiers") : kNone);
        }
    }
    for (std::uint32_t p = 0; p < plan.populations.size(); ++p)
        if (plan.populations[p].site == site) places_.push_back(narrow<std::uint32_t>(plan.stations.size(), "stations") + p);
}

/// The account of the copy in this record; another copy's, from before, is forgotten.
LifeAccount& Lives::account(std::uint32_t message, std::uint64_t identity) {
    if (accounts_.size() <= message) accounts_.resize(std::max<std::size_t>(message + 1, 2 * accounts_.size()));
    LifeAccount& a = accounts_[message];
    if (a.identity != identity) {
        a.identity = identity;
        a.entries.clear();
        a.way = {};
        a.failed = {};
    }
    return a;
}

void Lives::book(std::uint32_t message, std::uint64_t identity, std::uint32_t holder, std::size_t column,
                 SimDuration d) {
    account(message, identity).add(places_[holder], narrow<std::uint32_t>(column, "columns of the ledger"), {}, d.ns);
}

void Lives::book_failure(std::uint32_t message, std::uint64_t identity, std::uint32_t holder, std::size_t column,
                         SimDuration d) {
    LifeAccount& a = account(message, identity);
    a.add(places_[holder], narrow<std::uint32_t>(column, "columns of the ledger"), a.failed, d.ns);
}

void Lives::book_transfer(std::uint32_t message, std::uint64_t identity, std::uint32_t holder, std::size_t column,
                          SimDuration d) {
    LifeAccount& a = account(message, identity);
    SimDuration rest = d;
    const auto part = [&](HopWhy why, SimDuration some) {
        rest -= some;
        a.add(places_[holder], narrow<std::uint32_t>(column, "columns of the ledger"), why, some.ns);
    };
    part({HopTrouble::loss, HopWhy::kNone, a.way.fault}, a.way.lost);
    part({HopTrouble::stalled, HopWhy::kNone, a.way.fault}, a.way.stalled);
    part({HopTrouble::bandwidth}, a.way.queued);
    part({}, rest);
    a.way = {};
    a.failed = {};
}

void Lives::copy(std::uint32_t from, std::uint64_t from_identity, std::uint32_t to, std::uint64_t to_identity) {
    const LifeAccount same = account(from, from_identity);
    LifeAccount& a = account(to, to_identity);
    a.entries = same.entries;
    a.way = same.way;
    a.failed = same.failed;
}

void Lives::leave(AttemptName attempt, std::uint32_t message, std::uint64_t identity, const LifeAccount::OnTheWay& way) {
    LifeAccount with_it = account(message, identity);
    with_it.way = way;
    on_the_way_.put(LivesOnTheWay::Way::offer, attempt, std::move(with_it));
}

void Lives::arrive(AttemptName attempt, std::uint32_t message, std::uint64_t identity) {
    LifeAccount& a = account(message, identity);
    MQ_CHECK(on_the_way_.take(LivesOnTheWay::Way::offer, attempt, a), "a copy's life travels with it");
}

void Lives::give_up(const Message& proxied, std::uint32_t message) {
    on_the_way_.put(LivesOnTheWay::Way::refusal, {proxied.failures, static_cast<std::uint64_t>(proxied.arrived.ns)},
                    account(message, proxied.identity));
}

void Lives::come_back(AttemptName attempt, std::uint32_t message) {
    LifeAccount back;
    if (on_the_way_.take(LivesOnTheWay::Way::refusal, attempt, back)) accounts_[message] = std::move(back);
}

void Lives::have_in_hand(const Message& proxied, std::uint32_t message) {
    on_the_way_.put(LivesOnTheWay::Way::in_hand, {proxied.failures, static_cast<std::uint64_t>(proxied.arrived.ns)},
                    account(message, proxied.identity));
}

void Lives::hand_on(const Message& proxied, AttemptName own) {
    on_the_way_.link({proxied.failures, static_cast<std::uint64_t>(proxied.arrived.ns)}, own);
}

void Lives::end(const Message& m, std::uint32_t message, SimDuration delay, bool censored, bool late) {
    close(m, account(message, m.identity), delay, censored, late);
}

void Lives::end_in_hand(const Message& m, AttemptName attempt, std::uint32_t message, SimDuration delay, bool late) {
    const LifeAccount* elsewhere = on_the_way_.in_hand(attempt);
    close(m, elsewhere != nullptr ? *elsewhere : account(message, m.identity), delay, true, late);
}

bool Lives::own_healthy(std::uint32_t tenant) {
    if (own_healthy_[tenant] == 0) own_healthy_[tenant] = plan_.own_healthy(tenant) ? 2 : 1;
    return own_healthy_[tenant] == 2;
}

/// The books of all copies get what the account of this one says.
void Lives::close(const Message& m, const LifeAccount& account, SimDuration delay, bool censored, bool late) {
    std::int64_t sum = 0;
    for (const LifeAccount::Entry& e : account.entries) sum += e.ns;
    MQ_CHECK(sum == delay.ns, "the parts of a copy's life sum to its delay, to the ns");
    late &= m.kind == MailKind::mail;
    const bool collateral = late && own_healthy(m.tenant) && !plan_.own_place_hit(m);
    const auto count = [&](CopyTotal& total) {
        ++total.copies;
        total.censored += censored ? 1 : 0;
        total.delay += delay.ns;
    };
    ClassLives& of_class = classes_[m.tenant_class];
    count(of_class.all);
    if (late) count(of_class.late);
    if (collateral) count(of_class.collateral);
    std::uint32_t place = 0;
    std::map<Column, Cell>* cells = nullptr;
    for (const LifeAccount::Entry& e : account.entries) {
        if (cells == nullptr || e.place != place) {
            place = e.place;
            cells = &cells_[{e.place, m.tenant_class}];
        }
        Cell& cell = (*cells)[{e.column, e.why}];
        cell.all += e.ns;
        if (late) cell.late += e.ns;
        if (collateral) cell.collateral += e.ns;
    }
}

// ---- requests and workers ----------------------------------------------------------------------------------------

std::uint16_t Lives::crowd_of(std::size_t waiting) {
    unsigned shift = 0;
    while (waiting >> shift > 0xfffU && shift < 15) ++shift;
    return narrow<std::uint16_t>(shift << 12U | std::min<std::size_t>(waiting >> shift, 0xfffU), "crowds");
}

void Lives::call_begins(JobRef job, std::uint16_t crowd) {
    auto& crowds = behind_[job.is_request()];
    if (crowds.size() <= job.index()) crowds.resize(std::max<std::size_t>(job.index() + 1U, 2 * crowds.size()), 0);
    crowds[job.index()] = crowd;
}

void Lives::was_in_call(std::uint32_t station, std::uint16_t call, JobRef job, SimDuration d) {
    behind_calls_[{places_[station], call}] += TimeArea{d.ns} * size_of(behind(job));
}

void Lives::had_slot(std::uint32_t holder, HopWhy why, SimDuration d, std::size_t crowd, std::uint32_t to) {
    if (d.ns > 0 && crowd > 0) slots_[{places_[holder], why, to}] += TimeArea{d.ns} * static_cast<std::int64_t>(crowd);
}

void Lives::request_came(std::uint32_t index, SimTime now) {
    if (requests_.size() <= index) requests_.resize(std::max<std::size_t>(index + 1, 2 * requests_.size()));
    requests_[index] = {now, now};
}

std::uint32_t Lives::class_of(std::uint32_t tenant) const {
    return tenant == kClients ? narrow<std::uint32_t>(classes_.size(), "tenant classes") : plan_.tenants->class_of(tenant);
}

Lives::CallBooks& Lives::books_of(const Request& request, std::uint32_t callee) {
    const CallSite& caller = plan_.call_sites.at(request.call);
    CallBooks& books = calls_[{callee, caller.station, caller.call, class_of(request.tenant)}];
    if (books.own.columns.empty())
        for (CallTimes* times : {&books.own, &books.behind})
            times->columns.resize(2 * plan_.tiers[plan_.stations[callee].tier.index()].worker_states(), 0);
    return books;
}

/// How long the caller waits at most.
SimDuration Lives::patience(const Request& request) const {
    const CallSite& from = plan_.call_sites.at(request.call);
    return plan_.tiers[plan_.stations[from.station].tier.index()].calls[from.call].timeout;
}

/// What lies beyond the call's time-out is no part of the caller's wait. Sign-ins are calls of nobody.
void Lives::book_request_wait(std::uint32_t index, const Request& request, std::uint32_t station,
                              std::span<const WorkerStates::Part> parts, SimTime now) {
    RequestLife& life = requests_[index];
    const SimTime since = std::exchange(life.since, now);
    if (request.kind != Caller::worker || now == since) return;
    const SimDuration waited_for = std::min(now, life.came + patience(request)) - since;
    if (waited_for.ns <= 0) return;
    CallBooks& books = books_of(request, places_[station]);
    for (const auto& [state, wait] : parts) {
        const TimeArea time = static_cast<TimeArea>(wait.ns) * waited_for.ns / (now - since).ns;
        books.own.columns[state] += time;
        books.behind.columns[state] += time * size_of(request.population);
    }
}

void Lives::book_request_work(std::uint32_t index, const Request& request, std::uint32_t station, std::size_t state,
                              SimTime now) {
    RequestLife& life = requests_[index];
    const SimTime since = std::exchange(life.since, now);
    hold(station, state, request.tenant, now - since);
    if (request.kind != Caller::worker) return;
    const SimDuration waited_for = std::min(now, life.came + patience(request)) - since;
    if (waited_for.ns <= 0) return;
    CallBooks& books = books_of(request, places_[station]);
    const std::size_t column = books.own.columns.size() / 2 + state;
    books.own.columns[column] += waited_for.ns;
    books.behind.columns[column] += TimeArea{waited_for.ns} * size_of(request.population);
}

void Lives::book_request_way(const Request& request, std::uint32_t callee, HopWhy why, SimTime from, SimDuration d) {
    if (request.kind != Caller::worker) return;
    const SimDuration waited_for = std::min(d, request.since + patience(request) - from);
    if (waited_for.ns <= 0) return;
    CallBooks& books = books_of(request, callee);
    books.own.ways[why] += waited_for.ns;
    books.behind.ways[why] += TimeArea{waited_for.ns} * size_of(request.population);
}

void Lives::service_is_slow(std::uint32_t worker, const SlowedService& parts) {
    slow_services_.erase(worker);
    if (parts.by.empty()) return;
    Slowness& slowness = slowed_[places_[parts.station]];
    slowness.own += parts.own.ns;
    for (const auto& [fault, extra] : parts.by) slowness.by[fault] += extra.ns;
    slow_services_[worker] = parts;
}

void Lives::pace_ends(std::uint32_t worker, SimDuration left) {
    const auto found = slow_services_.find(worker);
    if (found == slow_services_.end()) return;
    const SlowedService& parts = found->second;
    const TimeArea whole = parts.whole().ns;
    const auto not_done = [&](SimDuration part) { return whole == 0 ? TimeArea{0} : TimeArea{part.ns} * left.ns / whole; };
    Slowness& slowness = slowed_[places_[parts.station]];
    slowness.own -= not_done(parts.own);
    for (const auto& [fault, extra] : parts.by) slowness.by[fault] -= not_done(extra);
    slow_services_.erase(found);
}

void Lives::hold(std::uint32_t station, std::size_t state, std::uint32_t tenant, SimDuration d) {
    if (d.ns <= 0) return;
    const std::uint32_t tier = waits_for_[station][state];
    const std::uint32_t partition =
        tier == kNone || tenant == kClients ? kNone : plan_.tenants->partition(tenant, tier);
    holds_[{places_[station], narrow<std::uint32_t>(state, "states of a worker"), class_of(tenant), partition}] += d.ns;
}

// ---- the outcome -------------------------------------------------------------------------------------------------

void describe_lives(const Plan& plan, LivesOutcome& outcome) {
    for (const StationPlan& station : plan.stations) outcome.places.push_back(describe_station(plan, station));
    for (const PopulationPlan& population : plan.populations) {
        BookedPlace place;
        place.name = population.name;
        place.site = plan.sites[population.site];
        place.users = population.users;
        outcome.places.push_back(std::move(place));
    }
    outcome.classes.resize(plan.classes.size());
}

void Lives::collect(LivesOutcome& outcome) const {
    for (const auto& [where, cells] : cells_)
        for (const auto& [column, cell] : cells)
            if (cell.all != 0)
                outcome.rows.push_back({where.second, where.first, column.first, column.second, cell.all, cell.late,
                                        cell.collateral});
    for (const auto& [key, books] : calls_)
        outcome.calls.push_back({key.caller, key.call, key.callee, key.tenant_class, books.own, books.behind});
    for (const auto& [key, time] : slots_) outcome.slots.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), time});
    for (const auto& [key, time] : behind_calls_) outcome.behind.push_back({key.first, key.second, time});
    for (const auto& [place, slowness] : slowed_) {
        std::vector<SlowedBy>& parts = outcome.places[place].slowed;
        parts.push_back({SlowedBy::What::own, "", slowness.own});
        for (const auto& [fault, time] : slowness.by)
            parts.push_back(fault == HopWhy::kNone ? SlowedBy{SlowedBy::What::load, "", time}
                                                   : SlowedBy{SlowedBy::What::fault, plan_.faults[fault].name, time});
    }
    for (const auto& [key, time] : holds_) {
        std::string partition;
        if (key.partition != kNone) {
            const TenantDirectory::Partitioned& called =
                plan_.partitioned[waits_for_[plan_.stations[key.place].local][key.state]];
            partition = called.tier + "/" + called.partitions[key.partition];
        }
        outcome.holds.push_back({key.place, key.state, key.tenant_class, std::move(partition), time});
    }
    const auto add = [](CopyTotal& to, const CopyTotal& more) {
        to.copies += more.copies;
        to.censored += more.censored;
        to.delay += more.delay;
    };
    for (std::size_t c = 0; c < classes_.size(); ++c) {
        add(outcome.classes[c].all, classes_[c].all);
        add(outcome.classes[c].late, classes_[c].late);
        add(outcome.classes[c].collateral, classes_[c].collateral);
    }
}

void merge_rows(LivesOutcome& outcome) {
    const auto where = [](const BookedRow& r) { return std::tuple(r.place, r.tenant_class, r.column, r.why); };
    std::sort(outcome.rows.begin(), outcome.rows.end(),
              [&](const BookedRow& a, const BookedRow& b) { return where(a) < where(b); });
    std::vector<BookedRow> merged;
    for (const BookedRow& row : outcome.rows) {
        if (merged.empty() || where(merged.back()) != where(row)) {
            merged.push_back(row);
            continue;
        }
        merged.back().all += row.all;
        merged.back().late += row.late;
        merged.back().collateral += row.collateral;
    }
    outcome.rows = std::move(merged);
}

}  // namespace mailquake
