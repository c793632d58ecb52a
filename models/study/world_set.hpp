// Several scenarios as the points of one experiment, so that their replications share the threads: three replications of one
// world on two threads leave a thread idle for a third of the time, those of twelve worlds together do not. A point names a
// world by its number, and may change more of it; identity, parameters and what is kept beside a unit are the world's own, so a ledger
// knows no difference.
// Left out: paths and metrics (they are resolved beforehand).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/study/scenario_subject.hpp"

namespace mailquake {

class WorldSet final : public Subject {
public:
    /// The point that stands for it. Not while the set is run.
    Point add(std::unique_ptr<ScenarioSubject> world);

    [[nodiscard]] std::size_t size() const { return worlds_.size(); }
    [[nodiscard]] const ScenarioSubject& world(std::size_t k) const { return *worlds_.at(k); }
    [[nodiscard]] const ScenarioSubject& at(const Point& point) const;
    /// A point of the world that `world` stands for, as a point of the set.
    [[nodiscard]] static Point within(const Point& world, const Point& inner);
    /// And back: what of its world a point of the set changes.
    [[nodiscard]] static Point inner(const Point& point);

    [[nodiscard]] std::string name() const override { return worlds_.empty() ? std::string() : worlds_.front()->name(); }
    [[nodiscard]] std::optional<PathInfo> describe(std::string_view) const override { return std::nullopt; }
    [[nodiscard]] std::vector<std::string> errors_in(const Point& point) const override { return at(point).errors_in(inner(point)); }
    [[nodiscard]] ResolvedMetric resolve(std::string_view metric) const override { return worlds_.front()->resolve(metric); }
    [[nodiscard]] std::string canonical_text(const Point& point) const override { return at(point).canonical_text(inner(point)); }
    [[nodiscard]] std::string parameters(const Point& point) const override { return at(point).parameters(inner(point)); }
    [[nodiscard]] std::string about(const Point& point) const override { return at(point).about(inner(point)); }
    [[nodiscard]] std::optional<RunRecord> run(const RunOrder& order) const override;

private:
    std::vector<std::unique_ptr<ScenarioSubject>> worlds_;
};

}  // namespace mailquake
