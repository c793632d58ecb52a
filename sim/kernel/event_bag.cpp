#include "sim/kernel/event_bag.hpp"

#include <algorithm>

namespace mailquake {

/// Adds a block of free chunks; blocks double up to 2 MiB, so that small lists stay small.
void ChunkPool::grow() {
    constexpr std::size_t most = (std::size_t{2} << 20) / EventChunk::kBytes;
    Cell* const cells = blocks_.emplace_back(std::make_unique_for_overwrite<Cell[]>(block_)).get();
    for (std::size_t i = block_; i-- > 0;) give_back(reinterpret_cast<EventChunk*>(cells + i));
    block_ = std::min(2 * block_, most);
}

}  // namespace mailquake
