// What somebody meant who wrote a key that there is not: another word for it, a near one, or one of a map inside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/spec/spec_type.hpp"

namespace mailquake {

/// For the end of a message about `word`, which is none of the keys `known` in a map of this type: `; did you mean 'for'?`,
/// `; 'retry' is a key of next_hop: next_hop: {retry: ...}`, or `; its keys are: a, b, c`.
[[nodiscard]] std::string key_suggestion(std::string_view word, const SpecType& type, const std::vector<std::string>& known);

}  // namespace mailquake
