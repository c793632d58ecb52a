#include "small_world.hpp"

#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include <fmt/format.h>
#include <unistd.h>

#include "models/spec/diagnostic.hpp"
#include "sim/base/hash.hpp"

namespace mailquake {

const std::string kOneSite = R"(
name: one-site
duration: 1h
sites:
  - {name: dc, latency: 0s}
  - {name: world, outside: true}
links:
  - {name: wire, from: world, to: dc, latency: 10ms}
tiers:
  - {name: mta, at: dc, workers: 4, service: {law: deterministic, mean: 10ms}}
  - {name: box, at: dc, workers: 4, service: {law: deterministic, mean: 10ms}}
senders:
  - {name: others, at: world}
tenants:
  - {name: acme, rate: 1/s, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [mta, box]}}
)";

ScenarioSpec scenario_of(const std::string& yaml, const std::vector<std::string>& sets) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("mailquake-world-{}.yaml", getpid());
    std::ofstream(file) << yaml;
    LoadRequest request;
    request.file = file.string();
    request.sets = sets;
    Diagnostics said;
    auto scenario = load_scenario(request, said);
    std::filesystem::remove(file);
    INFO(said.render());
    REQUIRE(scenario);
    return std::move(scenario->spec);
}

Outcome run(const std::string& yaml, const std::vector<std::string>& sets, RunOptions options) {
    return simulate(scenario_of(yaml, sets), options);
}

std::uint64_t backlog_copy(std::string_view entry, std::uint64_t k) {
    return derived(hash_name(fmt::format("backlog/{}", entry)), draws::backlog, k);
}

std::uint64_t inbound_copy(std::string_view tenant_class, std::string_view sender, std::uint64_t k) {
    return derived(hash_name(fmt::format("sources/inbound/{}/{}", tenant_class, sender)), draws::message, k);
}

std::vector<std::string> story_of(const Outcome& outcome, std::uint64_t message) {
    std::vector<std::string> lines;
    for (const StoryLine& line : outcome.story)
        if (line.message == message) lines.push_back(fmt::format("{:.6f} {}", static_cast<double>(line.at.ns) * 1e-9, line.text));
    return lines;
}

std::vector<double> times_of(const Outcome& outcome, std::uint64_t message, std::string_view words) {
    std::vector<double> times;
    for (const StoryLine& line : outcome.story)
        if (line.message == message && line.text.find(words) != std::string::npos) times.push_back(static_cast<double>(line.at.ns) * 1e-9);
    return times;
}

const StationOutcome& station(const Outcome& outcome, std::string_view tier, std::string_view site, std::string_view partition) {
    for (const StationOutcome& s : outcome.stations)
        if (s.tier == tier && s.site == site && s.partition == partition) return s;
    throw std::logic_error(fmt::format("no station {}/{}@{}", tier, partition, site));
}

std::uint64_t touched(const std::vector<DisturbanceOutcome>& entries, std::string_view name) {
    for (const DisturbanceOutcome& entry : entries)
        if (entry.name == name) return entry.touched;
    throw std::logic_error(fmt::format("no entry {}", name));
}

double p99(const Outcome& outcome, std::size_t tenant_class) {
    return static_cast<double>(outcome.classes[tenant_class].delay.quantile(0.99)) * 1e-9;
}

TimeArea booked(const Outcome& outcome, std::string_view place, std::string_view cause) {
    TimeArea sum = 0;
    for (const LedgerRow& row : outcome.ledger)
        if ((place.empty() || row.place == place) && (cause.empty() || row.cause == cause)) sum += row.time;
    return sum;
}

}  // namespace mailquake
