// Claims: true, false or open of one run; pass, fail or undecided over many.
#include "tests/catch.hpp"

#include <limits>

#include "sim/experiment/claim.hpp"
#include "sim/experiment/judge.hpp"
#include "tests/sim/experiment/toy_world.hpp"

namespace mailquake {

using testing::ToyWorld;

namespace {

const Reading kSure{5, false, nullptr}, kAtLeast{5, true, nullptr};

Claim claim(Comparison comparison, double bound, Claim::Of of = Claim::Of::single_runs) {
    Claim c;
    c.text = fmt::format("wait {} {}", to_text(comparison), bound);
    c.comparison = comparison;
    c.bound = bound;
    c.of = of;
    return c;
}

Verdict verdict_of(const Claim& c, std::initializer_list<std::pair<int, std::optional<Reading>>> runs) {
    ClaimJudge judge(c, 1);
    for (const auto& [times, reading] : runs)
        for (int i = 0; i < times; ++i) judge.add(reading);
    return judge.verdict();
}

}  // namespace

TEST_CASE("a lower bound breaks an upper limit and never satisfies it") {
    CHECK(holds(Comparison::less, 6, kSure) == Holds::yes);
    CHECK(holds(Comparison::less, 5, kSure) == Holds::no);
    CHECK(holds(Comparison::at_most, 5, kSure) == Holds::yes);
    CHECK(holds(Comparison::less, 6, kAtLeast) == Holds::unknown);
    CHECK(holds(Comparison::less, 5, kAtLeast) == Holds::no);
    CHECK(holds(Comparison::at_least, 5, kAtLeast) == Holds::yes);
    CHECK(holds(Comparison::greater, 5, kAtLeast) == Holds::unknown);
    CHECK(holds(Comparison::equal, 5, kSure) == Holds::yes);
    CHECK(holds(Comparison::equal, 5, kAtLeast) == Holds::unknown);
    CHECK(holds(Comparison::equal, 4, kAtLeast) == Holds::no);
    CHECK(holds(Comparison::unequal, 4, kAtLeast) == Holds::yes);
    CHECK(holds(Comparison::unequal, 5, kAtLeast) == Holds::unknown);
    CHECK(holds(Comparison::less, 5, std::nullopt) == Holds::unknown);
}

TEST_CASE("where a lower bound and the most that it may be say the same, so does the claim") {
    const Reading between{5, true, nullptr, 8};
    CHECK(holds(Comparison::less, 9, between) == Holds::yes);
    CHECK(holds(Comparison::less, 8, between) == Holds::unknown);
    CHECK(holds(Comparison::at_most, 8, between) == Holds::yes);
    CHECK(holds(Comparison::less, 5, between) == Holds::no);
    CHECK(holds(Comparison::greater, 8, between) == Holds::no);
    CHECK(holds(Comparison::at_least, 8, between) == Holds::unknown);
    CHECK(holds(Comparison::at_least, 9, between) == Holds::no);
    CHECK(holds(Comparison::equal, 9, between) == Holds::no);
    CHECK(holds(Comparison::equal, 6, between) == Holds::unknown);
    CHECK(holds(Comparison::unequal, 9, between) == Holds::yes);
    CHECK(verdict_of(claim(Comparison::less, 9), {{31, between}}) == Verdict::pass);
}

TEST_CASE("31 runs in which it holds pass, two in which it breaks fail") {
    const Claim c = claim(Comparison::less, 6);
    CHECK(verdict_of(c, {{1, kSure}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{30, kSure}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{31, kSure}}) == Verdict::pass);
    CHECK(verdict_of(c, {{2, Reading{7, false, nullptr}}}) == Verdict::fail);
    CHECK(verdict_of(c, {{31, kSure}, {40, Reading{7, false, nullptr}}}) == Verdict::pass);
}

TEST_CASE("runs that leave it open help neither answer") {
    const Claim c = claim(Comparison::less, 6);
    CHECK(verdict_of(c, {{200, kAtLeast}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{200, std::nullopt}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{1, std::nullopt}, {31, kSure}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{1, std::nullopt}, {100, kSure}}) == Verdict::pass);
    CHECK(verdict_of(c, {{1, std::nullopt}, {2, Reading{7, false, nullptr}}}) == Verdict::fail);
    ClaimJudge judge(c, 1);
    judge.add(std::nullopt);
    CHECK_FALSE(judge.value());
    judge.add(Reading{7, false, nullptr});
    CHECK(judge.first_broken() == 1u);
    CHECK(judge.value() == 0.0);
    CHECK(judge.empty() == 1);
}

TEST_CASE("a mean is judged by all means that are possible") {
    const auto spread = [](double mean) {
        ClaimJudge judge(claim(Comparison::less, 10, Claim::Of::mean), 1);
        for (int i = 0; i < 40; ++i) judge.add(Reading{mean + (i % 2 == 0 ? 1 : -1), false, nullptr});
        return judge.verdict();
    };
    CHECK(spread(5) == Verdict::pass);
    CHECK(spread(15) == Verdict::fail);
    CHECK(spread(10) == Verdict::undecided);
    const Claim c = claim(Comparison::less, 6, Claim::Of::mean);
    CHECK(verdict_of(c, {{1, kSure}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{10, kSure}}) == Verdict::pass);
    CHECK(verdict_of(c, {{10, kAtLeast}}) == Verdict::undecided);
    CHECK(verdict_of(claim(Comparison::less, 4, Claim::Of::mean), {{10, kAtLeast}}) == Verdict::fail);
    CHECK(verdict_of(claim(Comparison::greater, 4, Claim::Of::mean), {{10, kAtLeast}}) == Verdict::pass);
    CHECK(verdict_of(claim(Comparison::equal, 5, Claim::Of::mean), {{10, kSure}}) == Verdict::pass);
    CHECK(verdict_of(claim(Comparison::equal, 6, Claim::Of::mean), {{10, kSure}}) == Verdict::fail);
    CHECK(verdict_of(claim(Comparison::equal, 6, Claim::Of::mean), {{10, kAtLeast}}) == Verdict::undecided);
    CHECK(verdict_of(c, {{1, std::nullopt}, {10, kSure}}) == Verdict::undecided);
}

TEST_CASE("what is infinite keeps no upper limit, alone or as a mean") {
    const Reading never{std::numeric_limits<double>::infinity(), false, nullptr};
    CHECK(holds(Comparison::less, 1e300, never) == Holds::no);
    CHECK(holds(Comparison::greater, 1e300, never) == Holds::yes);
    CHECK(verdict_of(claim(Comparison::less, 10), {{2, never}}) == Verdict::fail);
    CHECK(verdict_of(claim(Comparison::less, 10, Claim::Of::mean), {{10, kSure}, {1, never}}) == Verdict::pass);   // it had been given
    CHECK(verdict_of(claim(Comparison::less, 10, Claim::Of::mean), {{1, never}, {10, kSure}}) == Verdict::fail);
    CHECK(verdict_of(claim(Comparison::greater, 10, Claim::Of::mean), {{1, never}}) == Verdict::undecided);        // one run passes nothing
    CHECK(verdict_of(claim(Comparison::greater, 10, Claim::Of::mean), {{2, never}}) == Verdict::pass);
}

TEST_CASE("verdicts at points do not depend on threads", "[threads]") {
    const ToyWorld world;
    std::string first;
    for (const unsigned threads : {1U, 2U, 5U}) {
        ExperimentSettings settings;
        settings.threads = threads;
        Experiment experiment(world, {world.resolve("wait").metric, world.resolve("longest").metric}, settings);
        const std::vector<PointId> ids = experiment.add(std::vector{Point{}.with("load", "0.1"), Point{}.with("load", "0.9"), Point{}.with("load", "0.5")});
        Claim wait = claim(Comparison::less, 0.65), longest = claim(Comparison::less, 1000);
        longest.metric = 1;
        const std::vector<Claim> claims{wait, longest};
        const auto verdicts = judge(experiment, ids, claims, {100, std::nullopt});
        REQUIRE(verdicts.size() == 3);
        CHECK(verdicts[0].verdict() == Verdict::pass);
        CHECK(verdicts[0].runs() == 39);   // clean runs that two claims need
        CHECK(verdicts[1].verdict() == Verdict::fail);
        CHECK(verdicts[1].claims[1].verdict() == Verdict::pass);
        std::string all;
        for (const PointVerdict& p : verdicts)
            for (const ClaimJudge& c : p.claims) all += fmt::format("{} {} {} {}\n", to_text(c.verdict()), c.runs(), c.yes(), *c.value());
        if (first.empty()) first = all;
        CHECK(all == first);
    }
}

TEST_CASE("no more is run than a verdict needs if all goes well") {
    const ToyWorld world;
    for (const unsigned threads : {1U, 2U, 4U}) {
        ExperimentSettings settings;
        settings.threads = threads;
        Experiment experiment(world, {world.resolve("wait").metric}, settings);
        const std::vector<PointId> ids{experiment.add(Point{})};
        world.runs = 0;
        CHECK(judge(experiment, ids, std::vector{claim(Comparison::less, 100)})[0].verdict() == Verdict::pass);
        CHECK(world.runs == 31);
        Experiment failing(world, {world.resolve("wait").metric}, settings);
        const std::vector<PointId> again{failing.add(Point{})};
        world.runs = 0;
        CHECK(judge(failing, again, std::vector{claim(Comparison::less, 0)})[0].verdict() == Verdict::fail);
        CHECK(world.runs == static_cast<int>(2 * threads));
    }
}

TEST_CASE("a budget that ends leaves claims undecided") {
    const ToyWorld world;
    Experiment experiment(world, {world.resolve("wait").metric, world.resolve("idle").metric}, {});
    const std::vector<PointId> ids{experiment.add(Point{})};
    const std::vector<Claim> claims{claim(Comparison::less, 100)};
    CHECK(judge(experiment, ids, claims, {30, std::nullopt})[0].verdict() == Verdict::undecided);
    CHECK(judge(experiment, ids, claims, {31, std::nullopt})[0].verdict() == Verdict::pass);
    CHECK(judge(experiment, ids, {}, {31, std::nullopt})[0].verdict() == Verdict::undecided);
    Claim idle = claim(Comparison::less, 100);
    idle.metric = 1;
    const auto without = judge(experiment, ids, std::vector{idle}, {20, std::nullopt});
    CHECK(without[0].verdict() == Verdict::undecided);
    CHECK(without[0].claims[0].empty() == 20);
    CHECK_FALSE(without[0].claims[0].value());
}

}  // namespace mailquake
