// Retry budget: a call is repeated only while retries are a small part of what goes well.
//
// A token bucket for each place that calls: each answer (or each call, if `earned_by: calls`) earns `ratio` of a token, a retry
// takes one, at most `burst` are kept, and `minimum` flows in anyway. M. Brooker, "Fixing retries with token buckets and circuit
// breakers" (2022): +0.1 a success, so that without successes there are no retries and load grows by nothing; SRE book,
// "Handling overload": retries below 10 % of requests; Finagle: 20 % and 10/s. Defaults: 10 %, no minimum; the burst is a
// choice. Left out: Finagle's window, after which deposits expire (`burst` bounds them here); the budget within one request.
#pragma once

#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class EarnedBy { answers, calls };
template <>
struct EnumText<EarnedBy> {
    static constexpr EnumTable<EarnedBy, 2> table{{{EarnedBy::answers, "answers"}, {EarnedBy::calls, "calls"}}};
};

struct RetryBudgetSpec {
    Ratio    ratio{0.1};
    Rate     minimum{0};
    double   burst = 10;
    EarnedBy earned_by = EarnedBy::answers;

    template <class S = RetryBudgetSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("ratio", &S::ratio).at_least(0).at_most(10).says("retries that each answer, or call, earns (SRE book: 10%; Finagle: 20%)"),
            key("minimum", &S::minimum).at_least(0).says("retries that are allowed in any case (Finagle: 10/s)"),
            key("burst", &S::burst).at_least(1).at_most(1e6).says("most retries saved up, and what there are at the start"),
            key("earned_by", &S::earned_by).says("answers: by calls that were answered; calls: by every first try")};
    }
};

}  // namespace mailquake
