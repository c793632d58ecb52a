// A 128-bit hash of what happened in a run: the multiset of its logical transitions (time, entity, kind, identity).
//
// Each transition is mixed into two 64-bit words by two different mixes, and these are added up, mod 2^64. A sum, because
// it does not depend on the order in which transitions are noted: processes on other threads, transitions at the same
// time handled in another order, two list entries merged into one event, or a faster event list change nothing, while a
// transition more, less, or elsewhere in time changes it (to 2^-128). A sum rather than an exclusive or, because equal
// transitions must not cancel out. It guards against accidents, not against malice.
#pragma once

#include <bit>
#include <cstdint>
#include <string>

#include "sim/base/time.hpp"

namespace mailquake {

class Fingerprint {
public:
    /// `entity` is a hash of the entity's name, never an index; `identity` is the message's (or sign-in's).
    void note(SimTime time, std::uint64_t entity, std::uint64_t kind, std::uint64_t identity) {
        const auto t = static_cast<std::uint64_t>(time.ns);
        first_ += finish(0x2545f4914f6cdd1dULL + t * 0x9e3779b97f4a7c15ULL + std::rotl(entity * 0xd6e8feb86659fd93ULL, 23) +
                             std::rotl(identity * 0xa0761d6478bd642fULL, 41) + kind * 0xe7037ed1a0b428dbULL,
                         0xbf58476d1ce4e5b9ULL, 0x94d049bb133111ebULL);
        second_ += finish(0xda942042e4dd58b5ULL + std::rotl(t * 0x8ebc6af09c88c6e3ULL, 17) + entity * 0x589965cc75374cc3ULL +
                              std::rotl(identity * 0x1d8e4e27c47d124fULL, 29) + std::rotl(kind * 0xeb44accab455d165ULL, 47),
                          0xff51afd7ed558ccdULL, 0xc4ceb9fe1a85ec53ULL);
    }

    void merge(const Fingerprint& other) {
        first_ += other.first_;
        second_ += other.second_;
    }

    /// 32 hexadecimal digits.
    [[nodiscard]] std::string hex() const;

    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

private:
    /// Bijective; every bit of x moves every bit of the result. The constants added before keep zeros from mixing to zero.
    static constexpr std::uint64_t finish(std::uint64_t x, std::uint64_t m1, std::uint64_t m2) {
        x = (x ^ (x >> 31)) * m1;
        x = (x ^ (x >> 29)) * m2;
        return x ^ (x >> 32);
    }

    std::uint64_t first_ = 0;
    std::uint64_t second_ = 0;
};

}  // namespace mailquake
