#include "models/fault/link_faults.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

/// What one fault does to a link from `from` up to, not including, `to`.
struct Effect {
    SimTime     from;
    SimTime     to;
    LinkMode    mode = LinkMode::up;
    SimDuration added_latency = SimDuration::zero();
    double      bandwidth = std::numeric_limits<double>::infinity();
    double      loss = 0;

};

void add_flap(const LinkFlapFault& flap, SimTime from, SimTime to, SimTime end, std::vector<Effect>& effects) {
    while (from < std::min(to, end)) {
        effects.push_back({.from = from, .to = std::min(saturating_add(from, flap.down), to), .mode = LinkMode::refused});
        from = saturating_add(from, flap.down + flap.up);
    }
}

/// The stretches in which the fault acts that begin before `end`; none if it is no link fault.
void add_effects(const FaultSpec& fault, const Stretch& acts, SimTime end, std::vector<Effect>& effects) {
    const SimTime from = acts.from;
    const SimTime to = acts.to;
    if (from >= std::min(to, end)) return;
    std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, LinkDownFault>) {
                effects.push_back({.from = from, .to = to, .mode = LinkMode::refused});
            } else if constexpr (std::is_same_v<Body, LinkBlackHoleFault>) {
                effects.push_back({.from = from, .to = to, .mode = LinkMode::black_hole});
            } else if constexpr (std::is_same_v<Body, LinkLossFault>) {
                effects.push_back({.from = from, .to = to, .loss = body.loss.value});
            } else if constexpr (std::is_same_v<Body, LinkLatencyFault>) {
                effects.push_back({.from = from, .to = to, .added_latency = body.added});
            } else if constexpr (std::is_same_v<Body, LinkBandwidthFault>) {
                effects.push_back({.from = from, .to = to, .bandwidth = body.bandwidth.bits_per_second});
            } else if constexpr (std::is_same_v<Body, LinkFlapFault>) {
                add_flap(body, from, to, end, effects);
            }
        },
        fault.body);
}

void apply(const Effect& effect, LinkState& state) {
    state.mode = std::max(state.mode, effect.mode);  // in order of badness
    state.latency += effect.added_latency;
    state.bandwidth = std::min(state.bandwidth, effect.bandwidth);
    state.loss = std::max(state.loss, effect.loss);
}

static_assert(LinkMode::up < LinkMode::refused && LinkMode::refused < LinkMode::black_hole, "the worst mode is the greatest");

/// Sweeps over the ends of the stretches; those that act at each are few, since stretches of one flap do not overlap.
void compile(LinkId link, std::vector<Effect> effects, LinkTimeline& timeline) {
    std::vector<SimTime> ends;
    for (const Effect& effect : effects) {
        ends.push_back(effect.from);
        ends.push_back(effect.to);
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    std::stable_sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) { return a.from < b.from; });

    std::vector<Effect> acting;
    auto next = effects.begin();
    for (SimTime t : ends) {
        std::erase_if(acting, [&](const Effect& effect) { return effect.to <= t; });
        for (; next != effects.end() && next->from <= t; ++next) acting.push_back(*next);
        LinkState state = timeline.base(link);
        for (const Effect& effect : acting) apply(effect, state);
        if (t < SimTime::never()) timeline.change(link, t, state);
    }
}

}  // namespace

bool is_link_fault(const FaultSpec& fault) {
    return std::visit(
        [](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            return std::is_same_v<Body, LinkDownFault> || std::is_same_v<Body, LinkBlackHoleFault> ||
                   std::is_same_v<Body, LinkLossFault> || std::is_same_v<Body, LinkLatencyFault> ||
                   std::is_same_v<Body, LinkBandwidthFault> || std::is_same_v<Body, LinkFlapFault>;
        },
        fault.body);
}

LinkTimeline build_link_timeline(const Topology& topology, std::span<const FaultSpec> faults, SimTime end) {
    std::vector<FaultOccurrences> planned;
    for (const FaultSpec& fault : faults) planned.push_back({.acts = {stretch_of(fault)}, .probability = std::nullopt});
    return build_link_timeline(topology, faults, planned, end);
}

LinkTimeline build_link_timeline(const Topology& topology, std::span<const FaultSpec> faults, std::span<const FaultOccurrences> occurrences,
                                 SimTime end) {
    std::vector<std::vector<Effect>> effects(topology.link_count());
    for (std::size_t f = 0; f < faults.size(); ++f) {
        if (!faults[f].enabled || !is_link_fault(faults[f])) continue;
        for (const std::string& target : targets_of(faults[f])) {
            const std::vector<LinkId> links = topology.links_named(target);
            MQ_CHECK(!links.empty(), "a link fault's target is a link");
            for (LinkId link : links)
                for (const Stretch& acts : occurrences[f].acts) add_effects(faults[f], acts, end, effects[link.index()]);
        }
    }
    LinkTimeline timeline(topology);
    for (std::uint32_t i = 0; i < effects.size(); ++i) compile(LinkId{i}, std::move(effects[i]), timeline);
    return timeline;
}

}  // namespace mailquake
