// How large a run will be, by arithmetic, before it is begun: messages, events, memory, time; and the key that makes most of it.
//
// Counted: mail of all classes with surges and campaigns, a backlog, sessions of clients, calls by the load equations
// (offered_load.hpp), what queues that grow hold at the end, pages of dashboards that are looked at, and what is kept for each minute
// and each tenant's hour. An upper bound is meant, within a factor of a few: retries are counted once. Not counted: storms of
// sign-ins, retries without back-off, notices.
// Figures of bytes are of the records in models/world/outcome.hpp and sim's message slab; events a second are what bench/README.md has for
// slow scenarios.
#pragma once

#include <optional>
#include <string>

#include "models/scenario/scenario_spec.hpp"
#include "models/world/offered_load.hpp"

namespace mailquake {

struct RunEstimate {
    double messages = 0;      // copies accepted
    double events = 0;
    double bytes = 0;         // at most at once
    double seconds = 0;       // on one core
    std::string biggest;      // the key that makes most events
    std::string heaviest;     // the key that takes most memory
};

/// `until`: where the run is cut.
[[nodiscard]] RunEstimate estimate_run(const ScenarioSpec& scenario, const std::optional<SimDuration>& until = {});
/// The same for somebody who has the offered load already.
[[nodiscard]] RunEstimate estimate_run(const ScenarioSpec& scenario, const OfferedLoad& load, const std::optional<SimDuration>& until = {});

/// A run of more events or bytes than this is not begun without being asked for twice.
inline constexpr double kMostEvents = 1e9;
[[nodiscard]] double most_bytes();   // the machine's memory

/// What makes the run too large, as a sentence that names the key; nothing if it is not.
[[nodiscard]] std::optional<std::string> too_large(const RunEstimate& estimate);

/// "about 1.2 million messages, 9.8 million events, 300 MB, 5 s"
[[nodiscard]] std::string text_of(const RunEstimate& estimate);

}  // namespace mailquake
