// A station: the servers of a tier at one site (and partition), their workers and input queues.
//
// Holds the state and the moves between states; what the moves mean (calls, hand-over, faults) is the site's
// (models/world/site.hpp). Work is spread over servers by a shared queue, at random, round robin, to the least loaded or
// the better of two, or those of a tenant's shard; who chooses knows which servers have crashed, not which stand still.
// Left out: the time that choosing takes; imperfect knowledge of load.
//
// Invariants: a server's busy workers never exceed its workers; a queue waits only while no worker that serves it is
// free; the states of all workers sum to servers x workers at any time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/mta/age_index.hpp"
#include "models/mta/backlog_count.hpp"
#include "models/mta/input_queue.hpp"
#include "models/mta/tier_spec.hpp"
#include "models/mta/worker_states.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"
#include "sim/stats/histogram.hpp"
#include "sim/stats/time_weighted.hpp"

namespace mailquake {

/// What a worker is doing; from `first_of_tier` on the tier's own states, of its calls and flaws.
namespace worker_state {
inline constexpr std::size_t idle = 0;
inline constexpr std::size_t serving = 1;
inline constexpr std::size_t absent = 2;        // its server has crashed
inline constexpr std::size_t stalled = 3;       // its server stands still
inline constexpr std::size_t handing_over = 4;  // a proxy that waits for the next tier's reply
inline constexpr std::size_t first_of_tier = 5;
}  // namespace worker_state

struct Server {
    std::uint32_t workers = 1;   // what it does at once
    std::uint32_t busy = 0;
    std::uint16_t crashes = 0;   // reasons why it is down; 0: up
    std::uint16_t pauses = 0;    // reasons why it stands still
    bool          closed = false;  // it refuses what comes: others get it
    std::uint16_t odd = 0;       // reasons why the length of a service here may be more than its draw
    std::uint32_t free_at = 0;   // its place in the list of servers with a free worker, if it has one

    [[nodiscard]] bool up() const { return crashes == 0; }
    [[nodiscard]] bool has_free_worker() const { return up() && busy < workers; }
};

/// What keys the choice of a server.
struct SpreadKeys {
    StreamKey queue;   // whose queue a job joins
    StreamKey shard;   // which servers a tenant has
    StreamKey next;    // which free server takes a job from the shared queue
};

class Station {
public:
    Station(std::uint32_t servers, std::uint32_t workers, Spread spread, Discipline discipline,
            std::optional<std::int64_t> limit, std::size_t states, const QueuePolicy& policy = {});

    static constexpr std::uint32_t kAllDown = 0xffff'ffffU;

    /// The server that gets a job now; kAllDown when all have crashed. With a shared queue: one with a free worker, or
    /// server 0 to mean "the queue". Where there is a choice, it is drawn for the job in this pass. Where tenants have shards,
    /// `tenant` is the tenant's identity, and kAllDown means that all of its shard have crashed.
    [[nodiscard]] std::uint32_t choose_server(const SpreadKeys& keys, std::uint64_t identity, std::uint32_t pass, std::uint64_t tenant) {
        if (servers_up_ == 0) return kAllDown;
        if (spread_ != Spread::shared) return choose_of_many(keys, identity, pass, tenant);
        if (free_.empty()) return 0;
        if (free_.size() == 1) return free_.front();
        // A job that has to wait although workers are free gets its server when it starts: one draw a pass.
        return policy_.kind == QueueKind::bulkhead || !queue_of(0).empty() ? 0 : choose_of_many(keys, identity, pass, tenant);
    }
    /// May a job start at once on `server` (an answer of choose_server)?
    [[nodiscard]] bool starts_at_once(std::uint32_t server) const {
        return servers_[server].has_free_worker() && queue_of(server).empty() && policy_.kind != QueueKind::bulkhead;
    }
    [[nodiscard]] bool is_full(std::uint32_t server) const {
        return limit_ && std::ssize(queue_of(server)) >= *limit_;
    }
    /// Does nothing but the order of arrival, or of priorities, decide who is next?
    [[nodiscard]] bool is_plain() const { return policy_.kind == QueueKind::plain; }
    [[nodiscard]] const QueuePolicy& policy() const { return policy_; }
    [[nodiscard]] bool is_sharded() const { return policy_.shard > 0; }
    /// As wait(), where a policy decides.
    void wait_by_policy(std::uint32_t server, const WaitingJob& waiting, SimTime now, bool at_head) {
        queue_of(server).push_by_policy(waiting, at_head, now);
        waiting_.enter(waiting.since);
        length_.add(now, 1);
        if (backlog_ != nullptr) [[likely]] backlog_->enter(now);
        states_of(server).entered(now, now - waiting_.oldest(now));
    }

    void wait(std::uint32_t server, JobRef job, std::size_t priority, SimTime since, SimTime now, bool at_head = false) {
        InputQueue& queue = queue_of(server);
        const std::size_t lane = discipline_ == Discipline::priority ? priority : 0;
        if (at_head) queue.push_front(job, lane);
        else queue.push_back(job, lane);
        waiting_.enter(since);
        length_.add(now, 1);
        if (backlog_ != nullptr) [[likely]] backlog_->enter(now);
        states_of(server).entered(now, now - waiting_.oldest(now));
    }
    /// The next waiting job, or none, that some free worker of `server`'s queue can start, and the server that does.
    struct Start {
        std::uint32_t server;
        JobRef        job;
    };
    /// `draws_of(job)` says what keys the job's draws here: {identity, pass}.
    template <class DrawsOf>
    [[nodiscard]] Start next_start(std::uint32_t server, const SpreadKeys& keys, SimTime now, const DrawsOf& draws_of) {
        constexpr Start none{0, JobRef::none()};
        InputQueue& queue = queue_of(server);
        if (queue.empty()) return none;
        if (spread_ != Spread::shared) {
            if (!servers_[server].has_free_worker()) return none;
            return {server, queue.pop(now)};
        }
        if (free_.empty()) return none;
        if (free_.size() == 1) return {free_.front(), queue.pop(now)};
        const JobRef job = queue.pop(now);
        if (job == JobRef::none()) return none;
        const auto draws = draws_of(job);
        RandomStream stream(keys.next, draws.identity, draws.pass);
        return {any_free(stream), job};
    }
    /// When a worker of `server` is done with a job, then it takes the first waiting one, without being free in between;
    /// none where a free worker could have taken it before, a policy decides, or nobody waits.
    [[nodiscard]] JobRef next_without_rest(std::uint32_t server) {
        InputQueue& queue = queue_of(server);
        if (queue.empty() || queue.starting) return JobRef::none();
        const bool others_busy = spread_ == Spread::shared ? free_.empty() : servers_[server].busy == servers_[server].workers;
        if (!others_busy || servers_[server].busy != servers_[server].workers || !servers_[server].up()) return JobRef::none();
        return queue.pop_lanes();
    }
    /// The job that waited since `since` has left the queue; books nothing.
    void leave_queue(SimTime since, SimTime now) {
        waiting_.leave(since);
        length_.add(now, -1);
        if (backlog_ != nullptr) [[likely]] backlog_->leave();
    }

    /// A worker of `server` starts (idle -> state) or ends (state -> idle) a job.
    void occupy(std::uint32_t server, std::size_t state, SimTime now) {
        Server& s = servers_[server];
        MQ_CHECK(s.has_free_worker(), "a job starts on a free worker of a server that is up");
        ++s.busy;
        if (s.busy == s.workers) unlist_free(server);
        states_of(server).move(worker_state::idle, state, now);
    }
    void release(std::uint32_t server, std::size_t state, SimTime now) {
        Server& s = servers_[server];
        MQ_CHECK(s.busy > 0, "who is released was busy");
        if (s.busy == s.workers && s.up()) list_free(server);
        --s.busy;
        states_of(server).move(state, s.up() ? worker_state::idle : worker_state::absent, now);
    }
    void crash(std::uint32_t server, SimTime now);     // its workers are idle already
    void drain(std::uint32_t server, SimTime now);     // its workers finish what they have; restart() takes it back
    void restart(std::uint32_t server, SimTime now);
    void add_servers(std::uint32_t n, std::uint32_t workers, SimTime now);

    /// A server with a queue of its own takes no new jobs, or takes them again.
    void close(std::uint32_t server, bool closed) {
        if (servers_[server].closed == closed) return;
        servers_[server].closed = closed;
        special_ += closed ? 1U : -1U;
    }
    /// The next job that comes goes to this server, of those with a queue of their own: a connection has been made to it before; nothing:
    /// as ever.
    void promise(std::optional<std::uint32_t> server) {
        special_ += (server ? 1U : 0U) - (promised_ ? 1U : 0U);
        promised_ = server;
    }
    [[nodiscard]] bool is_shared() const { return own_queue_ == 0; }

    /// Those who wait here count there, too; it outlives the station.
    void count_in(BacklogCount& backlog) { backlog_ = &backlog; }

    [[nodiscard]] bool by_priority() const { return discipline_ == Discipline::priority; }
    [[nodiscard]] bool any_up() const { return servers_up_ > 0; }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] const AgeIndex& ages() const { return waiting_; }
    [[nodiscard]] std::uint32_t queue_count() const { return narrow<std::uint32_t>(queues_.size(), "queues of a station"); }
    [[nodiscard]] std::uint32_t server_count() const { return narrow<std::uint32_t>(servers_.size(), "servers of a station"); }
    [[nodiscard]] std::vector<InputQueue>& queues() { return queues_; }
    [[nodiscard]] InputQueue& queue_of(std::uint32_t server) { return queues_[server & own_queue_]; }
    [[nodiscard]] const InputQueue& queue_of(std::uint32_t server) const { return queues_[server & own_queue_]; }
    [[nodiscard]] const std::vector<InputQueue>& queues() const { return queues_; }
    [[nodiscard]] std::vector<Server>& servers() { return servers_; }
    [[nodiscard]] const std::vector<Server>& servers() const { return servers_; }
    [[nodiscard]] WorkerStates& states_of(std::uint32_t server) { return states_[server & own_queue_]; }
    [[nodiscard]] const std::vector<WorkerStates>& states() const { return states_; }
    [[nodiscard]] const TimeWeighted& length() const { return length_; }

    // Counters, read at the end.
    std::uint64_t arrivals = 0, served = 0, refused = 0, swallowed = 0, timed_out = 0, wasted = 0;
    Histogram     wait_time;

private:
    void list_free(std::uint32_t server) {
        servers_[server].free_at = truncated<std::uint32_t>(free_.size());
        free_.push_back(server);
    }
    void unlist_free(std::uint32_t server) {
        const std::uint32_t at = servers_[server].free_at;
        free_[at] = free_.back();
        servers_[free_[at]].free_at = at;
        free_.pop_back();
    }
    [[nodiscard]] std::uint32_t any_free(RandomStream& luck) const {
        const auto pick = static_cast<std::size_t>(luck.uniform() * static_cast<double>(free_.size()));
        return free_[std::min(pick, free_.size() - 1)];
    }
    [[nodiscard]] std::uint32_t choose_of_many(const SpreadKeys& keys, std::uint64_t identity, std::uint32_t pass, std::uint64_t tenant);
    [[nodiscard]] std::uint32_t up_server(std::uint64_t k) const;  // the k-th that is up
    [[nodiscard]] std::uint32_t choose_specially(RandomStream& luck) const;
    [[nodiscard]] std::uint32_t choose_in_shard(RandomStream& tenants_luck) const;
    [[nodiscard]] std::uint64_t load(std::uint32_t server) const { return servers_[server].busy + queue_of(server).size(); }

    Spread      spread_;
    Discipline  discipline_;
    std::optional<std::int64_t> limit_;
    QueuePolicy policy_;
    std::vector<Server>        servers_;
    std::vector<std::uint32_t> free_;       // servers that are up and have a free worker
    std::vector<InputQueue>    queues_;     // one if shared, else one per server
    std::vector<WorkerStates>  states_;     // beside the queues: of the workers that serve the queue
    std::uint32_t own_queue_ = 0;           // all bits where each server has one, none where there is one queue for all
    AgeIndex      waiting_;
    TimeWeighted  length_;
    BacklogCount* backlog_ = nullptr;
    std::uint32_t servers_up_ = 0;
    std::optional<std::uint32_t> promised_; // the server that the next job goes to
    std::uint32_t special_ = 0;             // closed servers and promises: reasons to choose otherwise
    std::uint32_t turn_ = 0;                // round robin
};

}  // namespace mailquake
