// What a result rests on besides its scenario: the program's own sources, as a hash over all of sim/ and models/ that the
// build takes (sources.cmake). A unit that other sources ran is another unit. Left out: compiler, libraries and flags,
// which must not change results (and when they do, the determinism alarm says so).
#pragma once

#include <string>
#include <string_view>

namespace mailquake {

/// 32 hexadecimal digits.
[[nodiscard]] std::string_view sources_hash();

/// 32 hexadecimal digits of sources and canonical text: with seed and replication, the identity of a unit.
[[nodiscard]] std::string point_hash(std::string_view sources, std::string_view canonical_text);

}  // namespace mailquake
