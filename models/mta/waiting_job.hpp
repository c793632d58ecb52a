// A job as it goes into a queue with an order of its own: who it is, since when it waits, and what that queue sorts it by.
// And what such queues have in common: leaving their lines otherwise than from the head, and records that are used again.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/mta/job.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/ring_queue.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct WaitingJob {
    JobRef        job;
    std::uint32_t key = 0;       // the flow or group it belongs to; of an aging queue: its priority
    std::uint32_t cost = 1;      // of its service, in the unit of a fair queue's quantum
    SimTime       since;         // it waits since
};

/// Takes out of a line every item for which `leaves(item)` holds; the others keep their order.
template <class Item, class F>
void remove_from(RingQueue<Item>& line, F&& leaves) {
    for (std::size_t n = line.size(); n > 0; --n) {
        const Item item = line.pop_front();
        if (!leaves(item)) line.push_back(item);
    }
}

/// Records that refer to each other by index, and are taken again when they have been given back: free ones are linked by their
/// `next`, which begins as kNoRecord, from `free` on.
inline constexpr std::uint32_t kNoRecord = 0xffff'ffffU;

template <class Record>
std::uint32_t take_record(std::vector<Record>& records, std::uint32_t& free) {
    if (free != kNoRecord) return std::exchange(free, records[free].next);
    records.emplace_back();
    return narrow<std::uint32_t>(records.size() - 1, "records of waiting jobs");
}
template <class Record>
void give_back_record(std::vector<Record>& records, std::uint32_t& free, std::uint32_t index) {
    records[index].next = std::exchange(free, index);
}

}  // namespace mailquake
