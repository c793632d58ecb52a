#include "models/cli/second_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "models/cli/options.hpp"
#include "models/cli/progress.hpp"
#include "models/report/trace.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/world/simulate.hpp"
#include "sim/base/check.hpp"

namespace mailquake {

namespace {

std::optional<std::uint64_t> identity(std::string_view text) {
    const int base = text.substr(0, 2) == "0x" ? 16 : 10;
    if (base == 16) text.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::uint64_t worst_of_class(const ClassFigures& c) {
    const auto id = identity(c.worst);
    if (!id) throw UsageError(fmt::format("--follow: no copy of class '{}' was measured", c.tenant_class));
    return *id;
}

/// Messages (and sign-ins) of a trace, about so many beside the slowest of each class.
constexpr double kSampled = 100;

void sample_for_trace(const Figures& figures, RunOptions& options) {
    double all = figures.messages.accepted;
    for (const ClientFigures& c : figures.clients) all += c.tried + c.count;
    options.sample = all > kSampled ? kSampled / all : 0.999;
    for (const ClassFigures& c : figures.tenants)
        if (const auto id = identity(c.worst)) options.follow.push_back(*id);
}

void write_trace(const std::string& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) throw UsageError(fmt::format("--trace: cannot write {}: {}", file, std::strerror(errno)));
}

/// The followed copies, and whom a time-out made of them, or them of: ascending. All of them are one message to its sender.
std::vector<std::uint64_t> with_repeated(const std::vector<std::uint64_t>& followed, const std::vector<Repeated>& repeated) {
    std::set<std::uint64_t> all(followed.begin(), followed.end());
    for (std::size_t before = 0; before != all.size();) {
        before = all.size();
        for (const Repeated& r : repeated)
            if (all.contains(r.before) || all.contains(r.after)) all.insert({r.before, r.after});
    }
    return {all.begin(), all.end()};
}

/// The replication once more. Where a followed copy turns out to have others beside it, theirs is the same story, and one more run
/// tells that, too.
Outcome look_at(const ReplicateRequest& request, const std::string& fingerprint, RunOptions& options, std::vector<std::uint64_t>& followed) {
    for (;;) {
        Outcome outcome = simulate(*request.scenario, options);
        MQ_CHECK(outcome.fingerprint.hex() == fingerprint, "a second run of a replication takes the same course");
        const std::vector<std::uint64_t> all = with_repeated(followed, outcome.repeated);
        if (all.size() == followed.size()) return outcome;
        followed = all;
        options.follow.insert(options.follow.end(), all.begin(), all.end());
    }
}

}  // namespace

void check_trace(const std::string& file) {
    const bool is_new = !std::filesystem::exists(file);
    const bool can = std::ofstream(file, std::ios::app).is_open();
    const int why = errno;
    if (can && is_new) std::filesystem::remove(file);
    if (!can) throw UsageError(fmt::format("--trace: cannot write {}: {}", file, std::strerror(why)));
}

void check_follow(const std::string& follow, const ScenarioSpec& scenario) {
    if (identity(follow)) return;
    std::vector<std::string> choices{"worst"};
    for (const TenantClassSpec& c : scenario.tenants) choices.push_back(c.name + ":worst");
    if (std::find(choices.begin(), choices.end(), follow) != choices.end()) return;
    throw UsageError(fmt::format("--follow takes worst, CLASS:worst or a message's identity, not '{}'{}", follow,
                                 suggestion(follow, choices, "choices")));
}

std::uint64_t followed_message(const std::string& follow, const Figures& figures) {
    if (const auto id = identity(follow)) return *id;
    const ClassFigures* worst = nullptr;
    for (const ClassFigures& c : figures.tenants) {
        if (follow == c.tenant_class + ":worst") return worst_of_class(c);
        if (c.delay.max && (worst == nullptr || *c.delay.max > *worst->delay.max)) worst = &c;
    }
    if (worst == nullptr) throw UsageError("--follow worst: no copy was measured");
    return worst_of_class(*worst);
}

void look_again(const SecondLook& look, const ReplicateRequest& request, const ReplicationResult& replication, RunResult& result) {
    RunOptions options;
    options.seed = request.seed;
    options.replication = replication.replication;
    options.threads = request.threads;
    options.until = request.until;
    options.qshape_at = look.qshape_at;
    if (look.follow) options.follow = {followed_message(*look.follow, replication.figures)};
    std::vector<std::uint64_t> followed = options.follow;
    if (look.trace) sample_for_trace(replication.figures, options);
    const Progress progress(request.about.name + ", a second look", 1, request.quiet);
    const Outcome outcome = look_at(request, replication.fingerprint, options, followed);
    if (look.trace) write_trace(*look.trace, trace_json(outcome, request.about));
    for (const StoryLine& line : outcome.story)
        if (std::find(followed.begin(), followed.end(), line.message) != followed.end()) result.story.push_back(line);
    result.figures.qshapes = figures_of(outcome, *request.scenario, look.qshape_at).qshapes;
}

}  // namespace mailquake
