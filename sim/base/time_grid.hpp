// Which minute, or hour, of a run a time lies in. Asked for one message after the other, the answer is mostly the last one, which is
// kept: comparisons instead of a division.
#pragma once

#include <cstdint>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class TimeGrid {
public:
    /// Steps of `step` > 0 from the start of the run.
    explicit TimeGrid(SimDuration step) : step_(step) { MQ_CHECK(step.ns > 0, "a grid has steps"); }

    /// The number of the step that holds t, which is no earlier than the start: n * step <= t < (n + 1) * step.
    [[nodiscard]] std::uint32_t at(SimTime t) {
        if (t < begin_ || t - begin_ >= step_) [[unlikely]] find(t);
        return number_;
    }

private:
    [[gnu::noinline]] void find(SimTime t) {
        MQ_CHECK(t >= SimTime::zero(), "steps are counted from the start of the run");
        number_ = narrow<std::uint32_t>(t.ns / step_.ns, "steps of a grid");
        begin_ = SimTime::zero() + step_ * std::int64_t{number_};
    }

    SimDuration   step_;
    SimTime       begin_ = SimTime::zero();  // of the step found last
    std::uint32_t number_ = 0;
};

}  // namespace mailquake
