// Runs a scenario in both worlds and finds the first step in which they differ.
//
// It sees the engine's entrance (models/world/simulate.hpp). Steps of both are sorted by time, identity, step and
// place, since what happens to several copies at one instant has no order in a story.
// Source: issue of the second world; left out: what README.md here leaves out. Invariant: equal worlds give an empty text.
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "tests/oracle/figures.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// The scenario of a text in YAML; throws std::runtime_error with what is wrong with it.
[[nodiscard]] ScenarioSpec scenario_from(const std::string& yaml);

/// What differs first: a text with the stories of that copy in both worlds; both empty if nothing does.
struct Difference {
    std::string text;
    std::string kind;  // the two steps, without time and identity: tells whether a smaller scenario shows the same thing
};
/// Figures and concurrency feedback are compared as the engine is known to have them, or as the design says.
[[nodiscard]] Difference difference(const ScenarioSpec& scenario, std::uint64_t seed, Rules rules = Rules::of_engine);

/// All steps, a line each: of the second world, or of the engine.
enum class WhichWorld { second, engine };
[[nodiscard]] std::string all_steps(WhichWorld world, const ScenarioSpec& scenario, std::uint64_t seed, Rules rules = Rules::of_engine);

}  // namespace mailquake::oracle
