// Flaw: a failed call is repeated at once, with the worker held, up to a number of times or without bound.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct RetryInPlaceFlaw {
    static constexpr std::string_view kind = "retry-in-place";
    std::int64_t attempts = 0;
    template <class S = RetryInPlaceFlaw>
    static constexpr auto keys() {
        return std::tuple{key("attempts", &S::attempts).at_least(0).at_most(1e6).says("tries of one call, in place of the call's own `attempts`; 0: until it is answered")};
    }
};

}  // namespace mailquake
