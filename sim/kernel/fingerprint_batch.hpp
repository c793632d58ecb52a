// A fingerprint in the making: transitions are put down as they come and mixed by the batch, in the end the same sum. A
// processor with 64-bit products in vectors (AVX-512 DQ, asked for at run time) mixes eight at once; any other mixes one after
// the other, to the same bits, since all of it is arithmetic of whole numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/kernel/fingerprint.hpp"

namespace mailquake {

class FingerprintBatch {
public:
    void note(SimTime time, Fingerprint::Entity entity, std::uint64_t kind, std::uint64_t identity) {
        firsts_[size_] = entity.first_ + kind * 0xe7037ed1a0b428dbULL;
        seconds_[size_] = entity.second_ + std::rotl(kind * 0xeb44accab455d165ULL, 47);
        times_[size_] = static_cast<std::uint64_t>(time.ns);
        identities_[size_] = identity;
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
    using Words = std::array<std::uint64_t, kSize>;

    void mix();
    void mix_eights();

    std::size_t size_ = 0;
    Fingerprint sum_;
    // Beside each other, so that eight of a kind are one vector: what entity and kind add to the two words, and the rest.
    alignas(64) Words firsts_;
    alignas(64) Words seconds_;
    alignas(64) Words times_;
    alignas(64) Words identities_;
};

}  // namespace mailquake
