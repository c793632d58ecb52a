// What `explain` prints: the answer first, then where the time went, in which order queues filled and what filled them, and who
// was late for others' trouble.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "models/report/explanation.hpp"
#include "models/report/human.hpp"
#include "models/report/table.hpp"

namespace mailquake {

namespace {

constexpr std::size_t kMostCauses = 15;  // rows of the table
constexpr std::size_t kMostInAnswer = 4;
constexpr std::size_t kMostOfClass = 6;  // causes in the table by class
constexpr std::size_t kMostClasses = 6;
constexpr std::size_t kMostOnsets = 16;
constexpr std::size_t kMostBranches = 8;

std::string title(const std::string& text, const ExplanationStyle& style) {
    return style.colour ? "\n\033[1m" + text + "\033[0m\n" : "\n" + text + "\n";
}

double seconds_of(TimeArea ns) { return static_cast<double>(ns) / 1e9; }

/// Delay summed over copies: `12,345 h`.
std::string copy_hours(TimeArea ns) {
    const double hours = seconds_of(ns) / 3600;
    if (hours >= 10) return human::count(static_cast<double>(static_cast<std::int64_t>(hours + 0.5))) + " h";
    if (hours >= 0.1) return fmt::format("{:.1f} h", hours);
    return hours >= 0.001 || ns == 0 ? fmt::format("{:.1g} h", hours) : "< 0.001 h";
}

std::string share_of(TimeArea part, TimeArea whole) {
    return whole > 0 ? human::percent(static_cast<double>(part) / static_cast<double>(whole)) : "-";
}

/// Parts of one place and cause, of all classes; partitions of callees together, as sites of theirs.
struct CauseTold {
    std::string place, cause;
    TimeArea all = 0, late = 0;
};

std::vector<CauseTold> told_of(const Explanation& e) {
    std::map<std::pair<std::string, std::string>, CauseTold> rows;
    for (const DelayPart& part : e.parts) {
        CauseTold& row = rows[{part.place, cause_text(part)}];
        row.place = part.place;
        row.cause = cause_text(part);
        row.all += part.all;
        row.late += part.late;
    }
    std::vector<CauseTold> list;
    for (const auto& [key, row] : rows) list.push_back(row);
    std::stable_sort(list.begin(), list.end(),
                     [](const CauseTold& a, const CauseTold& b) { return a.late != b.late ? a.late > b.late : a.all > b.all; });
    return list;
}

struct CauseTotal {
    std::string cause;
    TimeArea time = 0;
    std::vector<std::pair<std::string, TimeArea>> places;  // most first
};

/// The same cause at all places, most first.
std::vector<CauseTotal> causes_of(const Explanation& e, const std::vector<CauseTold>& told) {
    std::map<std::string, CauseTotal> by_cause;
    for (const CauseTold& row : told) {
        const TimeArea time = e.late.copies > 0 ? row.late : row.all;
        if (time == 0) continue;
        CauseTotal& total = by_cause[row.cause];
        total.cause = row.cause;
        total.time += time;
        total.places.emplace_back(row.place, time);
    }
    std::vector<CauseTotal> list;
    for (auto& [cause, total] : by_cause) {
        std::stable_sort(total.places.begin(), total.places.end(),
                         [](const auto& a, const auto& b) { return a.second > b.second; });
        list.push_back(std::move(total));
    }
    std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.time > b.time; });
    return list;
}

std::string headline_of(const Explanation& e, const std::vector<CauseTotal>& causes) {
    if (causes.empty()) return e.scenario + ": no mail whose delay could be explained" + (e.cascade.nodes.empty() ? "" : "; what filled the queues is below");
    const bool any_late = e.late.copies > 0;
    const TimeArea whole = any_late ? e.late.delay : e.mail.delay;
    const CauseTotal& most = causes.front();
    const std::string where = most.places.size() == 1 ? "at " + most.places.front().first
                                                      : fmt::format("at {} places, most of it at {}",
                                                                    most.places.size(), most.places.front().first);
    return fmt::format("{}: {}of {} of delay of {} mail, {} was {}, {}", e.scenario,
                       any_late ? "" : "no copy was late; ", copy_hours(whole), any_late ? "late" : "all",
                       share_of(most.time, whole), most.cause, where);
}

std::string answer_of(const Explanation& e, const std::vector<CauseTotal>& causes, const ExplanationStyle& style) {
    const std::string line = headline_of(e, causes);
    std::string out = style.colour ? "\033[1m" + line + "\033[0m\n" : line + "\n";
    const TimeArea whole = e.late.copies > 0 ? e.late.delay : e.mail.delay;
    for (std::size_t i = 0; i < std::min(causes.size(), kMostInAnswer); ++i)
        out += fmt::format("    {:>7}  {}\n", share_of(causes[i].time, whole), causes[i].cause);
    if (e.late.copies == 0) return out;
    out +=
        fmt::format("  late        {} of {} copies, over {}; they have {} of all delay\n",
                    human::count(static_cast<double>(e.late.copies)), human::count(static_cast<double>(e.mail.copies)),
                    human::duration(e.objective), share_of(e.late.delay, e.mail.delay));
    if (e.late.censored > 0)
        out += fmt::format("  under way   {} of the late ones at the end; they count with their age so far\n",
                           human::count(static_cast<double>(e.late.censored)));
    if (e.collateral.copies > 0)
        out += fmt::format("  collateral  {} late copies ({} of late delay) of tenants whose own was all healthy\n",
                           human::count(static_cast<double>(e.collateral.copies)),
                           share_of(e.collateral.delay, e.late.delay));
    return out;
}

std::string where_it_went(const Explanation& e, const std::vector<CauseTold>& told, const ExplanationStyle& style) {
    if (told.empty()) return "";
    const bool any_late = e.late.delay > 0;
    std::vector<std::string> heads{"place", "what kept mail there"};
    if (any_late) heads.insert(heads.end(), {"late mail", "share"});
    heads.insert(heads.end(), {"all mail", "share"});
    TextTable table(heads, 2);
    std::size_t shown = 0, some = 0;
    for (const CauseTold& row : told) {
        if ((any_late ? row.late : row.all) == 0) continue;
        if (++some > kMostCauses) continue;
        ++shown;
        std::vector<std::string> cells{row.place, row.cause};
        if (any_late) cells.insert(cells.end(), {copy_hours(row.late), share_of(row.late, e.late.delay)});
        cells.insert(cells.end(), {copy_hours(row.all), share_of(row.all, e.mail.delay)});
        table.row(std::move(cells));
    }
    std::string out = title("WHERE THE TIME WENT (delay summed over copies)", style) + table.print();
    if (some > shown)
        out += fmt::format("  (and {} more; --json has them all, by class, callee and partition)\n", some - shown);
    return out;
}

/// Of each class's delay, what the causes that weigh most have of it.
std::string by_class(const Explanation& e, const std::vector<CauseTotal>& causes, const ExplanationStyle& style) {
    std::map<std::string, TimeArea> of_class;
    std::map<std::pair<std::string, std::string>, TimeArea> cells;
    for (const DelayPart& part : e.parts) {
        const TimeArea time = e.late.delay > 0 ? part.late : part.all;
        of_class[part.tenant_class] += time;
        cells[{part.tenant_class, cause_text(part)}] += time;
    }
    std::vector<std::pair<std::string, TimeArea>> classes(of_class.begin(), of_class.end());
    std::erase_if(classes, [](const auto& c) { return c.second == 0; });
    if (classes.size() < 2) return "";
    std::stable_sort(classes.begin(), classes.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    const std::size_t columns = std::min(classes.size(), kMostClasses);
    std::vector<std::string> heads{""};
    for (std::size_t c = 0; c < columns; ++c) heads.push_back(classes[c].first);
    TextTable table(heads);
    std::vector<std::string> sums{"delay"};
    for (std::size_t c = 0; c < columns; ++c) sums.push_back(copy_hours(classes[c].second));
    table.row(sums);
    for (std::size_t i = 0; i < std::min(causes.size(), kMostOfClass); ++i) {
        std::vector<std::string> row{causes[i].cause};
        for (std::size_t c = 0; c < columns; ++c)
            row.push_back(share_of(cells[{classes[c].first, causes[i].cause}], classes[c].second));
        table.row(row);
    }
    std::string out =
        title(fmt::format("BY TENANT CLASS, {} mail", e.late.delay > 0 ? "late" : "all"), style) + table.print();
    return classes.size() > columns
               ? out + fmt::format("  (and {} more classes; --json has them all)\n", classes.size() - columns)
               : out;
}

std::string name_of(const CascadeNode& node) {
    return node.kind == CascadeKind::queue ? node.name : fmt::format("{} {}", to_text(node.kind), node.name);
}

std::string lag_of(double lag) { return lag < 60 ? "at once" : human::duration(lag) + " later"; }

std::string phrase_of(CascadeWay way, const CascadeNode& to) {
    switch (way) {
        case CascadeWay::hits: return "hit by it";
        case CascadeWay::wakes: return to.kind == CascadeKind::flaw ? "woken by it" : "brought about by it";
        case CascadeWay::holds_workers: return "its workers are held";
        case CascadeWay::come_back: return "clients come back together";
        case CascadeWay::call: return to.next_hop ? "failed calls put mail off" : "its workers wait for calls";
        case CascadeWay::next_hop: return "cannot hand over";
        case CascadeWay::held_hand_over: return "its workers wait for the reply";
        case CascadeWay::flood: return "its backlog arrives";
        case CascadeWay::own_queue: return "mail that has waited there";
    }
    return "";
}

void branch(const Explanation& e, std::size_t node, const std::string& indent, std::string& out) {
    std::size_t shown = 0, more = 0;
    for (const CascadeEdge& edge : e.cascade.edges) {
        if (edge.from != node || !edge.in_tree) continue;
        if (++shown > kMostBranches) {
            ++more;
            continue;
        }
        const CascadeNode& to = e.cascade.nodes[edge.to];
        out += fmt::format("{}`- {}  {}, {} ({})\n", indent, name_of(to), human::offset(to.at), lag_of(edge.lag),
                           phrase_of(edge.way, to));
        branch(e, edge.to, indent + "   ", out);
    }
    if (more > 0) out += fmt::format("{}`- and {} more\n", indent, more);
}

/// The order of onsets, each with what filled it, and the same as a tree.
std::string how_it_spread(const Explanation& e, const ExplanationStyle& style) {
    const auto& nodes = e.cascade.nodes;
    if (std::none_of(nodes.begin(), nodes.end(), [](const CascadeNode& n) { return n.kind == CascadeKind::queue; }))
        return "";
    TextTable table({"onset", "", "queue", "most waiting", "oldest", "filled by"}, 3);
    table.align(5, TextTable::Align::left);
    std::size_t onsets = 0;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        if (nodes[n].kind != CascadeKind::queue || ++onsets > kMostOnsets) continue;
        std::string by;
        for (const CascadeEdge& edge : e.cascade.edges)
            if (edge.to == n && edge.in_tree) by = fmt::format("{}, {}", name_of(nodes[edge.from]), lag_of(edge.lag));
        const auto others = std::count_if(e.cascade.edges.begin(), e.cascade.edges.end(),
                                          [&](const CascadeEdge& edge) { return edge.to == n && !edge.in_tree; });
        if (others > 0) by += fmt::format(" (and {} more {})", others, others == 1 ? "cause" : "causes");
        table.row({human::clock(e.start, nodes[n].at), human::offset(nodes[n].at), nodes[n].name,
                   human::count(nodes[n].waiting), human::duration(nodes[n].oldest),
                   by.empty() ? "nothing that the topology names" : by});
    }
    std::string out = title("ONSET, queue by queue", style) + table.print();
    if (onsets > kMostOnsets) out += fmt::format("  (and {} more; --json has them all)\n", onsets - kMostOnsets);
    out += title("CASCADE", style);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const bool root = std::none_of(e.cascade.edges.begin(), e.cascade.edges.end(),
                                       [&](const CascadeEdge& edge) { return edge.to == n && edge.in_tree; });
        if (!root) continue;
        out += fmt::format("  {}  {}\n", name_of(nodes[n]), human::offset(nodes[n].at));
        branch(e, n, "  ", out);
    }
    return out;
}

std::string for_others_trouble(const Explanation& e, const ExplanationStyle& style) {
    if (e.collaterals.empty()) return "";
    std::string out = title("COLLATERAL, late though all of their own was healthy", style);
    for (const CollateralDelay& c : e.collaterals) {
        out += fmt::format("  {}: {}, {}, {} of delay\n", c.tenant_class, human::count(c.tenants, "tenant"),
                           c.copies == 1 ? "1 late copy" : human::count(static_cast<double>(c.copies)) + " late copies",
                           copy_hours(c.delay));
        if (c.place.empty()) continue;
        std::map<std::string, TimeArea> by_partition;
        for (const Neighbour& n : c.neighbours)
            by_partition[n.tenant_class.empty() ? "nobody's (workers away)"
                         : n.partition.empty()  ? n.tenant_class + " mail"
                                                : "jobs for " + n.partition] += n.late;
        std::vector<std::pair<std::string, TimeArea>> list(by_partition.begin(), by_partition.end());
        std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
        std::string whom;
        for (std::size_t i = 0; i < std::min<std::size_t>(list.size(), 3); ++i)
            whom += fmt::format("{}{} {}", i == 0 ? "" : ", ", list[i].first, share_of(list[i].second, c.there));
        out += fmt::format("    {} of it in the queue of {}, where the workers had: {}\n", share_of(c.there, c.delay),
                           c.place, whom);
    }
    return out;
}

}  // namespace

std::string explanation_text(const Explanation& e, const ExplanationStyle& style) {
    const std::vector<CauseTold> told = told_of(e);
    const std::vector<CauseTotal> causes = causes_of(e, told);
    return answer_of(e, causes, style) + where_it_went(e, told, style) + by_class(e, causes, style) +
           how_it_spread(e, style) + for_others_trouble(e, style);
}

}  // namespace mailquake
