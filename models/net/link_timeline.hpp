// What state each directed link is in, at every instant of the run. Faults are known before the run starts
// (models/fault/link_faults.hpp compiles them), so the timeline is built once, never changes, and is read by all
// logical processes at once.
//
// A link without changes holds its base state for ever. A change at t holds from t on, t included; before its first
// change, and at negative times, a link is in its base state.
//
// Invariants: per link, changes ascend in time; a link's latency never falls below its base (so the base latencies are
// a lookahead, models/net/lookahead.hpp).
#pragma once

#include <cstdint>
#include <vector>

#include "models/net/topology.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// Down has two ways. refused: who tries to cross is told at once. black_hole: packets vanish, who waits runs into his
/// time-out.
enum class LinkMode : std::uint8_t { up, refused, black_hole };

struct LinkState {
    LinkMode    mode = LinkMode::up;
    SimDuration latency;         // one way, faults included [ns]
    SimDuration jitter;          // largest extra delay [ns]
    double      bandwidth = 0;   // [bit/s]
    double      loss = 0;        // share of packets, 0..1

    friend bool operator==(const LinkState&, const LinkState&) = default;
};

class LinkTimeline {
public:
    /// All links in their base state for ever.
    explicit LinkTimeline(const Topology& topology);

    /// From `at` on, `link` is in `state`. While the timeline is built only; per link at strictly ascending times. A state
    /// equal to the one before is no change.
    void change(LinkId link, SimTime at, const LinkState& state);

    [[nodiscard]] std::size_t link_count() const { return links_.size(); }
    [[nodiscard]] const LinkState& base(LinkId link) const { return links_[link.index()].base; }
    [[nodiscard]] const LinkState& at(LinkId link, SimTime t) const;
    /// The first change of any link after t; never() if none.
    [[nodiscard]] SimTime next_change(SimTime t) const;
    /// The first change of this link after t; never() if none.
    [[nodiscard]] SimTime next_change(LinkId link, SimTime t) const;
    /// Instants at which any link changes; ascending, each once.
    [[nodiscard]] const std::vector<SimTime>& change_times() const { return times_; }

private:
    struct Change {
        SimTime   at;
        LinkState state;
    };
    struct History {
        LinkState           base;
        std::vector<Change> changes;
    };
    std::vector<History> links_;
    std::vector<SimTime> times_;
};

}  // namespace mailquake
