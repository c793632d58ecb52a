// The site's construction, its loop, the dispatch of events, and parcels in and out.
#include "models/world/site.hpp"

#include <algorithm>

#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What is left of a session in steady state: its client began the first one between five and six mean lengths ago.
SimDuration rest_of(const Law& session, RandomStream& luck) {
    if (session.mean().ns == 0) return SimDuration::zero();
    SimDuration since{static_cast<std::int64_t>((5 + luck.uniform()) * static_cast<double>(session.mean().ns))};
    while (true) {
        const SimDuration length = session.draw(luck);
        if (length > since) return length - since;
        since -= length;
    }
}

QueuePolicy queue_policy(const StationPlan& plan, const TierPlan& tier) {
    QueuePolicy policy = tier.policies.queue;
    const std::uint32_t servers = tier.spread == Spread::shared ? plan.servers : 1;
    if (tier.policies.bulkhead) policy.bound = tier.policies.bulkhead->bound(servers * plan.workers);
    return policy;
}

}  // namespace

Site::Site(const Plan& plan, std::uint16_t id, SiteChannels channels, const SiteWatch& watch)
    : SiteAgenda(id),
      SiteMeasures(plan, id, watch),
      plan_(plan),
      id_(id),
      channels_(std::move(channels)),
      has_sent_to_(channels_.sites_of->size(), 0),
      links_(plan.network, {id}),
      network_(plan.seed, place_identity("sites/" + plan.sites[id])) {
    [[maybe_unused]] const DrawLog::Scope draws(draws_);
    sent_to_.reserve(has_sent_to_.size());
    for (Channel<Parcel>* channel : channels_.in)
        if (channel != nullptr) inbox_.push_back(channel);
    for (const StationPlan& station : plan_.stations) station_prints_.emplace_back(station.hash);
    for (const ClassPlan& c : plan_.classes) paths_.insert(paths_.end(), c.path.begin(), c.path.end());
    fix_stations();
    RandomStream unused(network_.mail, 0);
    inside_transfer_ = links_.plan_mail({id_}, SimTime::zero(), Bytes{0}, unused).at - SimTime::zero();
    add_stations();
    add_populations_and_sources();
    schedule_plan(watch.qshape_at);
    put_backlog();
}

/// Mail that goes to another tier of this site, or home, whoever it is for, has one next station; that is found here once.
void Site::fix_stations() {
    for (std::size_t number = 0; number < paths_.size(); ++number) {
        path_begins_.push_back(narrow<std::uint32_t>(fixed_stations_.size(), "stations of all paths"));
        const auto direction = static_cast<Direction>(number % kDirections);
        for (std::size_t hop = 0; hop < paths_[number].size(); ++hop) {
            const TierPlan& tier = plan_.tiers[paths_[number][hop].index()];
            const bool goes_home = hop + 1 == paths_[number].size() && direction != Direction::outbound;
            StationId fixed;
            if (!(hop == 0 && direction == Direction::inbound) && !tier.outside && tier.partitions == 0 && !plan_.has_bypasses) {
                if (goes_home) fixed = fixed_home(number / kDirections, tier);
                else if (tier.known_down[id_].empty()) fixed = tier.first_station[id_];
            }
            fixed_stations_.push_back(fixed);
        }
    }
}

void Site::add_holder(const HolderPlan& plan, const std::string& name, BacklogCount& backlog) {
    const std::uint64_t hash = place_identity("holders/" + name);
    holders_.push_back({.plan = &plan,
                        .name = name,
                        .hash = hash,
                        .retry_luck = StreamKey(plan_.seed, hash, draws::retry),
                        .host_luck = StreamKey(plan_.seed, hash, draws::host_retry),
                        .overflow_luck = StreamKey(plan_.seed, hash, draws::overflow),
                        .scan_luck = StreamKey(plan_.seed, hash, draws::scan),
                        .queue_to = {},
                        .ages = {},
                        .backlog = &backlog,
                        .watched = {}});
    holder_prints_.emplace_back(hash);
    sends_notices_ = sends_notices_ || plan.notice_after;
}

void Site::add_stations() {
    for (std::uint32_t s = 0; s < plan_.stations.size(); ++s) {
        const StationPlan& plan = plan_.stations[s];
        if (plan.site != id_) continue;
        MQ_CHECK(plan.local == station_ids_.size(), "stations of a site are numbered in the plan's order");
        const TierPlan& tier = plan_.tiers[plan.tier.index()];
        station_ids_.push_back(s);
        posts_.push_back({&plan, &tier});
        stations_.emplace_back(plan.servers, plan.workers, tier.spread, tier.discipline, tier.limit, tier.worker_states(), queue_policy(plan, tier));
        if (tier.slope.ns > 0)
            for (Server& server : stations_.back().servers()) ++server.odd;
        stations_.back().count_in(backlogs_[plan.tier.index()]);
        if (const std::size_t place = ledger_.add_place(tier.worker_states()); tier.hand_over == HandOver::held) ledger_.keep_apart(place);
        add_holder(tier.holder, plan.place, backlogs_[plan.tier.index()]);
        flawed_.emplace_back();
        set_flaws(plan.local);
    }
    first_population_ = narrow<std::uint32_t>(stations_.size(), "stations");
    pen_of_.assign(stations_.size(), kNone);
    refusing_.resize(stations_.size());
    add_guards();
    baseline_.resize(stations_.size());
}

void Site::add_populations_and_sources() {
    population_holder_.assign(plan_.populations.size(), kNone);
    for (std::uint32_t p = 0; p < plan_.populations.size(); ++p) {
        if (plan_.populations[p].site != id_) continue;
        population_holder_[p] = narrow<std::uint32_t>(holders_.size(), "holders");
        ledger_.add_place(0);
        add_holder(plan_.populations[p].holder, plan_.populations[p].name, backlogs_.back());
    }
    for (std::uint32_t s = 0; s < plan_.sources.size(); ++s) {
        if (plan_.sources[s].site != id_) continue;
        sources_.push_back({.plan = s});
        find_straight_way(sources_.back());
        schedule_arrival(narrow<std::uint32_t>(sources_.size() - 1, "sources"), sources_.back());
    }
    population_of_plan_.assign(plan_.clients.size(), kNone);
    for (std::uint32_t c = 0; c < plan_.clients.size(); ++c) {
        const ClientPlan& plan = plan_.clients[c];
        if (plan.at != id_) continue;
        population_of_plan_[c] = narrow<std::uint32_t>(populations_.size(), "populations");
        populations_.push_back({.plan = c, .clients = std::vector<Client>(plan.count), .result = {}});
        Population& p = populations_.back();
        p.signed_in = p.result.min_signed_in = plan.count;
        for (std::uint32_t k = 0; k < plan.count; ++k) {
            p.clients[k].site = plan.site;
            RandomStream luck(plan.session_luck, sign_in_identity(plan, k, p.clients[k]));
            p.clients[k].timer = timer_for(first_by_number(k), SimTime::zero() + rest_of(plan.session, luck), Act::session_end, k, population_of_plan_[c]);
        }
    }
}

void Site::schedule_plan(std::span<const SimTime> qshape_at) {
    for (std::uint32_t s = 0; s < stations_.size(); ++s) {
        const StationPlan& plan = plan_of(s);
        for (std::uint64_t f = 0; f < plan.server_faults.size(); ++f) {
            at(plan.server_faults[f].when.from, Act::trouble, s, f << 1 | 1);
            if (plan.server_faults[f].when.to != SimTime::never()) at(plan.server_faults[f].when.to, Act::trouble, s, f << 1);
        }
        for (std::uint64_t e = 0; e < plan.added.size(); ++e)
            if (plan.added[e].at != SimTime::never()) at(plan.added[e].at, Act::add_servers, s, e);
    }
    replaying_.begin();
    schedule_measures();
    for (std::uint32_t k = 0; k < plan_.site_down[id_].size(); ++k) {
        at(plan_.site_down[id_][k].from, Act::site_trouble, k << 1 | 1);
        if (plan_.site_down[id_][k].to != SimTime::never()) at(plan_.site_down[id_][k].to, Act::site_trouble, k << 1);
    }
    if (!populations_.empty()) {
        at(SimTime::zero() + 10_s, Act::client_sample);
        std::set<SimTime> changes(plan_.network.timeline.change_times().begin(), plan_.network.timeline.change_times().end());
        for (SimTime t = plan_.network.routes.next_change(SimTime::zero()); t != SimTime::never(); t = plan_.network.routes.next_change(t)) changes.insert(t);
        for (SimTime change : changes) at(change, Act::network_change);
        for (const auto& site : plan_.site_down)
            for (const Stretch& down : site) at(down.from, Act::network_change);
    }
    begin_scaling();
    begin_looking();
    listen_.begin();
    noticing_.begin();
    draining_.begin();
    at(SimTime::zero() + 60_s, Act::minute);
    at(plan_.measure_from, Act::warm);
    for (SimTime t : qshape_at) at(t, Act::snapshot);
    for (std::uint32_t holder = 0; holder < 2 * holders_.size(); ++holder) {
        const bool next_hop = holder >= holders_.size();
        const std::string& name = holders_[holder % holders_.size()].name;
        const std::size_t h = holder % holders_.size();
        series_.push_back({.name = next_hop ? name + " (next hop)" : name,
                           .tier = h < stations_.size() ? tier_of(narrow<std::uint32_t>(h, "holders")).name : name,
                           .site = plan_.sites[id_],
                           .next_hop = next_hop,
                           .waiting = {},
                           .oldest = {}});
    }
}

void Site::run_until(SimTime horizon) {
    [[maybe_unused]] const DrawLog::Scope draws(draws_);
    while (events_.next_time() < horizon) {
        const Event event = events_.pop();
        now_ = event.time;
        handle(event);
    }
}

void Site::handle(const Event& e) {
    switch (static_cast<Act>(e.kind)) {
        case Act::arrival: on_arrival(e.a); return;
        case Act::offer: ++event_count_; on_offer(e.a); return;
        case Act::attempt_fails: end_attempt(e.a, static_cast<Reply>(e.b), SimTime::zero()); return;
        case Act::attempt_times_out: on_reply_time_out(e.a); return;
        case Act::greeting_timeout: listen_.on_time_out(e.a, e.b); return;
        case Act::retry_due: on_retry_due(e.a); return;
        case Act::expiry: expiring_.on_due(); return;
        case Act::service_end: on_service_end(e.a, truncated<std::uint32_t>(e.b)); return;
        case Act::call_timer: on_call_timer(e.a); return;
        case Act::answer: on_answer(e.a, truncated<std::uint32_t>(e.b >> 2), static_cast<Answer>(e.b & 3), truncated<std::uint32_t>(e.b >> 34)); return;
        case Act::parcel: on_parcel(e.a); return;
        case Act::trouble: on_trouble(e.a, truncated<std::uint32_t>(e.b >> 1), (e.b & 1) != 0); return;
        case Act::restart: restart_server(e.a, truncated<std::uint32_t>(e.b)); listen_.look(e.a); return;
        case Act::add_servers: on_add_servers(e.a, e.b); return;
        case Act::site_trouble: on_site_trouble(e.a >> 1, (e.a & 1) != 0); return;
        case Act::client_try: on_client_try(truncated<std::uint32_t>(e.b), e.a); return;
        case Act::client_timeout: ++event_count_; try_failed(truncated<std::uint32_t>(e.b), e.a); return;
        case Act::session_end: on_session_end(truncated<std::uint32_t>(e.b), e.a); return;
        case Act::measure: on_measure(e.a, e.b); return;
        case Act::look: deciding_.on_look(); return;
        case Act::network_change: on_network_change(); return;
        case Act::minute: on_minute(); return;
        case Act::client_sample: sample_clients(); return;
        case Act::warm: on_warm(); return;
        case Act::snapshot: take_snapshot(); return;
        case Act::fault_over: draining_.on_end(e.a); return;
        case Act::drain_look: draining_.on_look(); return;
        case Act::throttle_end: on_throttle_end(e.a); return;
        case Act::revival: on_revival(e.a); return;
        case Act::hedge: on_hedge(e.a, truncated<std::uint32_t>(e.b)); return;
        case Act::given_up: on_given_up(e.a, truncated<std::uint32_t>(e.b)); return;
        case Act::autoscale: on_autoscale(e.a); return;
        case Act::scale_out: on_scale_out(e.a, truncated<std::uint32_t>(e.b)); return;
        case Act::look_at_pressure: on_look_at_pressure(e.a); return;
        case Act::monitor: noticing_.on_monitor(e.a); return;
        case Act::announce: noticing_.on_announce(e.a, e.b); return;
        case Act::count_: break;
    }
    check_failed("a known event", __FILE__, __LINE__, "every event kind has a handler");
}

bool Site::receive() {
    if (!channels_.bell->answer()) return false;
    bool came = false;
    for (Channel<Parcel>* const channel : inbox_) {
        if (channel->empty()) continue;
        drain(*channel);
        came = true;
    }
    return came;
}

bool Site::receive_from(std::size_t process) {
    bool came = false;
    for (const std::uint32_t site : (*channels_.sites_of)[process]) came = receive_from_site(site) || came;
    return came;
}

bool Site::list_receivers(std::vector<std::uint32_t>& receivers) {
    for (const std::uint32_t process : sent_to_) {
        has_sent_to_[process] = 0;
        receivers.push_back(process);
    }
    sent_to_.clear();
    return true;
}

bool Site::receive_from_site(std::uint32_t site) {
    Channel<Parcel>* const channel = channels_.in[site];
    if (channel == nullptr || channel->empty()) return false;
    drain(*channel);
    return true;
}

void Site::drain(Channel<Parcel>& channel) {
    channel.drain([this](SimTime arrival, std::uint64_t order, const Parcel& parcel) {
        const std::uint32_t index = parcels_.take();
        parcels_[index] = parcel;
        events_.insert(Event{arrival, order, underlying(Act::parcel), index, 0});
    });
}

void Site::send(std::uint16_t to, SimTime arrival, const Parcel& parcel) {
    if (to == id_) {  // clients that stand beside their tier
        const std::uint32_t index = parcels_.take();
        parcels_[index] = parcel;
        events_.insert(make_event(arrival, order_of(parcel), underlying(Act::parcel), index, 0));
        return;
    }
    MQ_CHECK(channels_.out[to] != nullptr, "a route leads only where a channel does");
    const auto process = narrow<std::uint32_t>((*channels_.process_of)[to], "processes");
    if (has_sent_to_[process] == 0) {
        has_sent_to_[process] = 1;
        sent_to_.push_back(process);
    }
    channels_.out[to]->send(now_, arrival, order_of(parcel), parcel);
}

void Site::on_parcel(std::uint32_t index) {
    const Parcel parcel = parcels_[index];
    parcels_.give_back(index);
    handle_parcel(parcel);
}

/// When a parcel arrives at a site that is down, then nobody is there: its sender runs into a time-out.
void Site::handle_parcel(const Parcel& parcel) {
    if (site_is_down() && parcel.kind != ParcelKind::reply && parcel.kind != ParcelKind::answer && parcel.kind != ParcelKind::order) {
        for (std::size_t k = 0; k < plan_.site_down[id_].size(); ++k)
            if (plan_.site_down[id_][k].covers(now_)) touch_fault(plan_.site_down_fault[id_][k]);
        return;
    }
    switch (parcel.kind) {
        case ParcelKind::offer: on_remote_offer(parcel); return;
        case ParcelKind::reply: on_reply(parcel); return;
        case ParcelKind::request:
            receive_request(plan_.stations[parcel.station].local, parcel.request, parcel.key == 0 ? SimTime::never() : SimTime{static_cast<std::int64_t>(parcel.key)}, parcel.cancel_after);
            return;
        case ParcelKind::answer: {
            const auto caller = truncated<std::uint32_t>(parcel.key >> 32);
            const auto token = truncated<std::uint32_t>(parcel.key);
            if (parcel.request.kind == Caller::client) {
                const std::uint32_t p = population_of_plan_[parcel.population];
                const Client& client = populations_[p].clients[caller];
                const bool ok = parcel.answer == Answer::served;
                if (parcel.answer != Answer::failed && (client.token != token || client.state != ClientState::trying)) ++late_answers_[parcel.station];
                on_client_answer(parcel.population, caller, token, ok);
            } else if (parcel.request.kind == Caller::dashboard) {
                noticing_.on_need_answered(parcel);
            } else {
                on_answer(caller, token, parcel.answer, parcel.station);
            }
            return;
        }
        case ParcelKind::report: noticing_.hear_report(parcel.population, parcel.from, parcel.key); return;
        case ParcelKind::finding: deciding_.hear_finding(parcel); return;
        case ParcelKind::order: deciding_.act(plan_.conditions[parcel.population]); return;
    }
}

/// A batch of transitions is full, or somebody is followed.
[[gnu::noinline]] void Site::noted(Transition what, std::uint64_t identity, const std::string& place_name) {
    transitions_.settle();
    if (tells_) tell(what, identity, place_name);
}

/// The story of a message that is followed.
[[gnu::noinline]] void Site::tell(Transition what, std::uint64_t identity, const std::string& place_name) {
    if (mix64(identity) >= sample_ && !std::binary_search(follow_.begin(), follow_.end(), identity)) return;
    story_.push_back({now_, identity, std::string(to_text(what)) + " " + place_name, what, place_name});
}

/// A transfer or packet goes to another site: which link faults does it meet, on its way or because its way is another?
void Site::touch_links(std::uint16_t other) {
    for (std::uint32_t f = 0; f < plan_.faults.size(); ++f)
        if (meets_link_fault(f, other, now_, now_)) touch_fault(f);
}

/// Did the fault act on links between here and there at some time from `since` to `until`?
bool Site::meets_link_fault(std::uint32_t f, std::uint16_t other, SimTime since, SimTime until) const {
    const DisturbancePlan& fault = plan_.faults[f];
    if (fault.links.empty()) return false;
    const auto acting = std::find_if(fault.acts.begin(), fault.acts.end(), [&](const Stretch& s) { return s.from <= until && since < s.to; });
    if (acting == fault.acts.end()) return false;
    const auto meets = [&](SiteId from, SiteId to, SimTime when) {
        const auto route = plan_.network.routes.route(from, to, when);
        return std::any_of(route.begin(), route.end(), [&](LinkId l) { return std::find(fault.links.begin(), fault.links.end(), l) != fault.links.end(); });
    };
    const SiteId here{id_}, there{other};
    const SimTime meanwhile = std::max(since, acting->from);
    SimTime before = acting->from - 1_ns;
    if (plan_.network.routes.route(here, there, before).empty()) before = SimTime{-1};  // another outage had cut it: as it is at the beginning
    return meets(here, there, meanwhile) || meets(there, here, meanwhile) || meets(here, there, before) || meets(there, here, before);
}

}  // namespace mailquake
