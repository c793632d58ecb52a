// Random numbers keyed by what they are for, so that two variants of a scenario give the same message the same luck and
// a new tenant, server or fault shifts nobody else's draws.
//
// A stream is (key, identity, attempt): the key is (replication seed, place, purpose), made once per entity, the
// identity is the message's (or whatever the draw is about). Draw n of a stream is a pure function of these: there is no
// state to share, and the order in which streams are used means nothing. Streams cost nothing to make; the first block
// is computed by the first draw.
//
// Source: Philox2x64-6 of Random123; Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011
// (6 rounds pass BigCrush). Counter = {identity, attempt << 32 | block}; both words of a block are used, in order.
#pragma once

#include <Random123/philox.h>

#include <cstdint>
#include <limits>

#include "sim/base/hash.hpp"

namespace mailquake {

/// Seed of replication r; depends on (seed, r) alone, so more replications never change those that were run.
[[nodiscard]] constexpr std::uint64_t replication_seed(std::uint64_t seed, std::uint64_t r) { return combine64(seed, r); }

/// What the draws of one entity for one purpose are keyed by. `place` and `purpose` are hashes of names (hash_name).
class StreamKey {
public:
    constexpr StreamKey(std::uint64_t seed, std::uint64_t place, std::uint64_t purpose)
        : value_(combine64(combine64(seed, place), purpose)) {}

    [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
    friend constexpr bool operator==(StreamKey, StreamKey) = default;

private:
    std::uint64_t value_;
};

/// The draws for one identity; a UniformRandomBitGenerator of 64-bit words.
class RandomStream {
public:
    using result_type = std::uint64_t;

    explicit RandomStream(StreamKey key, std::uint64_t identity, std::uint32_t attempt = 0)
        : key_(key.value()), identity_(identity), next_block_(std::uint64_t{attempt} << 32) {}

    /// The first word of the stream, where no other is needed.
    [[nodiscard]] static result_type first_word(StreamKey key, std::uint64_t identity, std::uint32_t attempt = 0) {
        return philox2x64_R(6, philox2x64_ctr_t{{identity, std::uint64_t{attempt} << 32}}, philox2x64_key_t{{key.value()}}).v[0];
    }

    [[nodiscard]] static constexpr result_type min() { return 0; }
    [[nodiscard]] static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    /// The next word.
    result_type operator()() {
        if (second_ready_) {
            second_ready_ = false;
            return second_;
        }
        const philox2x64_ctr_t block = philox2x64_R(6, philox2x64_ctr_t{{identity_, next_block_++}}, philox2x64_key_t{{key_}});
        second_ = block.v[1];
        second_ready_ = true;
        return block.v[0];
    }

    /// Uniform in [0, 1), a multiple of 2^-53; takes one word.
    double uniform() { return uniform_of((*this)()); }

    /// Uniform in (0, 1), an odd multiple of 2^-53; takes one word. Safe to take the logarithm of.
    double uniform_open() { return static_cast<double>((*this)() >> 12) * 0x1p-52 + 0x1p-53; }

private:
    std::uint64_t key_;
    std::uint64_t identity_;
    std::uint64_t next_block_;   // attempt in the upper half, block number in the lower one
    std::uint64_t second_ = 0;   // second word of the last block
    bool second_ready_ = false;
};

}  // namespace mailquake
