// What the rows of `check` leave out, the program says below them: each with a scenario that has it (tests/models/world/check_rows.hpp).
#include "tests/catch.hpp"

#include <string>

#include "tests/models/cli/program.hpp"
#include "tests/models/world/check_rows.hpp"

namespace mailquake {

using testing::Ran;
using testing::Sandbox;

TEST_CASE("check says in words what its rows leave out") {
    const Sandbox box;
    for (const check_rows::Gap& gap : check_rows::gaps()) {
        box.write("s.yaml", gap.yaml);
        std::string words = "check s.yaml";
        for (const std::string& set : gap.sets) words += " --set '" + set + "'";
        const Ran ran = box.run(words);
        INFO(gap.element << "\n" << ran.err << ran.out);
        CHECK(ran.exit == 0);
        const auto below = ran.out.find("NOT COUNTED ABOVE");
        CHECK(below != std::string::npos);
        CHECK(ran.out.find("  " + gap.says) > below);
        CHECK(ran.out.find("  " + gap.says) != std::string::npos);
    }
}

}  // namespace mailquake
