#include "models/study/search_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/report/human.hpp"
#include "models/report/table.hpp"
#include "sim/experiment/value_text.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

std::string listed(const Candidates& candidates, const std::vector<std::size_t>& which) {
    std::string out;
    for (const std::size_t i : which) out += (out.empty() ? "" : ", ") + candidates.values[i];
    return out;
}

std::string range_of(const Candidates& candidates) {
    return fmt::format("{} = {} .. {}", candidates.path, candidates.values.front(), candidates.values.back());
}

Json point_json(const Point& point) {
    Json settings = Json::object();
    for (const Setting& s : point.settings) settings[s.path] = s.value;
    return settings;
}

// ---- size --------------------------------------------------------------------------------------------------------

std::string failing(const SizeFound& found, const PointVerdict& verdict) {
    std::string out;
    for (std::size_t c = 0; c < verdict.claims.size(); ++c) {
        const ClaimJudge& claim = verdict.claims[c];
        if (claim.verdict() == Verdict::pass) continue;
        const bool too_short = claim.runs() > 0 && claim.unknown() == claim.runs();
        const char* word = claim.verdict() == Verdict::fail ? "" : too_short ? "not known, the runs end too early: " : "undecided: ";
        out += fmt::format("{}{}{} ({} of {})", out.empty() ? "" : "; ", word, found.expectations->list[c].text, claim.yes(), claim.runs());
    }
    return out;
}

std::string size_headline(const SizeFound& found) {
    const Candidates& candidates = *found.candidates;
    const char* goal = found.search.goal == SizeGoal::smallest ? "smallest" : "largest";
    const std::string claims = human::count(static_cast<double>(found.expectations->list.size()), "expectation");
    if (found.result.stopped) return fmt::format("{}: interrupted; what has been looked at:\n", found.subject->name());
    if (!found.result.answer) return fmt::format("{}: no value of {} that was looked at passes {}\n", found.subject->name(), range_of(candidates), claims);
    return fmt::format("{}: {}={} is the {} that passes {}, of {} .. {} (seed {})\n", found.subject->name(), candidates.path,
                       candidates.values[*found.result.answer], goal, claims, candidates.values.front(), candidates.values.back(), found.seed);
}

}  // namespace

std::string size_text(const SizeFound& found) {
    const Candidates& candidates = *found.candidates;
    std::string out = size_headline(found);
    TextTable table({candidates.path, "verdict", "replications", "what did not pass"});
    table.align(1, TextTable::Align::left).align(3, TextTable::Align::left);
    for (std::size_t i = 0; i < found.result.looked_at.size(); ++i) {
        const auto& verdict = found.result.looked_at[i];
        if (verdict) table.row({candidates.values[i], std::string(to_text(verdict->verdict())), fmt::format("{}", verdict->runs()), failing(found, *verdict)});
    }
    out += table.print();
    if (!found.result.monotone)
        out += fmt::format("warning: the answer is not monotone: {} contradict it, so there may be more than one edge; `mailquake sweep` shows all\n",
                           listed(candidates, found.result.contradictions));
    if (!found.result.undecided.empty())
        out += fmt::format("{} did not pass for want of replications: --replications {} may decide\n", listed(candidates, found.result.undecided),
                           2 * found.search.judging.budget);
    if (!candidates.today.empty()) out += fmt::format("today: {}={}\n", candidates.path, candidates.today);
    return out;
}

std::string size_json(const SizeFound& found) {
    const Candidates& candidates = *found.candidates;
    const auto values = [&](const std::vector<std::size_t>& which) {
        Json list = Json::array();
        for (const std::size_t i : which) list.push_back(candidates.values[i]);
        return list;
    };
    Json out{{"schema", 1}, {"scenario", found.subject->name()}, {"version", MAILQUAKE_VERSION}, {"seed", found.seed}, {"path", candidates.path},
             {"goal", found.search.goal == SizeGoal::smallest ? "smallest" : "largest"}, {"today", candidates.today}};
    out["answer"] = found.result.answer ? Json(candidates.values[*found.result.answer]) : Json(nullptr);
    out["monotone"] = found.result.monotone;
    out["contradictions"] = values(found.result.contradictions);
    out["undecided"] = values(found.result.undecided);
    out["interrupted"] = found.result.stopped;
    out["looked_at"] = Json::array();
    for (std::size_t i = 0; i < found.result.looked_at.size(); ++i) {
        const auto& verdict = found.result.looked_at[i];
        if (!verdict) continue;
        Json one{{"point", point_json(candidates.points[i])}, {"verdict", to_text(verdict->verdict())}, {"replications", verdict->runs()}, {"expectations", Json::array()}};
        for (std::size_t c = 0; c < verdict->claims.size(); ++c)
            one["expectations"].push_back({{"text", found.expectations->list[c].text}, {"verdict", to_text(verdict->claims[c].verdict())},
                                           {"held", verdict->claims[c].yes()}, {"runs", verdict->claims[c].runs()}});
        out["looked_at"].push_back(std::move(one));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// ---- margin ------------------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t kLengthOfShare = 30;

bool never_tips(const MarginFound& found, const Margin::Tipping& tipping) {
    return tipping.last_held + 1 == static_cast<std::ptrdiff_t>(found.candidates->values.size());
}

/// `between 140/s and 150/s`.
std::string between(const Candidates& candidates, std::ptrdiff_t last_held) {
    if (last_held < 0) return "before " + candidates.values.front();
    const auto next = static_cast<std::size_t>(last_held) + 1;
    if (next == candidates.values.size()) return "beyond " + candidates.values.back();
    return fmt::format("between {} and {}", candidates.values[next - 1], candidates.values[next]);
}

std::string tipping_text(const MarginFound& found, const Margin& margin) {
    const Candidates& candidates = *found.candidates;
    const auto half = margin.tipping(0.5), few = margin.tipping(0.05);
    if (2 * std::uint64_t{margin.not_known} >= margin.boundaries.size() && margin.not_known > 0)
        return fmt::format("where half of the runs tip is not known: {} too short to show whether it holds {}; a greater `duration` would tell",
                           human::count(margin.not_known, "run") + (margin.not_known == 1 ? " is" : " are"), between(candidates, half.last_held));
    if (never_tips(found, half)) return fmt::format("half of the runs hold still at {}, the last value; go further to find the edge", candidates.values.back());
    if (half.last_held < 0) return fmt::format("half of the runs are broken at {} already, the first value; begin earlier to find the edge", candidates.values.front());
    std::string text = fmt::format("half of the runs tip {}", between(candidates, half.last_held));
    if (half.low && half.high && *half.low != *half.high)
        text += fmt::format(" (95 %: {}, to {})", between(candidates, *half.low), between(candidates, *half.high));
    if (few.last_held != half.last_held) text += fmt::format("; one in twenty {}", between(candidates, few.last_held));
    return text;
}

/// How far today's value is from the tipping point.
std::string today_text(const MarginFound& found, const Margin& margin) {
    const Candidates& candidates = *found.candidates;
    const auto half = margin.tipping(0.5);
    const auto today = base_value_of(candidates.today);
    if (!today || half.last_held < 0 || never_tips(found, half) || 2 * std::uint64_t{margin.not_known} >= margin.boundaries.size()) return "";
    const auto edge = base_value_of(candidates.values[static_cast<std::size_t>(half.last_held)]);
    if (!edge || edge->family != today->family || today->value <= 0 || edge->value <= 0) return "";
    const double factor = edge->value / today->value;
    const bool rising = base_value_of(candidates.values.back())->value > base_value_of(candidates.values.front())->value;
    const bool safe = rising ? factor >= 1 : factor <= 1;
    if (safe) return fmt::format("today: {}={}, which leaves a factor of {:.3g}\n", candidates.path, candidates.today, rising ? factor : 1 / factor);
    return fmt::format("today: {}={}, which is past it by a factor of {:.3g}\n", candidates.path, candidates.today, rising ? 1 / factor : factor);
}

std::string curve(const MarginFound& found, const Margin& margin) {
    TextTable table({found.candidates->path, "holds in", "95 %", ""});
    table.align(3, TextTable::Align::left);
    for (std::size_t i = 0; i < margin.curve.size(); ++i) {
        const MarginPoint& point = margin.curve[i];
        const auto length = static_cast<std::size_t>(std::lround(point.share * static_cast<double>(kLengthOfShare)));
        if (point.known == 0) {
            table.row({found.candidates->values[i], "not known", "-", ""});
            continue;
        }
        table.row({found.candidates->values[i], human::percent(point.share),
                   fmt::format("{:.0f} to {:.0f} %", 100 * point.interval.low, 100 * point.interval.high), std::string(length, '#')});
    }
    return table.print();
}

/// A row per value of the second parameter: '#' where it holds in nearly all runs, '.' where in hardly any.
std::string map(const MarginFound& found) {
    TextTable table({"", found.candidates->values.front() + " .. " + found.candidates->values.back(), "half of the runs tip"});
    table.align(1, TextTable::Align::left).align(2, TextTable::Align::left);
    for (std::size_t r = 0; r < found.rows.size(); ++r) {
        std::string shades;
        for (const MarginPoint& p : found.margins[r].curve) shades += p.known == 0 ? '?' : p.share >= 0.95 ? '#' : p.share > 0.5 ? '+' : p.share > 0.05 ? '-' : '.';
        table.row({found.rows[r].text(), shades, between(*found.candidates, found.margins[r].tipping(0.5).last_held)});
    }
    return table.print() + "  # it holds in over 95 % of runs, + in over half, - in over 5 %, . in fewer, ? the runs are too short to show it\n";
}

std::string doubts(const MarginFound& found) {
    std::uint32_t unknown = 0, contradictions = 0, checks = 0;
    bool stopped = false;
    for (const Margin& m : found.margins) {
        unknown += m.unknown;
        contradictions += m.contradictions;
        checks += m.checks;
        stopped |= m.stopped;
    }
    std::string out;
    if (unknown > 0) out += fmt::format("{} ended before it was known; they count as broken\n", human::count(unknown, "run"));
    if (contradictions > 0)
        out += fmt::format("warning: {} of {} checks away from the edge contradict it: there is more than one edge\n", contradictions, checks);
    if (stopped) out += "interrupted: only what was done counts here\n";
    return out;
}

Json margin_row_json(const MarginFound& found, std::size_t row) {
    const Margin& margin = found.margins[row];
    Json one{{"point", point_json(found.rows[row])}, {"replications", margin.boundaries.size()}, {"left_open", margin.unknown}, {"checks", margin.checks},
             {"contradictions", margin.contradictions}, {"not_known", margin.not_known}, {"interrupted", margin.stopped}, {"curve", Json::array()}, {"tipping", Json::array()}};
    const auto number = [](const MarginPoint& p, double value) { return p.known == 0 ? Json(nullptr) : Json(value); };
    for (std::size_t i = 0; i < margin.curve.size(); ++i)
        one["curve"].push_back({{"value", found.candidates->values[i]}, {"known", margin.curve[i].known},
                                {"holds_in", number(margin.curve[i], margin.curve[i].share)}, {"low", number(margin.curve[i], margin.curve[i].interval.low)},
                                {"high", number(margin.curve[i], margin.curve[i].interval.high)}});
    for (const double q : {0.05, 0.5, 0.95}) {
        const auto tipping = margin.tipping(q);
        const auto value = [&](const std::optional<std::ptrdiff_t>& i) { return i && *i >= 0 ? Json(found.candidates->values[static_cast<std::size_t>(*i)]) : Json(nullptr); };
        one["tipping"].push_back({{"share_tipped", q}, {"last_held", value(tipping.last_held)}, {"low", value(tipping.low)}, {"high", value(tipping.high)}});
    }
    return one;
}

}  // namespace

std::string margin_text(const MarginFound& found) {
    std::string out = fmt::format("{}: {}, along {} ({}, seed {})\n", found.subject->name(), found.claim, range_of(*found.candidates),
                                  human::count(found.replications, "replication"), found.seed);
    if (found.rows.size() > 1) return out + map(found) + doubts(found);
    const Margin& margin = found.margins.front();
    if (margin.boundaries.empty()) return out + doubts(found);
    return out + tipping_text(found, margin) + "\n" + today_text(found, margin) + curve(found, margin) + doubts(found);
}

std::string margin_json(const MarginFound& found) {
    Json out{{"schema", 1}, {"scenario", found.subject->name()}, {"version", MAILQUAKE_VERSION}, {"seed", found.seed}, {"claim", found.claim},
             {"path", found.candidates->path}, {"today", found.candidates->today}, {"rows", Json::array()}};
    for (std::size_t r = 0; r < found.rows.size(); ++r) out["rows"].push_back(margin_row_json(found, r));
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mailquake
