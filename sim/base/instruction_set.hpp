// Which vector instructions may be used: the processor's, or fewer, as the environment variable MAILQUAKE_CPU says. Two places
// compute eight words at once where they may (first_words.hpp, kernel/fingerprint_batch.hpp); all give the same bits with and
// without, and this switch is how tests hold them to it. There is no code of our own for AVX2 as yet: `avx2` takes away AVX-512.
// Left out: libm's own choice, on which nothing that is simulated depends.
//
// Invariant: read once, when it is first asked for; the same for the whole process. A value that is none of these is an error
// (EngineError; the program asks first, and takes it for a mistake of its user).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailquake {

enum class InstructionSet : std::uint8_t { baseline, avx2, avx512 };  // each has those before it

inline constexpr const char* kInstructionSetVariable = "MAILQUAKE_CPU";

/// By its name: baseline, avx2 or avx512.
[[nodiscard]] std::optional<InstructionSet> instruction_set_of(std::string_view name);

/// What may be used here: what the processor has (AVX-512 with its parts F and DQ), up to what the variable allows.
[[nodiscard]] InstructionSet instruction_set();

}  // namespace mailquake
