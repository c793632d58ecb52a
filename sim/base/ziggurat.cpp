#include "sim/base/ziggurat.hpp"

#include <cmath>
#include <cstddef>

#include "sim/base/double_double.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/law.hpp"

namespace mailquake {
namespace {

/// exp(-x) for 0 <= x < 16, while compiling.
constexpr double table_exp(double x) {
    DoubleDouble power = exp_series({x / 16});
    for (int i = 0; i < 4; ++i) power = power * power;
    return (DoubleDouble{1} / power).high;
}

/// -log(x) for 0 < x <= 1, while compiling.
constexpr double table_minus_log(double x) {
    double halvings = 0;
    for (; x < 0.75; x *= 2) ++halvings;
    const DoubleDouble rest = atanh_series((DoubleDouble{x} + DoubleDouble{-1}) / (DoubleDouble{x} + DoubleDouble{1}));
    return (kLog2 * DoubleDouble{halvings} + -(rest + rest)).high;
}

/// By Newton's iteration, for 0 < x < 16, while compiling.
constexpr double table_sqrt(double x) {
    double root = x < 1 ? 1 : x;
    for (int i = 0; i < 60; ++i) root = (root + x / root) / 2;
    return root;
}

/// Layers of this area upwards from `tail`, where the density has the height `at_tail`.
template <class Edge>
constexpr Ziggurat built(double tail, double at_tail, double area, Edge edge_at_height) {
    Ziggurat z;
    z.edge[0] = area / at_tail;
    z.edge[1] = tail;
    z.height[1] = at_tail;
    for (std::size_t i = 2; i < kLayers; ++i) {
        z.height[i] = z.height[i - 1] + area / z.edge[i - 1];
        z.edge[i] = edge_at_height(z.height[i]);
    }
    z.edge[kLayers] = 0;
    z.height[kLayers] = 1;
    return z;
}

// Where the tails begin and the areas are the solutions of: the uppermost layer ends at height 1 (found by bisection with 50
// digits; a test closes the layers again).
constexpr double kExponentialTail = 7.69711747013104971404, kExponentialArea = 0.00394965982258155721;
constexpr double kNormalTail = 3.65415288536100877164, kNormalArea = 0.00492867323397465534;

}  // namespace

constinit const Ziggurat exponential_ziggurat =
    built(kExponentialTail, table_exp(kExponentialTail), kExponentialArea, [](double height) { return table_minus_log(height); });
constinit const Ziggurat normal_ziggurat =
    built(kNormalTail, table_exp(kNormalTail * kNormalTail / 2), kNormalArea, [](double height) { return table_sqrt(2 * table_minus_log(height)); });

double draw_unit_exponential(RandomStream& stream) {
    const Ziggurat& z = exponential_ziggurat;
    for (double past = 0;;) {
        const std::uint64_t word = stream();
        const double x = place_in_layer(word);
        if (is_inside(word, x)) [[likely]] return past + x;
        const std::size_t layer = word & 0xff;
        if (layer == 0) {
            past += kExponentialTail;  // beyond it, the law begins anew
        } else if (z.height[layer] + stream.uniform() * (z.height[layer + 1] - z.height[layer]) < math::exp(-x)) {
            return past + x;
        }
    }
}

double draw_unit_normal(RandomStream& stream) {
    const Ziggurat& z = normal_ziggurat;
    for (;;) {
        const std::uint64_t word = stream();
        const std::size_t layer = word & 0xff;
        const double x = static_cast<double>(static_cast<std::int64_t>(word) >> 8) * 0x1p-55 * z.edge[layer];
        if (std::fabs(x) < z.edge[layer + 1]) [[likely]] return x;
        if (layer == 0) {
            for (;;) {
                const double beyond = -math::log(stream.uniform_open()) / kNormalTail, level = -math::log(stream.uniform_open());
                if (2 * level > beyond * beyond) return x < 0 ? -(kNormalTail + beyond) : kNormalTail + beyond;
            }
        }
        if (z.height[layer] + stream.uniform() * (z.height[layer + 1] - z.height[layer]) < math::exp(-0.5 * x * x)) return x;
    }
}

}  // namespace mailquake
