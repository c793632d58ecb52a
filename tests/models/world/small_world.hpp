// Runs small scenarios, written in the test as YAML, and looks into what they leave behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/load.hpp"
#include "models/world/simulate.hpp"

namespace mailquake {

/// The scenario of this text, with `sets` (PATH=VALUE) laid over it. The test fails when it does not load.
[[nodiscard]] ScenarioSpec scenario_of(const std::string& yaml, const std::vector<std::string>& sets = {});

[[nodiscard]] Outcome run(const std::string& yaml, const std::vector<std::string>& sets = {}, RunOptions options = {});

/// Identity of the k-th copy of a backlog entry, and of the k-th arrival of a class's mail from a sender population.
[[nodiscard]] std::uint64_t backlog_copy(std::string_view entry, std::uint64_t k);
[[nodiscard]] std::uint64_t inbound_copy(std::string_view tenant_class, std::string_view sender, std::uint64_t k);

/// What happened to one message, a line "SECONDS TEXT" each.
[[nodiscard]] std::vector<std::string> story_of(const Outcome& outcome, std::uint64_t message);
/// When each line of a story with these words happened.
[[nodiscard]] std::vector<double> times_of(const Outcome& outcome, std::uint64_t message, std::string_view words);

[[nodiscard]] const StationOutcome& station(const Outcome& outcome, std::string_view tier, std::string_view site, std::string_view partition = "");
[[nodiscard]] std::uint64_t touched(const std::vector<DisturbanceOutcome>& entries, std::string_view name);
/// Of a class's delays [s].
[[nodiscard]] double p99(const Outcome& outcome, std::size_t tenant_class);
/// Sum of the ledger's rows whose place and cause are these; empty: any.
[[nodiscard]] TimeArea booked(const Outcome& outcome, std::string_view place, std::string_view cause);

/// A data center `dc` (no time inside) 10 ms from `world`; one class `acme` of inbound mail along mta -> box at 1/s; the
/// tiers serve in 10 ms and have 4 workers.
extern const std::string kOneSite;

}  // namespace mailquake
