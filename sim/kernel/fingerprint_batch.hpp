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
    FingerprintBatch() = default;
    FingerprintBatch(const FingerprintBatch&) = delete;
    FingerprintBatch& operator=(const FingerprintBatch&) = delete;

    void note(SimTime time, Fingerprint::Entity entity, std::uint64_t kind, std::uint64_t identity) {
        next_->mixed = entity.words_ + Fingerprint::of_kind(kind);
        next_->time = static_cast<std::uint64_t>(time.ns);
        next_->identity = identity;
        if (++next_ == noted_.data() + kSize) [[unlikely]] mix();
    }

    /// Of all that was noted.
    [[nodiscard]] Fingerprint total() const {
        Fingerprint all = sum_;
        for (const Noted* noted = noted_.data(); noted != next_; ++noted) all.add(noted->mixed, noted->time, noted->identity);
        return all;
    }

private:
    static constexpr std::size_t kSize = 64;
    /// A transition whose entity and kind are mixed already: what they add to the two words, and the rest.
    struct Noted {
        Fingerprint::Words mixed;
        std::uint64_t time, identity;
    };

    void mix();
    void mix_by_fours();

    Fingerprint sum_;
    alignas(64) std::array<Noted, kSize> noted_;
    Noted* next_ = noted_.data();  // where the next one goes
};

}  // namespace mailquake
