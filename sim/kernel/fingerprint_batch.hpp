// A fingerprint in the making: transitions are put down as they come and mixed by the batch, in the end the same sum. A
// processor with 64-bit products in vectors (AVX-512 DQ, asked for at run time) mixes eight at once; any other mixes one after
// the other, to the same bits, since all of it is arithmetic of whole numbers. What they are made of lies in rows, so that eight
// are read in one piece, and each is written in the pieces in which it comes.
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
        if (put(time, entity, kind, identity)) [[unlikely]] settle();
    }
    /// The same in two steps: puts it down, and tells whether to settle() now, as after a full batch. One question less for who
    /// looks at each transition: ask_each_time() has every answer be yes.
    [[nodiscard]] bool put(SimTime time, Fingerprint::Entity entity, std::uint64_t kind, std::uint64_t identity) {
        const Fingerprint::Words mixed = entity.words_ + Fingerprint::of_kind(kind);
        first_[noted_] = mixed[0];
        second_[noted_] = mixed[1];
        time_[noted_] = static_cast<std::uint64_t>(time.ns);
        identity_[noted_] = identity;
        return ++noted_ >= asks_at_;
    }
    void settle() {
        if (noted_ == kSize) mix();
    }
    void ask_each_time() { asks_at_ = 1; }

    /// Of all that was noted.
    [[nodiscard]] Fingerprint total() const {
        Fingerprint all = sum_;
        for (std::size_t i = 0; i < noted_; ++i) add(all, i);
        return all;
    }

private:
    static constexpr std::size_t kSize = 64;
    using Row = std::array<std::uint64_t, kSize>;

    void add(Fingerprint& sum, std::size_t i) const { sum.add(Fingerprint::Words{first_[i], second_[i]}, time_[i], identity_[i]); }
    void mix();
    void mix_by_eights();

    Fingerprint sum_;
    std::size_t noted_ = 0;              // so many wait to be mixed
    std::size_t asks_at_ = kSize;        // from so many on, settle() is asked for
    alignas(64) Row first_, second_;     // what their entities and kinds add to the two words: mixed already
    alignas(64) Row time_, identity_;
};

}  // namespace mailquake
