// An experiment: units (replications of points of a subject) that are run once, kept in a ledger, and read as often as
// anybody asks. Sweeps, verdicts and searches are algorithms that say which units they need (ensure) and look at their
// readings; what the ledger holds already is read, the rest is run on all threads, replications first, then the threads
// within a run. The seed of a replication is the same at all points: common random numbers.
//
// A unit is saved as soon as it ended, in whatever order that is; units are looked at by replication, so that nothing
// depends on threads, on what the ledger held, or on how often the program was killed. A unit that throws has failed: it
// is told at once and the rest goes on. An EngineError (a broken invariant, a determinism alarm) ends everything, as do
// errors of the ledger. Only readings are kept in memory, not records.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/experiment/ledger.hpp"
#include "sim/experiment/subject.hpp"

namespace mailquake {

struct PointTag;
using PointId = Id<PointTag>;

/// One replication of one point.
struct UnitOrder {
    PointId       point;
    std::uint32_t replication = 0;
    friend auto operator<=>(const UnitOrder&, const UnitOrder&) = default;
};

/// What is known of a unit that ended well.
struct UnitReadings {
    std::string fingerprint;
    double      wall = 0;   // [s] as it was run, now or earlier
    std::vector<std::optional<Reading>> readings;   // by metric; none: no samples
};

struct FailedUnit {
    const Point*  point = nullptr;
    std::uint32_t replication = 0;
    std::string   what;
};

/// How far an experiment is, over all calls of ensure(); for a progress line and its estimate.
struct ExperimentProgress {
    std::uint64_t missing = 0;   // units that had to be run, as far as is known yet
    std::uint64_t held = 0;      // units that the ledger held
    std::uint64_t ended = 0;     // of the missing ones, failed included
    std::uint64_t failed = 0;
    double busy = 0;             // wall-clock time of those that ended, summed over threads [s]
    unsigned at_once = 1;        // how many run at the same time

    /// Seconds that are left; none before the first unit has ended.
    [[nodiscard]] std::optional<double> seconds_left() const {
        if (ended == failed) return std::nullopt;
        return busy / static_cast<double>(ended - failed) * static_cast<double>(missing - ended) / at_once;
    }
};

/// What ensure() would have to do.
struct Workload {
    std::uint64_t units = 0, held = 0, missing = 0;
    std::optional<double> seconds;   // to run the missing ones, by what units took earlier; none if none was ever run
};

struct ExperimentSettings {
    std::uint64_t seed = 1;
    unsigned      threads = 1;                  // in total
    std::string   version;                      // of the program, for the ledger
    Ledger*       ledger = nullptr;             // none: nothing is kept
    Detail        detail = Detail::figures;     // what is kept of each unit; a held one without details counts as held
    const std::atomic<bool>* stop = nullptr;    // once true no unit starts
    std::function<void(const ExperimentProgress&)> progress;   // after each unit, never two at a time; may be empty
    std::function<void(const FailedUnit&)> failed;             // as soon as a unit has failed; likewise
    std::function<void(const RunRecord&)> seen;                // each unit's record, fresh or from the ledger; likewise
};

class Experiment {
public:
    /// The metrics are what is read from each unit; they cannot be changed later.
    Experiment(const Subject& subject, std::vector<std::shared_ptr<const Metric>> metrics, ExperimentSettings settings);

    /// The point, which must be without errors; the same one if its canonical text was added before.
    PointId add(const Point& point);
    std::vector<PointId> add(std::span<const Point> points);

    /// Reads or runs all of them, each once. Returns false if it was stopped before all had ended.
    bool ensure(std::span<const UnitOrder> orders);
    /// Replications 0 to n - 1 of each point, the first replication of all points first.
    bool ensure(std::span<const PointId> points, std::uint32_t n);
    /// As ensure(points, n), without running anything.
    [[nodiscard]] Workload workload(std::span<const PointId> points, std::uint32_t n) const;

    [[nodiscard]] const Point& point(PointId id) const { return points_[id.index()].point; }
    [[nodiscard]] const std::string& hash(PointId id) const { return points_[id.index()].hash; }
    [[nodiscard]] std::size_t point_count() const { return points_.size(); }
    /// Those that were ensured and ended well, by replication.
    [[nodiscard]] const std::map<std::uint32_t, UnitReadings>& units(PointId id) const { return points_[id.index()].units; }
    /// Null if it was not ensured, or failed.
    [[nodiscard]] const UnitReadings* find(const UnitOrder& unit) const;
    [[nodiscard]] const std::map<std::uint32_t, std::string>& failures(PointId id) const { return points_[id.index()].failures; }
    [[nodiscard]] const std::vector<std::shared_ptr<const Metric>>& metrics() const { return metrics_; }
    [[nodiscard]] const Subject& subject() const { return subject_; }
    [[nodiscard]] const ExperimentSettings& settings() const { return settings_; }
    [[nodiscard]] const ExperimentProgress& progress() const { return progress_; }
    /// Points of which a unit failed.
    [[nodiscard]] std::size_t failed_points() const;

private:
    struct Known {
        Point point;
        std::string hash;
        std::map<std::uint32_t, double> held;               // in the ledger: wall by replication
        std::map<std::uint32_t, UnitReadings> units;
        std::map<std::uint32_t, std::string> failures;
    };
    class Run;   // one call of ensure

    [[nodiscard]] UnitReadings readings_of(const RunRecord& record) const;
    [[nodiscard]] UnitKey key_of(const UnitOrder& unit) const { return {hash(unit.point), settings_.seed, unit.replication}; }
    void read(const UnitOrder& unit);

    const Subject& subject_;
    std::vector<std::shared_ptr<const Metric>> metrics_;
    ExperimentSettings settings_;
    RecordParts parts_;
    std::vector<Known> points_;
    std::map<std::string, PointId> by_hash_;
    ExperimentProgress progress_;
};

}  // namespace mailquake
