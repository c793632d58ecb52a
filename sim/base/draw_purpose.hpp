// What a random word is drawn for. Each purpose is a constant with a name; the name's hash is part of the key, so the text
// is part of what a seed means and never changes.
//
// Most words are drawn once and what follows from them is stored. A few purposes are computed again instead (a share that
// is asked for at each step of a message, for one); they say so here. In builds with the draw register (draw_register.hpp)
// any other word that is drawn twice stops the run.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/hash.hpp"

namespace mailquake {

struct DrawPurpose {
    std::string_view name;
    bool             recomputed;  // drawn again where it is needed again, to the same word
    std::uint64_t    hash;        // of the name

    constexpr explicit DrawPurpose(std::string_view text, bool is_recomputed = false) : name(text), recomputed(is_recomputed), hash(hash_name(text)) {}
};

}  // namespace mailquake
