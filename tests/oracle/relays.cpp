// How mail gets from one party to the next: where it goes, attempts, replies, and what is tried again.
#include <algorithm>
#include <utility>

#include "tests/oracle/retries.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {
namespace {

/// Does what has failed so let an attempt go on to the next site? Whatever breaks after the greeting counts as 4yz, as in Postfix.
bool goes_on(const NextHopSpec& limits, Reply reply) {
    if (reply == Reply::accepted || reply == Reply::never) return false;
    const std::string failed = reply == Reply::no_connection ? "connect" : reply == Reply::no_greeting ? "greeting" : "4yz";
    return std::any_of(limits.fallback_on.begin(), limits.fallback_on.end(), [&](const auto& on) { return to_text(on) == failed; });
}

Reply reply_of(Passage::End end) {
    return end == Passage::End::no_greeting ? Reply::no_greeting : end == Passage::End::broken ? Reply::broken : Reply::no_connection;
}

}  // namespace

/// The sites of a tier: this one, if it stands here, then the nearest first.
std::vector<std::string> World::by_distance(const std::string& from, const TierSpec& tier) const {
    std::vector<std::string> sites = tier.at;
    const auto key = [&](const std::string& site) { return std::tuple(site != from, wires_.distance(from, site), site); };
    std::sort(sites.begin(), sites.end(), [&](const std::string& a, const std::string& b) { return key(a) < key(b); });
    return sites;
}

Station& World::station(const std::string& name, const std::string& site, const Copy& copy) {
    const TierSpec& t = tier(name);
    if (t.partitions.empty()) return stations_.at(name + "@" + site);
    const std::size_t p = tenants_->partition(copy.tenant, partitioned_.at(name));
    return stations_.at(name + "/" + t.partitions[p] + "@" + site);
}

/// The MX hosts of a class, by preference.
std::vector<MxHost> World::hosts_of(const Copy& copy) const {
    const TenantClassSpec& spec = scenario_.tenants[copy.tenant_class];
    std::vector<MxHost> hosts;
    for (const MxSpec& mx : spec.mx) hosts.push_back({static_cast<std::uint16_t>(site_number(mx.name)), mx.preference});
    if (hosts.empty()) {
        for (const std::string& site : tier(spec.paths.inbound.front()).at)
            hosts.push_back({static_cast<std::uint16_t>(site_number(site)), 10});
    }
    std::stable_sort(hosts.begin(), hosts.end(), [](const MxHost& a, const MxHost& b) { return a.preference < b.preference; });
    return hosts;
}

/// Inbound mail enters where an MX says; the last tier of a path is the tenant's home, an outside tier the recipient's own place; any
/// other is here, or the nearest one. Of a relay tier (no mailboxes, no partitions) the others follow, the nearest first.
std::vector<std::string> World::sites_for(const std::string& from, const Copy& copy) const {
    const std::vector<std::string>& path = path_of(copy);
    const TierSpec& t = tier(path[copy.hop]);
    const auto stands_at = [&](const std::string& site) { return std::find(t.at.begin(), t.at.end(), site) != t.at.end(); };
    const bool is_last = copy.hop + 1 == path.size();
    if (copy.hop == 0 && copy.direction == Direction::inbound && is_outside(from)) {
        const StreamKey key = draws_.key("tenants/" + scenario_.tenants[copy.tenant_class].name, draws::destination);
        const std::uint64_t word = hashed_word(key, derived(copy.identity, draws::round, copy.failures));
        return {scenario_.sites[mx_host(hosts_of(copy), copy.passes, word)].name};
    }
    if (copy.direction == Direction::outbound && is_outside(t.at.front())) return {t.at[draws_.recipient(t.name, copy.identity, t.at.size())]};
    const std::string& home = scenario_.sites[tenants_->home_of(copy.tenant)].name;
    if (is_last && stands_at(home)) return {home};
    std::vector<std::string> sites = by_distance(from, t);
    if (is_last || !t.partitions.empty()) sites.resize(1);
    return sites;
}

Station& World::next_station(const std::string& from, const Copy& copy) {
    return station(path_of(copy)[copy.hop], sites_for(from, copy).front(), copy);
}

NextHop& World::hop_of(Party& party, const Copy& copy) {
    Station& to = next_station(party.site, copy);
    const bool own = party.station != nullptr && party.limits.is_per_server();
    NextHop& hop = party.hops[{to.party.number, own ? copy.server : 0}];
    hop.to = &to;
    if (own) hop.server = copy.server;
    return hop;
}

/// The server that sends what nobody has just worked on there: by its identity, one that is up if there is any.
std::size_t World::some_server(const Party& party, const Copy& copy) {
    const std::size_t count = party.station->servers.size(), first = copy.identity % count;
    for (std::size_t k = 0; k < count; ++k) {
        if (party.station->servers[(first + k) % count].crashes == 0) return (first + k) % count;
    }
    return first;
}

/// When a party has a copy, then it waits for a connection to its next station; senders and users hand over at once.
void World::send_on(Party& party, const CopyPtr& copy) {
    NextHop& hop = hop_of(party, *copy);
    ledger_.next(copy, party.name, party.limits.throttle ? "throttle" : "connection slot", now_);
    hop.fresh.push_back(copy);
    wait_no_longer(party, hop, copy);
    pump(party, hop);
}

/// New mail and mail that is due again come into the active window in turn. What is in an attempt still counts there.
void World::refill(Party& party, NextHop& hop) {
    const auto has_room = [&] { return !party.limited || hop.active.size() + hop.busy < static_cast<std::size_t>(party.limits.active); };
    while (has_room() && !(hop.fresh.empty() && hop.due.empty())) {
        const bool take_due = hop.fresh.empty() || (hop.due_turn && !hop.due.empty());
        std::deque<CopyPtr>& from = take_due ? hop.due : hop.fresh;
        hop.active.push_back(from.front());
        from.pop_front();
        hop.due_turn = !take_due;
    }
}

void World::pump(Party& party, NextHop& hop) {
    if (wires_.is_dead(party.site, now_) || (party.station != nullptr && !party.station->is_up())) return;  // its mail is on disk
    if (hop.server && party.station->servers[*hop.server].crashes > 0) return;
    refill(party, hop);
    if ((hop.feedback && hop.feedback->dead) || is_suspended(party, hop)) return defer_all(party, hop);
    while (!hop.active.empty()) {
        if (gives_up_first(party, hop)) continue;
        if (!may_begin(party, hop)) break;
        begin_attempt(party, hop);
    }
}

void World::pump_all(Party& party) {
    for (auto& [to, hop] : party.hops) pump(party, hop);
}

void World::begin_attempt(Party& party, NextHop& hop) {
    const CopyPtr copy = hop.active.front();
    ledger_.next(copy, party.name, "failed attempt", now_);
    hop.active.pop_front();
    ++hop.busy;
    refill(party, hop);
    try_site(party, hop, copy, *hop.to, 0);
}

/// Tries one site after the other, on one connection of the queue, as long as they fail in a way that says so; it only matters how the last one does.
void World::try_site(Party& party, NextHop& hop, const CopyPtr& copy, Station& to, std::size_t sessions) {
    transfer(copy, party, to, [this, &party, &hop, copy, sessions](Reply reply) {
        const std::size_t so_far = sessions + (reply == Reply::no_connection || reply == Reply::no_greeting ? 0 : 1);
        if (Station* next = next_site(party, *copy, reply, so_far)) {
            copy->doubted |= reply == Reply::timed_out;
            ++copy->passes;
            ledger_.next(copy, party.name, "failed attempt", now_);  // the one before this one is over
            return try_site(party, hop, copy, *next, so_far);
        }
        heard(party, hop, reply >= Reply::no_connection);
        end_attempt(party, hop, copy, reply);
    });
}

/// At most so many sites are tried, and so many of them past the greeting (Postfix: smtp_mx_address_limit, smtp_mx_session_limit).
Station* World::next_site(const Party& party, const Copy& copy, Reply reply, std::size_t sessions) {
    if (party.station == nullptr || !party.station->is_up() || sessions >= static_cast<std::size_t>(party.limits.sessions) || !goes_on(party.limits, reply)) return nullptr;
    const std::vector<std::string> sites = sites_for(party.site, copy);
    const std::size_t tried = copy.passes + 1;
    if (tried >= std::min(sites.size(), static_cast<std::size_t>(party.limits.addresses))) return nullptr;
    return &station(path_of(copy)[copy.hop], sites[tried], copy);
}

/// What waits for a destination that is not tried now is put off as if an attempt had failed.
void World::defer_all(Party& party, NextHop& hop) {
    for (std::deque<CopyPtr>* waiting : {&hop.active, &hop.due, &hop.fresh}) {
        for (const CopyPtr& copy : std::exchange(*waiting, {})) {
            defer(party, copy);
        }
    }
    forget_if_empty(hop);
}

/// `hands_on`: the proxy's work that hands the copy on; when its server crashes meanwhile, then nobody hears of the reply.
void World::transfer(const CopyPtr& copy, Party& from, Station& to, std::function<void(Reply)> done, const WorkPtr& hands_on) {
    note(copy->identity, "attempt to", to.name);
    if (!hands_on && !tried_.emplace(copy->identity, copy->hop).second) retries_.push_back(now_);
    RandomStream luck = draws_.of("sites/" + from.site, draws::mail_transfer, derived(copy->identity, draws::hop, std::uint64_t{copy->hop} << 32), copy->passes << 16 | copy->failures);
    const bool at_once = from.users && from.site == to.site;
    const Passage passage = at_once ? Passage{Passage::End::delivered, now_} : wires_.mail(from.site, to.site, now_, copy->size, luck);
    if (passage.end != Passage::End::delivered) return at(passage.at, Rank::reply, copy->identity, [done, reply = reply_of(passage.end)] { done(reply); });
    const auto attempt = std::make_shared<Attempt>(Attempt{copy, *copy, &from, &to, std::move(done), hands_on});
    wait_for_reply(attempt, passage.at + scenario_.network.reply_timeout);
    if (at_once) return connect(attempt);
    at(passage.at, Rank::arrival, copy->identity, [this, attempt] { connect(attempt); });
}

/// If the sender then still hears that its copy was taken over, there are two.
void World::wait_for_reply(const AttemptPtr& attempt, SimTime until) {
    attempt->gives_up = until;
    at(until, Rank::timer, attempt->copy->identity, [this, attempt] {
        if (attempt->gives_up == now_) hear(attempt, Reply::timed_out, *attempt->copy);
    });
}

/// When a reply is there, or is waited for no longer.
void World::hear(const AttemptPtr& attempt, Reply reply, const Copy& about) {
    if (reply == Reply::accepted) mails_[attempt->copy->mail].unheard.erase(attempt->open);
    const bool was_open = std::exchange(*attempt->open, false) && (!attempt->hands_on || !attempt->hands_on->over);
    if (was_open && about.doubted) attempt->copy->doubted = true;
    if (was_open) Ledger::heard(*attempt->copy, about, reply == Reply::accepted);
    if (was_open) return attempt->done(reply);
    if (reply == Reply::accepted) leave_duplicate(about, attempt->to->name);
}

/// When the receiver has decided, then its reply goes back.
void World::respond(const AttemptPtr& attempt, Reply reply, Decided by, const Copy& about) {
    const std::string &here = attempt->to->site, &there = attempt->from->site;
    if (here == there) return hear(attempt, reply, about);
    if (attempt->to->dead > 0) {  // a site that is gone says nothing, and has the copy no more
        if (*attempt->open) attempt->copy->life.elsewhere = false;
        return;
    }
    const bool at_the_door = by == Decided::at_the_door;
    const Copy& sent = attempt->sent;
    const std::uint64_t way_back = derived((at_the_door ? sent : about).identity, draws::hop, sent.hop + (by == Decided::further_on ? 1 : 0));
    RandomStream words = draws_.of("sites/" + here, draws::reply_transfer, way_back, at_the_door ? sent.passes << 16 | sent.failures : attempts_before(sent) << 16);
    const Passage back = wires_.reply(here, there, now_, words);
    const bool heard = back.end == Passage::End::delivered;
    if (heard && std::min(back.at, attempt->gives_up) >= end_ && *attempt->open && reply != Reply::accepted) Ledger::heard(*attempt->copy, about, false);
    if (heard && reply == Reply::accepted) mails_[sent.mail].unheard.emplace(attempt->open, [attempt] { return attempt->waits(); });
    if (heard) at(back.at, Rank::reply, about.identity, [this, attempt, reply, about] { hear(attempt, reply, about); });
    else if (reply == Reply::accepted) leave_duplicate(about, attempt->to->name);  // nobody will hear of it
}

/// When a connection is made to a station some of whose servers stand still, then it gets one of them, and waits for it; where servers
/// share a queue, it waits while all do.
void World::connect(const AttemptPtr& attempt) {
    Station& to = *attempt->to;
    const bool chooses = to.is_up() && to.tier->spread != Spread::shared && std::any_of(to.servers.begin(), to.servers.end(), [](const Server& s) { return s.is_held(); });
    Server* const server = chooses ? server_for(to, *job_of(to, *attempt->copy)) : nullptr;
    if (!keeps_waiting(to, server)) return take_up(attempt, server);
    const SimDuration way = attempt->from->site == to.site ? SimDuration{0} : wires_.distance(to.site, attempt->from->site);
    attempt->gives_up = SimTime::never();
    attempt->connected = now_;
    to.callers.push_back({attempt, server, now_ + scenario_.network.greeting_timeout - way});
    at(now_ + scenario_.network.greeting_timeout, Rank::reply, attempt->copy->identity, [this, attempt] {
        if (attempt->gives_up == SimTime::never()) hear(attempt, Reply::no_greeting, *attempt->copy);
    });
}

bool World::keeps_waiting(const Station& station, const Server* server) {
    if (!station.is_up() || server != nullptr) return server != nullptr && server->is_held();
    return station.tier->spread == Spread::shared && std::none_of(station.servers.begin(), station.servers.end(), [](const Server& s) { return s.crashes == 0 && s.pauses == 0; });
}

void World::take_up(const AttemptPtr& attempt, Server* server) {
    if (attempt->hands_on && attempt->hands_on->over && attempt->from->site == attempt->to->site) return;  // broken; from another site the data are on their way
    offer(*attempt->to, attempt->copy, [this, attempt](Reply reply, Decided by, const Copy& about) { respond(attempt, reply, by, about); },
          [attempt] { return attempt->waits(); }, server, attempt->kept);
}

/// When servers go on, or are gone, then who waits for them is taken up, or refused. Nobody hears of it from a site that is gone.
void World::look_at_callers(Station& station) {
    for (const Caller& caller : std::exchange(station.callers, {})) {
        const bool is_refused = !station.is_up() || (caller.server != nullptr && caller.server->crashes > 0);
        if (now_ > caller.greeted_by || (station.dead > 0 && caller.attempt->from->site != station.site)) continue;
        const bool waits = keeps_waiting(station, caller.server) && !is_refused;
        if (waits) station.callers.push_back(caller);
        else wait_for_reply(caller.attempt, now_ + scenario_.network.reply_timeout);
        if (!waits) caller.attempt->kept = now_ - caller.attempt->connected;
        if (is_refused) respond(caller.attempt, Reply::no_connection, Decided::at_the_door, *caller.attempt->copy);
        else if (!waits) take_up(caller.attempt, caller.server);
    }
}

/// Which attempt at this hop it is, if each round of them tries all hosts.
std::uint32_t World::attempts_before(const Copy& copy) const {
    const bool comes_in = copy.hop == 0 && copy.direction == Direction::inbound;
    const std::size_t hosts = comes_in ? hosts_of(copy).size() : tier(path_of(copy)[copy.hop]).at.size();
    return copy.failures * static_cast<std::uint32_t>(hosts) + copy.passes;
}

/// What a copy that is offered would be there. A proxy's draws are its upstream attempt's.
JobPtr World::job_of(const Station& station, const Copy& copy) const {
    auto job = std::make_shared<Job>();
    job->copy = std::make_shared<Copy>(copy);
    job->pass = job->copy->passes = passes(station, copy) ? attempts_before(copy) : 0;
    job->identity = passes(station, copy) || !copy.doubted ? copy.identity : another(copy, station);
    job->offer = passes(station, copy) ? 0 : copy.failures << 14 | copy.passes;
    return job;
}

/// When a copy is offered to a station, then it is refused, put off, or taken over; a proxy takes it and replies later.
void World::offer(Station& station, const CopyPtr& copy, const Respond& respond, const Waits& waits, Server* connected, SimDuration kept) {
    if (!station.is_up()) return respond(Reply::no_connection, Decided::at_the_door, *copy);
    const auto refuse = [&](Reply said) {
        ++records_[station.name].refused;
        note(copy->identity, "refused by", station.name);
        copy->life.elsewhere = said == Reply::accepted;  // it has been dropped
        respond(said, Decided::at_the_door, *copy);
    };
    const JobPtr job = job_of(station, *copy);
    const bool passes_through = passes(station, *copy);
    if (is_turned_away(station, *job, now_)) return refuse(Reply::later);
    const HoldMitigation* hold = passes_through ? nullptr : holds(station, *copy);
    const bool lets_in = hold != nullptr || is_let_in(station);
    Server* const server = !lets_in || hold != nullptr ? nullptr : connected != nullptr ? connected : server_for(station, *job);
    if (!lets_in || (hold == nullptr && is_full(station, server))) return refuse(turned_away(station, *job, passes_through, kept));
    if (passes_through) {
        job->upstream = respond;
        job->upstream_waits = job->copy->life.waits = waits;
    } else {
        job->identity = job->copy->identity = identity_at(station, *copy);
        job->copy->doubted = false;
        job->copy->life.waits = nullptr;
    }
    job->copy->failures = 0;
    job->copy->arrived = now_;
    if (!passes_through) watch(station.party, job->copy);
    ledger_.taken(copy, job->copy, station.name, now_, kept);
    if (hold == nullptr) {
        enter(station, server, job);
    } else {
        note(job->identity, "deferred by", station.name);
        ledger_.next(job->copy, station.name, "held back", now_);
        station.held[hold].push_back(job);
        job->is_held = true;
        hold_no_longer(station, job);
    }
    if (!passes_through) respond(Reply::accepted, Decided::at_the_door, *copy);
}

/// What a full station says; a proxy has nothing that it could drop.
Reply World::turned_away(const Station& station, const Job& job, bool passes_through, SimDuration kept) {
    if (station.tier->queue.on_full == OnFull::bounce) return Reply::never;
    if (station.tier->queue.on_full == OnFull::defer || passes_through) return Reply::later;
    const auto here = std::make_shared<Copy>(*job.copy);
    ledger_.taken(job.copy, here, station.name, now_, kept);
    ledger_.end(here, now_);
    drop(job, station.name);
    return Reply::accepted;
}

/// The identity of a copy that may be the second one of its mail.
std::uint64_t World::another(const Copy& copy, const Station& station) const {
    return of_same_mail(copy, [&](std::uint64_t k) { return draws_.another(copy, station.name, k); });
}

/// The first one drawn that is of the same mail, so that its recipient is at the same places outside.
std::uint64_t World::of_same_mail(const Copy& copy, const std::function<std::uint64_t(std::uint64_t)>& draw) const {
    for (std::uint64_t k = 0;; ++k) {
        const auto& path = path_of(copy);
        const bool same = std::all_of(path.begin(), path.end(), [&](const std::string& name) {
            const std::vector<std::string>& at = tier(name).at;
            return !is_outside(at.front()) || draws_.recipient(name, copy.identity, at.size()) == draws_.recipient(name, draw(k), at.size());
        });
        if (same) return draw(k);
    }
}

/// When a station takes over a copy that was offered at this hop before, and that reply was not heard, then there may be two of it.
std::uint64_t World::identity_at(const Station& station, const Copy& offered) {
    if (!offered.doubted) return offered.identity;
    note(offered.identity, "accepted after a time-out by", station.name);
    return another(offered, station);
}

/// When the reply to an attempt is known, then its connection is free; the copy is the receiver's, waits for its next try, or bounces.
void World::end_attempt(Party& party, NextHop& hop, const CopyPtr& copy, Reply reply) {
    --hop.busy;
    copy->over = reply == Reply::accepted;
    refill(party, hop);  // before a report about it, perhaps, wants in
    forget_if_empty(hop);
    switch (reply) {
        case Reply::accepted: ledger_.end(copy, now_); break;
        case Reply::never: send_back(copy, party, "bounced by"); break;
        case Reply::timed_out: copy->doubted = true; [[fallthrough]];
        case Reply::no_connection:
        case Reply::no_greeting:
        case Reply::broken:
            if (!party.limited && !party.users && copy->passes + 1 < hosts_of(*copy).size()) {  // the next MX host, in the same attempt
                ++copy->passes;
                return try_again(party, copy);
            }
            defer(party, copy);
            break;
        case Reply::later: defer(party, copy); break;
    }
    pump(party, hop);
}

void World::defer(Party& party, const CopyPtr& copy) {
    copy->passes = 0;
    put_off(party, copy, [this, &party, copy] { try_again(party, copy); });
}

/// By the schedule of the party's next-hop queues: what it tries again, and what comes back to its own queue.
void World::put_off(Party& party, const CopyPtr& copy, std::function<void()> back) {
    if (copy->failures++ == 0) copy->first_failure = now_;
    RandomStream luck = draws_.retry(party.name, *copy);
    const Tries tries{copy->arrived, copy->first_failure, now_, copy->failures, SimTime::zero()};
    const std::optional<SimTime> due = next_look(party.limits.retry, tries, luck);
    note(copy->identity, "deferred by", party.name);
    ledger_.next(copy, party.name, party.limited ? "retry" : "sender's retry", now_);
    if (!due) return send_back(copy, party, "given up by");
    const std::pair when(*due, copy->identity);
    party.put_off[when] = [this, &party, copy, then = std::move(back)] {
        if (is_too_old(party, *copy)) return send_back(copy, party, "given up by");
        then();
    };
    at(*due, Rank::scan, copy->identity, [&party, when] {
        if (auto next = party.put_off.extract(when)) next.mapped()();
    });
}

void World::try_again(Party& party, const CopyPtr& copy) {
    NextHop& next = hop_of(party, *copy);  // another MX host, perhaps
    ledger_.next(copy, party.name, party.limits.throttle ? "throttle" : "connection slot", now_);
    next.due.push_back(copy);
    wait_no_longer(party, next, copy);
    pump(party, next);
}

}  // namespace mailquake::oracle
