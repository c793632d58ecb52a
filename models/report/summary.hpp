// What `run` prints on a terminal: the answer first, then who was hit, where it piled up, in which order, what did it,
// how the queues looked at the worst moment, what of it is assumption, and how to run it again. Made to be read: some
// 80 columns, shares with their denominators, times on the scenario's clock, `>=` where a figure rests on copies that
// were still under way. Sections about what the scenario does not have are left out.
//
// It is printed from a RunResult alone, so that a results file gives the same text as the run that filled it.
// Left out: wall-clock times (the text depends on build, scenario and seed alone).
#pragma once

#include <string>
#include <vector>

#include "models/results/run_result.hpp"

namespace mailquake {

struct SummaryStyle {
    bool colour = false;   // ANSI colours; a terminal without NO_COLOR
};

[[nodiscard]] std::string summary(const RunResult& result, const SummaryStyle& style = {});

/// The story of the followed message, a line each.
[[nodiscard]] std::string story_text(const std::vector<StoryLine>& story, const std::string& start);

/// The qshape tables (age x destination, age x class) in Postfix's layout.
[[nodiscard]] std::string qshape_text(const QshapeFigures& qshape, const std::string& indent = "  ");

/// Words for a shell: the word itself, quoted if it needs it.
[[nodiscard]] std::string shell_word(const std::string& word);

/// The command that runs the same again.
[[nodiscard]] std::string replay_command(const RunResult& result);

/// The commands that answer "and without the flaw?": one for each flaw that is on.
[[nodiscard]] std::vector<std::string> counterfactual_commands(const RunResult& result);

}  // namespace mailquake
