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
    static constexpr auto fields() {
        return std::tuple{field("what", &Assumption::what), field("basis", &Assumption::basis),
                          field("source", &Assumption::source)};
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

    static constexpr auto fields() {
        using A = About;
        return std::tuple{field("name", &A::name), field("description", &A::description), field("file", &A::file),
                          field("start", &A::start), field("objective", &A::objective).in("s"),
                          field("duration", &A::duration).in("s"), field("warmup", &A::warmup).in("s"),
                          field("cooldown", &A::cooldown).in("s"), field("variants", &A::variants),
                          field("sets", &A::sets), field("until", &A::until), field("cut", &A::cut),
                          field("assumptions", &A::assumptions)};
    }
};

/// What the scenario itself says; the command line's part (file, variants, sets, until, cut) is the caller's.
[[nodiscard]] About about(const ScenarioSpec& scenario);

}  // namespace mailquake
