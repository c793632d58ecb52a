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
    /// The two words side by side: a vector of GCC and Clang, of whatever the processor has.
    using Words [[gnu::vector_size(16)]] = std::uint64_t;

public:
    /// What an entity adds to each of its transitions' words before they are finished: mixed once, noted often.
    class Entity {
    public:
        /// `name` is a hash of the entity's name, never an index.
        explicit Entity(std::uint64_t name)
            : words_{0x2545f4914f6cdd1dULL + std::rotl(name * 0xd6e8feb86659fd93ULL, 23),
                     0xda942042e4dd58b5ULL + name * 0x589965cc75374cc3ULL} {}

    private:
        friend class Fingerprint;
        friend class FingerprintBatch;
        Words words_;
    };

    /// `identity` is the message's (or sign-in's).
    void note(SimTime time, Entity entity, std::uint64_t kind, std::uint64_t identity) {
        add(entity.words_ + of_kind(kind), static_cast<std::uint64_t>(time.ns), identity);
    }
    void note(SimTime time, std::uint64_t entity, std::uint64_t kind, std::uint64_t identity) {
        note(time, Entity(entity), kind, identity);
    }

    void merge(const Fingerprint& other) {
        first_ += other.first_;
        second_ += other.second_;
    }

    /// 32 hexadecimal digits.
    [[nodiscard]] std::string hex() const;

    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

private:
    friend class FingerprintBatch;

    /// What a kind of transition adds to both words.
    static constexpr Words of_kind(std::uint64_t kind) {
        return Words{kind * 0xe7037ed1a0b428dbULL, std::rotl(kind * 0xeb44accab455d165ULL, 47)};
    }
    /// A transition whose entity and kind are mixed already.
    void add(Words mixed, std::uint64_t t, std::uint64_t identity) {
        first_ += finish(mixed[0] + t * 0x9e3779b97f4a7c15ULL + std::rotl(identity * 0xa0761d6478bd642fULL, 41),
                         0xbf58476d1ce4e5b9ULL, 0x94d049bb133111ebULL);
        second_ += finish(mixed[1] + std::rotl(t * 0x8ebc6af09c88c6e3ULL, 17) + std::rotl(identity * 0x1d8e4e27c47d124fULL, 29),
                          0xff51afd7ed558ccdULL, 0xc4ceb9fe1a85ec53ULL);
    }
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
