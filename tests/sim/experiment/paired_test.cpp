#include "sim/experiment/paired.hpp"

#include "tests/catch.hpp"

#include <limits>

#include "sim/experiment/tidy_csv.hpp"
#include "tests/sim/experiment/toy_world.hpp"

namespace mailquake {

using testing::ToyWorld;

namespace {

Experiment toy(const Subject& world, const std::vector<std::string>& metrics) {
    std::vector<std::shared_ptr<const Metric>> resolved;
    for (const std::string& m : metrics) resolved.push_back(world.resolve(m).metric);
    return Experiment(world, resolved, {});
}

}  // namespace

TEST_CASE("paired runs see a difference that chance would hide") {
    const ToyWorld world;
    Experiment experiment = toy(world, {"wait", "idle", "longest"});
    const PointId base = experiment.add(Point{}), more = experiment.add(Point{}.with("load", "0.52"));
    REQUIRE(experiment.ensure(std::vector{base, more}, 10));
    const PairedDifference d = paired_difference(experiment, base, more, 0);
    CHECK(d.pairs == 10);
    CHECK(*d.difference > 0);
    CHECK(d.significant());
    std::vector<double> first, second;
    for (std::uint32_t r = 0; r < 10; ++r) {
        first.push_back(experiment.find({base, r})->readings[0]->value);
        second.push_back(experiment.find({more, r})->readings[0]->value);
    }
    CHECK(d.interval->half_width() < student_t_interval(first)->half_width() / 5);
    CHECK(student_t_interval(first)->high > student_t_interval(second)->low);   // unpaired they overlap
    CHECK(*d.base == Approx(student_t_interval(first)->middle()));
    CHECK_FALSE(paired_difference(experiment, base, more, 1).difference);   // no samples
    CHECK_FALSE(paired_difference(experiment, base, base, 0).significant());
}

TEST_CASE("only replications that both have are paired") {
    const ToyWorld world;
    Experiment experiment = toy(world, {"wait"});
    const PointId base = experiment.add(Point{}), more = experiment.add(Point{}.with("load", "0.9"));
    REQUIRE(experiment.ensure(std::vector{base}, 10));
    REQUIRE(experiment.ensure(std::vector{more}, 1));
    const PairedDifference d = paired_difference(experiment, base, more, 0);
    CHECK(d.pairs == 1);
    CHECK(d.difference);
    CHECK_FALSE(d.interval);
    CHECK_FALSE(d.significant());
}

TEST_CASE("what is infinite on a side has no difference and is counted") {
    const auto reading = [](double value) { return std::optional(Reading{value, false, nullptr}); };
    const double never = std::numeric_limits<double>::infinity();
    const std::vector<std::optional<Reading>> base{reading(1), reading(2), reading(never), reading(never)};
    const std::vector<std::optional<Reading>> changed{reading(3), reading(never), reading(5), reading(never)};
    const PairedDifference d = paired_difference(base, changed);
    CHECK(d.pairs == 1);
    CHECK(d.difference == 2.0);
    CHECK(d.base == 1.0);
    CHECK(d.base_never == 2);
    CHECK(d.changed_never == 2);
}

TEST_CASE("effects are ranked by their size") {
    const ToyWorld world;
    Experiment experiment = toy(world, {"wait"});
    const PointId base = experiment.add(Point{});
    const std::vector<PointId> changed{experiment.add(Point{}.with("load", "0.51")), experiment.add(Point{}.with("load", "0.9")),
                                       experiment.add(Point{}.with("load", "0.1"))};
    REQUIRE(experiment.ensure(std::vector{base, changed[0], changed[1], changed[2]}, 5));
    const auto effects = rank_effects(experiment, base, changed, 0);
    CHECK(effects[0].point == changed[1]);
    CHECK(effects[1].point == changed[2]);
    CHECK(*effects[1].difference.difference < 0);
    CHECK(effects[2].point == changed[0]);
}

TEST_CASE("the tidy table has a row for each reading, in order") {
    const ToyWorld world;
    Experiment experiment = toy(world, {"longest", "idle"});
    const std::vector<PointId> ids{experiment.add(Point{}.with("load", "1.5").with("customers", "1")), experiment.add(Point{})};
    REQUIRE(experiment.ensure(ids, 2));
    const std::string csv = tidy_csv(experiment, ids);
    const std::string longest = fmt::format("{}", experiment.find({ids[1], 1})->readings[0]->value);
    CHECK(csv.starts_with("point,load,customers,replication,group,metric,value,at_least,unit\n"
                          "\"load=1.5, customers=1\",1.5,1,0,,longest,"));
    CHECK(csv.ends_with("base,,,1,,longest," + longest + ",0,s\nbase,,,1,,idle,,0,s\n"));
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 2 * 2 * 2);
    CHECK(csv_field("a \"b\"\n") == "\"a \"\"b\"\"\n\"");
}

}  // namespace mailquake
