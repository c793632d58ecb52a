// Looking closer at a replication that has run: --follow tells one message's story, --qshape-at shows the queues at
// chosen times, --trace writes a file for Perfetto. They run the replication once more, with more to be told; that it takes the
// same course is checked by its fingerprint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cli/replicate.hpp"
#include "models/results/run_result.hpp"

namespace mailquake {

struct SecondLook {
    std::optional<std::string> follow;   // `worst`, `CLASS:worst`, or an identity
    std::vector<SimTime> qshape_at;
    std::optional<std::string> trace;    // a file for Perfetto
    [[nodiscard]] bool wanted() const { return follow.has_value() || !qshape_at.empty() || trace.has_value(); }
};

/// A mistake in --follow is said before anything runs: throws UsageError unless it is an identity, `worst`, or names a
/// class of the scenario.
void check_follow(const std::string& follow, const ScenarioSpec& scenario);

/// That --trace can write its file is found out before anything runs: throws UsageError unless it can. Touches no file that is there.
void check_trace(const std::string& file);

/// The identity that --follow means, by the figures of the replication; a mistake throws UsageError.
[[nodiscard]] std::uint64_t followed_message(const std::string& follow, const Figures& figures);

/// Runs the replication again and puts the story and the tables into `result`.
void look_again(const SecondLook& look, const ReplicateRequest& request, const ReplicationResult& replication, RunResult& result);

}  // namespace mailquake
