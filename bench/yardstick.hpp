// What a figure is measured against: steps of the hold model on std::priority_queue, 10^3 events pending, in the same
// minute on the same core. A machine that is busy or slow is so for both.
#pragma once

namespace mailquake {

/// This thread's processor time so far [s].
[[nodiscard]] double processor_seconds();

/// Steps a second of std::priority_queue's hold model, over about a twentieth of a second.
[[nodiscard]] double yardstick_steps_per_second();

}  // namespace mailquake
