// Flaw: the tier misreads the replies to its own attempts: a temporary failure (4yz, no connection, a time-out) as a permanent
// one, so that mail is bounced which should have waited; or a permanent one as temporary, so that it is tried again in vain.
// Source: Gmail, 14-15 December 2020 (550 for existing accounts). Left out: single reply codes.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class Misreading { temporary_as_permanent, permanent_as_temporary };
template <>
struct EnumText<Misreading> {
    static constexpr EnumTable<Misreading, 2> table{{{Misreading::temporary_as_permanent, "temporary-as-permanent"}, {Misreading::permanent_as_temporary, "permanent-as-temporary"}}};
};

struct MisreadReplyFlaw {
    static constexpr std::string_view kind = "misread-reply";
    Misreading reading = Misreading::temporary_as_permanent;
    template <class S = MisreadReplyFlaw>
    static constexpr auto keys() {
        return std::tuple{key("reading", &S::reading).says("which reply is taken for which")};
    }
};

}  // namespace mailquake
