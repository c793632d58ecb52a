// What may stand where the cursor is: of a command line that is being typed, the words from the verb up to the cursor, the last
// one perhaps empty or half written. Verbs, options and their values, bundled scenarios, and of the scenario that the line
// names its variants, faults and flaws, the paths of --set and --vary, metrics with their selectors (metric_completion.hpp), and what
// conditions of mitigations look at. All of it comes from what the verbs declare (Options::declared) and from the scenario as
// it is loaded, with the variants, the settings and the cut that the line has before the cursor; nothing is listed a second time.
//
// Paths are completed step by step, as folders are: one that ends in `.` goes on, one that ends in `=` awaits a value.
// Left out: quotes of the shell (its script takes them off), what stands behind the cursor, which of `compare`'s two is meant.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mailquake {

struct Completion {
    struct Candidate {
        std::string text;
        std::string sentence;   // what it means; may be empty
    };
    std::vector<Candidate> candidates;
    bool files = false;         // and names of files, which the shell knows better
};

/// `search`: folders of bundled scenarios.
[[nodiscard]] Completion complete(const std::vector<std::string>& words, const std::vector<std::filesystem::path>& search);

}  // namespace mailquake
