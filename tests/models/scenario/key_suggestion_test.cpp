// What a message about an unknown key says of what was meant.
#include "tests/catch.hpp"

#include "models/scenario/scenario_type.hpp"
#include "models/spec/key_suggestion.hpp"

using namespace mailquake;

TEST_CASE("an unknown key is another word for one, or near one, or one of a map inside, or one of a list") {
    const SpecType& scenario = scenario_type();
    const SpecType& tier = *scenario.find("tiers")->type;
    const auto said = [&](const char* word) { return key_suggestion(word, tier, tier.names()); };
    CHECK(said("threads") == "; did you mean 'workers'?");
    CHECK(said("sevrers") == "; did you mean 'servers'?");
    CHECK(said("retry") == "; 'retry' is a key of next_hop: next_hop: {retry: ...}");
    CHECK(said("colour").starts_with("; its keys are: "));
    // "duration" is no other word where there is no `for`.
    CHECK(said("duration").starts_with("; its keys are: "));
}
