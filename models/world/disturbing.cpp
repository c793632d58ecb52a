// Faults on servers and sites, restarts, added servers.
#include <algorithm>
#include <tuple>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
/// Which servers have which flaw of their tier, and until when: a share of them, drawn by seed, fixed one after the
/// other over all sites of the tier if the fix has a rate.
void Site::set_flaws(std::uint32_t station) {
    const TierPlan& tier = tier_of(station);
    const std::size_t servers = stations_[station].servers().size();
    auto& flawed = flawed_[station];
    std::uint64_t before = 0;  // servers of the tier at other stations that are fixed first
    for (std::uint32_t s = 0; s < station_ids_[station]; ++s)
        if (plan_.stations[s].tier == plan_of(station).tier) before += plan_.stations[s].servers;
    for (std::size_t server = flawed.size(); server < servers; ++server) {
        flawed.emplace_back(tier.flaws.size(), Stretch{SimTime::zero(), SimTime::zero()});
        for (std::size_t k = 0; k < tier.flaws.size(); ++k) {
            const FlawPlan& flaw = plan_.flaw_plans[tier.flaws[k]];
            const std::vector<bool>& planned = flaw.has[station_ids_[station]];
            if (!(server < planned.size() ? planned[server] : is_added_server_hit(flaw.share, planned, narrow<std::uint32_t>(server, "servers")))) continue;
            SimDuration wait = SimDuration::zero();
            if (flaw.fix_rate > 0)
                wait.ns = saturated<std::int64_t>(static_cast<double>(before + server) / flaw.fix_rate * 1e9);
            const double ring = ring_of(flaw, station, server);
            std::size_t r = 0;
            while (r < flaw.rings.size() && ring >= flaw.rings[r]) ++r;
            if (r > 0 && r == flaw.rings.size()) continue;  // the build never gets here
            flawed.back()[k] = {saturating_add(flaw.built_in, flaw.bake * static_cast<std::int64_t>(r)),
                                std::min(flaw.fix ? saturating_add(flaw.fix_begins, wait) : SimTime::never(), deciding_.fixed_at(tier.flaws[k], station, server))};
        }
    }
}

/// Where the server stands in the order in which a build gets to this station's servers, from 0 to 1.
double Site::ring_of(const FlawPlan& flaw, std::uint32_t station, std::size_t server) const {
    if (flaw.rings.empty()) return 0;
    const StreamKey key(plan_.seed, derived(derived(flaw.place, draws::at, plan_of(station).hash), draws::ring, 0), draws::server_order);
    const auto servers = narrow<std::uint32_t>(stations_[station].servers().size(), "servers");
    return (rank_servers(key, servers)[server] + 0.5) / servers;
}

bool Site::hits(const ServerFaultPlan& fault, std::uint32_t server) {
    return server < fault.hit.size() ? fault.hit[server] : is_added_server_hit(fault.share, fault.hit, server);
}

/// A job meets a station while servers of it are down or stand still.
void Site::touch_server_faults(std::uint32_t station) {
    for (const ServerFaultPlan& fault : plan_of(station).server_faults)
        if (fault.when.covers(now_) && fault.trouble != ServerTrouble::slow && fault.trouble != ServerTrouble::odd) touch_fault(fault.fault);
    for (std::size_t k = 0; k < plan_.site_down[id_].size(); ++k)
        if (plan_.site_down[id_][k].covers(now_)) touch_fault(plan_.site_down_fault[id_][k]);
}

/// When a planned trouble of servers begins or ends, then those that it hits crash, stand still or slow down, or are well.
void Site::on_trouble(std::uint32_t station, std::uint32_t index, bool begins) {
    const ServerFaultPlan& fault = plan_of(station).server_faults[index];
    for (std::uint32_t server = 0; server < stations_[station].servers().size(); ++server) {
        if (!hits(fault, server)) continue;
        switch (fault.trouble) {
            case ServerTrouble::crash:
                if (begins) fault_touches_[fault.fault] += crash_server(station, server);
                else restart_server(station, server);
                break;
            case ServerTrouble::pause:
                if (begins) {
                    fault_touches_[fault.fault] += stations_[station].servers()[server].busy;
                    pause_server(station, server);
                } else {
                    resume_server(station, server);
                }
                break;
            case ServerTrouble::slow:
            case ServerTrouble::odd: change_pace(station, server, fault, begins); break;
        }
    }
    if (begins && fault.disk_lost) lose_disks(station, fault);
    if (begins && fault.trouble == ServerTrouble::crash) start_waiting(station, 0);  // what the crashed ones leave to those that share their queue
    listen_.look(station);
}

/// When the site goes down, then all its servers crash; when it is back, they restart: all are back before the first of them works,
/// so that nobody finds another one missing.
void Site::on_site_trouble(std::size_t stretch, bool begins) {
    if (begins) count_up(down_, "reasons why a site is down");
    else --down_;
    const auto each_server = [&](const auto& meets) {
        for (std::uint32_t station = 0; station < stations_.size(); ++station)
            for (std::uint32_t server = 0; server < stations_[station].servers().size(); ++server) meets(station, server);
    };
    if (begins) {
        each_server([&](std::uint32_t station, std::uint32_t server) { fault_touches_[plan_.site_down_fault[id_][stretch]] += crash_server(station, server); });
        for (std::uint32_t station = 0; station < stations_.size(); ++station) listen_.look(station);
    } else {
        each_server([&](std::uint32_t station, std::uint32_t server) { stations_[station].restart(server, now_); });
        each_server([&](std::uint32_t station, std::uint32_t server) { go_on_after_restart(station, server); });
    }
    for (std::size_t population = stations_.size(); population < holders_.size(); ++population)
        send_again(narrow<std::uint32_t>(population, "holders"));
}

/// Its busy workers: by their jobs' identities, those with mail that the tier owns last, as it came.
std::vector<std::uint32_t> Site::workers_of(std::uint32_t station, std::uint32_t server) const {
    struct Place { bool own; SimTime came; std::uint64_t identity; std::uint32_t worker; };
    std::vector<Place> places;
    workers_.for_each([&](std::uint32_t index, const Worker& w) {
        if (w.station != station || w.server != server) return;
        const bool own = !w.job.is_request() && !messages_[w.job.index()].proxied;
        places.push_back({own, own ? messages_[w.job.index()].arrived : SimTime::zero(), identity_of(w.job), index});
    });
    const auto before = [](const Place& a, const Place& b) { return std::tie(a.own, a.came, a.identity) < std::tie(b.own, b.came, b.identity); };
    std::sort(places.begin(), places.end(), before);
    std::vector<std::uint32_t> workers;
    for (const Place& place : places) workers.push_back(place.worker);
    return workers;
}

/// The server is down, its work interrupted: messages that are on its disk go back to the head of the queue, in their
/// order; requests fail fast; a proxy's connections break. What others do about that they do when the server is down.
/// Returns how many jobs it had.
std::uint64_t Site::crash_server(std::uint32_t station, std::uint32_t server) {
    const std::vector<std::uint32_t> hit = workers_of(station, server);
    // Free workers must not take up waiting jobs: the server is about to be down.
    const std::size_t queue = stations_[station].queue_count() == 1 ? 0 : server;
    const bool was_starting = stations_[station].queues()[queue].starting;
    stations_[station].queues()[queue].starting = true;
    std::vector<JobRef> again;
    std::vector<Request> failed;
    std::vector<Message> broken;
    for (std::uint32_t worker : hit) {
        const Worker w = workers_[worker];
        if (w.phase != Phase::handing_over) book_worker(w);
        note_here(Transition::crashed, identity_of(w.job), station);
        if (w.job.is_request()) {
            failed.push_back(requests_[w.job.index()]);
            free_worker(worker);
            requests_.give_back(w.job.index());
        } else if (messages_[w.job.index()].proxied) {
            broken.push_back(drop_connection(worker));
        } else {
            begin_pass(w.job.index());
            again.push_back(w.job);
            free_worker(worker);
        }
    }
    for (auto job = again.rbegin(); job != again.rend(); ++job)
        wait_again(station, server, *job);
    stations_[station].crash(server, now_);
    stations_[station].queues()[queue].starting = was_starting;
    if (!site_is_down())
        for (const Request& request : failed) answer(station, request, Answer::failed);
    for (const Message& message : broken) reply_upstream(message, Reply::broken, station);
    return hit.size();
}

/// When a proxy dies with a message in its hands, then its upstream party is to see a broken connection.
Message Site::drop_connection(std::uint32_t worker) {
    const Worker w = workers_[worker];
    const std::uint32_t record = w.job.index();
    AttemptName name = ProxyBooks::kNobody;
    if (w.phase == Phase::handing_over) {
        book_hop(w.station, record, HopCause::attempt_failed, now_ - messages_[record].since);
        messages_[record].since = now_;
        std::uint32_t own = kNone;
        attempts_.for_each([&](std::uint32_t slot, const Attempt& a) { if (a.worker == worker) own = slot; });
        if (own != kNone) {
            name = {id_, Attempt::key(own, attempts_[own].token)};
            events_.cancel(attempts_[own].timer);
            attempts_.give_back(own);
            messages_[record].doubted = 1;  // the next party may have it, or get it still
        }
    }
    const Message proxied = messages_[record];
    if (lives_) lives_->give_up(proxied, record);
    proxy_books_.give_up(record, upstream_of(proxied), name);
    messages_.give_back(record);
    free_worker(worker);
    return proxied;
}

void Site::restart_server(std::uint32_t station, std::uint32_t server) {
    stations_[station].restart(server, now_);
    go_on_after_restart(station, server);
}

void Site::go_on_after_restart(std::uint32_t station, std::uint32_t server) {
    if (!stations_[station].servers()[server].up()) return;
    if (tier_of(station).flawed_restarts) forget_timers(station);
    start_waiting(station, server);
    send_again(station);
}

void Site::pause_server(std::uint32_t station, std::uint32_t server) {
    std::uint16_t& pauses = stations_[station].servers()[server].pauses;
    count_up(pauses, "reasons why a server stands still");
    if (pauses > 1) return;
    workers_.for_each([&](std::uint32_t index, Worker& w) {
        if (w.station != station || w.server != server || w.phase != Phase::serving) return;
        w.token = 0;  // its service does not end when it was to
        w.until = SimTime::zero() + (w.until - now_);  // what is left of its service
        set_state(index, worker_state::stalled);
    });
}

void Site::resume_server(std::uint32_t station, std::uint32_t server) {
    if (--stations_[station].servers()[server].pauses > 0) return;
    for (std::uint32_t index : workers_of(station, server)) {
        if (!workers_.alive(index)) continue;  // one before it has crashed the server
        Worker& w = workers_[index];
        if (w.station != station || w.server != server || w.state != worker_state::stalled) continue;
        if (w.phase == Phase::stalled) {
            next_step(index);
            continue;
        }
        w.until = now_ + (w.until - SimTime::zero());
        set_state(index, service_state(index));
        end_service_at(index, w.until);
    }
}

/// A new server comes into whatever trouble there is for its kind.
void Site::join_trouble(std::uint32_t station, std::uint32_t server) {
    if (tier_of(station).slope.ns > 0) count_up(stations_[station].servers()[server].odd, "reasons why services take longer");
    for (std::uint16_t k = 0; k < down_; ++k) stations_[station].crash(server, now_);
    for (const ServerFaultPlan& fault : plan_of(station).server_faults) {
        if (!fault.when.covers(now_) || !hits(fault, server)) continue;
        switch (fault.trouble) {
            case ServerTrouble::crash: stations_[station].crash(server, now_); break;
            case ServerTrouble::pause: count_up(stations_[station].servers()[server].pauses, "reasons why a server stands still"); break;
            case ServerTrouble::slow:
            case ServerTrouble::odd: count_up(stations_[station].servers()[server].odd, "reasons why services take longer"); break;
        }
    }
}

void Site::on_add_servers(std::uint32_t station, std::size_t entry) {
    const AddServersPlan& plan = plan_of(station).added[entry];
    ++mitigation_touches_[plan.mitigation];
    grow(station, plan.servers);
    listen_.look(station);
}

}  // namespace mailquake
