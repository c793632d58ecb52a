// The post-incident page: one HTML file with everything in it, which opens from disk and asks no network for anything.
//
// Its data are one JSON object, embedded as text that no markup in a name can break out of; program and styles
// (models/report/page/, bundled when mailquake is built) draw it. A reader without scripts gets the terminal's summary.
// Keys of the data: models/report/page/src/data.ts. `result` in it is what `run --json` prints, number for number.
// Invariants: the page depends on build, scenario and seed alone (no clock); no text of a scenario becomes markup.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "models/report/page_bundle.hpp"
#include "models/report/page_data.hpp"

namespace mailquake {

/// The data of the page.
[[nodiscard]] nlohmann::ordered_json page_json(const PageInput& input);

/// What of an outcome is drawn over time: minutes, queues, tenants by hour, ages, clients.
[[nodiscard]] nlohmann::ordered_json outcome_json(const Outcome& outcome);

/// `duration`, `share`, ...: how the page writes values of that unit.
[[nodiscard]] std::string_view unit_name(MetricUnit unit);

/// The whole file. `title` and `fallback` are plain text.
[[nodiscard]] std::string page_html(const std::string& title, const std::string& fallback, const nlohmann::ordered_json& data, const PageBundle& bundle);

/// Text as HTML shows it.
[[nodiscard]] std::string html_text(std::string_view text);
/// JSON for a script element: nothing in it ends the element or starts a comment.
[[nodiscard]] std::string script_safe(const nlohmann::ordered_json& data);

}  // namespace mailquake
