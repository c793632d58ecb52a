#include "models/scenario/load.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/scenario/backlog_tables.hpp"
#include "models/scenario/bind.hpp"
#include "models/scenario/canonical.hpp"
#include "models/scenario/compose.hpp"
#include "models/scenario/own_partitions.hpp"
#include "models/scenario/path.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/traffic/replay_file.hpp"
#include "sim/base/hash.hpp"

namespace mailquake {
namespace {

/// Replaces the names of replayed files, which are relative to the file that names them, by paths that open from here.
void resolve_files(ScenarioSpec& spec, const YamlNode& tree, const SourceTable& sources) {
    const PathIndex paths(tree);
    for (TenantClassSpec& tenants : spec.tenants) {
        auto* replay = std::get_if<ReplayArrivalsSpec>(&tenants.arrivals);
        if (replay == nullptr) continue;
        const YamlNode* written = paths.find(fmt::format("tenants.{}.arrivals.file", tenants.name));
        if (written == nullptr) continue;
        const SourcePos pos = sources.pos(written->place);
        if (pos.line > 0 && pos.file != "-") replay->file = (std::filesystem::path(pos.file).parent_path() / replay->file).string();
    }
}

/// The rate of replayed mail is what its file has within the run. (A file that cannot be read is an error of its own.)
void take_rates_from_files(ScenarioSpec& spec) {
    for (TenantClassSpec& tenants : spec.tenants) {
        const auto* replay = std::get_if<ReplayArrivalsSpec>(&tenants.arrivals);
        if (replay == nullptr) continue;
        Diagnostics unsaid;
        const auto content = read_text(replay->file, 1'000'000'000, {}, unsaid);
        const auto parsed = parse_replay(content.value_or(""));
        const auto* offsets = std::get_if<std::vector<SimDuration>>(&parsed);
        if (offsets == nullptr || spec.duration <= SimDuration::zero()) continue;
        const auto end = std::lower_bound(offsets->begin(), offsets->end(), spec.duration);
        tenants.rate.per_second = static_cast<double>(end - offsets->begin()) / spec.duration.seconds();
    }
}

/// What replayed files hold is part of the scenario, their path is not.
std::string canonical_with_files(const ScenarioSpec& as_written, const ScenarioSpec& resolved) {
    std::string text = canonical_text(as_written);
    for (const TenantClassSpec& tenants : resolved.tenants) {
        const auto* replay = std::get_if<ReplayArrivalsSpec>(&tenants.arrivals);
        if (replay == nullptr) continue;
        Diagnostics unsaid;  // a file that cannot be read has been an error before
        const auto content = read_text(replay->file, 1'000'000'000, {}, unsaid);
        text += fmt::format("# tenants.{}.arrivals.file: {:016x}\n", tenants.name, hash_name(content.value_or("")));
    }
    return text;
}

/// Takes the tables of the start state; gives what their files hold, for the scenario's identity.
std::string tables_from_files(ScenarioSpec& spec, const YamlNode& tree, const SourceTable& sources, Diagnostics& diagnostics) {
    std::vector<std::string> read;
    for (const BacklogSpec& backlog : spec.backlog)
        if (!backlog.qshape_file.empty()) read.push_back(backlog.name);
    take_backlog_tables(spec, tree, sources, diagnostics);
    std::string text;
    for (const std::string& name : read) {
        std::string content;
        for (const BacklogSpec& part : spec.backlog)
            if (part.name == name || part.written_as == name) content += part.tenant_class + ": " + part.qshape + "\n";
        text += fmt::format("# backlog.{}.qshape_file: {:016x}\n", name, hash_name(content));
    }
    return text;
}

/// A fault that a mitigation brings about counts from it, and is there only with it.
void resolve_companions(ScenarioSpec& spec) {
    for (FaultSpec& fault : spec.faults) {
        const MitigationSpec* cause = fault.with.empty() ? nullptr : find_entry(spec.mitigations, fault.with);
        if (cause == nullptr) continue;
        fault.at.at = saturating_add(cause->at.at, fault.at.at - SimTime::zero());
        fault.enabled = fault.enabled && cause->enabled;
    }
}

/// Where --until cuts the run. (A start that cannot be read has been an error already.)
std::optional<SimDuration> read_until(const std::string& text, const ScenarioSpec& spec, Diagnostics& diagnostics) {
    const auto start = parse_utc(spec.start);
    if (text.empty() || !std::holds_alternative<UtcInstant>(start)) return std::nullopt;
    const SourcePos pos{.file = "--until"};
    const auto parsed = parse_instant(text, std::get<UtcInstant>(start));
    if (const auto* wrong = std::get_if<TextError>(&parsed)) {
        diagnostics.error(pos, wrong->message);
        return std::nullopt;
    }
    const SimDuration until = std::get<Instant>(parsed).at - SimTime::zero();
    if (until == SimDuration::zero()) diagnostics.error(pos, fmt::format("'{}' leaves nothing to run", text));
    if (until > spec.duration)
        diagnostics.error(pos, fmt::format("{} is after the scenario's end at {}; --set duration={} runs longer", print(until),
                                           print(spec.duration), print(until)));
    return until;
}

}  // namespace

std::optional<LoadedScenario> load_scenario(const LoadRequest& request, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.errors();
    auto sources = std::make_shared<SourceTable>();
    auto composed = compose(request, *sources, diagnostics);
    if (!composed) return std::nullopt;
    LoadedScenario result;
    result.file = composed->file;
    result.folder = composed->folder;
    result.variants = std::move(composed->variants);
    result.has_cut = composed->has_cut;
    result.tree = std::make_shared<const YamlNode>(std::move(composed->tree));
    result.sources = sources;
    bind(*result.tree, *sources, result.spec, diagnostics);
    result.until = read_until(request.until, result.spec, diagnostics);
    const bool whole = diagnostics.errors() == before;
    const std::optional<ScenarioSpec> as_written = request.identity ? std::optional(result.spec) : std::nullopt;
    resolve_files(result.spec, *result.tree, *sources);
    const std::string tables = tables_from_files(result.spec, *result.tree, *sources, diagnostics);
    take_rates_from_files(result.spec);
    resolve_companions(result.spec);
    if (whole) resolve_own_partitions(result.spec);
    const PathIndex paths(*result.tree);
    const ReadScenario read{result.spec, *result.tree, *sources, paths, result.folder, result.until, whole};
    if (whole) {
        validate(read, diagnostics);
    } else {
        validate_references(read, diagnostics);
        validate_expectations(read, diagnostics);
    }
    if (diagnostics.errors() > before) return std::nullopt;
    if (as_written) result.canonical_text = canonical_with_files(*as_written, result.spec) + tables;
    return result;
}

}  // namespace mailquake
