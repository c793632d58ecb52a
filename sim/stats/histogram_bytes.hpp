// A histogram as bytes and back, exactly: for keeping distributions of single replications, so that quantiles can be pooled
// later. Little: varints (LEB128) of gaps between used buckets and of their counts, a few bytes for each used bucket.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/stats/histogram.hpp"

namespace mailquake {

[[nodiscard]] std::string histogram_bytes(const Histogram& histogram);
/// None if the bytes are none of a histogram.
[[nodiscard]] std::optional<Histogram> histogram_from_bytes(std::string_view bytes);

}  // namespace mailquake
