#include "models/report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/expect/expectation.hpp"
#include "models/report/human.hpp"
#include "models/report/measure_text.hpp"
#include "models/report/summary_words.hpp"
#include "models/report/table.hpp"
#include "models/spec/visible_text.hpp"

namespace mailquake {

namespace {

using human::count;
using human::percent;

constexpr std::size_t kMostRows = 16;   // of a table, before the rest is counted only

std::string heading(const std::string& text, const SummaryStyle& style) {
    return style.colour ? "\n\033[1m" + text + "\033[0m\n" : "\n" + text + "\n";
}

/// `24 Jun 14:05 (+14h 05m)`.
std::string when(const About& about, double seconds) {
    const std::string clock = human::clock(about.start, seconds);
    return clock.empty() ? human::offset(seconds) : clock + " (" + human::offset(seconds) + ")";
}

bool is_at_least(const DelayFigures& d, std::string_view name) {
    return std::find(d.at_least.begin(), d.at_least.end(), name) != d.at_least.end();
}

bool is_never(const DelayFigures& d, std::string_view name) { return std::find(d.never.begin(), d.never.end(), name) != d.never.end(); }

/// `>= x` where it is a lower bound, `never` where it falls on lost mail.
std::string delay(const DelayFigures& d, const std::optional<double>& value, std::string_view name) {
    if (is_never(d, name)) return "never";
    return human::duration(value, is_at_least(d, name));
}

const Interval* interval_of(const RunResult& r, std::string_view path) {
    for (const FigureInterval& i : r.intervals)
        if (i.path == path) return &i.interval;
    return nullptr;
}

std::string part(double n, double of) { return of > 0 ? fmt::format("{} ({})", count(n), percent(n / of)) : "-"; }

std::string more_rows(std::size_t rows) {
    return rows > kMostRows ? fmt::format("  (and {} more; --json has them all)\n", rows - kMostRows) : "";
}

// ---- the answer --------------------------------------------------------------------------------------------------

/// The population that had fewer than 90 % signed in for longest; nothing without clients.
const ClientFigures* worst_clients(const Figures& f) {
    const auto worst = std::max_element(f.clients.begin(), f.clients.end(), [](const auto& a, const auto& b) {
        return a.signed_in.below_90 < b.signed_in.below_90;
    });
    return worst == f.clients.end() ? nullptr : &*worst;
}

std::string interval_line(const RunResult& r) {
    if (r.replications() < 2) return "  1 replication: no interval\n";
    const ClientFigures* clients = r.figures.affected.of > 0 ? nullptr : worst_clients(r.figures);
    const Interval* i = interval_of(r, clients != nullptr ? "clients." + clients->name + ".signed_in.below_90" : "affected.tenants");
    if (i == nullptr) return fmt::format("  {} replications: no interval\n", r.replications());
    const double low = std::max(i->low, 0.0);   // neither a time nor a number of tenants is less than none
    if (clients != nullptr)
        return fmt::format("  mean of {} replications; 95 % interval of that time: {} to {}\n", r.replications(),
                           human::duration(low), human::duration(i->high));
    return fmt::format("  mean of {} replications; 95 % interval of the affected: {:.1f} to {:.1f}\n", r.replications(), low,
                       std::min(i->high, r.figures.affected.of));
}

std::string headline(const RunResult& r, const SummaryStyle& style) {
    const Figures& f = r.figures;
    std::string line = fmt::format("{}: ", r.about.name);
    if (f.affected.of > 0) {
        line += human::share(f.affected.tenants, f.affected.of, "tenants") + " affected";
        if (f.delay.lost > 0) line += fmt::format("; {} lost or bounced", count(f.delay.lost));
        if (f.delay.max) line += "; longest delay " + delay(f.delay, f.delay.max, "max");
        else if (f.delay.lost > 0) line += "; greatest age " + human::duration(f.oldest);
    } else if (const ClientFigures* c = worst_clients(f)) {
        line += fmt::format("{} below 90 % signed in for {}", c->name, human::duration(c->signed_in.below_90));
        if (f.clients.size() > 1) line += fmt::format(", longest of {} populations", f.clients.size());
    } else {
        line += "no tenants";
    }
    std::string out = style.colour ? "\033[1m" + line + "\033[0m\n" : line + "\n";
    out += interval_line(r);
    if (r.replications() < r.wanted)
        out += fmt::format("  interrupted: {} of {} replications have run\n", r.replications(), r.wanted);
    return out;
}

std::string recovery_lines(const RunResult& r) {
    std::string out;
    for (const RecoveredFigures& rec : r.figures.recovered) {
        if (rec.after) {
            out += fmt::format("  recovered   {} after the end of {}\n", human::duration(*rec.after), rec.fault);
        } else if (rec.too_soon) {
            out += fmt::format("  recovered   from {}: not known: the run is {} too short to see 30 good minutes after it\n", rec.fault, human::duration(*rec.too_soon));
        } else {
            out += fmt::format("  recovered   from {}: not recovered by the end of the run, at {}", rec.fault,
                               human::duration(r.figures.simulated));
            if (r.replications() > 1)
                out += fmt::format(" in {} of {} replications",
                                   count(std::round((1 - rec.seen) * static_cast<double>(r.replications()))), r.replications());
            out += "\n";
        }
    }
    return out;
}

/// How much longer clients were without sign-in than the longest fault lasted.
std::string effect_line(const RunResult& r) {
    const ClientFigures* c = worst_clients(r.figures);
    double longest = 0;
    for (const DisturbanceFigures& fault : r.figures.faults)
        if (fault.enabled && fault.start && fault.end) longest = std::max(longest, *fault.end - *fault.start);
    if (c == nullptr || longest == 0) return "";
    const double times = c->signed_in.below_90 / longest;
    return fmt::format("  effect      {:.{}f} times as long as the longest fault ({})\n", times, times < 10 ? 1 : 0,
                       human::duration(longest));
}

std::string mail_lines(const RunResult& r) {
    const MessageFigures& m = r.figures.messages;
    std::string out = fmt::format("  mail        {} accepted, {} delivered, {} lost, {} wrongly bounced\n", count(m.accepted),
                                  count(m.delivered), count(m.lost), count(m.returned));
    const std::string more = "              ";
    if (m.under_way > 0)
        out += more + fmt::format("{} still under way at the end{}\n", count(m.under_way), m.censored > 0 ? fmt::format(", {} of them measured", count(m.censored)) : "");
    if (m.duplicated > 0) out += more + fmt::format("{} more came about as duplicates; {} arrived beside another of the same mail\n", count(m.duplicated), count(m.delivered_again));
    if (m.delivered_reports > 0) out += more + fmt::format("besides, {} bounces and notices were delivered\n", count(m.delivered_reports));
    if (m.false_failures > 0) out += more + fmt::format("{} copies were given up though their mail arrived: no loss\n", count(m.false_failures));
    return out;
}

std::string answer(const RunResult& r, const SummaryStyle& style) {
    const Figures& f = r.figures;
    std::string out = headline(r, style);
    if (f.affected.of > 0) {
        out += fmt::format("  collateral  {}: affected, though all of their own was healthy\n",
                           human::share(f.collateral, f.affected.of, "tenants"));
        const auto acts = [](const DisturbanceFigures& d) { return d.enabled && d.start; };
        const bool by_hand = std::none_of(f.faults.begin(), f.faults.end(), acts) && std::any_of(f.mitigations.begin(), f.mitigations.end(), acts);
        out += fmt::format("  before      {} the first {}\n",
                           f.affected.before_fault
                               ? human::share(*f.affected.before_fault * f.affected.of, f.affected.of, "tenants") + " affected before"
                               : "no whole hour before",
                           by_hand ? "mitigation" : "fault");
    }
    if (f.delay.p50 || f.delay.lost > 0) {
        const DelayFigures& d = f.delay;
        out += fmt::format("  delay       p50 {}, p90 {}, p99 {}, max {}; mean {}{}\n", delay(d, d.p50, "p50"),
                           delay(d, d.p90, "p90"), delay(d, d.p99, "p99"), delay(d, d.max, "max"), delay(d, d.mean, "mean"),
                           d.lost > 0 ? fmt::format(" without the {} lost or bounced", count(d.lost)) : "");
        out += fmt::format("  late        means over {}\n", human::duration(r.about.objective));
    }
    if (f.messages.accepted > 0) out += mail_lines(r) + excused_lines(r);
    if (f.affected.of == 0) out += effect_line(r);
    return out + recovery_lines(r);
}

// ---- who was hit -------------------------------------------------------------------------------------------------

std::string who(const RunResult& r, const SummaryStyle& style) {
    if (r.figures.tenants.empty()) return "";
    std::string out = heading("WHO WAS HIT", style);
    TextTable classes({"class", "tenants", "affected", "collateral", "lost", "late copies", "p50", "p99", "max"});
    for (const ClassFigures& c : r.figures.tenants)
        classes.row({c.tenant_class, count(c.count), part(c.affected, c.count), part(c.collateral, c.count), count(c.lost + c.wrongly_bounced), count(c.late),
                     delay(c.delay, c.delay.p50, "p50"), delay(c.delay, c.delay.p99, "p99"), delay(c.delay, c.delay.max, "max")});
    out += classes.print() + words_of_who(r);
    if (r.figures.partitions.empty()) return out;
    TextTable partitions({"partition", "tenants", "affected", "collateral"});
    std::size_t shown = 0;
    for (const PartitionFigures& p : r.figures.partitions)
        if (shown++ < kMostRows)
            partitions.row({p.label(), count(p.tenants), part(p.affected, p.tenants), part(p.collateral, p.tenants)});
    return out + "\n" + partitions.print() + more_rows(shown);
}

std::string clients(const RunResult& r, const SummaryStyle& style) {
    if (r.figures.clients.empty()) return "";
    TextTable table({"clients", "count", "fewest signed in", "below 90 % for", "tries", "sign-ins", "gave up"});
    for (const ClientFigures& c : r.figures.clients)
        table.row({c.name, count(c.count), part(c.signed_in.min, c.count), human::duration(c.signed_in.below_90),
                   count(c.attempts), count(c.succeeded), count(c.given_up)});
    return heading("CLIENTS", style) + table.print();
}

// ---- where it piled up -------------------------------------------------------------------------------------------

/// Requests that a tier's workers at a site served after the caller had given up, and their share; empty if none.
std::string in_vain(const Figures& f, const BacklogFigures& place) {
    double wasted = 0, served = 0;
    for (const TierFigures& t : f.tiers) {
        if (t.site != place.site || t.name.substr(0, t.name.find('/')) != place.tier) continue;
        wasted += t.wasted;
        served += t.served;
    }
    return wasted > 0 ? part(wasted, served) : "";
}

/// Since when a fault ended; nothing waited then: `-`.
std::string left_after(const BacklogFigures& b, const std::optional<double>& after) {
    return b.waited == 0 ? "-" : after ? human::duration(*after) : "not in this run";
}

std::string tiers(const RunResult& r, const SummaryStyle& style) {
    std::vector<BacklogFigures> rows = r.figures.backlogs;
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.max > b.max; });
    std::vector<std::string> columns{"tier@site", "utilization", "most waiting", "at", "net rate", "drained after", "last one left"};
    const bool any_in_vain = std::any_of(r.figures.tiers.begin(), r.figures.tiers.end(), [](const auto& t) { return t.wasted > 0; });
    if (any_in_vain) columns.emplace_back("served in vain");
    TextTable table(columns);
    for (std::size_t i = 0; i < std::min(rows.size(), kMostRows); ++i) {
        const BacklogFigures& b = rows[i];
        const bool waited = b.max > 0;
        std::vector<std::string> cells{b.label(), percent(b.utilization), count(b.max), waited ? human::offset(b.at) : "-",
                                       b.growth ? human::rate(*b.growth, true) : "-",
                                       left_after(b, b.drain), left_after(b, b.last_left)};
        if (any_in_vain) cells.push_back(in_vain(r.figures, b));
        table.row(std::move(cells));
    }
    if (rows.empty()) return "";
    return heading("TIERS, most waiting first (input and next-hop queues; net rate: onset to peak)", style) + table.print() +
           more_rows(rows.size()) + "  drained after: from the end of a fault until 95 % of what waited there then had left; of several faults the longest\n";
}

std::string cascade(const RunResult& r, const SummaryStyle& style) {
    std::string title = "CASCADE, in order of onset (queues as seen each minute";
    title += r.replications() > 1 ? ", first replication)" : ")";
    if (r.figures.cascade.empty()) {
        const bool fault = std::any_of(r.figures.faults.begin(), r.figures.faults.end(), [](const auto& d) { return d.enabled; });
        return fault ? heading(title, style) + "  no queue left its usual ages\n" : "";
    }
    TextTable table({"onset", "", "queue", "oldest before", "oldest at all", "most waiting"}, 3);
    for (std::size_t i = 0; i < std::min(r.figures.cascade.size(), kMostRows); ++i) {
        const OnsetFigures& o = r.figures.cascade[i];
        table.row({human::clock(r.about.start, o.at), human::offset(o.at), o.queue, human::duration(o.before),
                   human::duration(o.oldest), count(o.waiting)});
    }
    return heading(title, style) + table.print() + more_rows(r.figures.cascade.size());
}

// ---- what did it -------------------------------------------------------------------------------------------------

std::string disturbances(const RunResult& r, const SummaryStyle& style) {
    TextTable table({"", "name", "kind", "target", "from", "to", "touched"}, 6);
    const auto add = [&](const char* what, const std::vector<DisturbanceFigures>& list) {
        for (const DisturbanceFigures& d : list)
            table.row({what, d.name, d.kind, d.target, d.enabled && d.start ? human::offset(*d.start) : "-",
                       d.enabled && d.start ? (d.end ? human::offset(*d.end) : "the end") : "-",
                       d.enabled ? count(d.touched) : "off"});
    };
    std::string random;
    for (const DisturbanceFigures& d : r.figures.faults)
        if (d.enabled && d.probability)
            random += fmt::format("  {} is random: {} of such runs have it; here it happened {} a run\n", d.name, human::percent(*d.probability),
                                  d.times == 1.0 ? "once" : fmt::format("{:.3g} times", d.times.value_or(0)));
    add("fault", r.figures.faults);
    add("flaw", r.figures.flaws);
    add("mitigation", r.figures.mitigations);
    return table.empty() ? "" : heading("FAULTS, FLAWS, MITIGATIONS", style) + table.print() + random;
}

std::string aftershocks(const RunResult& r, const SummaryStyle& style) {
    const Figures& f = r.figures;
    if (f.tenants.empty()) return "";
    std::string out = heading("RETRIES AND NOTICES", style);
    out += fmt::format("  retries  {} attempts", count(f.retries.attempts));
    if (f.retries.peak_at)
        out += fmt::format(", {} at the peak, {}", human::rate(f.retries.peak_rate), when(r.about, *f.retries.peak_at));
    out += fmt::format("\n  notices  {}", count(f.notices.count));
    if (f.notices.first) out += ", the first " + when(r.about, *f.notices.first);
    out += fmt::format("\n  bounces  {}", count(f.bounces.count));
    if (f.bounces.first) out += ", the first " + when(r.about, *f.bounces.first);
    if (f.bounces.wrong > 0) out += fmt::format("; {} of them wrong", count(f.bounces.wrong));
    return out + "\n";
}

// ---- who was told ------------------------------------------------------------------------------------------------

std::string notify(const NotifyFigures& t, const std::optional<double>& value, std::string_view name) {
    return human::duration(value, std::find(t.at_least.begin(), t.at_least.end(), name) != t.at_least.end());
}

/// What one dashboard noticed and published; of several replications the first one.
std::string board_lines(const RunResult& r, const BoardFigures& board) {
    if (!board.enabled) return fmt::format("  {}  off\n", board.name);
    std::string out;
    std::size_t shown = 0;
    for (const NoticedFigures& n : r.figures.dashboard.notices) {
        if (n.dashboard != board.name || ++shown > kMostRows) continue;
        out += fmt::format("  {}  noticed {}, {}", board.name, when(r.about, n.detected), n.published ? "published " + when(r.about, *n.published) : "never published");
        if (n.failed_tries > 0) out += fmt::format(" after {} failed tries", count(n.failed_tries));
        if (n.withdrawn) out += ", withdrawn " + when(r.about, *n.withdrawn);
        out += "\n";
    }
    return shown == 0 ? fmt::format("  {}  noticed nothing\n", board.name) : out;
}

std::string told(const RunResult& r, const SummaryStyle& style) {
    const DashboardFigures& d = r.figures.dashboard;
    if (d.dashboards.empty()) return "";
    std::string out = heading("WHO WAS TOLD", style);
    for (const BoardFigures& board : d.dashboards) out += board_lines(r, board);
    out += fmt::format("  notified    {} of the affected tenants; {} never told, {} told in error\n", part(d.notified, d.affected),
                       count(d.never_told), count(d.told_in_error));
    const NotifyFigures& t = d.time_to_notify;
    if (t.p50) {
        out += fmt::format("  to notify   p50 {}, p90 {}, max {}, from a tenant's first late copy\n", notify(t, t.p50, "p50"),
                           notify(t, t.p90, "p90"), notify(t, t.max, "max"));
        out += fmt::format("  unaware     {} in trouble without being told, on average\n", human::duration(d.unaware / d.affected));
    }
    TextTable table({"channel", "kind", "audience", "told", "of these affected", "first after", "half after"});
    for (const ChannelFigures& c : d.channels)
        table.row({c.name, c.kind, count(c.audience), part(c.told, c.audience), count(c.notified), human::duration(c.first), human::duration(c.median)});
    return table.empty() ? out : out + "\n" + table.print();
}

// ---- the queues by age -------------------------------------------------------------------------------------------

std::string qshape_table(const std::vector<QshapeRowFigures>& rows, const std::string& name, const std::string& indent) {
    TextTable table({name, "T", "5", "10", "20", "40", "80", "160", "320", "640", "1280", "1280+"});
    QshapeRowFigures total{"TOTAL", 0, std::vector<double>(Qshape::kAges, 0)};
    for (const QshapeRowFigures& row : rows) {
        total.total += row.total;
        for (std::size_t c = 0; c < row.by_age.size() && c < Qshape::kAges; ++c) total.by_age[c] += row.by_age[c];
    }
    std::vector<QshapeRowFigures> sorted = rows;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.total > b.total; });
    sorted.resize(std::min(sorted.size(), kMostRows));
    sorted.insert(sorted.begin(), total);
    for (const QshapeRowFigures& row : sorted) {
        std::vector<std::string> cells{row.name, fmt::format("{:.0f}", row.total)};
        for (double n : row.by_age) cells.push_back(fmt::format("{:.0f}", n));
        table.row(std::move(cells));
    }
    return table.print(indent);
}

/// As a user writes a time: 72m 13.25s is 4333.25s.
std::string exact_offset(double seconds) { return fmt::format("{:.9g}s", seconds); }

std::string worst_moment_text(const RunResult& r, const SummaryStyle& style) {
    const QshapeFigures& q = r.figures.qshape;
    double waiting = 0;
    for (const QshapeRowFigures& row : q.destinations) waiting += row.total;
    if (waiting == 0) return "";
    const std::string which = q.place.empty() ? "the worst of the tables made every 10 minutes" : fmt::format("when the queue at {} was longest", q.place);
    const std::string whose = r.replications() > 1 ? ", in the first replication" : "";
    const std::string out = heading(fmt::format("QUEUES AT {}, {}{}: copies by age in minutes", when(r.about, q.at), which, whose), style) + qshape_text(q);
    const auto& backlogs = r.figures.backlogs;
    const auto most = std::max_element(backlogs.begin(), backlogs.end(), [](const auto& a, const auto& b) { return a.max < b.max; });
    if (!q.place.empty() || r.replications() > 1 || most == backlogs.end() || most->max == 0 || most->at == q.at) return out;
    return out + fmt::format("  the longest queue was at {}; --qshape-at {} shows that moment\n", human::offset(most->at), exact_offset(most->at));
}

std::string asked_moments(const RunResult& r, const SummaryStyle& style) {
    std::string out;
    for (const QshapeFigures& q : r.figures.qshapes)
        out += heading(fmt::format("QUEUES AT {}: copies by age in minutes", when(r.about, q.at)), style) + qshape_text(q);
    return out;
}

// ---- how much to believe, and how to run it again ------------------------------------------------------------------

std::string assumptions(const RunResult& r, const SummaryStyle& style) {
    if (r.about.assumptions.empty()) return "";
    std::string out = heading("WHAT IS ASSUMED (all else is documented fact, or unstated)", style);
    TextTable table({"entry", "basis", "why"}, 3);
    for (const Assumption& a : r.about.assumptions) {
        std::string why = visible(a.source, " ");
        if (why.size() > 90) {
            std::size_t end = 87;
            while (end > 0 && (static_cast<unsigned char>(why[end]) & 0xc0U) == 0x80) --end;   // not within a letter
            why = why.substr(0, end) + "...";
        }
        table.row({a.what, a.basis, why});
    }
    return out + table.print();
}

std::string again(const RunResult& r, const SummaryStyle& style) {
    std::string out = heading("AGAIN", style);
    out += fmt::format("  fingerprint  {}\n", r.fingerprint);
    out += fmt::format("  replay       {}\n", replay_command(r));
    const auto others = counterfactual_commands(r);
    if (others.empty()) return out;
    out += "  and without the flaw?\n";
    for (const std::string& command : others) out += "               " + command + "\n";
    return out;
}

/// What the scenario expects, as far as these replications tell.
std::string expectations(const RunResult& r, const SummaryStyle& style) {
    if (r.expectations.empty()) return "";
    std::string out = heading("EXPECTATIONS, by " + human::count(static_cast<double>(r.replications()), "replication") +
                              " (`mailquake test` runs as many as a verdict takes)", style);
    TextTable table({"expectation", "verdict", "held in", "on average"});
    for (const ExpectationFigures& e : r.expectations) {
        std::vector<std::string> none;
        const auto parsed = parse_expectation(e.text, none);
        const MetricUnit unit = parsed ? parsed->measure.unit() : MetricUnit::number;
        table.row({e.text, e.verdict, fmt::format("{} of {}", count(e.held), count(e.runs)), e.value ? measure_text(unit, e.value, e.at_least) : "no samples"});
    }
    return out + table.print();
}

std::string base_command(const RunResult& r) {
    const About& a = r.about;
    std::string command = "mailquake run " + shell_word(a.file.empty() ? a.name : a.file);
    for (const std::string& v : a.variants) command += " --variant " + shell_word(v);
    for (const std::string& s : a.sets) command += " --set " + shell_word(s);
    if (a.cut) command += " --cut";
    if (!a.until.empty()) command += " --until " + shell_word(a.until);
    return command;
}

std::string seed_options(const RunResult& r) {
    std::string options = fmt::format(" --seed {}", r.seed);
    if (r.only) options += fmt::format(" --only {}", *r.only);
    if (r.wanted > 1) options += fmt::format(" --replications {}", r.wanted);
    return options;
}

}  // namespace

std::string shell_word(const std::string& word) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_./=:,@%+").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
    std::string quoted = "'";
    for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string replay_command(const RunResult& r) { return base_command(r) + seed_options(r); }

std::vector<std::string> counterfactual_commands(const RunResult& r) {
    std::vector<std::string> commands;
    for (const DisturbanceFigures& flaw : r.figures.flaws)
        if (flaw.enabled)
            commands.push_back(base_command(r) + " --set flaws." + flaw.name + ".enabled=false" + seed_options(r));
    return commands;
}

std::string qshape_text(const QshapeFigures& q, const std::string& indent) {
    std::string out = qshape_table(q.destinations, "destination", indent);
    if (!q.classes.empty()) out += "\n" + qshape_table(q.classes, "class", indent);
    return out;
}

std::string story_text(const std::vector<StoryLine>& story, const std::string& start) {
    std::string out;
    for (const StoryLine& line : story)
        out += fmt::format("  {}  {:>14.3f} s  {}\n", human::clock(start, line.at.seconds()), line.at.seconds(), line.text);
    return out;
}

std::string summary(const RunResult& r, const SummaryStyle& style) {
    std::string out = answer(r, style);
    out += who(r, style);
    out += clients(r, style);
    out += tiers(r, style);
    out += cascade(r, style);
    out += disturbances(r, style);
    out += aftershocks(r, style);
    out += told(r, style);
    out += worst_moment_text(r, style);
    out += asked_moments(r, style);
    out += expectations(r, style);
    out += assumptions(r, style);
    out += again(r, style);
    if (!r.story.empty()) out += heading("THE STORY OF ONE MESSAGE", style) + story_text(r.story, r.about.start);
    return out;
}

}  // namespace mailquake
