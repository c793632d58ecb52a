// Flaw: what wakes it makes the tier stop the message: it is deferred, tried again later by the tier itself, or refused for
// good, which bounces it. Requests are answered with an error. Source: Exchange on-premises, 1 January 2022: the scanning engine
// could not load, and mail stayed in the queues. Left out: partial scans.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class FailClosedAnswer { defer, bounce };
template <>
struct EnumText<FailClosedAnswer> {
    static constexpr EnumTable<FailClosedAnswer, 2> table{{{FailClosedAnswer::defer, "defer"}, {FailClosedAnswer::bounce, "bounce"}}};
};

struct FailClosedFlaw {
    static constexpr std::string_view kind = "fail-closed";
    FailClosedAnswer answer = FailClosedAnswer::defer;
    template <class S = FailClosedFlaw>
    static constexpr auto keys() {
        return std::tuple{key("answer", &S::answer).says("what becomes of the message: tried again later, or bounced")};
    }
};

}  // namespace mailquake
