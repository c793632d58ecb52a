#include "models/study/verdict_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/report/human.hpp"
#include "models/report/table.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/report/measure_text.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

std::string painted(Verdict verdict, const std::string& text, bool colour) {
    if (!colour) return text;
    const char* code = verdict == Verdict::pass ? "32" : verdict == Verdict::fail ? "31;1" : "33";
    return fmt::format("\033[{}m{}\033[0m", code, text);
}

std::string held_in(const VerdictRow& row) {
    if (row.no_samples()) return "no samples";
    if (row.of_mean) return fmt::format("mean of {} runs", row.runs);
    std::string text = fmt::format("{} of {} runs", row.yes, row.runs);
    if (row.unknown > 0) text += fmt::format(", {} open", row.unknown);
    return text;
}

std::string promise(const VerdictRow& row) { return row.of_mean ? "" : human::percent(row.expected.holds_in); }

bool several_points(const FileVerdict& file) { return file.points > 1; }

/// What to do about a row that did not pass.
std::string advice(const FileVerdict& file, const VerdictRow& row) {
    const std::string at = several_points(file) ? " at " + row.point.text() : "";
    std::string out;
    if (row.no_samples()) {
        const std::string where = row.expected.pos.line > 0 ? print(row.expected.pos) + ": " : "";
        return fmt::format("  {}error: no run has samples for '{}'{}; what it selects gets no mail, or never happens\n", where, row.expected.text, at);
    }
    if (row.first_broken && row.verdict != Verdict::pass)
        out += fmt::format("  '{}'{} was first broken in replication {}:\n    {}\n", row.expected.text, at, *row.first_broken, row.replay);
    if (row.verdict != Verdict::undecided) return out;
    if (row.unknown > row.empty)
        out += fmt::format("  '{}'{} is open in {} of {} runs: mail was still under way when they ended; a longer duration or cooldown would tell\n",
                           row.expected.text, at, row.unknown, row.runs);
    else if (!file.stopped && row.runs >= file.budget)
        out += fmt::format("  '{}'{} is not decided by {}; --replications {} may do\n", row.expected.text, at,
                           human::count(static_cast<double>(row.runs), "replication"), std::max(2 * file.budget, kUsualBudget));
    return out;
}

std::string headline(const FileVerdict& file, bool colour) {
    const Verdict verdict = file.verdict();
    std::string line = fmt::format("{}: {} (", file.file, painted(verdict, std::string(to_text(verdict)), colour));
    line += human::count(static_cast<double>(file.points == 0 ? 0 : file.rows.size() / file.points), "expectation");
    if (several_points(file)) line += fmt::format(" at {} points", file.points);
    line += fmt::format(", {}, seed {})", human::count(static_cast<double>(file.replications), "replication"), file.seed);
    return line + (file.stopped ? ": interrupted\n" : "\n");
}

Json interval_json(const std::optional<Interval>& interval) {
    if (!interval) return nullptr;
    return {{"low", interval->low}, {"high", interval->high}, {"n", interval->n}};
}

Json settings_json(const Point& point) {
    Json settings = Json::object();
    for (const Setting& s : point.settings) settings[s.path] = s.value;
    return settings;
}

Json row_json(const VerdictRow& row) {
    Json one{{"point", settings_json(row.point)}, {"name", row.expected.name}, {"text", row.expected.text}, {"verdict", to_text(row.verdict)}};
    one["value"] = row.value ? Json(*row.value) : Json(nullptr);
    one["at_least"] = row.at_least;
    one["never"] = row.value && std::isinf(*row.value);   // no number, and so null: it falls on lost mail
    one["unit"] = uom_of(row.expected.unit);
    one["of"] = row.of_mean ? "mean" : "share of runs";
    one["holds_in"] = row.of_mean ? Json(nullptr) : Json(row.share());
    one["wanted"] = row.of_mean ? Json(nullptr) : Json(row.expected.holds_in);
    one["interval"] = interval_json(row.interval);
    one["runs"] = row.runs;
    one["open"] = row.unknown;
    one["without_samples"] = row.empty;
    one["first_broken"] = row.first_broken ? Json(*row.first_broken) : Json(nullptr);
    if (!row.replay.empty()) one["replay"] = row.replay;
    if (row.expected.pos.line > 0) one["where"] = print(row.expected.pos);
    return one;
}

std::string xml(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string junit_case(const FileVerdict& file, const VerdictRow& row) {
    const std::string classname = several_points(file) ? fmt::format("{}[{}]", file.scenario, row.point.text()) : file.scenario;
    std::string out = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(classname), xml(row.expected.text));
    if (row.expected.pos.line > 0) out += fmt::format(" file=\"{}\" line=\"{}\"", xml(row.expected.pos.file), row.expected.pos.line);
    if (row.verdict == Verdict::pass) return out + "/>\n";
    const char* element = row.verdict == Verdict::fail ? "failure" : "error";
    const std::string again = row.replay.empty() ? "" : "\nagain: " + row.replay;
    out += fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">seed {3}{4}</{0}>\n    </testcase>\n", element,
                       row.no_samples() ? "no samples" : to_text(row.verdict), xml(evidence(row)), file.seed, xml(again));
    return out;
}

}  // namespace

std::string evidence(const VerdictRow& row) {
    std::string text = fmt::format("{}: {}", row.expected.text, held_in(row));
    if (!row.of_mean && !row.no_samples()) text = fmt::format("{}, {} wanted", text, promise(row));
    if (row.value) text += fmt::format("; {} on average", measure_text(row.expected.unit, row.value, row.at_least));
    if (row.interval && row.of_mean)
        text += fmt::format(", 95 % {} to {}", measure_text(row.expected.unit, row.interval->low), measure_text(row.expected.unit, row.interval->high));
    if (row.interval && !row.of_mean && row.runs > 1)
        text += fmt::format("; 95 % of the share {} to {}", human::percent(row.interval->low), human::percent(row.interval->high));
    return text;
}

std::string verdict_text(const FileVerdict& file, bool colour) {
    std::string out = headline(file, colour);
    TextTable table(several_points(file) ? std::vector<std::string>{"verdict", "at", "expectation", "holds in", "wanted", "on average"}
                                         : std::vector<std::string>{"verdict", "expectation", "holds in", "wanted", "on average"},
                    several_points(file) ? 3 : 2);
    for (const VerdictRow& row : file.rows) {
        std::vector<std::string> cells{row.no_samples() ? "no samples" : std::string(to_text(row.verdict))};
        if (several_points(file)) cells.push_back(row.point.text());
        for (std::string cell : {row.expected.text, held_in(row), promise(row), measure_text(row.expected.unit, row.value, row.at_least)})
            cells.push_back(std::move(cell));
        table.row(std::move(cells));
    }
    if (!file.rows.empty()) out += table.print();
    for (const VerdictRow& row : file.rows) out += advice(file, row);
    for (const std::string& failed : file.failed_units) out += fmt::format("  a run failed: {}\n", failed);
    return out;
}

std::string verdicts_json(std::span<const FileVerdict> files) {
    Json out{{"schema", 1}, {"version", MAILQUAKE_VERSION}, {"files", Json::array()}};
    for (const FileVerdict& file : files) {
        Json one{{"file", file.file},         {"scenario", file.scenario},         {"verdict", to_text(file.verdict())}, {"seed", file.seed},
                 {"points", file.points},     {"replications", file.replications}, {"budget", file.budget},              {"interrupted", file.stopped},
                 {"expectations", Json::array()}, {"failed", file.failed_units}};
        for (const VerdictRow& row : file.rows) one["expectations"].push_back(row_json(row));
        out["files"].push_back(std::move(one));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string verdicts_junit(std::span<const FileVerdict> files) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mailquake\">\n";
    for (const FileVerdict& file : files) {
        const auto count = [&](Verdict v) { return std::count_if(file.rows.begin(), file.rows.end(), [&](const VerdictRow& r) { return r.verdict == v; }); };
        out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n", xml(file.file), file.rows.size(),
                           count(Verdict::fail), count(Verdict::undecided));
        for (const VerdictRow& row : file.rows) out += junit_case(file, row);
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

std::string github_annotations(const FileVerdict& file) {
    std::string out;
    for (const VerdictRow& row : file.rows) {
        if (row.verdict == Verdict::pass) continue;
        const std::string place = row.expected.pos.line > 0
                                      ? fmt::format("file={},line={},col={}", row.expected.pos.file, row.expected.pos.line, row.expected.pos.column)
                                      : fmt::format("file={}", file.file);
        std::string text = fmt::format("{}: {}{}", to_text(row.verdict), several_points(file) ? row.point.text() + ": " : "", evidence(row));
        if (!row.replay.empty()) text += "; again: " + row.replay;
        std::string escaped;   // as workflow commands want their data
        for (const char c : text) escaped += c == '%' ? "%25" : c == '\n' ? "%0A" : c == '\r' ? "%0D" : std::string(1, c);
        out += fmt::format("::{} {}::{}\n", row.verdict == Verdict::fail || row.no_samples() ? "error" : "warning", place, escaped);
    }
    return out;
}

}  // namespace mailquake
