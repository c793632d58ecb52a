#include "sim/kernel/fingerprint_batch.hpp"

#include "sim/base/instruction_set.hpp"

namespace mailquake {
namespace {

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MAILQUAKE_EIGHT_AT_ONCE 1
using Eight [[gnu::vector_size(64), gnu::may_alias]] = std::uint64_t;

[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight eight_of(const std::uint64_t* words) {
    return *reinterpret_cast<const Eight*>(words);
}

[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight rotl(Eight x, int bits) { return x << bits | x >> (64 - bits); }

/// As Fingerprint::finish.
[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline Eight finish(Eight x, std::uint64_t m1, std::uint64_t m2) {
    x = (x ^ (x >> 31)) * m1;
    x = (x ^ (x >> 29)) * m2;
    return x ^ (x >> 32);
}

[[gnu::target("avx512f,avx512dq"), gnu::always_inline]] inline std::uint64_t sum_of(Eight x) {
    return x[0] + x[1] + x[2] + x[3] + x[4] + x[5] + x[6] + x[7];
}

bool has_eights() {
    static const bool has = instruction_set() == InstructionSet::avx512;
    return has;
}
#endif

}  // namespace

#ifdef MAILQUAKE_EIGHT_AT_ONCE
/// Of a full batch; see Fingerprint::add.
[[gnu::target("avx512f,avx512dq")]] void FingerprintBatch::mix_by_eights() {
    static_assert(kSize % 8 == 0);
    Eight first{}, second{};
    for (std::size_t i = 0; i < kSize; i += 8) {
        const Eight t = eight_of(&time_[i]), identity = eight_of(&identity_[i]);
        first += finish(eight_of(&first_[i]) + t * 0x9e3779b97f4a7c15ULL + rotl(identity * 0xa0761d6478bd642fULL, 41),
                        0xbf58476d1ce4e5b9ULL, 0x94d049bb133111ebULL);
        second += finish(eight_of(&second_[i]) + rotl(t * 0x8ebc6af09c88c6e3ULL, 17) + rotl(identity * 0x1d8e4e27c47d124fULL, 29),
                         0xff51afd7ed558ccdULL, 0xc4ceb9fe1a85ec53ULL);
    }
    sum_.first_ += sum_of(first);
    sum_.second_ += sum_of(second);
}
#endif

/// Adds a full batch to the sum.
void FingerprintBatch::mix() {
    noted_ = 0;
#ifdef MAILQUAKE_EIGHT_AT_ONCE
    if (has_eights()) {
        mix_by_eights();
        return;
    }
#endif
    for (std::size_t i = 0; i < kSize; ++i) add(sum_, i);
}

}  // namespace mailquake
