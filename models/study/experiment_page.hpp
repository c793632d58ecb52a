// Sweeps and margins as a page of HTML: curves with bands, maps over two axes, the tipping map. The numbers are those that
// --json prints; the page draws them (models/report/page/src/sweep.ts).
#pragma once

#include <span>
#include <string>

#include "models/report/page_bundle.hpp"
#include "models/study/scenario_subject.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

struct ExperimentPage {
    const ScenarioSubject* subject = nullptr;
    std::string json;        // of sweep_json or margin_json
    std::string text;        // what a terminal would show: for readers without scripts
    std::string command;     // that writes the page again
};

/// `axes`: the varied paths, in order; those that vary together are one axis, called by its first.
[[nodiscard]] std::string sweep_page(const ExperimentPage& page, std::span<const std::string> axes, const Experiment& experiment, const PageBundle& bundle);
[[nodiscard]] std::string margin_page(const ExperimentPage& page, const PageBundle& bundle);

}  // namespace mailquake
