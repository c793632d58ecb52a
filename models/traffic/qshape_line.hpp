// A line of Postfix's qshape(1): how many messages of a destination wait, by age. The columns are the total and the
// counts per age: up to 5, 10, 20, 40, 80, 160, 320, 640, 1280 minutes, and older.
//
//                                    T   5  10  20  40  80 160 320 640 1280 1280+
//     yahoo.example              1200  10  20  70 100 300 400 200 100    0     0
//
// Left out: qshape's options for other buckets. Source: qshape(1), QSHAPE_README of Postfix.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sim/base/time.hpp"

namespace mailquake {

inline constexpr std::size_t qshape_columns = 10;

/// Upper age of each column but the last, which has none [minutes].
inline constexpr std::array<std::int64_t, qshape_columns - 1> qshape_minutes{5, 10, 20, 40, 80, 160, 320, 640, 1280};

struct QshapeLine {
    std::string destination;
    std::int64_t total = 0;
    std::array<std::int64_t, qshape_columns> counts{};
};

/// The line, or what is wrong with it. The counts must add up to the total.
[[nodiscard]] std::variant<QshapeLine, std::string> parse_qshape_line(std::string_view text);

}  // namespace mailquake
