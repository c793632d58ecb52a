// A small world for the tests of windows: processes that pass jobs around, with as many ties as can be had. All times are
// whole milliseconds, jobs are passed on after exactly the lookahead or a little more, and to themselves after no time at
// all. What a process does depends on the order in which it handled everything before, so a single pair of events that
// changes places changes the rest of the run.
//
// The same rules run twice: as logical processes, and (for reference) over one std::set of all pending events.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/kernel/channel.hpp"
#include "sim/kernel/event_list.hpp"
#include "sim/kernel/fingerprint.hpp"
#include "sim/kernel/logical_process.hpp"
#include "sim/kernel/lookahead.hpp"

namespace mailquake::toy {

inline constexpr std::uint32_t kHops = 40;  // a job ends after so many, unless said; it splits in the first of them alone

struct Link {
    std::uint32_t from, to;
    SimDuration lookahead;
};

struct Topology {
    std::uint32_t processes;
    std::vector<Link> links;
    bool one_starts = false;  // jobs at the start at process 0 alone
};

/// A ring with chords: some close, some far, and a last process that only listens.
inline Topology ring(std::uint32_t n) {
    Topology t{n + 1, {}};
    for (std::uint32_t i = 0; i < n; ++i) {
        if (n > 1) t.links.push_back({i, (i + 1) % n, 1_ms + 1_ms * (i % 3)});
        if (n > 3) t.links.push_back({i, (i + n / 2) % n, 5_ms});
        t.links.push_back({i, n, 2_ms});
    }
    return t;
}

inline LookaheadMatrix matrix_of(const Topology& t) {
    LookaheadMatrix m(t.processes);
    for (const Link& link : t.links) m.set(link.from, link.to, link.lookahead);
    m.close();
    return m;
}

/// What a process is, apart from how it gets its events.
struct State {
    std::uint64_t seed = 0;
    std::uint32_t self = 0;
    std::uint32_t hops = kHops;
    bool starts = true;
    std::vector<Link> out;
    std::uint64_t history = 0;  // depends on the order of everything handled
    std::uint64_t handled = 0;
    Fingerprint fingerprint;
};

/// When a job (b, after a hops) comes, then it is noted and goes on: at once, later, or elsewhere; now and then it splits.
template <class Local, class Remote>
void act(State& s, const Event& event, Local&& local, Remote&& remote) {
    s.history = combine64(s.history, combine64(static_cast<std::uint64_t>(event.time.ns), event.b * 64 + event.a));
    s.fingerprint.note(event.time, hash_name("toy") + s.self, s.history, event.b);
    ++s.handled;
    if (event.a >= s.hops) return;
    RandomStream coin(StreamKey(s.seed, s.self, s.history % 1024), event.b, event.a);
    const std::uint64_t copies = coin() % 16 == 0 && event.a < kHops ? 2 : 1;
    for (std::uint64_t copy = 0; copy < copies; ++copy) {
        const std::uint64_t job = combine64(event.b, copy), choice = coin() % 4, later = coin() % 3;
        if (choice == 0 || s.out.empty()) local(event.time, event.a + 1, job);
        else if (choice == 1) local(event.time + 1_ms * static_cast<std::int64_t>(later), event.a + 1, job);
        else {
            const Link& link = s.out[coin() % s.out.size()];
            remote(link, event.time, event.time + link.lookahead + 1_ms * static_cast<std::int64_t>(later), event.a + 1, job);
        }
    }
}

inline std::vector<State> states_of(const Topology& t, std::uint64_t seed, std::uint32_t hops) {
    std::vector<State> states(t.processes);
    for (std::uint32_t i = 0; i < t.processes; ++i) {
        states[i].seed = seed;
        states[i].self = i;
        states[i].hops = hops;
        states[i].starts = i == 0 || !t.one_starts;
    }
    for (const Link& link : t.links) states[link.from].out.push_back(link);
    return states;
}

/// Jobs at the start: (time, identity), the same for both ways to run.
inline std::vector<std::pair<SimTime, std::uint64_t>> first_jobs(const State& s) {
    std::vector<std::pair<SimTime, std::uint64_t>> jobs;
    for (std::int64_t k = 0; s.starts && k < 6; ++k) {
        jobs.emplace_back(SimTime::zero() + 1_ms * (k / 2), combine64(s.self, static_cast<std::uint64_t>(k)));
    }
    return jobs;
}

struct Result {
    std::vector<std::uint64_t> histories;
    std::uint64_t handled = 0;
    std::string fingerprint;
    friend bool operator==(const Result&, const Result&) = default;
};

inline Result result_of(const std::vector<const State*>& states) {
    Result r;
    Fingerprint all;
    for (const State* s : states) {
        r.histories.push_back(s->history);
        r.handled += s->handled;
        all.merge(s->fingerprint);
    }
    r.fingerprint = all.hex();
    return r;
}

struct Job {
    std::uint32_t hops = 0;
    std::uint64_t identity = 0;
};

/// Those with an odd number tell to whom they have sent; all receive from one sender alone when they can.
class Process final : public LogicalProcess {
public:
    Process(State state) : state_(std::move(state)), list_(state_.self) {
        for (const auto& [time, job] : first_jobs(state_)) list_.schedule(time, 0, 0, job);
    }
    void attach_in(std::uint32_t from, Channel<Job>* channel) { in_.emplace_back(from, channel); }
    void attach_out(std::uint32_t to, Channel<Job>* channel) { out_.emplace_back(to, channel); }

    [[nodiscard]] SimTime next_time() const override { return list_.next_time(); }
    void run_until(SimTime horizon) override {
        while (list_.next_time() < horizon) handle(list_.pop());
    }
    bool receive() override {
        bool came = false;
        for (const auto& [from, channel] : in_) came = drain(*channel) || came;
        return came;
    }
    bool receive_from(std::size_t process) override {
        bool came = false;
        for (const auto& [from, channel] : in_)
            if (from == process) came = drain(*channel) || came;
        return came;
    }
    [[nodiscard]] bool list_receivers(std::vector<std::uint32_t>& receivers) override {
        if (state_.self % 2 == 0) return false;
        receivers.insert(receivers.end(), sent_to_.begin(), sent_to_.end());
        sent_to_.clear();
        return true;
    }
    [[nodiscard]] const State& state() const { return state_; }

private:
    bool drain(Channel<Job>& channel) {
        if (channel.empty()) return false;
        channel.drain([&](SimTime arrival, std::uint64_t order, const Job& job) {
            list_.insert(Event{arrival, order, 0, job.hops, job.identity});
        });
        return true;
    }
    void handle(const Event& event) {
        act(state_, event, [&](SimTime time, std::uint32_t hops, std::uint64_t job) { list_.schedule(time, 0, hops, job); },
            [&](const Link& link, SimTime now, SimTime arrival, std::uint32_t hops, std::uint64_t job) {
                sent_to_.insert(link.to);
                for (auto& [to, channel] : out_) {
                    if (to == link.to) return channel->send(now, arrival, list_.take_order(), Job{hops, job});
                }
            });
    }

    State state_;
    EventList list_;
    std::vector<std::pair<std::uint32_t, Channel<Job>*>> in_;
    std::set<std::uint32_t> sent_to_;
    std::vector<std::pair<std::uint32_t, Channel<Job>*>> out_;
};

struct World {
    World(const Topology& t, std::uint64_t seed, std::uint32_t hops = kHops) : lookahead(matrix_of(t)) {
        for (State& s : states_of(t, seed, hops)) processes.push_back(std::make_unique<Process>(std::move(s)));
        for (const Link& link : t.links) {
            channels.push_back(std::make_unique<Channel<Job>>(link.lookahead));
            processes[link.from]->attach_out(link.to, channels.back().get());
            processes[link.to]->attach_in(link.from, channels.back().get());
        }
        for (auto& p : processes) pointers.push_back(p.get());
    }
    [[nodiscard]] Result result() const {
        std::vector<const State*> states;
        for (const auto& p : processes) states.push_back(&p->state());
        return result_of(states);
    }

    LookaheadMatrix lookahead;
    std::vector<std::unique_ptr<Channel<Job>>> channels;
    std::vector<std::unique_ptr<Process>> processes;
    std::vector<LogicalProcess*> pointers;
};

/// All processes' events in one set, one at a time: no windows, no channels, no heap.
inline Result reference_run(const Topology& t, std::uint64_t seed, SimTime end, std::uint32_t hops = kHops) {
    std::vector<State> states = states_of(t, seed, hops);
    std::vector<std::uint64_t> seq(t.processes, 0);
    // time, order, where, hops, job
    using Pending = std::tuple<SimTime, std::uint64_t, std::uint32_t, std::uint32_t, std::uint64_t>;
    std::set<Pending> pending;
    for (std::uint32_t i = 0; i < t.processes; ++i) {
        for (const auto& [time, job] : first_jobs(states[i])) pending.emplace(time, make_order(i, seq[i]++), i, 0, job);
    }
    while (!pending.empty() && std::get<0>(*pending.begin()) < end) {
        const auto [time, order, at, hop, job] = *pending.begin();
        pending.erase(pending.begin());
        const std::uint32_t self = at;
        act(states[self], Event{time, order, 0, hop, job},
            [&](SimTime when, std::uint32_t h, std::uint64_t j) {
                pending.emplace(when, make_order(self, seq[self]++), self, h, j);
            },
            [&](const Link& link, SimTime, SimTime arrival, std::uint32_t h, std::uint64_t j) {
                pending.emplace(arrival, make_order(self, seq[self]++), link.to, h, j);
            });
    }
    std::vector<const State*> pointers;
    for (const State& s : states) pointers.push_back(&s);
    return result_of(pointers);
}

}  // namespace mailquake::toy
