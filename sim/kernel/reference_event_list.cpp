#include "sim/kernel/reference_event_list.hpp"

#include <algorithm>

namespace mailquake {

/// Rebuilds the heap out of the entries that are alive (Floyd): linear in the entries, and paid for by the cancels.
void ReferenceEventList::compact() {
    const auto gone = std::remove_if(heap_.begin(), heap_.end(), [this](const Entry& entry) {
        if (slots_[entry.slot].state != kDead) return false;
        release(entry.slot);
        return true;
    });
    heap_.erase(gone, heap_.end());
    dead_ = 0;
    if (heap_.size() < 2) return;
    for (std::size_t at = (heap_.size() - 2) / kArity + 1; at-- > 0;) sift_down(at, heap_[at]);
}

}  // namespace mailquake
