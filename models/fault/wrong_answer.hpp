// Fault: a dependency that answers, in time, but wrongly: each answer is wrong with a probability. The wrong answer is either
// an error, which the caller takes for a failed call, or "no such recipient", which it believes: the mail is refused for
// good (a proxy passes 5yz on), and what exists is bounced. A tier that only answers clients turns them away.
// Left out: wrong answers that nobody notices at once (wrong routes, old data).
// Elsewhere: Chaos Mesh HTTPChaos (replace, patch); AWS FIS aws:fis:inject-api-internal-error.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class WrongAnswer { error, no_such_recipient };
template <>
struct EnumText<WrongAnswer> {
    static constexpr EnumTable<WrongAnswer, 2> table{{{WrongAnswer::error, "error"}, {WrongAnswer::no_such_recipient, "no-such-recipient"}}};
};

struct WrongAnswerFault {
    static constexpr std::string_view kind = "wrong-answer";
    Ratio       probability{1};
    WrongAnswer answer = WrongAnswer::error;
    template <class S = WrongAnswerFault>
    static constexpr auto keys() {
        return std::tuple{key("probability", &S::probability).above(0).at_most(1).says("chance of each answer to be wrong"),
                          key("answer", &S::answer).says("what it says: an error, or that there is no such recipient, which bounces the mail")};
    }
};

}  // namespace mailquake
