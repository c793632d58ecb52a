#include "sim/experiment/sources.hpp"

#include <fmt/format.h>

#include "sim/base/hash.hpp"

namespace mailquake {

std::string point_hash(std::string_view sources, std::string_view canonical_text) {
    const std::string text = fmt::format("{}\n{}", sources, canonical_text);
    return fmt::format("{:016x}{:016x}", hash_name(text), hash_name("point\n" + text));
}

}  // namespace mailquake
