// The world of these tests: a line of n customers at one server, by Lindley's recursion, with a law of waiting that is
// known in closed form. It knows three paths: `load` (0 to 2), `customers`, and `crash` (replications that throw).
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <stdexcept>

#include "sim/base/law.hpp"
#include "sim/experiment/value_text.hpp"
#include "sim/experiment/subject.hpp"
#include "sim/kernel/fingerprint.hpp"

namespace mailquake::testing {

/// `wait`: the mean over customers; `p99`: of waits, pooled; `longest`: censored where the load is 1 or more.
class ToyMetric final : public Metric {
public:
    explicit ToyMetric(std::string name) : name_(std::move(name)) {}
    [[nodiscard]] std::string text() const override { return name_; }
    [[nodiscard]] std::string uom() const override { return "s"; }
    [[nodiscard]] std::optional<double> quantile() const override { return name_ == "p99" ? std::optional(0.99) : std::nullopt; }
    [[nodiscard]] std::optional<Reading> of(const RunRecord& record) const override {
        for (const Figure& f : record.figures) {
            if (f.metric != name_) continue;
            Reading reading{f.value, name_ == "longest" && record.document == "overload", nullptr};
            if (quantile()) reading.sample = std::make_shared<Histogram>(record.distributions.at(0).values);
            return reading;
        }
        return std::nullopt;
    }

private:
    std::string name_;
};

class ToyWorld : public Subject {
public:
    mutable std::atomic<int> runs{0};

    [[nodiscard]] std::string name() const override { return "toy"; }
    [[nodiscard]] std::optional<PathInfo> describe(std::string_view path) const override {
        if (path == "load") return PathInfo{"number", false, 0.0, 2.0};
        if (path == "customers" || path == "crash") return PathInfo{"integer", true, 0.0, std::nullopt};
        return std::nullopt;
    }
    [[nodiscard]] std::vector<std::string> errors_in(const Point& point) const override {
        std::vector<std::string> errors;
        for (const Setting& s : point.settings)
            if (const auto n = split_number(s.value); !n || !n->unit.empty() || n->number < 0 || (s.path == "load" && n->number > 2))
                errors.push_back(fmt::format("{}: '{}' is out of range", s.path, s.value));
        return errors;
    }
    [[nodiscard]] ResolvedMetric resolve(std::string_view metric) const override {
        if (metric == "wait" || metric == "p99" || metric == "longest" || metric == "idle")
            return {std::make_shared<ToyMetric>(std::string(metric)), {}};
        return {nullptr, {fmt::format("there is no metric '{}'", metric)}};
    }
    [[nodiscard]] std::string canonical_text(const Point& point) const override {
        return fmt::format("toy load {} customers {}", number(point, "load", 0.5), number(point, "customers", 200));
    }
    [[nodiscard]] std::optional<RunRecord> run(const RunOrder& order) const override {
        ++runs;
        if (const std::string* crash = order.point->find("crash"); crash != nullptr && *crash == std::to_string(order.replication))
            throw std::runtime_error(fmt::format("replication {} crashed", order.replication));
        const double load = number(*order.point, "load", 0.5), customers = number(*order.point, "customers", 200);
        RandomStream stream(StreamKey(replication_seed(order.seed, order.replication), hash_name("toy"), 0), 0);
        Distribution waits{"wait", Histogram(0.001)};
        Fingerprint print;
        double wait = 0, longest = 0;
        for (double k = 0; k < customers; ++k) {
            wait = std::max(0.0, wait + load * draw_unit_exponential(stream) - draw_unit_exponential(stream));
            longest = std::max(longest, wait);
            waits.values.add(SimDuration{static_cast<std::int64_t>(wait * 1e9)});
            print.note(SimTime{static_cast<std::int64_t>(wait * 1e9)}, 1, 2, static_cast<std::uint64_t>(k));
        }
        RunRecord record{print.hex(), static_cast<std::uint64_t>(2 * customers), customers, 0.001, {}, {}, load >= 1 ? "overload" : "", {}, {}};
        record.figures = {{"wait", {}, waits.values.mean() / 1e9, "s"},
                          {"p99", {"all"}, static_cast<double>(waits.values.quantile(0.99)) / 1e9, "s"},
                          {"longest", {}, longest, "s"}};
        record.series = {{"wait", "", {{0, 0, wait}}}};
        record.distributions.push_back(std::move(waits));
        return record;
    }

private:
    [[nodiscard]] static double number(const Point& point, std::string_view path, double otherwise) {
        const std::string* text = point.find(path);
        return text == nullptr ? otherwise : split_number(*text)->number;
    }
};

}  // namespace mailquake::testing
