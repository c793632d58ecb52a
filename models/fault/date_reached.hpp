// Fault: the calendar. At an instant something becomes true that the code of a flaw was not made for: a date that a number
// cannot hold, a certificate that has run out. The flaw it names (`trigger: date`) wakes in all servers that have it, and
// sleeps again when the fault ends, if it does: a day that passes, or a fix of the clock. Left out: clocks that differ.
// Source: Exchange's anti-malware engine, 1 January 2022 (a version number made of the date overflowed).
// Elsewhere: Chaos Mesh TimeChaos (clock skew).
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"

namespace mailquake {

struct DateReachedFault {
    static constexpr std::string_view kind = "date-reached";
    static constexpr auto keys() { return std::tuple<>{}; }
};

}  // namespace mailquake
