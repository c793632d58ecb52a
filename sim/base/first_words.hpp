// The first words of eight streams at once, of one key and identities in a row: the draws of a source's next arrivals. Where the
// processor has 64-bit products in vectors (AVX-512 DQ, asked for at run time) they are computed side by side, elsewhere one
// after the other, to the same bits.
#pragma once

#include <array>
#include <cstdint>

#include "sim/base/random_stream.hpp"

namespace mailquake {

inline constexpr std::size_t kWordsAtOnce = 8;
using Words = std::array<std::uint64_t, kWordsAtOnce>;

/// Word i is RandomStream::first_word(key, identity + i).
[[nodiscard]] Words first_words(StreamKey key, std::uint64_t identity);

}  // namespace mailquake
