#include "sim/kernel/window.hpp"

#include "sim/base/check.hpp"

namespace mailquake {

void horizons(std::span<const SimTime> next_times, const LookaheadMatrix& matrix, SimTime end, std::span<SimTime> out) {
    MQ_CHECK(matrix.closed(), "lookaheads are closed before they are used");
    MQ_CHECK(next_times.size() == matrix.size() && out.size() == matrix.size(), "one time a process");
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = horizon(next_times, matrix, i, end);
}

}  // namespace mailquake
