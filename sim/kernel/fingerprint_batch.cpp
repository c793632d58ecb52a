#include "sim/kernel/fingerprint_batch.hpp"

namespace mailquake {
namespace {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MAILQUAKE_FOUR_AT_ONCE 1
/// Both words of four transitions in turn.
using Eight [[gnu::vector_size(64), gnu::may_alias]] = std::uint64_t;

[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight in_turn(std::uint64_t first, std::uint64_t second) {
    return Eight{first, second, first, second, first, second, first, second};
}

[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight eight_of(const void* words) {
    return *static_cast<const Eight*>(words);
}

[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight rotl(Eight x, std::uint64_t first, std::uint64_t second) {
    return x << in_turn(first, second) | x >> in_turn(-first & 63, -second & 63);
}

bool has_eights() {
    static const bool has = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0;
    return has;
}
#endif

}  // namespace

#ifdef MAILQUAKE_FOUR_AT_ONCE
/// Of a full batch; see Fingerprint::note. Both words go the same way, with other constants.
[[gnu::target("avx512f,avx512dq")]] void FingerprintBatch::mix_by_fours() {
    static_assert(sizeof(Noted) == 32 && kSize % 4 == 0);
    Eight sum{};
    for (std::size_t i = 0; i < kSize; i += 4) {
        const Eight two = eight_of(&noted_[i]), next_two = eight_of(&noted_[i + 2]);
        const Eight mixed = __builtin_shuffle(two, next_two, Eight{0, 1, 4, 5, 8, 9, 12, 13});
        const Eight t = __builtin_shuffle(two, next_two, Eight{2, 2, 6, 6, 10, 10, 14, 14});
        const Eight identity = __builtin_shuffle(two, next_two, Eight{3, 3, 7, 7, 11, 11, 15, 15});
        Eight x = mixed + rotl(t * in_turn(0x9e3779b97f4a7c15ULL, 0x8ebc6af09c88c6e3ULL), 0, 17) +
                  rotl(identity * in_turn(0xa0761d6478bd642fULL, 0x1d8e4e27c47d124fULL), 41, 29);
        x = (x ^ (x >> 31)) * in_turn(0xbf58476d1ce4e5b9ULL, 0xff51afd7ed558ccdULL);
        x = (x ^ (x >> 29)) * in_turn(0x94d049bb133111ebULL, 0xc4ceb9fe1a85ec53ULL);
        sum += x ^ (x >> 32);
    }
    sum_.first_ += sum[0] + sum[2] + sum[4] + sum[6];
    sum_.second_ += sum[1] + sum[3] + sum[5] + sum[7];
}
#endif

/// Adds a full batch to the sum.
void FingerprintBatch::mix() {
    next_ = noted_.data();
#ifdef MAILQUAKE_FOUR_AT_ONCE
    if (has_eights()) {
        mix_by_fours();
        return;
    }
#endif
    for (const Noted& noted : noted_) sum_.add(noted.mixed, noted.time, noted.identity);
}

}  // namespace mailquake
