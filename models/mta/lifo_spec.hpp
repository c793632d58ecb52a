// LIFO under overload: the parameters of `discipline: lifo-under-overload`.
//
// Adaptive LIFO as Facebook describes it (B. Maurer, "Fail at scale", ACM Queue 2015): a short queue is served in the order
// of arrival, a long one from its end, since who came last has the best chance that somebody still waits for him. The price:
// the oldest wait until the queue is short again; read the oldest age beside the quantiles. The article gives no length from
// which a queue is long: the default is a choice.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LifoSpec {
    std::int64_t above = 100;  // waiting ones

    template <class S = LifoSpec>
    static constexpr auto keys() {
        return std::tuple{key("above", &S::above).at_least(0).says("while more than so many wait, the last one is served first")};
    }
};

}  // namespace mailquake
