// Every copy is somewhere, once: in every scenario and each of its variants, tenant by tenant. simulate() checks it itself
// and throws; what is added here is that the outcome's figures agree with each other.
#include <filesystem>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

void check_outcome(const Outcome& o) {
    CHECK(o.messages.conserved());
    MessageCounts sum;
    std::uint64_t measured = 0;
    for (const TenantOutcome& t : o.tenants) {
        REQUIRE(t.counts.conserved());
        sum += t.counts;
        measured += t.measured;
        std::uint64_t by_hour = 0, late = 0;
        for (const HourTally& hour : t.hours) {
            by_hour += hour.accepted;
            late += hour.late;
        }
        REQUIRE(by_hour == t.measured);
        REQUIRE(late == t.late);
    }
    CHECK(sum.accepted == o.messages.accepted);
    CHECK(sum.delivered == o.messages.delivered);
    CHECK(sum.in_system == o.messages.in_system);
    for (const StationOutcome& s : o.stations) {
        CHECK(s.utilization >= 0);
        CHECK(s.utilization <= 1);
        CHECK(s.served <= s.arrivals + s.served);
    }
    for (const ClientOutcome& c : o.clients) CHECK(c.tried == c.succeeded + c.given_up + c.trying);
}

void check_file(const std::string& file) {
    LoadRequest request;
    request.file = file;
    request.cut = true;
    request.search = {"scenarios"};
    Diagnostics said;
    const auto scenario = load_scenario(request, said);
    INFO(file << "\n" << said.render());
    REQUIRE(scenario);
    check_outcome(simulate(scenario->spec, {}));
    for (const VariantInfo& variant : scenario->variants) {
        LoadRequest other = request;
        other.variants = {variant.name};
        Diagnostics heard;
        const auto varied = load_scenario(other, heard);
        INFO("variant " << variant.name << "\n" << heard.render());
        REQUIRE(varied);
        check_outcome(simulate(varied->spec, {}));
    }
}

}  // namespace

TEST_CASE("copies are conserved in every scenario and variant", "[long]") {
    check_file(MAILQUAKE_SOURCE_DIR "/tests/models/scenario/good/estate.yaml");
    for (const auto& entry : std::filesystem::directory_iterator(MAILQUAKE_SCENARIOS_DIR))
        if (std::filesystem::exists(entry.path() / "scenario.yaml")) check_file((entry.path() / "scenario.yaml").string());
}
