// Exit codes, kept for ever. Several may hold at once (an expectation failed and the run was interrupted); worst() says
// which one is told, in the order 1 > 3 > 2 > 130 > 4 > 99 > 98 > 0.
#pragma once

#include <algorithm>
#include <array>

namespace mailquake {

enum class ExitCode : int {
    ok = 0,
    engine_error = 1,        // an invariant does not hold, a result cannot be written: no figure is to be trusted
    usage = 2,               // of the command line
    invalid_scenario = 3,
    some_points_failed = 4,
    undecided = 98,
    expectation_failed = 99,
    interrupted = 130,
};

/// The one that is told when both hold.
[[nodiscard]] constexpr ExitCode worst(ExitCode a, ExitCode b) {
    constexpr std::array order{ExitCode::engine_error,       ExitCode::invalid_scenario,   ExitCode::usage,
                               ExitCode::interrupted,        ExitCode::some_points_failed, ExitCode::expectation_failed,
                               ExitCode::undecided,          ExitCode::ok};
    return *std::find_if(order.begin(), order.end(), [&](ExitCode c) { return c == a || c == b; });
}

}  // namespace mailquake
