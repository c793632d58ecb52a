// The points of an experiment, from what a user writes: `--vary` texts are axes, several axes are a grid, `where` clauses
// leave points out.
//
//   PATH=VALUES                 an axis; VALUES is a list of values and ranges, `1,2,8..64:x2`
//   from..to:step               1..9:2; 10s..1min:10s; 10..1:-3
//   from..to:xFACTOR            10ms..1s:x10
//   from..to                    whole, for searches alone, which choose their own steps
//   A=1,2,B=3,4                 zip: an item that begins with `PATH=` starts the next path; all have as many values
//   A < B and B != 3            a where clause: comparisons of axes with axes or with values, all of which must hold
//
// A comma, `..` or `=` inside "quotes", [brackets] or {braces} is part of the value; quotes are taken off. Values stay as
// written. The first axis varies slowest. All mistakes are collected, each with the text that is at fault; nothing is
// guessed: a path on two axes, a value twice on one, a word in `where` that is neither an axis nor one of its values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/experiment/comparison.hpp"
#include "sim/experiment/point.hpp"
#include "sim/experiment/value_text.hpp"
#include "sim/experiment/subject.hpp"

namespace mailquake {

/// Paths that vary together: at step k, path i has the value values[i][k].
struct Axis {
    std::vector<std::string> paths;
    std::vector<std::vector<std::string>> values;   // as many per path; empty where `open` is set
    std::optional<Progression> open;                // a range without steps, of the only path

    [[nodiscard]] std::size_t size() const { return values.empty() ? 0 : values.front().size(); }
};

enum class OpenRange { refused, allowed };

/// None if there are errors.
[[nodiscard]] std::optional<Axis> parse_axis(std::string_view text, std::vector<std::string>& errors,
                                             OpenRange open = OpenRange::refused);

/// One comparison of a where clause; a side is an axis' path or a value.
struct Condition {
    std::string left, right;
    Comparison  comparison = Comparison::equal;
    std::string text;   // as written, for messages
};
/// The comparisons of one clause; errors for sides that are neither an axis nor comparable with the other one.
[[nodiscard]] std::vector<Condition> parse_where(std::string_view text, const std::vector<Axis>& axes,
                                                 std::vector<std::string>& errors);

/// All combinations of the axes' steps for which all conditions hold, the first axis slowest; no axis: the base point.
/// An error if there are too many, or none is left.
[[nodiscard]] std::vector<Point> grid_of(const std::vector<Axis>& axes, const std::vector<Condition>& conditions,
                                         std::vector<std::string>& errors);

/// What the subject says of the axes' paths and of the points, each mistake once.
void check_points(const Subject& subject, const std::vector<Axis>& axes, const std::vector<Point>& points,
                  std::vector<std::string>& errors);

/// No grid has more points.
inline constexpr std::size_t kMostGridPoints = 1'000'000;

}  // namespace mailquake
