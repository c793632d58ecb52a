// What Postfix's qshape(1) prints: how many messages of each destination wait, by age. The columns are the total and the
// counts per age: up to 5, 10, 20, 40, 80, 160, 320, 640, 1280 minutes, and older.
//
//                                    T   5  10  20  40  80 160 320 640 1280 1280+
//                     TOTAL       1260  20  40 100 100 300 400 200 100    0     0
//               one.example       1200  10  20  70 100 300 400 200 100    0     0
//               two.example         60  10  20  30   0   0   0   0   0    0     0
//
// One line is a table, too, with or without the heading. Where there is a line TOTAL, it is what counts: the lines below
// it may be the head of a longer list. Left out: qshape's options for other buckets (-b, -t), whose heading is refused.
// Source: qshape(1), QSHAPE_README of Postfix.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

inline constexpr std::size_t qshape_columns = 10;

/// Upper age of each column but the last, which has none [minutes].
inline constexpr std::array<std::int64_t, qshape_columns - 1> qshape_minutes{5, 10, 20, 40, 80, 160, 320, 640, 1280};

/// Messages per column of age, over all destinations.
using QshapeCounts = std::array<std::int64_t, qshape_columns>;

/// A line of one destination.
struct QshapeRow {
    std::string  destination;
    QshapeCounts counts{};
};

struct QshapeTable {
    std::optional<QshapeCounts> total;
    std::vector<QshapeRow> rows;

    /// Of the line TOTAL, or of all rows.
    [[nodiscard]] QshapeCounts sum() const;
};

/// What is wrong, and in which line of the table (from 1; 0: with the whole).
struct QshapeError {
    int line = 0;
    std::string message;
};

/// The counts of a line must add up to its total, and those of all lines to TOTAL at most.
[[nodiscard]] std::variant<QshapeTable, QshapeError> parse_qshape(std::string_view text);

/// Whether it is a heading of qshape, or a line of a name and eleven counts.
[[nodiscard]] bool looks_like_qshape(std::string_view line);

/// As a line of a table.
[[nodiscard]] std::string print_qshape(std::string_view name, const QshapeCounts& counts);

}  // namespace mailquake
