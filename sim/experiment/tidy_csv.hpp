// An experiment as a tidy table in CSV (RFC 4180, lines end with a line feed): one row per point, replication and metric,
// in the order of points, replications and metrics, so that the same experiment is the same bytes.
//
// Columns: point (its text), one per varied path, replication, the group that the metric is of (empty: all), metric, value, at_least (1 where the value is a lower
// bound), unit. A reading without samples has an empty value. Numbers have the fewest digits that read back as the same.
#pragma once

#include <span>
#include <string>

#include "sim/experiment/experiment.hpp"

namespace mailquake {

/// With a header, in which `group` names the groups; all units of the points that ended.
[[nodiscard]] std::string tidy_csv(const Experiment& experiment, std::span<const PointId> points, std::string_view group = "group");

/// A field as CSV wants it: in quotes where it holds a comma, a quote or a line's end.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace mailquake
