#include "sim/base/instruction_set.hpp"

#include <algorithm>
#include <cstdlib>

#include "sim/base/check.hpp"

namespace mailquake {
namespace {

InstructionSet of_processor() {
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0) return InstructionSet::avx512;
    if (__builtin_cpu_supports("avx2") != 0) return InstructionSet::avx2;
#endif
    return InstructionSet::baseline;
}

InstructionSet allowed() {
    const char* name = std::getenv(kInstructionSetVariable);
    if (name == nullptr) return InstructionSet::avx512;
    const std::optional<InstructionSet> known = instruction_set_of(name);
    MQ_CHECK(known.has_value(), "MAILQUAKE_CPU is baseline, avx2 or avx512");
    return *known;
}

}  // namespace

std::optional<InstructionSet> instruction_set_of(std::string_view name) {
    if (name == "baseline") return InstructionSet::baseline;
    if (name == "avx2") return InstructionSet::avx2;
    if (name == "avx512") return InstructionSet::avx512;
    return std::nullopt;
}

InstructionSet instruction_set() {
    static const InstructionSet set = std::min(of_processor(), allowed());
    return set;
}

}  // namespace mailquake
