// What must be known of a scenario to read its results without the scenario: names, clock, objective, what of it is
// assumption, and how to run it again. Kept with every unit of a results file, so that a summary can be printed from it.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "models/results/fields.hpp"
#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// An entry that is not a documented fact.
struct Assumption {
    std::string what;     // `tiers.directory`
    std::string basis;    // `inference`, `choice` or `assumption`
    std::string source;   // or what is assumed
    [[nodiscard]] const std::string& label() const { return what; }
    template <class S = Assumption>
    static constexpr auto fields() {
        return std::tuple{field("what", &S::what), field("basis", &S::basis),
                          field("source", &S::source)};
    }
};

struct About {
    std::string name;
    std::string description;
    std::string file;                    // as the user named it
    std::string start;                   // UTC instant
    double objective = 600;              // delay objective [s]
    double duration = 0, warmup = 0, cooldown = 0;   // [s]
    std::vector<std::string> variants, sets;         // in the order of the command line
    std::string until;                   // as on the command line; empty: the scenario's end
    bool cut = false;
    std::vector<Assumption> assumptions;

    template <class S = About>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("description", &S::description), field("file", &S::file),
                          field("start", &S::start), field("objective", &S::objective).in("s"),
                          field("duration", &S::duration).in("s"), field("warmup", &S::warmup).in("s"),
                          field("cooldown", &S::cooldown).in("s"), field("variants", &S::variants),
                          field("sets", &S::sets), field("until", &S::until), field("cut", &S::cut),
                          field("assumptions", &S::assumptions)};
    }
};

/// What the scenario itself says; the command line's part (file, variants, sets, until, cut) is the caller's.
[[nodiscard]] About about(const ScenarioSpec& scenario);

}  // namespace mailquake
