// Random numbers keyed by what they are for, so that two variants of a scenario have common random numbers: a new tenant,
// server or fault shifts nobody else's draws.
//
// A stream is (key, identity, attempt). The key is chained from (replication seed, place, purpose) and made once per entity.
// The identity is that of the message, request or whatever the draw is about, chained from its parent's by derived(). The
// attempt is a full counter of 32 bits. Draw n of a stream is a pure function of these: there is no state to share, and the
// order in which streams are used means nothing. Streams cost nothing to make; the first block is computed by the first draw.
//
// Invariant: one random word serves one purpose and one attempt. Builds with MAILQUAKE_DRAW_REGISTER check it (draw_register.hpp).
// Source: Philox2x64-6 of Random123; Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011
// (6 rounds pass BigCrush). Counter = {identity, attempt << 32 | block}; both words of a block are used, in order.
#pragma once

#include <Random123/philox.h>

#include <cstdint>
#include <limits>
#include <string_view>

#include "sim/base/draw_purpose.hpp"
#include "sim/base/hash.hpp"
#ifdef MAILQUAKE_DRAW_REGISTER
#include "sim/base/draw_register.hpp"
#endif

namespace mailquake {

/// Seed of replication r; depends on (seed, r) alone, so more replications never change those that were run.
[[nodiscard]] constexpr std::uint64_t replication_seed(std::uint64_t seed, std::uint64_t r) { return combine64(seed, r); }

/// The identity of number `n` of the things of kind `step` that come from `parent`: an arrival of a source, a request of a message.
[[nodiscard]] inline std::uint64_t derived(std::uint64_t parent, const DrawPurpose& step, std::uint64_t n) {
    const std::uint64_t value = combine64(parent ^ step.hash, n);
#ifdef MAILQUAKE_DRAW_REGISTER
    if (DrawRegister* draws = DrawRegister::current()) draws->derive(value, parent, step, n);
#endif
    return value;
}

/// The identity of a place, by its name path.
[[nodiscard]] inline std::uint64_t place_identity(std::string_view path) {
    const std::uint64_t value = hash_name(path);
#ifdef MAILQUAKE_DRAW_REGISTER
    if (DrawRegister* draws = DrawRegister::current()) draws->name(value, path);
#endif
    return value;
}

/// What the draws of one entity for one purpose are keyed by. `place` is an identity: of a name path, or derived.
class StreamKey {
public:
    /// Not to be drawn from.
    constexpr StreamKey() = default;
    /// Outside of runs (benchmarks, tests, toy worlds): the register takes no note of its draws.
    constexpr StreamKey(std::uint64_t seed, std::uint64_t place, std::uint64_t purpose) : value_(combine64(combine64(seed, place), purpose)) {}
    /// The purpose outlives the key.
    constexpr StreamKey(std::uint64_t seed, std::uint64_t place, const DrawPurpose& purpose) : StreamKey(seed, place, purpose.hash) {
#ifdef MAILQUAKE_DRAW_REGISTER
        place_ = place;
        purpose_ = &purpose;
#endif
    }

    [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
    friend constexpr bool operator==(const StreamKey& a, const StreamKey& b) { return a.value_ == b.value_; }

    /// A stream of this key is about to be drawn from.
    void note([[maybe_unused]] std::uint64_t identity, [[maybe_unused]] std::uint64_t attempt) const {
#ifdef MAILQUAKE_DRAW_REGISTER
        if (DrawRegister* draws = DrawRegister::current(); draws != nullptr && purpose_ != nullptr)
            draws->use(value_, identity, attempt, place_, *purpose_);
#endif
    }

private:
    std::uint64_t value_ = 0;
#ifdef MAILQUAKE_DRAW_REGISTER
    std::uint64_t      place_ = 0;
    const DrawPurpose* purpose_ = nullptr;
#endif
};

/// One word, where a hash of it will do: cheaper than a stream. For shares that are asked for at many steps.
[[nodiscard]] inline std::uint64_t hashed_word(const StreamKey& key, std::uint64_t identity) {
    key.note(identity, 0xffff'ffffU);  // no stream has so many attempts
    return combine64(key.value(), identity);
}
/// The same as a share in [0, 1).
[[nodiscard]] inline double hashed_share(const StreamKey& key, std::uint64_t identity) { return uniform_of(hashed_word(key, identity)); }

/// The draws for one identity; a UniformRandomBitGenerator of 64-bit words.
class RandomStream {
public:
    using result_type = std::uint64_t;

    explicit RandomStream(const StreamKey& key, std::uint64_t identity, std::uint32_t attempt = 0)
        : key_(key.value()), identity_(identity), next_block_(std::uint64_t{attempt} << 32) {
#ifdef MAILQUAKE_DRAW_REGISTER
        named_ = key;
#endif
    }
    /// The stream from its beginning, where its first word has been looked at already by first_word().
    [[nodiscard]] static RandomStream after_first_word(const StreamKey& key, std::uint64_t identity, std::uint32_t attempt = 0) {
        RandomStream stream(key, identity, attempt);
#ifdef MAILQUAKE_DRAW_REGISTER
        stream.named_ = StreamKey();
#endif
        return stream;
    }

    /// The first word of the stream, where no other is needed.
    [[nodiscard]] static result_type first_word(const StreamKey& key, std::uint64_t identity, std::uint32_t attempt = 0) {
        key.note(identity, attempt);
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
#ifdef MAILQUAKE_DRAW_REGISTER
        if ((next_block_ & 0xffff'ffffU) == 0) named_.note(identity_, next_block_ >> 32);
#endif
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
#ifdef MAILQUAKE_DRAW_REGISTER
    StreamKey named_;            // for the register
#endif
};

}  // namespace mailquake
