#include "models/fault/fault_timeline.hpp"

#include <algorithm>

#include "models/spec/law_of.hpp"
#include "sim/base/check.hpp"
#include "models/mail/draws.hpp"

namespace mailquake {
namespace {

constexpr SimDuration kLeastStretch = 1_ms;  // no law makes a fault come and go without time

FaultOccurrences draw_renewal(const FaultSpec& fault, std::uint64_t name, std::uint64_t seed, SimTime begin, SimTime end) {
    FaultOccurrences result;
    result.probability = begin < end ? probability_up_to(*fault.mtbf, end - begin - 1_ns) : 0;
    if (begin >= end) return result;
    const StreamKey up(seed, name, draws::up_time), down(seed, name, draws::down_time);
    const Law healthy = law_of(*fault.mtbf), failed = law_of(*fault.mttr);
    SimTime t = begin;
    for (std::uint64_t k = 0; result.acts.size() < kMostOccurrences; ++k) {
        RandomStream luck(up, k);
        const bool given = k == 0 && fault.conditional && *result.probability > 0;
        const SimDuration wait = given ? draw_up_to(*fault.mtbf, end - begin - 1_ns, luck) : healthy.draw(luck);
        t = saturating_add(t, std::max(wait, kLeastStretch));
        if (t >= end) break;
        RandomStream repair(down, k);
        const SimTime to = saturating_add(t, std::max(failed.draw(repair), kLeastStretch));
        result.acts.push_back({t, to});
        t = to;
    }
    return result;
}

}  // namespace

std::vector<std::string> targets_of(const FaultSpec& fault) {
    std::vector<std::string> targets = fault.group;
    if (!fault.target.empty()) targets.insert(targets.begin(), fault.target);
    return targets;
}

SimTime begin_of(const FaultSpec& fault, SimDuration warmup) {
    return fault.mtbf && fault.at.at == SimTime::zero() ? SimTime::zero() + warmup : fault.at.at;
}

Stretch stretch_of(const FaultSpec& fault) {
    const bool ends = !fault.mtbf && fault.length > SimDuration::zero();
    return {fault.at.at, ends ? saturating_add(fault.at.at, fault.length) : SimTime::never()};
}

FaultOccurrences draw_fault_at(const FaultSpec& fault, std::uint64_t place, std::uint64_t seed, SimDuration warmup, SimTime end) {
    return draw_renewal(fault, derived(place_identity("faults/" + fault.name), draws::at, place), seed, begin_of(fault, warmup), end);
}

std::vector<FaultOccurrences> draw_fault_timeline(std::span<const FaultSpec> faults, std::uint64_t seed, SimDuration warmup, SimTime end) {
    std::vector<FaultOccurrences> timeline;
    for (const FaultSpec& fault : faults) {
        if (fault.mtbf && fault.mttr) timeline.push_back(draw_renewal(fault, place_identity("faults/" + fault.name), seed, begin_of(fault, warmup), end));
        else timeline.push_back({.acts = {stretch_of(fault)}, .probability = std::nullopt});
    }
    return timeline;
}

}  // namespace mailquake
