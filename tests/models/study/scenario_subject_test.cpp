// A scenario as the subject of experiments: what a point is, what is wrong with one, and what it costs beyond the bare run.
#include "models/study/scenario_subject.hpp"

#include "tests/catch.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "models/results/store.hpp"
#include "models/study/choices.hpp"
#include "models/study/grid.hpp"
#include "models/world/simulate.hpp"
#include "sim/experiment/experiment.hpp"
#include "sim/experiment/sources.hpp"
#include "tests/sim/experiment/temp_file.hpp"

namespace mailquake {

using testing::TempFile;

namespace {

constexpr const char* kScenario = R"(name: small
duration: 1h
sites: [dc, {name: out, outside: true}]
links: [{from: out, to: dc, latency: 20ms}]
tiers:
  - {name: edge, at: dc, basis: choice, servers: 2, service: {law: exponential, mean: 50ms}, calls: [{to: directory}]}
  - {name: directory, at: dc, partitions: [p1, p2], service: {law: exponential, mean: 5ms}}
senders: [{name: world, at: out}]
tenants: [{name: all, count: 10, rate: 3/s, paths: {inbound: edge}}]
)";

struct Small {
    TempFile temp;
    std::unique_ptr<ScenarioSubject> subject;

    explicit Small(const std::string& text = kScenario) {
        const std::string file = (temp.folder / "s.yaml").string();
        std::ofstream(file) << text;
        LoadRequest request;
        request.file = file;
        Diagnostics said;
        auto scenario = load_scenario(request, said);
        INFO(said.render());
        REQUIRE(scenario);
        subject = std::make_unique<ScenarioSubject>(std::move(request), std::move(*scenario));
    }
};

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

TEST_CASE("paths are described by their keys, through names, kinds and stars") {
    const Small box;
    CHECK(box.subject->describe("tiers.edge.servers")->integer);
    CHECK(box.subject->describe("tiers.edge.servers")->lowest == 1);
    CHECK(box.subject->describe("tiers.*.workers")->type == "integer");
    CHECK(box.subject->describe("tiers.edge.service.mean")->type == "duration");
    CHECK(box.subject->describe("tiers.edge.service.law"));
    CHECK(box.subject->describe("tiers.edge.calls.directory.timeout"));
    CHECK(box.subject->describe("slo.delay"));
    for (const char* path : {"tiers.edge.servrs", "tiers.none.servers", "tiers.edge.servers.more", "seed", "", "tiers"}) {
        INFO(path);
        CHECK_FALSE((box.subject->describe(path) && std::string_view(path) != "tiers"));
    }
}

TEST_CASE("points that mean the same are the same, and what is wrong with one is told") {
    const Small box;
    const auto text = [&](const std::string& path, const std::string& value) { return box.subject->canonical_text(Point{}.with(path, value)); };
    CHECK(text("duration", "60min") == box.subject->canonical_text(Point{}));
    CHECK(text("duration", "61min") != box.subject->canonical_text(Point{}));
    CHECK(text("description", "other words") == box.subject->canonical_text(Point{}));
    const auto errors = box.subject->errors_in(Point{}.with("tiers.edge.servers", "0").with("duration", "5"));
    CHECK(errors.size() == 2);
    CHECK(errors.front().find("tiers.edge.servers=0, duration=5: ") == 0);
}

TEST_CASE("a unit's identity is that of run, expectations apart") {
    const Small plain, expecting(std::string(kScenario) + "expect: [lost() == 0]\n");
    const std::string text = plain.subject->canonical_text(Point{});
    CHECK(expecting.subject->canonical_text(Point{}) == text);
    CHECK(point_hash(sources_hash(), text) == scenario_hash(plain.subject->base().canonical_text, ""));
}

TEST_CASE("numbers of choices are varied, and what cannot be is said") {
    const Small box;
    const std::vector<double> factors{0.5, 2};
    const auto choices = choices_of(*box.subject, factors);
    REQUIRE(choices.size() == 2);   // servers and the mean of service; the call's keys are defaults
    CHECK(choices[0].path == "tiers.edge.servers");
    CHECK(choices[0].points[0] == Point{}.with("tiers.edge.servers", "1"));
    CHECK(choices[1].points[1] == Point{}.with("tiers.edge.service.mean", "100ms"));
}

TEST_CASE("how long a run is, is no guess, even where all is a choice") {
    const Small all(std::string(kScenario) + "basis: choice\n");
    const std::vector<double> factors{0.5, 2};
    const auto choices = choices_of(*all.subject, factors);
    CHECK(choices.size() > 4);
    for (const Choice& choice : choices) {
        INFO(choice.path);
        CHECK((choice.path != "duration" && choice.path != "warmup" && choice.path != "cooldown"));
    }
}

TEST_CASE("a sweep of scenarios has at most 3 % overhead in CPU time over the bare runs", "[.all][alone]") {
    const Small box(std::string(kScenario).replace(std::string(kScenario).find("rate: 3/s"), 9, "rate: 9.6/s"));   // units of some 20 ms
    std::vector<std::string> errors;
    const Grid grid = make_grid(*box.subject, std::vector<std::string>{"slo.delay=1s..100s:1s"}, {}, errors);
    REQUIRE(grid.points.size() == 100);
    double best = 1;   // paired in one run, the best of a few pairs: noise from outside only ever adds
    for (std::uint64_t pair = 1; pair <= 7 && best > 0.03; ++pair) {
        const TempFile temp;
        ResultsFile file(temp.path());
        ExperimentSettings settings;
        settings.seed = pair;
        settings.ledger = &file.ledger();
        const double before = cpu_seconds();
        Experiment experiment(*box.subject, {box.subject->resolve("late").metric, box.subject->resolve("affected").metric}, settings);
        REQUIRE(experiment.ensure(experiment.add(grid.points), 5));
        const double with = cpu_seconds() - before, bare_before = cpu_seconds();
        RunOptions options;
        options.seed = pair;
        for (std::uint32_t unit = 0; unit < 500; ++unit) {
            options.replication = unit / 100;
            (void)simulate(box.subject->base().spec, options);
        }
        const double bare = cpu_seconds() - bare_before;
        WARN("CPU seconds of 500 units: in a sweep " << with << ", bare " << bare);
        best = std::min(best, with / bare - 1);
    }
    CHECK(best <= 0.03);
}

}  // namespace mailquake
