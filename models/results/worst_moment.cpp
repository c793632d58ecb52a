#include "models/results/worst_moment.hpp"

#include <tuple>

namespace mailquake {

namespace {

/// Least age in a column: 0, 5, 10, 20, ... 1280 minutes.
SimDuration column_from(std::size_t column) {
    return column == 0 ? SimDuration::zero() : (std::int64_t{5} << (column - 1)) * 1_min;
}

std::uint64_t sum_from(const std::vector<Qshape::Row>& rows, SimDuration age) {
    std::uint64_t sum = 0;
    for (const Qshape::Row& row : rows)
        for (std::size_t c = 0; c < Qshape::kAges; ++c)
            if (column_from(c) >= age) sum += row.by_age[c];
    return sum;
}

}  // namespace

std::uint64_t copies_older(const Qshape& shape, SimDuration objective) {
    return sum_from(shape.classes.empty() ? shape.destinations : shape.classes, objective);
}

std::uint64_t copies_in(const Qshape& shape) { return copies_older(shape, SimDuration::zero()); }

std::optional<std::size_t> worst_moment(const std::vector<Qshape>& shapes, SimDuration objective) {
    std::optional<std::size_t> worst;
    const auto badness = [&](std::size_t i) {
        return std::tuple{copies_older(shapes[i], objective), copies_in(shapes[i])};
    };
    for (std::size_t i = 0; i < shapes.size(); ++i)
        if (!worst || badness(i) > badness(*worst)) worst = i;
    return worst;
}

}  // namespace mailquake
