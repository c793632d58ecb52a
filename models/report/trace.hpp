// A run as Chrome trace events, the JSON that Perfetto (ui.perfetto.dev) and Catapult's trace viewer read.
//
//   process "incident"   a track for each fault, flaw, mitigation and dashboard: spans of when it acted, or was published
//   process SITE         a track for each tier: the stays of sampled messages and sign-ins as slices, in them what they did there;
//                        counters of its queues (waiting, age of the oldest), and of clients that are signed in
//   arrows (flows)       from each stay of a sampled message to its next one, from site to site
// Stays that overlap are on lanes of their own ("transport (2)"), since slices of one track must nest. Times are whole
// microseconds from the start of the run. Which messages: who asks for the run says (RunOptions::follow, sample); a message is
// cut after kMostLines steps. Left out: fractions of a microsecond, and steps that are as short; messages that were not sampled;
// counters between the full minutes; a point of a counter that repeats the last one.
// Source: "Trace Event Format", the Chromium project (phases M, X, C, i, s, t, f).
// Invariants: events ascend by time, metadata first; slices of a track nest; an arrow begins and ends in a slice that begins there
// and stands before it; numbers of tracks are unique over all processes, since Perfetto names threads by them alone.
#pragma once

#include <string>

#include "models/results/about.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

/// Steps of one message that are drawn, at most.
inline constexpr std::size_t kMostLines = 2'000;

/// The trace of a run that was made to tell the stories of a sample.
[[nodiscard]] std::string trace_json(const Outcome& outcome, const About& about);

}  // namespace mailquake
