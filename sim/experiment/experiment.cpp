#include "sim/experiment/experiment.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <new>

#include "sim/base/narrow.hpp"
#include "sim/experiment/replications.hpp"
#include "sim/experiment/sources.hpp"

namespace mailquake {

Experiment::Experiment(const Subject& subject, std::vector<std::shared_ptr<const Metric>> metrics, ExperimentSettings settings)
    : subject_(subject), metrics_(std::move(metrics)), settings_(std::move(settings)) {
    MQ_CHECK(settings_.threads >= 1, "at least one thread works");
    parts_.distributions = std::any_of(metrics_.begin(), metrics_.end(), [](const auto& m) { return m->reads_distributions(); });
}

PointId Experiment::add(const Point& point) {
    std::string hash = point_hash(sources_hash(), subject_.canonical_text(point));
    const PointId next{narrow<std::uint32_t>(points_.size(), "points")};
    const auto [found, added] = by_hash_.emplace(hash, next);
    if (!added) return found->second;
    Known known{point, std::move(hash), {}, {}, {}};
    if (settings_.ledger != nullptr)
        for (const HeldUnit& unit : settings_.ledger->held(known.hash, settings_.seed)) known.held.emplace(unit.replication, unit.wall);
    points_.push_back(std::move(known));
    return next;
}

std::vector<PointId> Experiment::add(std::span<const Point> points) {
    std::vector<PointId> ids;
    for (const Point& p : points) ids.push_back(add(p));
    return ids;
}

UnitReadings Experiment::readings_of(const RunRecord& record) const {
    UnitReadings unit{record.fingerprint, record.wall, {}};
    for (const auto& metric : metrics_) unit.readings.push_back(metric->of(record));
    return unit;
}

const UnitReadings* Experiment::find(const UnitOrder& unit) const {
    const auto& units = this->units(unit.point);
    const auto found = units.find(unit.replication);
    return found == units.end() ? nullptr : &found->second;
}

void Experiment::read(const UnitOrder& unit) {
    const auto record = settings_.ledger->read(key_of(unit), parts_);
    if (!record) throw LedgerError("a unit that the results file held is no longer there");
    points_[unit.point.index()].units.emplace(unit.replication, readings_of(*record));
    if (settings_.seen) settings_.seen(*record);
    ++progress_.held;
}

/// The units of one ensure() that have to be run, and what became of them. Called from many threads.
class Experiment::Run {
public:
    Run(Experiment& all, std::vector<UnitOrder> missing)
        : all_(all),
          missing_(std::move(missing)),
          at_once_(narrow<unsigned>(std::min<std::uint64_t>(all_.settings_.threads, missing_.size()), "threads")) {
        all_.progress_.missing += missing_.size();
        all_.progress_.at_once = at_once_;
    }

    /// False if not all of them ended.
    bool go() {
        for_each_unit(missing_.size(), at_once_, all_.settings_.stop, [&](std::uint64_t i) {
            if (!give_up_.load()) one(missing_[i]);
        });
        if (broken_) std::rethrow_exception(broken_);
        return ended_ == missing_.size();
    }

private:
    void one(const UnitOrder& unit) {
        const Known& known = all_.points_[unit.point.index()];
        const ExperimentSettings& settings = all_.settings_;
        std::optional<RunRecord> record;
        std::optional<UnitReadings> readings;
        std::string failure;
        try {
            record = all_.subject_.run({&known.point, settings.seed, unit.replication, settings.threads / at_once_, settings.stop});
            if (!record) return;   // stopped
            readings = all_.readings_of(*record);
        } catch (const EngineError&) {
            const std::lock_guard lock(one_at_a_time_);
            break_off();
            return;
        } catch (const std::bad_alloc&) {
            failure = "it ran out of memory";
        } catch (const std::exception& e) {
            failure = e.what();
            if (failure.empty()) failure = "it failed without a word";
        }
        const std::lock_guard lock(one_at_a_time_);
        if (broken_) return;
        try {
            if (readings) succeeded(unit, *record, std::move(*readings));
            else failed(unit, failure);
            if (settings.progress) settings.progress(all_.progress_);
        } catch (...) {
            break_off();
        }
    }

    void succeeded(const UnitOrder& unit, const RunRecord& record, UnitReadings readings) {
        const ExperimentSettings& settings = all_.settings_;
        Known& known = all_.points_[unit.point.index()];
        if (settings.ledger != nullptr) {
            const Subject& subject = all_.subject_;
            const UnitLabel label{subject.name(), subject.parameters(known.point), subject.about(known.point), settings.version,
                                  std::string(sources_hash())};
            settings.ledger->save(all_.key_of(unit), label, record, settings.detail);
            known.held.emplace(unit.replication, record.wall);
        }
        known.units.emplace(unit.replication, std::move(readings));
        if (settings.seen) settings.seen(record);
        ended();
        all_.progress_.busy += record.wall;
    }

    void failed(const UnitOrder& unit, const std::string& what) {
        Known& known = all_.points_[unit.point.index()];
        known.failures.emplace(unit.replication, what);
        ended();
        all_.progress_.failed += 1;
        if (all_.settings_.failed) all_.settings_.failed({&known.point, unit.replication, what});
    }

    void ended() {
        ended_ += 1;
        all_.progress_.ended += 1;
    }

    void break_off() {
        if (!broken_) broken_ = std::current_exception();
        give_up_.store(true);
    }

    Experiment& all_;
    std::vector<UnitOrder> missing_;
    const unsigned at_once_;
    std::mutex one_at_a_time_;           // guards what follows, and the experiment's progress and units
    std::uint64_t ended_ = 0;
    std::exception_ptr broken_;          // what ends everything
    std::atomic<bool> give_up_{false};
};

bool Experiment::ensure(std::span<const UnitOrder> orders) {
    std::set<UnitOrder> seen;
    std::vector<UnitOrder> missing;
    for (const UnitOrder& unit : orders) {
        const Known& known = points_[unit.point.index()];
        if (known.units.contains(unit.replication) || known.failures.contains(unit.replication)) continue;
        if (!seen.insert(unit).second) continue;
        if (known.held.contains(unit.replication)) read(unit);
        else missing.push_back(unit);
    }
    return missing.empty() || Run(*this, std::move(missing)).go();
}

bool Experiment::ensure(std::span<const PointId> points, std::uint32_t n) {
    std::vector<UnitOrder> orders;
    for (std::uint32_t r = 0; r < n; ++r)
        for (const PointId point : points) orders.push_back({point, r});
    return ensure(orders);
}

Workload Experiment::workload(std::span<const PointId> points, std::uint32_t n) const {
    Workload work;
    double wall = 0;
    std::uint64_t timed = 0;
    for (const PointId id : std::set<PointId>(points.begin(), points.end())) {
        const Known& known = points_[id.index()];
        work.units += n;
        work.held += static_cast<std::uint64_t>(std::distance(known.held.begin(), known.held.lower_bound(n)));
        for (const auto& [replication, seconds] : known.held) wall += seconds, ++timed;
    }
    work.missing = work.units - work.held;
    if (timed > 0) work.seconds = wall / static_cast<double>(timed) * static_cast<double>(work.missing) / settings_.threads;
    return work;
}

std::size_t Experiment::failed_points() const {
    return static_cast<std::size_t>(std::count_if(points_.begin(), points_.end(), [](const Known& k) { return !k.failures.empty(); }));
}

}  // namespace mailquake
