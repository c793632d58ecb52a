// Searches over worlds whose answers are known: a step, a bump, and a step whose place depends on the seed.
#include "tests/catch.hpp"

#include <cmath>

#include "sim/experiment/margin.hpp"
#include "sim/experiment/size_search.hpp"
#include "tests/sim/experiment/toy_world.hpp"

namespace mailquake {

using testing::ToyMetric;
using testing::ToyWorld;

namespace {

/// `wait` is what a function says of (x, luck of the replication in [0, 1)); replication `fails_at` throws.
class ShapeWorld final : public ToyWorld {
public:
    explicit ShapeWorld(std::function<double(double, double)> shape) : shape_(std::move(shape)) {}
    std::optional<std::uint32_t> fails_at;

    [[nodiscard]] std::string canonical_text(const Point& point) const override { return point.text(); }
    [[nodiscard]] std::optional<RunRecord> run(const RunOrder& order) const override {
        ++runs;
        if (order.replication == fails_at) throw std::runtime_error("no luck");
        RandomStream luck(StreamKey(replication_seed(order.seed, order.replication), hash_name("shape"), 0), 0);
        RunRecord record;
        record.figures = {{"wait", {}, shape_(split_number(*order.point->find("x"))->number, luck.uniform()), "s"}};
        return record;
    }

private:
    std::function<double(double, double)> shape_;
};

struct Setup {
    ShapeWorld world;
    Experiment experiment;
    std::vector<PointId> candidates;
    std::vector<Claim> claims{Claim{}};

    Setup(std::function<double(double, double)> shape, int n, unsigned threads = 1)
        : world(std::move(shape)), experiment(world, {std::make_shared<ToyMetric>("wait")}, [&] {
              ExperimentSettings settings;
              settings.threads = threads;
              return settings;
          }()) {
        for (int x = 1; x <= n; ++x) candidates.push_back(experiment.add(Point{}.with("x", std::to_string(x))));
        claims[0].bound = 10;   // wait < 10
    }
    SizeResult size(SizeGoal goal = SizeGoal::smallest, std::uint32_t probes = 2) {
        SizeSearch search;
        search.goal = goal;
        search.probes = probes;
        return search_size(experiment, candidates, claims, search);
    }
    [[nodiscard]] std::size_t looked_at(const SizeResult& r) const {
        return static_cast<std::size_t>(std::count_if(r.looked_at.begin(), r.looked_at.end(), [](const auto& v) { return v.has_value(); }));
    }
};

/// Falls below 10 in nine of ten seeds and more from x = `edge` on.
auto falling(double edge) {
    return [edge](double x, double luck) { return x >= edge ? luck : x == edge - 1 ? 20 * luck : 20 + luck; };
}

}  // namespace

TEST_CASE("the smallest passing value is found in few looks") {
    for (const double edge : {1.0, 2.0, 37.0, 63.0, 64.0}) {
        INFO("edge " << edge);
        Setup s(falling(edge), 64);
        const SizeResult r = s.size();
        REQUIRE(r.answer);
        CHECK(*r.answer + 1 == static_cast<std::size_t>(edge));
        CHECK(r.monotone);
        CHECK(r.contradictions.empty());
        CHECK(s.looked_at(r) <= 12);   // 2 + 6 of the bisection, and 4 probes
        CHECK(r.looked_at[*r.answer]->verdict() == Verdict::pass);
    }
}

TEST_CASE("the largest passing value is found likewise") {
    Setup s([](double x, double) { return x <= 23 ? 1.0 : 20.0; }, 64);
    const SizeResult r = s.size(SizeGoal::largest);
    REQUIRE(r.answer);
    CHECK(*r.answer + 1 == 23);
    CHECK(r.monotone);
    Setup all([](double, double) { return 1.0; }, 8);
    CHECK(*all.size(SizeGoal::largest).answer == 7);
    CHECK(*all.size(SizeGoal::smallest).answer == 0);
}

TEST_CASE("no answer where nothing passes") {
    Setup s([](double, double) { return 20.0; }, 64);
    const SizeResult r = s.size();
    CHECK_FALSE(r.answer);
    CHECK(r.monotone);
    Setup none([](double, double) { return 20.0; }, 0);
    CHECK_FALSE(none.size().answer);
}

TEST_CASE("all sizes that are looked at share the error of one verdict") {
    // It holds in each run, so that Wald's test passes after ln((1 - error) / error) / ln(high / low) runs: where k verdicts share
    // the errors, ln k / ln(high / low) later.
    const auto runs_at_the_end = [](int n) {
        Setup s([](double, double) { return 1.0; }, n);
        const SizeResult r = s.size();
        REQUIRE(r.looked_at.back());
        return static_cast<double>(r.looked_at.back()->runs());
    };
    const ShareZone zone;
    const double later = std::log(12.0) / std::log(zone.high / zone.low);  // both ends, six halvings, four probes
    CHECK(runs_at_the_end(64) - runs_at_the_end(1) == Approx(later).epsilon(0.2));
}

TEST_CASE("an answer that is not monotone is said to be so") {
    Setup bump([](double x, double) { return x >= 16 && (x < 30 || x > 50) ? 1.0 : 20.0; }, 64);   // breaks again from 30 to 50
    const SizeResult r = bump.size();
    REQUIRE(r.answer);
    CHECK_FALSE(r.monotone);
    CHECK_FALSE(r.contradictions.empty());
    CHECK(bump.looked_at(r) <= 12);
    Setup hole([](double x, double) { return x >= 20 && x < 45 ? 1.0 : 20.0; }, 64);   // passes in the middle alone
    const SizeResult h = hole.size();
    REQUIRE(h.answer);
    CHECK_FALSE(h.monotone);
}

TEST_CASE("undecided candidates are not passed, and are named") {
    Setup s([](double x, double luck) { return x >= 40 ? 1.0 : x >= 30 ? (luck < 0.95 ? 1.0 : 20.0) : 20.0; }, 64);
    SizeSearch search;
    search.judging.budget = 80;  // a pass takes some 60, a share of 95 % many more
    const SizeResult r = search_size(s.experiment, s.candidates, s.claims, search);
    REQUIRE(r.answer);
    CHECK(*r.answer + 1 >= 30);
    CHECK(*r.answer + 1 <= 40);
    for (const std::size_t i : r.undecided) CHECK((i + 1 >= 30 && i < *r.answer));
}

TEST_CASE("the tipping point is a curve over seeds") {
    // Replication tips where x exceeds 10 + 20 u: the share that still holds falls from 1 at 10 to 0 at 30.
    const auto shape = [](double x, double luck) { return x <= 10 + 20 * luck ? 1.0 : 20.0; };
    for (const unsigned threads : {1U, 3U}) {
        Setup s(shape, 64, threads);
        const Margin m = find_margin(s.experiment, s.candidates, s.claims[0], 200);
        REQUIRE(m.curve.size() == 64);
        REQUIRE(m.boundaries.size() == 200);
        CHECK(m.curve[9].share == 1);
        CHECK(m.curve[30].share == 0);
        for (std::size_t i = 1; i < 64; ++i) CHECK(m.curve[i].share <= m.curve[i - 1].share);
        int covered = 0;
        for (std::size_t i = 10; i < 30; ++i) covered += m.curve[i].interval.contains(1 - (static_cast<double>(i + 1) - 10) / 20) ? 1 : 0;
        CHECK(covered >= 16);
        const Margin::Tipping median = m.tipping(0.5);
        CHECK(median.last_held + 1 == Approx(20).margin(2));
        REQUIRE((median.low && median.high));
        CHECK(*median.low <= median.last_held);
        CHECK(*median.high >= median.last_held);
        CHECK(m.tipping(0.05).last_held + 1 == Approx(11).margin(2));
        CHECK(m.contradictions == 0);
        CHECK(m.checks > 100);
        CHECK(s.world.runs <= 200 * 8);   // 7 looks of a bisection over 65 answers, and a check
    }
}

TEST_CASE("a margin says when boundaries are not single, and when looks left it open") {
    Setup wavy([](double x, double) { return std::fmod(x, 10) < 5 ? 1.0 : 20.0; }, 64);
    const Margin m = find_margin(wavy.experiment, wavy.candidates, wavy.claims[0], 100);
    // Checks fall on values that the bisection has not looked at, so that each of them could contradict; by counting, of this wave
    // so many do: of 64 values those on the other side of the boundary than they should be.
    const std::uint32_t boundary = m.boundaries[0];
    std::size_t rest = 0, contradict = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        std::size_t low = 0, high = 64;
        bool looked_at = false;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            looked_at = looked_at || middle == i;
            middle < boundary ? low = middle + 1 : high = middle;
        }
        if (looked_at) continue;
        ++rest;
        contradict += (std::fmod(static_cast<double>(i + 1), 10) < 5) != (i < boundary) ? 1U : 0U;
    }
    CHECK(m.checks == 100);
    const double share = static_cast<double>(contradict) / static_cast<double>(rest);
    CHECK(m.contradictions == Approx(100 * share).margin(4 * std::sqrt(100 * share * (1 - share))));
    Setup two([](double x, double) { return x <= 1 ? 1.0 : 20.0; }, 2);
    CHECK(find_margin(two.experiment, two.candidates, two.claims[0], 10).checks == 0);  // all were looked at
    Setup failing([](double x, double) { return x <= 20 ? 1.0 : 20.0; }, 64);
    failing.world.fails_at = 3;
    const Margin f = find_margin(failing.experiment, failing.candidates, failing.claims[0], 10);
    CHECK(f.unknown >= 6);
    CHECK(f.boundaries[3] == 0);
    CHECK(f.boundaries[4] == 20);
    CHECK(f.tipping(0.05).last_held == -1);
}

TEST_CASE("a map is margins over rows, which go forward together") {
    Setup s([](double x, double) { return x <= 7 ? 1.0 : 20.0; }, 16);
    const std::vector<std::vector<PointId>> rows{s.candidates, {s.candidates.begin() + 4, s.candidates.end()}, {s.candidates[15]}};
    const auto map = find_margins(s.experiment, rows, s.claims[0], 5);
    REQUIRE(map.size() == 3);
    CHECK(map[0].tipping().last_held == 6);
    CHECK(map[1].tipping().last_held == 2);
    CHECK(map[2].tipping().last_held == -1);
    CHECK(map[2].curve[0].share == 0);
}

TEST_CASE("a stopped search says so") {
    Setup s([](double, double) { return 1.0; }, 16);
    std::atomic<bool> stop{true};
    ExperimentSettings settings;
    settings.stop = &stop;
    Experiment stopped(s.world, {std::make_shared<ToyMetric>("wait")}, settings);
    std::vector<PointId> ids;
    for (const PointId id : s.candidates) ids.push_back(stopped.add(s.experiment.point(id)));
    CHECK(find_margin(stopped, ids, s.claims[0], 5).stopped);
    const SizeResult r = search_size(stopped, ids, s.claims);
    CHECK(r.stopped);
    CHECK_FALSE(r.answer);
    CHECK(s.world.runs == 0);
}

}  // namespace mailquake
