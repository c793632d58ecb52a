// Stable 64-bit hashes: of names (keys of random streams, entities in the fingerprint) and of integers. The values are
// part of what a seed means, so they never change: FNV-1a for text, the splitmix64 finalizer for mixing.
// Sources: Fowler, Noll, Vo (draft-eastlake-fnv); Steele, Lea, Flood, OOPSLA 2014.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailquake {

/// Bijective finalizer of 64 bits: every input bit moves every output bit.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// One hash out of two, order matters.
[[nodiscard]] constexpr std::uint64_t combine64(std::uint64_t a, std::uint64_t b) {
    return mix64(a ^ (mix64(b) + 0x632be59bd9b4e019ULL));
}

/// A hash as a share in [0, 1), a multiple of 2^-53.
[[nodiscard]] constexpr double uniform_of(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1p-53; }

/// Hash of a name path such as "tiers/transport@dfw".
[[nodiscard]] constexpr std::uint64_t hash_name(std::string_view text) {
    std::uint64_t h = 0xcbf29ce484222325ULL;
    for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return mix64(h);
}

}  // namespace mailquake
