// Verdicts for people, for programs, and for machines that run tests: a table with the way to see a failing run again;
// JSON; JUnit XML (a test case per expectation and point); GitHub's annotations. All from the same rows.
#pragma once

#include <span>
#include <string>

#include "models/study/verdicts.hpp"

namespace mailquake {

/// The table of one file, and under it what failed and what to do about the undecided.
[[nodiscard]] std::string verdict_text(const FileVerdict& file, bool colour = false);

/// One object over all files, with `schema` version 1.
[[nodiscard]] std::string verdicts_json(std::span<const FileVerdict> files);

/// JUnit: a fail is a `failure`, an undecided expectation an `error` of type `undecided`.
[[nodiscard]] std::string verdicts_junit(std::span<const FileVerdict> files);

/// `::error file=F,line=N,col=M::...` for each expectation that did not pass (`::warning` for an undecided one).
[[nodiscard]] std::string github_annotations(const FileVerdict& file);

/// What a run of one expectation came to, in a line: value, runs in which it held, interval.
[[nodiscard]] std::string evidence(const VerdictRow& row);

}  // namespace mailquake
