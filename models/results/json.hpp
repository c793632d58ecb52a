// Results as JSON. `run --json` prints one object with at least the keys of the design's section 6 (schema version 2: delays have bounds,
// `at_least` and `never`; `messages.delivered` counts accepted mail alone; see figures.hpp).
// all of its bytes but `wall` depend on build, scenario and seed alone. Whole numbers are written without a point, others
// with the fewest digits that read back as the same value; an absent figure is null.
#pragma once

#include <string>

#include "models/results/run_result.hpp"

namespace mailquake {

inline constexpr int kJsonSchema = 2;

/// The object that `run --json` prints, indented, with a newline at the end.
[[nodiscard]] std::string run_json(const RunResult& result);

/// Figures and About as compact JSON, and back; a results file keeps them so. The readers throw std::runtime_error on
/// text that is none of theirs.
[[nodiscard]] std::string figures_json(const Figures& figures);
[[nodiscard]] Figures read_figures(const std::string& text);
[[nodiscard]] std::string about_json(const About& about);
[[nodiscard]] About read_about(const std::string& text);

}  // namespace mailquake
