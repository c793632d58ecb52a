#include "models/study/expectations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/results/metric_reader.hpp"
#include "models/scenario/metric_names.hpp"
#include "sim/base/check.hpp"

namespace mailquake {

namespace {

void add(Expectations& all, Expectation parsed, Expected expected, const ScenarioSpec& scenario) {
    expected.text = parsed.text();
    expected.unit = parsed.measure.unit();
    complete_tier(parsed.measure, scenario);
    Claim claim;
    claim.text = expected.text;
    claim.comparison = parsed.comparison;
    claim.bound = parsed.bound;
    claim.of = parsed.of_mean ? Claim::Of::mean : Claim::Of::single_runs;
    claim.zone = ShareZone::from(expected.holds_in);
    claim.metric = all.metric(make_metric(std::move(parsed.measure)));
    all.claims.push_back(std::move(claim));
    all.list.push_back(std::move(expected));
}

}  // namespace

std::size_t Expectations::metric(const std::shared_ptr<const Metric>& metric) {
    for (std::size_t i = 0; i < metrics.size(); ++i)
        if (metrics[i]->text() == metric->text()) return i;
    metrics.push_back(metric);
    return metrics.size() - 1;
}

Expectations expectations_of(const ScenarioSpec& scenario, std::span<const std::string> more, std::vector<std::string>& errors) {
    Expectations all;
    for (const ExpectSpec& spec : scenario.expect) {
        std::vector<std::string> none;
        auto parsed = parse_expectation(spec.that, none);
        MQ_CHECK(parsed, "a loaded scenario's expectations follow their grammar");
        add(all, std::move(*parsed), {spec.name, {}, spec.pos, spec.holds_in.value, {}}, scenario);
    }
    for (const std::string& text : more) {
        std::vector<std::string> wrong;
        auto parsed = parse_expectation(text, wrong);
        if (parsed) wrong = errors_in_names(parsed->measure, scenario);
        if (wrong.empty()) add(all, std::move(*parsed), {text, {}, {}, ExpectSpec{}.holds_in.value, {}}, scenario);
        for (const std::string& error : wrong) errors.push_back(fmt::format("'{}': {}", text, error));
    }
    return all;
}

std::vector<ExpectationFigures> judge_replications(const Expectations& expectations, std::span<const ReplicationResult> replications) {
    std::vector<ExpectationFigures> figures;
    for (std::size_t c = 0; c < expectations.claims.size(); ++c) {
        const Claim& claim = expectations.claims[c];
        ClaimJudge judge(claim, expectations.claims.size());
        ExpectationFigures one;
        one.text = expectations.list[c].text;
        double sum = 0, with = 0;
        for (const ReplicationResult& unit : replications) {
            const std::optional<Reading>& reading = unit.readings[claim.metric];
            judge.add(reading);
            one.runs += 1;
            one.held += holds(claim.comparison, claim.bound, reading) == Holds::yes ? 1 : 0;
            if (!reading) continue;
            sum += reading->value;
            with += 1;
            one.at_least |= reading->at_least;
        }
        if (with > 0) one.value = sum / with;
        one.never = std::isinf(sum);
        one.verdict = to_text(judge.verdict());
        figures.push_back(std::move(one));
    }
    return figures;
}

}  // namespace mailquake
