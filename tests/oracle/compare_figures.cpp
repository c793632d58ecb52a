#include "tests/oracle/compare_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/results/affected.hpp"
#include "models/results/delay_bounds.hpp"
#include "models/results/recovery.hpp"

namespace mailquake::oracle {
namespace {

std::string text_of(const Account& a) {
    return fmt::format("accepted {} generated {} duplicated {} delivered {} bounced {} expired {} dropped {} discarded {} in the system {}",
                        a.accepted, a.generated, a.duplicated, a.delivered, a.bounced, a.expired, a.dropped, a.discarded,
                       a.in_system());
}

/// Collects what differs: the first figure gives the kind, all stand in the text.
class Findings {
public:
    template <class A, class B>
    void same(const std::string& whose, const std::string& figure, const A& ours, const B& theirs) {
        if (ours == static_cast<A>(theirs)) return;
        add(whose, figure, fmt::format("{}", ours), fmt::format("{}", theirs));
    }
    void same(const std::string& whose, const std::string& figure, SimDuration ours, SimDuration theirs) { same(whose, figure, ours.ns, theirs.ns); }
    void same(const std::string& whose, const std::string& figure, SimTime ours, SimTime theirs) { same(whose, figure, ours.ns, theirs.ns); }
    void near(const std::string& whose, const std::string& figure, double ours, double theirs, double error) {
        if (std::abs(ours - theirs) <= error) return;
        add(whose, figure, fmt::format("{}", ours), fmt::format("{}", theirs));
    }
    void add(const std::string& whose, const std::string& figure, const std::string& ours, const std::string& theirs) {
        if (found_.kind.empty()) found_.kind = "figure: " + figure;
        found_.text += fmt::format("{}: {} is {}, in the engine {}\n", whose, figure, ours, theirs);
    }
    [[nodiscard]] const Difference& all() const { return found_; }

private:
    Difference found_;
};

void compare_accounts(const World& naive, const Outcome& outcome, Findings& findings) {
    for (std::uint32_t t = 0; t < outcome.tenants.size(); ++t) {
        const MessageCounts& c = outcome.tenants[t].counts;
        const Account theirs{c.accepted, c.generated, c.duplicated, c.delivered + c.delivered_again + c.delivered_reports, c.bounced, c.expired, c.dropped, c.discarded};
        const auto found = naive.accounts().find(t);
        const Account ours = found == naive.accounts().end() ? Account{} : found->second;
        if (ours == theirs && ours.in_system() == c.in_system) continue;
        findings.add(fmt::format("tenant {}", t), "account", text_of(ours), text_of(theirs));
    }
}

void compare_tenants(const Figures& figures, const Outcome& outcome, Findings& findings) {
    for (std::size_t t = 0; t < outcome.tenants.size(); ++t) {
        const TenantFigures& ours = figures.tenants[t];
        const TenantOutcome& theirs = outcome.tenants[t];
        const std::string whose = fmt::format("tenant {}", t);
        findings.same(whose, "own healthy", ours.own_healthy, theirs.own_healthy);
        findings.same(whose, "mail delivered", ours.delivered, theirs.counts.delivered);
        findings.same(whose, "mail lost", ours.lost, theirs.counts.lost);
        findings.same(whose, "mail returned", ours.returned, theirs.counts.returned);
        findings.same(whose, "false failures", ours.false_failures, theirs.counts.false_failures);
        findings.same(whose, "measured", ours.measured, theirs.measured);
        findings.same(whose, "measured and delivered", ours.measured_delivered, theirs.measured_delivered);
        findings.same(whose, "sum of delays", static_cast<double>(ours.delay_sum), static_cast<double>(theirs.delay_sum));
        findings.same(whose, "late", ours.late, theirs.late);
        findings.same(whose, "greatest delay", ours.delay_max, theirs.delay_max);
        findings.same(whose, "hours", ours.hours.size(), theirs.hours.size());
        for (const HourTally& hour : theirs.hours) {
            const auto found = ours.hours.find(hour.hour);
            const Hour own = found == ours.hours.end() ? Hour{} : found->second;
            const std::string when = fmt::format("{}, hour {}", whose, hour.hour);
            findings.same(when, "accepted in the hour", own.accepted, hour.accepted);
            findings.same(when, "late in the hour", own.late, hour.late);
            findings.same(when, "bad in the hour", own.bad, hour.bad);
            findings.same(when, "trouble from", own.trouble_from, hour.trouble_from);
            findings.same(when, "trouble to", own.trouble_to, hour.trouble_to);
        }
        findings.same(whose, "affected", ours.affected, is_affected(theirs));
        findings.same(whose, "collateral", ours.collateral, is_collateral(theirs));
        findings.same(whose, "affected by its destination", ours.by_destination, is_affected_by_destination(theirs));
    }
}

/// With bounds: what is under way counts with its age, or as never arrived; lost mail never arrives.
void compare_quantiles(const ClassFigures& ours, const ClassOutcome& theirs, Findings& findings) {
    if (ours.all.empty() && ours.lost == 0) return;
    const std::uint64_t under_way = ours.ages.size();
    for (const double q : {0.0, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
        const auto least = quantile(ours.all, ours.lost, q), most = quantile(ours.delays, ours.lost + under_way, q);
        const DelayBounds bounds = delay_bounds(theirs.delay, theirs.under_way, theirs.lost, q);
        const auto same = [&](const char* which, std::optional<std::int64_t> own, std::optional<std::int64_t> other) {
            const std::string figure = fmt::format("p{:g} of delay", q * 100);
            if (own.has_value() != other.has_value()) return findings.add(theirs.name + which, figure, own ? "finite" : "never", other ? "finite" : "never");
            const auto value = static_cast<double>(own.value_or(0));
            findings.near(theirs.name + which, figure, value, static_cast<double>(other.value_or(0)), 2 * theirs.delay.scale().relative_error() * value + 1);
        };
        same(", at least", least, bounds.least);
        same(", at most", most, bounds.most);
    }
}

void compare_classes(const Figures& figures, const Outcome& outcome, Findings& findings) {
    for (std::size_t c = 0; c < outcome.classes.size(); ++c) {
        const ClassFigures& ours = figures.classes[c];
        const ClassOutcome& theirs = outcome.classes[c];
        findings.same(theirs.name, "copies with a delay", ours.all.size(), theirs.delay.count());
        findings.same(theirs.name, "censored", ours.ages.size(), theirs.censored);
        findings.same(theirs.name, "lost", ours.lost, theirs.lost);
        findings.same(theirs.name, "excused", ours.excused, theirs.excused_destination);
        compare_quantiles(ours, theirs, findings);
    }
}

void compare_minutes(const Figures& figures, const Outcome& outcome, Findings& findings) {
    for (std::size_t m = 0; m < std::max(figures.minutes.size(), outcome.minutes.size()); ++m) {
        const Minute ours = m < figures.minutes.size() ? figures.minutes[m] : Minute{};
        const MinuteTally theirs = m < outcome.minutes.size() ? outcome.minutes[m] : MinuteTally{};
        const std::string when = fmt::format("minute {}", m);
        findings.same(when, "accepted in the minute", ours.accepted, theirs.accepted);
        findings.same(when, "late in the minute", ours.late, theirs.late);
        findings.same(when, "overdue", ours.overdue, theirs.overdue);
        findings.same(when, "retries", ours.retries, theirs.retries);
        findings.same(when, "bad in the minute", ours.bad, theirs.bad);
    }
    findings.same("the run", "oldest", figures.oldest, outcome.oldest);
}

void compare_reports(const World& naive, const Outcome& outcome, Findings& findings) {
    std::uint64_t notices = 0, bounces = 0;
    std::optional<SimTime> first_notice, first_bounce;
    for (const Mail& mail : naive.mails()) {  // as they were made
        if (mail.kind == MailKind::mail) continue;
        const bool is_notice = mail.kind == MailKind::notice;
        ++(is_notice ? notices : bounces);
        std::optional<SimTime>& first = is_notice ? first_notice : first_bounce;
        first = first.value_or(mail.accepted);
    }
    findings.same("the run", "notices", notices, outcome.notices);
    findings.same("the run", "bounces", bounces, outcome.bounces);
    findings.same("the run", "first notice", first_notice.value_or(SimTime::never()), outcome.first_notice.value_or(SimTime::never()));
    findings.same("the run", "first bounce", first_bounce.value_or(SimTime::never()), outcome.first_bounce.value_or(SimTime::never()));
}

void compare_recovery(const World& naive, const Figures& figures, const ScenarioSpec& scenario, const Outcome& outcome, Findings& findings) {
    const SimTime end = SimTime::zero() + scenario.duration;
    SimTime first = end;
    for (std::size_t f = 0; f < scenario.faults.size(); ++f) {
        for (const Stretch& acts : naive.acts()[f].acts) if (scenario.faults[f].enabled) first = std::min(first, acts.from);
    }
    for (std::size_t f = 0; f < scenario.faults.size(); ++f) {
        const auto& acts = naive.acts()[f].acts;
        if (!scenario.faults[f].enabled || !scenario.clients.empty() || acts.empty() || acts.back().to >= end) continue;  // of clients not yet
        const auto ours = figures.recovered_after(acts.back().to, first, scenario);
        const auto theirs = recovered_after(outcome, scenario.slo.delay, acts.back().to);
        findings.same(scenario.faults[f].name, "recovered after", ours.value_or(-1_s), theirs.value_or(-1_s));
    }
}

void compare_stations(const World& naive, const ScenarioSpec& scenario, const Outcome& outcome, Findings& findings) {
    for (const StationOutcome& s : outcome.stations) {
        const std::string name = s.tier + (s.partition.empty() ? "" : "/" + s.partition) + "@" + s.site;
        const auto count = [&](const char* what) {
            return std::count_if(naive.steps().begin(), naive.steps().end(), [&](const Step& step) { return step.what == what && step.place == name; });
        };
        const auto found = naive.records().find(name);
        const StationRecord record = found == naive.records().end() ? StationRecord{} : found->second;
        const StationFigures ours = figures_of(record, scenario);
        findings.same(name, "served", count("served by"), s.served);
        findings.same(name, "timed out", count("call timed out, at"), s.timed_out);
        findings.same(name, "arrivals", record.arrivals, s.arrivals);
        findings.same(name, "refused", record.refused, s.refused);
        findings.same(name, "swallowed", record.swallowed, s.swallowed);
        const bool ties = std::any_of(scenario.tenants.begin(), scenario.tenants.end(), [](const TenantClassSpec& t) { return std::holds_alternative<BatchArrivalsSpec>(t.arrivals); });
        const bool knows_waste = scenario.clients.empty() && !ties;
        if (knows_waste) findings.same(name, "wasted", record.wasted, s.wasted);
        findings.near(name, "utilization", ours.workers > 0 ? ours.busy / ours.workers : 0, s.utilization, 1e-9);
        findings.near(name, "mean queue", ours.queue_mean, s.queue_mean, 1e-9 * (1 + s.queue_mean));
        findings.same(name, "longest queue", ours.queue_max, s.queue_max);
        if (ours.queue_max > 0) findings.same(name, "when its queue was longest", ours.queue_max_at, s.queue_max_at);
        findings.same(name, "waits", ours.waits.size(), s.wait.count());
        for (const double q : {0.5, 0.99, 1.0}) {
            if (ours.waits.empty() || ours.waits.size() != s.wait.count()) continue;
            const auto own = static_cast<double>(*quantile(ours.waits, 0, q));
            findings.near(name, fmt::format("p{:g} of wait", q * 100), own, static_cast<double>(s.wait.quantile(q)), s.wait.scale().relative_error() * own + 1);
        }
    }
}

/// All but the division of waits in queues has to be the same to the ns.
void compare_ledger(const World& naive, const ScenarioSpec& scenario, const Outcome& outcome, Findings& findings) {
    std::map<Ledger::Row, TimeArea> ours, theirs, waits_ours, waits_theirs;
    const auto is_wait = [](const Ledger::Row& row) { return row.cause.starts_with("queue: "); };
    for (const auto& [row, sum] : naive.ledger().rows()) {
        ours[row] += sum.time;
        if (is_wait(row)) waits_ours[{row.tenant_class, row.place, "queue"}] += sum.time;
    }
    for (const LedgerRow& r : outcome.ledger) {
        const Ledger::Row row{r.tenant_class, r.place, r.cause};
        theirs[row] += r.time;
        if (is_wait(row)) waits_theirs[{row.tenant_class, row.place, "queue"}] += r.time;
    }
    const auto compare = [&](auto& a, auto& b) {
        for (const auto& [row, time] : b) a[row];
        for (const auto& [row, time] : a) {
            const auto found = naive.ledger().rows().find({row.tenant_class, row.place, "queue"});
            const TimeArea error = !is_wait(row) || found == naive.ledger().rows().end() ? 0 : found->second.error;
            const std::string whose = scenario.tenants[row.tenant_class].name + ", " + row.place;
            findings.near(whose, row.cause, static_cast<double>(time), static_cast<double>(b[row]), static_cast<double>(error));
        }
    };
    compare(ours, theirs);
    compare(waits_ours, waits_theirs);
}

}  // namespace

Difference difference_of_figures(const World& naive, const ScenarioSpec& scenario, const Outcome& outcome) {
    Findings findings;
    const Figures figures = figures_of(naive, scenario);
    compare_accounts(naive, outcome, findings);
    compare_tenants(figures, outcome, findings);
    compare_classes(figures, outcome, findings);
    compare_minutes(figures, outcome, findings);
    compare_reports(naive, outcome, findings);
    compare_recovery(naive, figures, scenario, outcome, findings);
    compare_stations(naive, scenario, outcome, findings);
    compare_ledger(naive, scenario, outcome, findings);
    return findings.all();
}

}  // namespace mailquake::oracle
