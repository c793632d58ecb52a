#include "models/mta/station.hpp"

#include <algorithm>
#include <array>

#include "sim/base/narrow.hpp"

namespace mailquake {

Station::Station(std::uint32_t servers, std::uint32_t workers, Spread spread, Discipline discipline,
                 std::optional<std::int64_t> limit, std::size_t states, const QueuePolicy& policy)
    : spread_(spread), discipline_(discipline), limit_(limit), policy_(policy), own_queue_(spread == Spread::shared ? 0 : ~0U) {
    const std::size_t queues = spread == Spread::shared ? 1 : servers;
    queues_.resize(queues);
    for (InputQueue& queue : queues_) queue.set_policy(policy_);
    // Nobody waits while a worker is free, but where a policy holds jobs back. What lies between two looks at the workers is
    // interpolated, and would make idle ones the cause of waits of some milliseconds.
    states_.assign(queues, WorkerStates(states, policy.kind == QueueKind::plain ? worker_state::idle + 1 : worker_state::idle));
    for (std::uint32_t s = 0; s < servers; ++s) {
        servers_.push_back({.workers = workers});
        states_of(s).add(worker_state::idle, workers, SimTime::zero());
        ++servers_up_;
        list_free(s);
    }
}

std::uint32_t Station::up_server(std::uint64_t k) const {
    if (servers_up_ == servers_.size()) return truncated<std::uint32_t>(k);  // below the number of servers
    for (std::uint32_t s = 0; s < servers_.size(); ++s)
        if (servers_[s].up() && k-- == 0) return s;
    check_failed("k < servers up", __FILE__, __LINE__, "servers that are up are counted");
}

/// One of several servers, or of several queues; some server is up.
std::uint32_t Station::choose_of_many(const SpreadKeys& keys, std::uint64_t identity, std::uint32_t pass, std::uint64_t tenant) {
    RandomStream luck(spread_ == Spread::shared ? keys.next : keys.queue, identity, pass);
    if (special_ > 0) [[unlikely]] return choose_specially(luck);
    const auto any = [&] { return up_server(std::min<std::uint64_t>(static_cast<std::uint64_t>(luck.uniform() * servers_up_), servers_up_ - 1)); };
    switch (spread_) {
        case Spread::shared:
            return any_free(luck);
        case Spread::random:
            return servers_up_ == 1 ? up_server(0) : any();
        case Spread::round_robin:
            return up_server(turn_++ % servers_up_);
        case Spread::least_loaded: {
            std::optional<std::uint32_t> best;
            for (std::uint32_t s = 0; s < servers_.size(); ++s)
                if (servers_[s].up() && (!best || load(s) < load(*best))) best = s;
            return best.value();
        }
        case Spread::two_choices: {
            const std::uint32_t first = any();
            const std::uint32_t second = any();
            return load(second) < load(first) ? second : first;
        }
        case Spread::shuffle_shard: {
            RandomStream tenants_luck(keys.shard, tenant);
            return choose_in_shard(tenants_luck);
        }
    }
    check_failed("a way to spread", __FILE__, __LINE__, "every way to spread work chooses a server");
}

/// The server that was promised, or one of those that are up and not closed: the least loaded where load decides, else any; kAllDown if
/// there is none.
std::uint32_t Station::choose_specially(RandomStream& luck) const {
    if (promised_) return *promised_;
    std::vector<std::uint32_t> open;
    for (std::uint32_t s = 0; s < servers_.size(); ++s)
        if (servers_[s].up() && !servers_[s].closed) open.push_back(s);
    if (open.empty()) return kAllDown;
    const auto first = open[std::min(static_cast<std::size_t>(luck.uniform() * static_cast<double>(open.size())), open.size() - 1)];
    if (spread_ != Spread::least_loaded && spread_ != Spread::two_choices) return first;
    return *std::min_element(open.begin(), open.end(), [this](std::uint32_t a, std::uint32_t b) { return load(a) < load(b); });
}

/// The least loaded server of the tenant's shard, a set of servers that each set is as likely to be (R. Floyd's sampling).
std::uint32_t Station::choose_in_shard(RandomStream& tenants_luck) const {
    constexpr std::uint32_t kLargestShard = 16;
    std::array<std::uint32_t, kLargestShard> shard{};
    const std::uint32_t servers = server_count();
    const std::uint32_t size = std::min({policy_.shard, servers, std::uint32_t{kLargestShard}});
    std::uint32_t best = kAllDown;
    for (std::uint32_t n = 0; n < size; ++n) {
        const std::uint32_t last = servers - size + n;
        const auto end = shard.begin() + n;
        const auto pick = std::min(whole_part<std::uint32_t>(tenants_luck.uniform() * (last + 1), "servers"), last);
        shard[n] = std::find(shard.begin(), end, pick) == end ? pick : last;
        if (servers_[shard[n]].up() && (best == kAllDown || load(shard[n]) < load(best))) best = shard[n];
    }
    return best;
}

void Station::crash(std::uint32_t server, SimTime now) {
    Server& s = servers_[server];
    count_up(s.crashes, "reasons why a server is down");
    if (s.crashes > 1) return;
    MQ_CHECK(s.busy == 0, "a crash has taken the work from the server's workers");
    --servers_up_;
    unlist_free(server);
    states_of(server).add(worker_state::idle, -std::int64_t{s.workers}, now);
    states_of(server).add(worker_state::absent, s.workers, now);
}

void Station::restart(std::uint32_t server, SimTime now) {
    Server& s = servers_[server];
    MQ_CHECK(s.crashes > 0, "only a server that is down restarts");
    if (--s.crashes > 0) return;
    ++servers_up_;
    if (s.busy < s.workers) list_free(server);
    const std::int64_t idle = std::int64_t{s.workers} - s.busy;   // one that was being drained may have work
    states_of(server).add(worker_state::absent, -idle, now);
    states_of(server).add(worker_state::idle, idle, now);
}

void Station::drain(std::uint32_t server, SimTime now) {
    Server& s = servers_[server];
    count_up(s.crashes, "reasons why a server is down");
    if (s.crashes > 1) return;
    --servers_up_;
    if (s.busy < s.workers) unlist_free(server);
    const std::int64_t idle = std::int64_t{s.workers} - s.busy;
    states_of(server).add(worker_state::idle, -idle, now);
    states_of(server).add(worker_state::absent, idle, now);
}

void Station::add_servers(std::uint32_t n, std::uint32_t workers, SimTime now) {
    for (std::uint32_t i = 0; i < n; ++i) {
        const std::uint32_t server = server_count();
        servers_.push_back({.workers = workers});
        if (spread_ != Spread::shared) {
            queues_.emplace_back();
            queues_.back().set_policy(policy_);
            states_.emplace_back(states_.front().states());
            states_.back().add(worker_state::idle, 0, now);
        }
        states_of(server).add(worker_state::idle, workers, now);
        ++servers_up_;
        list_free(server);
    }
}

}  // namespace mailquake
