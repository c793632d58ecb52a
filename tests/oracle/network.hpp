// How long mail and packets take between two sites, of the second world: one transfer after the other, by the states of the links
// at each instant, which are looked up in the list of faults every time.
//
// A mail: connection and dialogue (`round_trips` round trips), a wait for bandwidth (in order, at the first link), the data, the
// flight of its last byte. A packet: one flight. A reply: one flight, on a connection that is open already.
// Sources: design.md 2 (Link), RFC 5321 4.5.3.2 (time-outs), RFC 6298 (SYNs at 0, 1, 3, 7, 15 s).
// Left out: what design.md leaves out. Invariant: nothing arrives before the latency of the least path.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/fault/fault_timeline.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "sim/base/check.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"

namespace mailquake::oracle {

/// What became of a transfer, and when the receiver has it, or the sender knows that it failed.
struct Passage {
    enum class End { delivered, refused, timed_out, no_greeting, broken } end = End::delivered;  // broken: after the dialogue
    SimTime at;
};

inline SimDuration part(SimDuration longest, double share) { return {static_cast<std::int64_t>(static_cast<double>(longest.ns) * share)}; }

/// Of a list of the scenario's, the one of that name.
template <class Spec>
const Spec& named(const std::vector<Spec>& all, const std::string& name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Spec& spec) { return spec.name == name; });
    MQ_CHECK(found != all.end(), "a scenario names what it has");
    return *found;
}

class Wires {
public:
    Wires(const ScenarioSpec& scenario, const std::vector<FaultOccurrences>& occurrences);

    [[nodiscard]] Passage mail(const std::string& from, const std::string& to, SimTime now, Bytes size, RandomStream& luck);
    [[nodiscard]] Passage packet(const std::string& from, const std::string& to, SimTime now, RandomStream& luck);
    [[nodiscard]] Passage reply(const std::string& from, const std::string& to, SimTime now, RandomStream& luck);
    /// Whether there is a way from one site to the other, and back.
    [[nodiscard]] bool work(const std::string& a, const std::string& b, SimTime t) const { return both(a, b, t).work(); }
    [[nodiscard]] const std::set<SimTime>& changes() const { return changes_; }
    /// Is the site gone? Then nobody answers there; the links through it are none of its own.
    [[nodiscard]] bool is_dead(const std::string& site, SimTime t) const;
    /// Sum of the latencies on the least path between two sites when nothing is wrong.
    [[nodiscard]] SimDuration distance(const std::string& from, const std::string& to) const;

private:
    enum class Mode { up, refused, black_hole };
    struct Link {  // one direction
        std::string name, from, to;
        const LinkSpec* spec = nullptr;
        SimTime busy_until;  // with what was planned before
    };
    struct LinkState {
        Mode        mode = Mode::up;
        SimDuration latency, jitter;
        double      bandwidth = 0, loss = 0;
    };
    struct Effect {
        std::string link;
        Stretch     acts;
        const FaultSpec* fault;
    };
    /// The way from one site to another at some instant.
    struct Way {
        bool        found = false;
        Mode        mode = Mode::up;       // of the first link that is not up
        SimDuration latency, jitter, to_break;
        double      bandwidth = 0, loss = 0;
        std::size_t first = 0;             // link
        [[nodiscard]] bool works() const { return found && mode == Mode::up; }
        friend bool operator==(const Way&, const Way&) = default;
    };
    struct Both {
        Way forth, back;
        [[nodiscard]] bool work() const { return forth.works() && back.works(); }
        friend bool operator==(const Both&, const Both&) = default;
    };
    /// How long a stage may take: as a whole, or without any progress.
    struct Patience {
        SimDuration longest;
        bool        only_stalls;
    };
    using TimeOn = std::function<SimDuration(const Both&)>;

    bool pass_flight(const std::string& from, const std::string& to, SimTime& t, double jitter, RandomStream& luck) const;
    bool pass(const std::string& from, const std::string& to, SimTime& t, const Patience& patience, const TimeOn& time_on) const;
    void add_effects(const FaultSpec& fault, const std::string& link, Stretch acts);
    [[nodiscard]] LinkState state(const Link& link, SimTime t) const;
    [[nodiscard]] std::vector<std::size_t> route(const std::string& from, const std::string& to, SimTime t) const;
    void extend(std::vector<std::vector<std::size_t>>& found, std::vector<std::size_t>& links, std::set<std::string>& seen,
                const std::string& at, const std::string& to, SimTime t, Mode worst) const;
    [[nodiscard]] Way way(const std::string& from, const std::string& to, SimTime t) const;
    [[nodiscard]] Both both(const std::string& from, const std::string& to, SimTime t) const;
    [[nodiscard]] static bool passes(Mode link, Mode worst) { return link == Mode::up || link == worst; }
    [[nodiscard]] SimTime sent_by(const Link& link, SimTime t, Bytes size) const;
    [[nodiscard]] SimTime next_change(SimTime t) const;
    [[nodiscard]] SimTime works_from(const std::string& from, const std::string& to, SimTime t) const;

    const ScenarioSpec& scenario_;
    std::vector<Link>   links_;
    std::vector<Effect> effects_;
    std::vector<std::pair<std::string, Stretch>> dead_;  // sites
    std::set<SimTime>   changes_;  // of links, and of routes
};

}  // namespace mailquake::oracle
