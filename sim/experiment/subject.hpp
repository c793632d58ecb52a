// The seam: all that an experiment knows of what it experiments with. A subject can name what may be changed, say what a
// point is, run it, and read metrics from what a run left behind.
//
//   describe(path)         what stands there                       before anything runs
//   errors_in(point)       what is wrong with it                   before anything runs
//   resolve(metric text)   a metric, or what is wrong with it      before anything runs
//   canonical_text(point)  its identity: equal texts are equal runs
//   run(order)             one replication; called from many threads at once
//
// Invariants that the subject owes: run() is a pure function of (canonical text, seed, replication), with the same
// fingerprint on any number of threads; the seed of a replication depends on (seed, replication) alone, so that points
// share their luck (common random numbers). Metrics are read from the record alone, so that a new metric asks for no new
// run. Left out: how points are made (axes.hpp), which runs are needed (experiment.hpp), where they are kept (ledger.hpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/experiment/point.hpp"
#include "sim/experiment/run_record.hpp"

namespace mailquake {

/// What stands at a path.
struct PathInfo {
    std::string type;                       // for people: `duration`, `integer`, `one of a, b`
    bool        integer = false;            // only whole numbers
    std::optional<double> lowest, highest;  // in the base unit of its type; none: no bound
};

/// The value of a metric in one run.
struct Reading {
    double value = 0;          // infinite: it never came, and never will
    bool   at_least = false;   // the run ended too early to say more: the true value is this or greater
    std::shared_ptr<const Histogram> sample;   // of a quantile: what it is a quantile of, for pooling; else null
    double greatest = std::numeric_limits<double>::infinity();   // of a lower bound: the true value is at most this
    bool   open = false;       // of a lower bound: the run is too short to show such a value at all, whatever happens in it
    std::uint64_t beyond = 0;  // of a quantile: so many more are greater than all of the sample
};

/// A metric that was resolved. Immutable; read from many threads at once.
class Metric {
public:
    Metric() = default;
    Metric(const Metric&) = delete;
    Metric& operator=(const Metric&) = delete;
    virtual ~Metric() = default;

    [[nodiscard]] virtual std::string text() const = 0;
    /// `s`, `1/s`, or `1` for counts and shares.
    [[nodiscard]] virtual std::string uom() const = 0;
    /// The group of entities that it is of, such as a class of tenants; empty: of all.
    [[nodiscard]] virtual std::string group() const { return {}; }
    /// Of a quantile: which, in [0, 1]; its readings have samples. None for everything else.
    [[nodiscard]] virtual std::optional<double> quantile() const { return std::nullopt; }
    /// Whether `of` looks at the record's distributions; a ledger reads them only if some metric does.
    [[nodiscard]] virtual bool reads_distributions() const { return quantile().has_value(); }
    /// What one of the samples' own units is in `uom()`.
    [[nodiscard]] virtual double sample_unit() const { return 1; }
    /// None: the run holds no samples for it, which is never taken for a zero.
    [[nodiscard]] virtual std::optional<Reading> of(const RunRecord& record) const = 0;
};

/// A metric, or what is wrong with its text, in full sentences.
struct ResolvedMetric {
    std::shared_ptr<const Metric> metric;
    std::vector<std::string> errors;
};

/// One replication of one point.
struct RunOrder {
    const Point*  point = nullptr;
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;
    unsigned      threads = 1;                 // that this run may use itself
    const std::atomic<bool>* stop = nullptr;   // may be null; once true, the run may end early without a record
};

class Subject {
public:
    Subject() = default;
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    virtual ~Subject() = default;

    /// For people: the scenario's name.
    [[nodiscard]] virtual std::string name() const = 0;
    /// None if there is no such path.
    [[nodiscard]] virtual std::optional<PathInfo> describe(std::string_view path) const = 0;
    /// What is wrong with the point, in full sentences; all of it.
    [[nodiscard]] virtual std::vector<std::string> errors_in(const Point& point) const = 0;
    [[nodiscard]] virtual ResolvedMetric resolve(std::string_view metric) const = 0;
    /// Of a point without errors: everything that has an effect on a run, but for seed and replication.
    [[nodiscard]] virtual std::string canonical_text(const Point& point) const = 0;
    /// JSON that a reader of the ledger needs to know which point a unit was of.
    [[nodiscard]] virtual std::string parameters(const Point& point) const;
    /// JSON that is kept beside every unit, from which the subject's own reader prints results without the scenario.
    [[nodiscard]] virtual std::string about(const Point&) const { return "{}"; }

    /// None only if it was stopped. What it throws is the failure of this unit alone; an EngineError ends everything.
    [[nodiscard]] virtual std::optional<RunRecord> run(const RunOrder& order) const = 0;
};

}  // namespace mailquake
