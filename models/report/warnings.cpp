#include "models/report/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/report/human.hpp"

namespace mailquake {

namespace {

/// Why an entry that is on may have touched nothing, and what to do about it.
std::string way_out(const DisturbanceFigures& d, std::string_view list, double end) {
    const std::string off = fmt::format("--set {}.{}.enabled=false", list, d.name);
    if (d.start && *d.start >= end)
        return fmt::format("it begins at {}, after the end of the run at {}; run longer, or switch it off: {}",
                           human::offset(*d.start), human::offset(end), off);
    if (list == "mitigations" && !d.start) return fmt::format("its condition never held; check its `when`, or switch it off: {}", off);
    if (list == "flaws") return fmt::format("nothing woke it; check its `in`, `call` and `trigger`, or switch it off: {}", off);
    return fmt::format("no mail, call or client met it; check its target and times, or switch it off: {}", off);
}

void untouched(std::vector<std::string>& out, const RunResult& r, const std::vector<DisturbanceFigures>& entries,
               std::string_view noun, std::string_view list) {
    for (const DisturbanceFigures& d : entries) {
        if (!d.enabled || d.touched > 0 || d.times == 0.0) continue;  // a random fault that did not happen is no mistake
        out.push_back(fmt::format("{}{}warning: {} '{}' touched nothing: {}", d.where, d.where.empty() ? "" : ": ", noun,
                                  d.name, way_out(d, list, r.figures.simulated)));
    }
}

/// A dashboard that told nobody, and why that may be.
void untold(std::vector<std::string>& out, const RunResult& r) {
    for (const BoardFigures& d : r.figures.dashboard.dashboards) {
        if (!d.enabled) continue;
        std::string why;
        if (d.audience == 0) why = "has nobody to tell: no tenant is in its audience";
        else if (d.incidents == 0) why = "detected nothing: no signal spoke for long enough; check its thresholds and targets, or switch it off: --set dashboards." + d.name + ".enabled=false";
        else if (d.published == 0) why = "detected something and published nothing: it was over before, or every try failed";
        if (!why.empty()) out.push_back(fmt::format("{}{}warning: dashboard '{}' {}", d.where, d.where.empty() ? "" : ": ", d.name, why));
    }
}

}  // namespace

std::vector<std::string> loud_warnings(const RunResult& r) {
    std::vector<std::string> out;
    for (const std::string& text : r.figures.warnings)
        out.push_back(text.find("warning") == std::string::npos ? "warning: " + text : text);
    untouched(out, r, r.figures.faults, "fault", "faults");
    untouched(out, r, r.figures.flaws, "flaw", "flaws");
    untouched(out, r, r.figures.mitigations, "mitigation", "mitigations");
    untold(out, r);
    if (r.figures.affected.of > 0 && r.figures.messages.accepted == 0)
        out.push_back("warning: no mail was accepted in the whole run, so that no figure of mail says anything; check the `rate` of its tenants and the `duration`");
    const auto before = r.figures.affected.before_fault;
    const bool has_fault = std::any_of(r.figures.faults.begin(), r.figures.faults.end(),
                                       [](const DisturbanceFigures& d) { return d.enabled; });
    if (before && *before > kHealthyShare)
        out.push_back(fmt::format("warning: {} of the tenants were affected {}: the system is not healthy at its normal "
                                  "load; `mailquake check {}` prints what each tier is offered",
                                  human::percent(*before),
                                  has_fault ? "before the first fault began" : "without any fault, before anybody did anything",
                                  r.about.file.empty() ? r.about.name : r.about.file));
    return out;
}

}  // namespace mailquake
