// A fingerprint in the making: transitions are put down as they come and mixed by the batch, in the end the same sum. A
// processor with 64-bit products in vectors (AVX-512 DQ, asked for at run time) mixes both words of four at once; any other
// mixes one after the other, to the same bits, since all of it is arithmetic of whole numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/fingerprint.hpp"

namespace mailquake {

class FingerprintBatch {
public:
    void note(SimTime time, Fingerprint::Entity entity, std::uint64_t kind, std::uint64_t identity) {
        Noted& noted = noted_[size_];
        noted.first = entity.first_ + kind * 0xe7037ed1a0b428dbULL;
        noted.second = entity.second_ + std::rotl(kind * 0xeb44accab455d165ULL, 47);
        noted.time = static_cast<std::uint64_t>(time.ns);
        noted.identity = identity;
        if (++size_ == kSize) [[unlikely]] mix();
    }

    /// Of all that was noted.
    [[nodiscard]] Fingerprint total() const {
        FingerprintBatch rest(*this);
        rest.mix();
        return rest.sum_;
    }

private:
    static constexpr std::size_t kSize = 64;
    /// A transition whose entity and kind are mixed already: what they add to the two words, and the rest.
    struct Noted {
        std::uint64_t first, second, time, identity;
    };

    void mix();
    void mix_by_fours();

    std::size_t size_ = 0;
    Fingerprint sum_;
    alignas(64) std::array<Noted, kSize> noted_;
};

}  // namespace mailquake
