#include "models/mta/station.hpp"

#include <algorithm>

namespace mailquake {

Station::Station(std::uint32_t servers, std::uint32_t workers, Spread spread, Discipline discipline,
                 std::optional<std::int64_t> limit, std::size_t states)
    : spread_(spread), discipline_(discipline), limit_(limit) {
    const std::size_t queues = spread == Spread::shared ? 1 : servers;
    queues_.resize(queues);
    states_.assign(queues, WorkerStates(states));
    for (std::uint32_t s = 0; s < servers; ++s) {
        servers_.push_back({.workers = workers});
        states_of(s).add(worker_state::idle, workers, SimTime::zero());
        ++servers_up_;
        list_free(s);
    }
}

void Station::list_free(std::uint32_t server) {
    servers_[server].free_at = static_cast<std::uint32_t>(free_.size());
    free_.push_back(server);
}

void Station::unlist_free(std::uint32_t server) {
    const std::uint32_t at = servers_[server].free_at;
    free_[at] = free_.back();
    servers_[free_[at]].free_at = at;
    free_.pop_back();
}

std::uint32_t Station::up_server(std::uint64_t k) const {
    if (servers_up_ == servers_.size()) return static_cast<std::uint32_t>(k);
    for (std::uint32_t s = 0; s < servers_.size(); ++s)
        if (servers_[s].up() && k-- == 0) return s;
    check_failed("k < servers up", __FILE__, __LINE__, "servers that are up are counted");
}

std::optional<std::uint32_t> Station::choose_server(RandomStream& luck) {
    if (servers_up_ == 0) return std::nullopt;
    const auto any = [&] { return up_server(std::min<std::uint64_t>(static_cast<std::uint64_t>(luck.uniform() * servers_up_), servers_up_ - 1)); };
    switch (spread_) {
        case Spread::shared: {
            if (free_.empty()) return 0;
            if (free_.size() == 1 || servers_.size() == 1) return free_.front();
            const auto pick = static_cast<std::size_t>(luck.uniform() * static_cast<double>(free_.size()));
            return free_[std::min(pick, free_.size() - 1)];
        }
        case Spread::random:
            return servers_up_ == 1 ? up_server(0) : any();
        case Spread::round_robin:
            return up_server(turn_++ % servers_up_);
        case Spread::least_loaded: {
            std::optional<std::uint32_t> best;
            for (std::uint32_t s = 0; s < servers_.size(); ++s)
                if (servers_[s].up() && (!best || load(s) < load(*best))) best = s;
            return best;
        }
        case Spread::two_choices: {
            const std::uint32_t first = any();
            const std::uint32_t second = any();
            return load(second) < load(first) ? second : first;
        }
    }
    return std::nullopt;
}

void Station::wait(std::uint32_t server, JobRef job, std::size_t priority, SimTime since, SimTime now, bool at_head) {
    InputQueue& queue = queue_of(server);
    const std::size_t lane = discipline_ == Discipline::priority ? priority : 0;
    if (at_head) queue.push_front(job, lane);
    else queue.push_back(job, lane);
    waiting_.enter(since);
    length_.add(now, 1);
    states_of(server).entered(now, now - waiting_.oldest(now));
}

std::optional<std::pair<std::uint32_t, JobRef>> Station::next_start(std::uint32_t server, RandomStream luck) {
    InputQueue& queue = queue_of(server);
    if (queue.empty()) return std::nullopt;
    if (spread_ != Spread::shared) {
        if (!servers_[server].has_free_worker()) return std::nullopt;
        return std::pair{server, queue.pop()};
    }
    if (free_.empty()) return std::nullopt;
    std::size_t pick = 0;
    if (free_.size() > 1) pick = std::min(static_cast<std::size_t>(luck.uniform() * static_cast<double>(free_.size())), free_.size() - 1);
    return std::pair{free_[pick], queue.pop()};
}

void Station::leave_queue(SimTime since, SimTime now) {
    waiting_.leave(since);
    length_.add(now, -1);
}

void Station::occupy(std::uint32_t server, std::size_t state, SimTime now) {
    Server& s = servers_[server];
    MQ_CHECK(s.has_free_worker(), "a job starts on a free worker of a server that is up");
    ++s.busy;
    if (s.busy == s.workers) unlist_free(server);
    states_of(server).move(worker_state::idle, state, now);
}

void Station::release(std::uint32_t server, std::size_t state, SimTime now) {
    Server& s = servers_[server];
    MQ_CHECK(s.busy > 0, "who is released was busy");
    if (s.busy == s.workers && s.up()) list_free(server);
    --s.busy;
    states_of(server).move(state, worker_state::idle, now);
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
            states_.emplace_back(states_.front().states());
            states_.back().add(worker_state::idle, 0, now);
        }
        states_of(server).add(worker_state::idle, workers, now);
        ++servers_up_;
        list_free(server);
    }
}

}  // namespace mailquake
