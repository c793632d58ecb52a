// Every kind that a scenario can have stands in the table of check_rows.hpp: compared with runs, or said by `check` to be left out. The kinds
// are those that the specs declare, so that a new one without a row fails here.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "models/scenario/scenario_type.hpp"
#include "models/world/load_gaps.hpp"
#include "small_world.hpp"
#include "tests/models/world/check_rows.hpp"

using namespace mailquake;

namespace {

using Elements = std::set<std::string>;

std::string below(const std::string& path, std::string_view name) { return path.empty() ? std::string(name) : name.empty() ? path : fmt::format("{}.{}", path, name); }

/// What the specs declare: keys, and each value of those that choose. The keys of a policy, a law or a behaviour are its own business.
void declared(const SpecType& type, const std::string& path, Elements& all) {
    for (const KeyType& key : type.keys) {
        const std::string here = below(path, key.name);
        if (key.inert) continue;
        const bool holds_others = key.form == KeyForm::map && !key.optional;
        if (!key.flattened() && !holds_others && key.texts.empty()) all.insert(here);
        for (const std::string_view text : key.texts) all.insert(fmt::format("{}={}", here, text));
        for (const Alternative& alternative : key.alternatives) all.insert(fmt::format("{}={}", below(here, key.tag), alternative.kind));
        if (key.form == KeyForm::entries || holds_others) declared(*key.type, here, all);
    }
}

/// What a scenario has of it: what differs from the defaults, and all that it chooses.
void used(const SpecType& type, const void* spec, const std::string& path, Elements& all) {
    for (const KeyType& key : type.keys) {
        const void* value = key.in(spec);
        const std::string here = below(path, key.name);
        if (value == nullptr) continue;
        switch (key.form) {
            case KeyForm::scalar: {
                const void* usual = type.defaults == nullptr ? nullptr : key.in(type.defaults);
                const std::string text = print_scalar(key, value);
                if (usual == nullptr || print_scalar(key, usual) != text) all.insert(here);
                if (!key.texts.empty()) all.insert(fmt::format("{}={}", here, text));
                break;
            }
            case KeyForm::list:
                if (key.access.size(value) > 0) all.insert(here);
                for (std::size_t i = 0; i < key.access.size(value) && !key.texts.empty(); ++i) all.insert(fmt::format("{}={}", here, print_scalar(key, key.access.item(value, i))));
                break;
            case KeyForm::map:
                if (key.optional) all.insert(here);
                else used(*key.type, value, here, all);
                break;
            case KeyForm::entries:
                for (std::size_t i = 0; i < key.access.size(value); ++i) {
                    all.insert(here);
                    used(*key.type, key.access.item(value, i), here, all);
                }
                break;
            case KeyForm::one_of:
                all.insert(here);
                all.insert(fmt::format("{}={}", below(here, key.tag), key.alternatives[key.access.chosen(value)].kind));
                break;
        }
    }
}

Elements used_by(const ScenarioSpec& spec) {
    Elements all;
    used(scenario_type(), &spec, "", all);
    return all;
}

/// No load comes of these: names, when and how long, what is measured, who is where, bounds that only order what waits.
bool is_no_load(const std::string& element) {
    static const Elements none = {"faults.conditional", "faults.each", "faults.enabled", "faults.mttr", "faults.with", "flaws.enabled", "flaws.rings", "flaws.bake", "flaws.queue_over",
                                  "mitigations", "mitigations.at", "mitigations.enabled", "mitigations.when", "tiers.preset", "tiers.next_hop.sessions", "tiers.next_hop.active"};
    if (none.contains(element)) return true;
    // How retries come is said to be left out, and so is when a random fault comes; laws of service and a discipline's own keys have their rows.
    for (const char* same : {"tiers.next_hop.retry", "faults.mtbf.", "faults.mttr.", "tiers.sites.service.law=", "tiers.queue.fair.", "tiers.queue.lifo.", "tiers.queue.preemption."})
        if (element.starts_with(same)) return true;
    const std::string top = element.substr(0, element.find_first_of(".="));
    static const Elements shown = {"tiers", "tenants", "clients", "backlog", "faults", "flaws", "mitigations", "dashboards"};
    if (!shown.contains(top)) return true;
    // Of these one line says that they are left out as a whole.
    static const Elements whole = {"clients", "backlog", "dashboards"};
    if (whole.contains(top)) return element != top;
    return element.ends_with(".name") || element.ends_with(".description") || element.ends_with(".basis") || element.ends_with(".source");
}

}  // namespace

TEST_CASE("every kind that a scenario can have stands in the table of check, or check says that it is left out") {
    Elements covered;
    const auto add = [&](const std::string& yaml, const std::vector<std::string>& sets) { covered.merge(used_by(scenario_of(yaml, sets))); };
    using namespace check_rows;
    for (const auto& rows : {of_calls(), of_flaws(), of_places(), of_arrivals(), of_tiers(), of_hand_overs()})
        for (const Row& row : rows) {
            INFO(row.what);
            add(row.yaml, row.sets);
        }
    for (Transient row : transients()) {
        row.sets.push_back("duration=2h");
        add(row.yaml, row.sets);
    }
    for (const Gap& gap : gaps()) covered.insert(gap.element);

    Elements all;
    declared(scenario_type(), "", all);
    for (const char* one : {"faults.kind=no-answer", "flaws.kind=crash", "flaws.trigger=date", "mitigations.kind=suspend", "tenants.arrivals.law=mmpp", "tiers.queue.discipline=fair",
                            "tiers.calls.breaker", "tiers.next_hop.throttle", "tiers.service.law=pareto", "tiers.spread=random", "dashboards"}) {
        INFO(one);
        CHECK(all.contains(one));   // else nothing would be looked for
    }
    for (const std::string& element : all) {
        if (is_no_load(element)) continue;
        INFO(element << " stands in no row of check_rows.hpp");
        CHECK(covered.contains(element));
    }
}

TEST_CASE("what check leaves out, it says: each with a scenario that has it") {
    for (const check_rows::Gap& gap : check_rows::gaps()) {
        INFO(gap.element);
        const ScenarioSpec spec = scenario_of(gap.yaml, gap.sets);
        CHECK(used_by(spec).contains(gap.element));
        const std::vector<std::string> said = load_gaps(spec);
        INFO(fmt::format("{}", fmt::join(said, "\n")));
        CHECK(std::any_of(said.begin(), said.end(), [&](const std::string& line) { return line.find(gap.says) != std::string::npos; }));
    }
}
