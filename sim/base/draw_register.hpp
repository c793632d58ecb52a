// The draw register of debug builds (CMake: MAILQUAKE_DRAW_REGISTER): beside each key of a random word stands a 128-bit hash of
// what the word is for, in full: name path, purpose, chain of identities, attempt. Keys are 64-bit hashes and counters; two
// things that share a key would share their random numbers, which no statistic of a run shows.
//
//   a key with two descriptions                                    stops the run: two things have the same random words
//   a description twice, of a purpose that is not recomputed       stops the run: a counter stands still, or a word serves twice
//
// One register per process of a run and one for the plan, each used by one thread at a time; absorb() merges them at the end
// of the run. 36 bytes a place, at most kMostEntries a run, so that all of them take less than 2 GB; one more stops the run.
// Left out: other builds, where nothing of this is compiled, and draws outside of a run (unit tests of laws).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/draw_purpose.hpp"

namespace mailquake {

class DrawRegister {
public:
    static constexpr std::size_t kMostEntries = std::size_t{11'000'000};

    struct Hash128 {
        std::uint64_t high = 0, low = 0;
        friend bool operator==(const Hash128&, const Hash128&) = default;
    };

    /// What a message names: zeros where it is not known.
    struct Named {
        std::uint64_t place = 0, identity = 0, number = 0;
    };

    /// While it lives, draws of this thread are noted in `draws`.
    class Scope {
    public:
        explicit Scope(DrawRegister& draws);
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope();

    private:
        DrawRegister* before_;
    };
    /// The register of this thread now, or nullptr.
    [[nodiscard]] static DrawRegister* current();

    /// The stream of (key, identity, attempt) is drawn from for this purpose, at this place (hash of a name path).
    void use(std::uint64_t key, std::uint64_t identity, std::uint64_t attempt, std::uint64_t place, const DrawPurpose& purpose);
    /// `value` was made as number `n` of kind `step` below `parent`.
    void derive(std::uint64_t value, std::uint64_t parent, const DrawPurpose& step, std::uint64_t n);
    /// `value` is the hash of this name.
    void name(std::uint64_t value, std::string_view text);

    /// Takes over what another register of the same run has noted; throws EngineError where the two disagree.
    void absorb(const DrawRegister& other);
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    void note(Hash128 key, Hash128 description, const DrawPurpose& purpose, const Named& what);
    [[nodiscard]] std::uint32_t index_of(const DrawPurpose& purpose);
    void grow();

    std::vector<Hash128>       keys_;          // open addressing, a power of two of places; {0, 0}: free
    std::vector<Hash128>       descriptions_;  // beside keys_
    std::vector<std::uint32_t> purpose_of_;    // beside keys_: index into purposes_
    std::vector<const DrawPurpose*> purposes_;
    std::size_t size_ = 0;
};

}  // namespace mailquake
