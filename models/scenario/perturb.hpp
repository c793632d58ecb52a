// One changed value for each key that a scenario writes, for the test that every key has an effect.
// Each change is a valid --set: it is tried by loading the scenario with it. Keys without one carry the reason instead.
// Left out: inert keys (names, descriptions, sources), tags (`law`, `kind`), whose change gives other keys a new meaning.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/scenario/load.hpp"

namespace mailquake {

struct Perturbation {
    std::string path;
    std::string from;      // value as it is
    std::string to;        // another valid one; empty: skipped
    std::string skipped;   // why there is none
    std::shared_ptr<const LoadedScenario> changed;   // the scenario with it; null: skipped
    [[nodiscard]] std::string set() const { return path + "=" + to; }
};

/// How far a key goes from its value: by a third or to the next choice; or as low as it may, by orders of magnitude, to
/// the last choice: what moves a limit that nothing comes near, or an order in which the key is a rank.
enum class Change { small, bold };

/// In declared order, for the scenario as `request` loads it; empty when it does not load.
[[nodiscard]] std::vector<Perturbation> perturbations(const LoadRequest& request, Change change = Change::small);

}  // namespace mailquake
