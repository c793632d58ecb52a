// What came between a copy and its next hop, of runs that are to be explained: what a transfer that succeeded had to put up with,
// and what made an attempt fail, to which the wait for the next one is led back. Ways of calls have to put up with some of it, too.
//
// A fault is named where one acted on the way or at the place that failed, at any time of the attempt: the first of the
// scenario's, of several. That it acted there then is a fact; that the attempt failed for it alone is not.
#pragma once

#include <compare>
#include <cstdint>

#include "models/spec/enum_text.hpp"

namespace mailquake {

enum class HopTrouble : std::uint8_t {
    none,
    loss,         // of a transfer or a call's way: what was lost was sent again, and data came slower
    late_answer,  // of a call's way: a fault kept the answer back
    stalled,      // nothing moved, because the path was down
    bandwidth,    // others' mail had the link
    unreachable,  // of an attempt: nobody was there, or the connection was refused
    timed_out,
    turned_away,  // 4yz: a full queue, a policy at the door, a proxy that could not pass it on
    greylisted,
    call_failed,  // a call of the tier's own, before any attempt
    disk_lost,    // the copy was lost with a disk; its shadow waited for it
    put_aside,    // in a poison queue
    suspended     // operators have suspended the queue
};
template <>
struct EnumText<HopTrouble> {
    static constexpr EnumTable<HopTrouble, 13> table{{{HopTrouble::none, "nothing"},
                                                      {HopTrouble::loss, "loss"},
                                                      {HopTrouble::late_answer, "late-answer"},
                                                      {HopTrouble::stalled, "stalled"},
                                                      {HopTrouble::bandwidth, "bandwidth"},
                                                      {HopTrouble::unreachable, "unreachable"},
                                                      {HopTrouble::timed_out, "timed-out"},
                                                      {HopTrouble::turned_away, "turned-away"},
                                                      {HopTrouble::greylisted, "greylisted"},
                                                      {HopTrouble::call_failed, "call-failed"},
                                                      {HopTrouble::disk_lost, "disk-lost"},
                                                      {HopTrouble::put_aside, "put-aside"},
                                                      {HopTrouble::suspended, "suspended"}}};
};

struct HopWhy {
    static constexpr std::uint32_t kNone = 0xffff'ffffU;
    HopTrouble    what = HopTrouble::none;
    std::uint32_t station = kNone;  // that failed, or that a call went to
    std::uint32_t fault = kNone;    // of the plan's faults
    friend auto operator<=>(const HopWhy&, const HopWhy&) = default;
};

}  // namespace mailquake
