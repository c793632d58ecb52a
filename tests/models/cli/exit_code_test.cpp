// Exit codes: their numbers are kept for ever, and so is their order.
#include "tests/catch.hpp"

#include "models/cli/exit_code.hpp"

namespace mailquake {

TEST_CASE("when several exit codes hold, 1 > 3 > 2 > 130 > 4 > 99 > 98 > 0") {
    const int order[] = {1, 3, 2, 130, 4, 99, 98, 0};
    for (std::size_t a = 0; a < std::size(order); ++a)
        for (std::size_t b = 0; b < std::size(order); ++b)
            CHECK(static_cast<int>(worst(static_cast<ExitCode>(order[a]), static_cast<ExitCode>(order[b]))) == order[std::min(a, b)]);
}

}  // namespace mailquake
