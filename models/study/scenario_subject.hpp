// A scenario as the subject of experiments: paths are those of --set, points are settings that are laid over the scenario
// last, runs are replications of it, metrics are those of models/expect. One unit is the same for `run` and for every
// experiment: its identity is the canonical text with --until, so that they find each other's in a results file.
//
// Points are loaded when they are first asked about and kept, but for the tree that they were read from; beyond a few
// thousand they are loaded again. Called from many threads at once. Left out: expectations (expectations.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "models/results/about.hpp"
#include "models/results/run_result.hpp"
#include "models/scenario/load.hpp"
#include "models/world/outcome.hpp"
#include "sim/experiment/ledger.hpp"
#include "sim/experiment/subject.hpp"

namespace mailquake {

/// Figures of one outcome, the order of onset included.
[[nodiscard]] ReplicationResult result_of(const Outcome& outcome, const ScenarioSpec& scenario);

/// The description of a scenario as the command line asked for it.
[[nodiscard]] About about_request(const LoadedScenario& scenario, const LoadRequest& request);

class ScenarioSubject final : public Subject {
public:
    /// `base` is what `request` loads.
    ScenarioSubject(LoadRequest request, LoadedScenario base, Detail detail = Detail::figures);

    [[nodiscard]] const LoadedScenario& base() const { return base_; }
    [[nodiscard]] const LoadRequest& request() const { return request_; }

    [[nodiscard]] std::string name() const override { return base_.spec.name; }
    [[nodiscard]] std::optional<PathInfo> describe(std::string_view path) const override;
    [[nodiscard]] std::vector<std::string> errors_in(const Point& point) const override;
    [[nodiscard]] ResolvedMetric resolve(std::string_view metric) const override;
    [[nodiscard]] std::string canonical_text(const Point& point) const override;
    [[nodiscard]] std::string parameters(const Point& point) const override;
    [[nodiscard]] std::string about(const Point& point) const override;
    [[nodiscard]] std::optional<RunRecord> run(const RunOrder& order) const override;

    /// Points whose runs would be too large (models/world/run_estimate.hpp) have no error for that. Before any point is asked about.
    void allow_large_runs() { allows_large_ = true; }

    /// What is done with each run of the scenario as it is, besides its record, on the thread that ran it; the outcome may be taken. Where figures
    /// alone are kept.
    using Ended = std::function<void(Outcome& outcome, const ReplicationResult& result)>;
    /// `explained`: in this replication the lives of copies are kept apart (models/world/lives.hpp). Before anything runs.
    void hand_on(Ended ended, std::uint32_t explained);

    /// Equal texts: the same happens to the mail at both points (mail_course.hpp). The point has no errors.
    [[nodiscard]] std::string mail_course_at(const Point& point) const;

    /// `mailquake run FILE ...` that runs one replication of the point again.
    [[nodiscard]] std::string replay_command(const Point& point, std::uint64_t seed, std::uint32_t replication) const;

private:
    /// A point's scenario, or what is wrong with it.
    struct Loaded {
        std::optional<ScenarioSpec> spec;
        std::optional<SimDuration> until;
        std::string canonical_text;
        std::vector<std::string> errors;
    };
    [[nodiscard]] LoadRequest request_for(const Point& point) const;
    [[nodiscard]] std::shared_ptr<const Loaded> loaded(const Point& point) const;

    LoadRequest    request_;
    LoadedScenario base_;
    Detail         detail_;
    Ended          ended_;       // may be empty
    std::uint32_t  explained_ = 0;   // where there is one
    bool           allows_large_ = false;
    mutable std::mutex mutex_;   // guards points_
    mutable std::map<Point, std::shared_ptr<const Loaded>> points_;
};

}  // namespace mailquake
