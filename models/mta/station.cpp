#include "models/mta/station.hpp"

#include <algorithm>

namespace mailquake {

Station::Station(std::uint32_t servers, std::uint32_t workers, Spread spread, Discipline discipline,
                 std::optional<std::int64_t> limit, std::size_t states, const QueuePolicy& policy)
    : spread_(spread), discipline_(discipline), limit_(limit), policy_(policy) {
    const std::size_t queues = spread == Spread::shared ? 1 : servers;
    queues_.resize(queues);
    for (InputQueue& queue : queues_) queue.set_policy(policy_);
    states_.assign(queues, WorkerStates(states));
    for (std::uint32_t s = 0; s < servers; ++s) {
        servers_.push_back({.workers = workers});
        states_of(s).add(worker_state::idle, workers, SimTime::zero());
        ++servers_up_;
        list_free(s);
    }
}

std::uint32_t Station::up_server(std::uint64_t k) const {
    if (servers_up_ == servers_.size()) return static_cast<std::uint32_t>(k);
    for (std::uint32_t s = 0; s < servers_.size(); ++s)
        if (servers_[s].up() && k-- == 0) return s;
    check_failed("k < servers up", __FILE__, __LINE__, "servers that are up are counted");
}

/// One of several servers, or of several queues; some server is up.
std::uint32_t Station::choose_of_many(StreamKey key, std::uint64_t identity, std::uint32_t attempt) {
    RandomStream luck(key, identity, attempt);
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
    }
    check_failed("a way to spread", __FILE__, __LINE__, "every way to spread work chooses a server");
}

void Station::crash(std::uint32_t server, SimTime now) {
    Server& s = servers_[server];
    if (s.crashes++ > 0) return;
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
    list_free(server);
    states_of(server).add(worker_state::absent, -std::int64_t{s.workers}, now);
    states_of(server).add(worker_state::idle, s.workers, now);
}

void Station::add_servers(std::uint32_t n, std::uint32_t workers, SimTime now) {
    for (std::uint32_t i = 0; i < n; ++i) {
        const auto server = static_cast<std::uint32_t>(servers_.size());
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
