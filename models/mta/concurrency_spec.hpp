// Postfix's concurrency feedback, by destination: the parameters (models/mta/destination_window.hpp is what they do).
//
// SCHEDULER_README and mail_params.h of Postfix: initial_destination_concurrency 5, default_destination_concurrency_limit 20
// (`connections` here), positive and negative feedback 1, concurrency_failed_cohort_limit 1, minimal_backoff_time 300 s.
#pragma once

#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// What one success or failure adds to a window of N.
enum class Feedback { one, inverse, inverse_root };
template <>
struct EnumText<Feedback> {
    static constexpr EnumTable<Feedback, 3> table{
        {{Feedback::one, "one"}, {Feedback::inverse, "inverse"}, {Feedback::inverse_root, "inverse-root"}}};
};

struct ConcurrencySpec {
    std::int64_t initial = 5;
    Feedback     positive = Feedback::one;
    Feedback     negative = Feedback::one;
    double       failed_cohorts = 1;
    SimDuration  dead_for = 300_s;

    template <class S = ConcurrencySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("initial", &S::initial).at_least(1).says("attempts at once to a destination that nothing is known of (Postfix: 5)"),
            key("positive", &S::positive).says("what a success adds to the window N: one, inverse (1/N), inverse-root (1/sqrt N)"),
            key("negative", &S::negative).says("what a failure takes from the window: likewise"),
            key("failed_cohorts", &S::failed_cohorts).at_least(0).at_most(1000).says("windows full of failures without a success between, from which the destination is dead (Postfix: 1); 0: never"),
            key("dead_for", &S::dead_for).at_least(1).says("how long nothing is tried to a dead destination, from the beginning of the second in which it was found dead; its mail is deferred (Postfix minimal_backoff_time: 300s)")};
    }
};

}  // namespace mailquake
