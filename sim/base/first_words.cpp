#include "sim/base/first_words.hpp"

#include "sim/base/instruction_set.hpp"

namespace mailquake {
namespace {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MAILQUAKE_EIGHT_AT_ONCE 1
using Eight [[gnu::vector_size(64)]] = std::uint64_t;
using StoredEight [[gnu::vector_size(64), gnu::may_alias, gnu::aligned(8)]] = std::uint64_t;

/// The upper halves of the products x * m.
[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight upper_half(Eight x, std::uint64_t m) {
    constexpr std::uint64_t low_bits = 0xffff'ffff;
    const std::uint64_t m_low = m & low_bits, m_high = m >> 32;
    const Eight x_low = x & low_bits, x_high = x >> 32;
    const Eight cross = x_high * m_low;
    const Eight middle = ((x_low * m_low) >> 32) + (cross & low_bits) + x_low * m_high;
    return x_high * m_high + (cross >> 32) + (middle >> 32);
}

/// Philox2x64-6, as random_stream.hpp draws it, of eight counters {identity, 0}.
[[gnu::target("avx512f,avx512dq")]] void first_eight(std::uint64_t key, std::uint64_t identity, Words& words) {
    Eight first = Eight{0, 1, 2, 3, 4, 5, 6, 7} + identity;
    Eight second{};
    for (int round = 0; round < 6; ++round) {
        const Eight upper = upper_half(first, PHILOX_M2x64_0);
        const Eight lower = first * PHILOX_M2x64_0;
        first = upper ^ key ^ second;
        second = lower;
        key += PHILOX_W64_0;
    }
    *reinterpret_cast<StoredEight*>(words.data()) = first;
}

bool has_eights() {
    static const bool has = instruction_set() == InstructionSet::avx512;
    return has;
}
#endif

}  // namespace

Words first_words(StreamKey key, std::uint64_t identity) {
    Words words;
#ifdef MAILQUAKE_EIGHT_AT_ONCE
    if (has_eights()) {
        first_eight(key.value(), identity, words);
        return words;
    }
#endif
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = RandomStream::first_word(key, identity + i);
    return words;
}

}  // namespace mailquake
