// Scenarios that differ in who is told alone have the same mail, and are known for it; what sends or asks is not.
#include "models/study/mail_course.hpp"

#include "tests/catch.hpp"

#include "models/scenario/load.hpp"
#include "models/study/choices.hpp"
#include "models/study/scenario_subject.hpp"
#include "models/world/simulate.hpp"

namespace mailquake {
namespace {

LoadedScenario loaded(const LoadRequest& request) {
    Diagnostics said;
    auto scenario = load_scenario(request, said);
    INFO(said.render());
    REQUIRE(scenario);
    return std::move(*scenario);
}

LoadRequest story(const std::vector<std::string>& sets, const std::vector<std::string>& variants = {}) {
    return {.file = "exchange-online-2014", .sets = sets, .variants = variants, .cut = true, .search = {"scenarios"}};
}

Figures figures(const LoadRequest& request) {
    const auto scenario = loaded(request);
    return result_of(simulate(scenario.spec, RunOptions{}), scenario.spec).figures;
}

std::string course(const LoadRequest& request) { return mail_course(loaded(request).spec); }

}  // namespace

TEST_CASE("a portal, a feed and no dashboard at all leave the same course of the mail", "[long]") {
    const std::string as_written = course(story({}));
    const std::vector<LoadRequest> same{story({}, {"feed"}), story({"dashboards.service-health.enabled=false"}), story({"dashboards.service-health.look=30s"})};
    const Figures written = figures(story({}));
    for (const LoadRequest& request : same) {
        CHECK(course(request) == as_written);
        const Figures other = figures(request);
        CHECK(other.affected.tenants == written.affected.tenants);
        CHECK(other.collateral == written.collateral);
        CHECK(other.delay.mean == written.delay.mean);
        CHECK(other.delay.max == written.delay.max);
        CHECK(other.retries.attempts == written.retries.attempts);
    }
}

TEST_CASE("a dashboard that sends mail, or asks a tier, has a course of its own; so has all else") {
    const std::string as_written = course(story({}));
    CHECK(course(story({}, {"told-by-email"})) != as_written);
    CHECK(course(story({}, {"publishing-needs-the-partition"})) != as_written);
    CHECK(course(story({"tiers.transport.servers=2"})) != as_written);
    CHECK(course(story({"flaws.lookup-hang.enabled=false"})) != as_written);
}

TEST_CASE("guesses at who is told are told apart from guesses at the mail") {
    const LoadRequest request = story({});
    const ScenarioSubject subject(request, loaded(request));
    const double factors[] = {2};
    std::size_t told = 0, mail = 0;
    for (const Choice& choice : choices_of(subject, factors)) {
        REQUIRE(choice.only_told.size() == choice.points.size());
        if (choice.points.front().settings.empty()) continue;
        CHECK(choice.only_told.front() == choice.path.starts_with("dashboards."));
        ++(choice.only_told.front() ? told : mail);
    }
    CHECK(told >= 5);
    CHECK(mail >= 15);
}

}  // namespace mailquake
