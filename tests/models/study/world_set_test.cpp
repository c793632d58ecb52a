// Several scenarios as points of one experiment: what a point of the set says is what its world says of the rest of it.
#include "tests/catch.hpp"

#include <fstream>
#include <map>
#include <memory>
#include <mutex>

#include "models/study/world_set.hpp"
#include "sim/experiment/experiment.hpp"
#include "tests/sim/experiment/temp_file.hpp"

namespace mailquake {

using testing::TempFile;

namespace {

/// Of a small estate with mail at that rate.
std::unique_ptr<ScenarioSubject> world(const TempFile& temp, const std::string& rate) {
    const std::string file = (temp.folder / "s.yaml").string();
    std::ofstream(file) << "name: small\nduration: 20min\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 20ms}]\n"
                           "tiers: [{name: edge, at: dc, service: {law: exponential, mean: 50ms}}]\nsenders: [{name: world, at: out}]\n"
                           "tenants: [{name: all, count: 3, rate: 1/s, paths: {inbound: edge}}]\n";
    LoadRequest request;
    request.file = file;
    request.sets = {"tenants.all.rate=" + rate};
    Diagnostics said;
    auto scenario = load_scenario(request, said);
    INFO(said.render());
    REQUIRE(scenario);
    return std::make_unique<ScenarioSubject>(request, std::move(*scenario));
}

}  // namespace

TEST_CASE("a point of a set of worlds is its world's own, whatever else it changes") {
    const TempFile temp;
    WorldSet set;
    const Point first = set.add(world(temp, "1/s")), second = set.add(world(temp, "2/s"));
    const Point faster = Point{}.with("tenants.all.rate", "2/s");
    CHECK(set.canonical_text(first) != set.canonical_text(second));
    CHECK(set.canonical_text(WorldSet::within(first, faster)) == set.canonical_text(second));
    CHECK(WorldSet::inner(WorldSet::within(first, faster)) == faster);
    CHECK(&set.at(WorldSet::within(first, faster)) == &set.world(0));
    CHECK(set.errors_in(WorldSet::within(first, Point{}.with("tenants.all.rate", "fast"))).size() == 1);
}

TEST_CASE("runs of a scenario as it is are handed on, one of them with lives; those of its guesses are not") {
    const TempFile temp;
    WorldSet set;
    auto as_it_is = world(temp, "1/s");
    std::mutex mutex;
    std::map<std::uint32_t, bool> lives;
    std::map<std::uint32_t, std::string> fingerprints;
    as_it_is->hand_on(
        [&](Outcome& outcome, const ReplicationResult& result) {
            const std::lock_guard lock(mutex);
            CHECK(lives.emplace(result.replication, outcome.lives.has_value()).second);
            fingerprints[result.replication] = result.fingerprint;
        },
        1);
    const Point first = set.add(std::move(as_it_is)), second = set.add(world(temp, "2/s"));
    ExperimentSettings settings;
    settings.threads = 2;
    Experiment experiment(set, {}, settings);
    const auto points = experiment.add(std::vector<Point>{first, second, WorldSet::within(first, Point{}.with("tenants.all.rate", "3/s"))});
    REQUIRE(experiment.ensure(points, 3));
    CHECK(lives == std::map<std::uint32_t, bool>{{0, false}, {1, true}, {2, false}});
    for (const auto& [replication, unit] : experiment.units(points.front())) CHECK(unit.fingerprint == fingerprints[replication]);
}

}  // namespace mailquake
