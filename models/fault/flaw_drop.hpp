// Flaw: the message is thrown away after it was accepted, and nobody is told. Counted as dropped: lost mail.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct DropFlaw {
    static constexpr std::string_view kind = "drop";
    static constexpr auto keys() {
        return std::tuple<>{};
    }
};

}  // namespace mailquake
