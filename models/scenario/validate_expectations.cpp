// Expectations that follow their grammar and name what is there; axes and metrics of the sweep likewise.
#include <fmt/format.h>

#include <set>

#include "models/scenario/metric_names.hpp"
#include "models/scenario/validate.hpp"
#include "sim/experiment/axes.hpp"

namespace mailquake {
namespace {

class Expectations {
public:
    Expectations(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), diagnostics_(diagnostics) {}

    void run() {
        for (const ExpectSpec& expect : scenario_.spec.expect) check(expect);
        if (scenario_.spec.sweep) check(*scenario_.spec.sweep);
    }

private:
    void say(const std::string& path, const std::vector<std::string>& errors) {
        for (const std::string& error : errors) diagnostics_.error(scenario_.at(path), error);
    }

    void check(const ExpectSpec& expect) {
        if (expect.that.empty()) return;   // its absence has been said
        std::vector<std::string> errors;
        if (const auto parsed = parse_expectation(expect.that, errors)) errors = errors_in_names(parsed->measure, scenario_.spec);
        say(fmt::format("expect.{}.that", expect.name), errors);
    }

    void check(const SweepSpec& sweep) {
        std::vector<std::string> errors;
        std::vector<Axis> axes;
        for (const std::string& text : sweep.vary)
            if (auto axis = parse_axis(text, errors)) axes.push_back(std::move(*axis));
        say("sweep.vary", errors);
        errors.clear();
        if (axes.size() == sweep.vary.size())
            for (const std::string& text : sweep.where) (void)parse_where(text, axes, errors);
        say("sweep.where", errors);
        errors.clear();
        for (const std::string& text : sweep.metrics)
            if (const auto measure = parse_measure(text, errors))
                for (std::string& error : errors_in_names(*measure, scenario_.spec)) errors.push_back(std::move(error));
        say("sweep.metrics", errors);
    }

    const ReadScenario& scenario_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_expectations(const ReadScenario& scenario, Diagnostics& diagnostics) { Expectations(scenario, diagnostics).run(); }

}  // namespace mailquake
