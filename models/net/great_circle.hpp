// How long light takes through fibre between two places on Earth: the great circle (haversine formula; a sphere of the mean
// radius 6371.0088 km, IUGG), at two thirds of the speed of light in vacuum. Left out: the way that fibre really takes, which
// the caller adds as a factor, and the Earth's flattening (at most 0.6 %).
#pragma once

#include <cmath>
#include <numbers>

#include "sim/base/time.hpp"
#include "sim/base/trigonometry.hpp"

namespace mailquake {

/// A place on Earth [degrees].
struct GeoPoint {
    double latitude = 0;
    double longitude = 0;
};

[[nodiscard]] inline double great_circle_km(GeoPoint a, GeoPoint b) {
    constexpr double radius_km = 6371.0088, degree = std::numbers::pi / 180;
    const auto half_sine_squared = [](double degrees) {
        const double sine = math::sin(degrees * degree / 2);
        return sine * sine;
    };
    const double h = half_sine_squared(b.latitude - a.latitude) +
                     math::cos(a.latitude * degree) * math::cos(b.latitude * degree) * half_sine_squared(b.longitude - a.longitude);
    return 2 * radius_km * math::asin(std::sqrt(std::fmin(1, h)));
}

/// One way, rounded to the microsecond.
[[nodiscard]] inline SimDuration fibre_latency(GeoPoint a, GeoPoint b, double path_factor) {
    constexpr double km_per_us = 299'792.458 * 2 / 3 * 1e-6;
    return SimDuration{std::llround(great_circle_km(a, b) * path_factor / km_per_us) * 1000};
}

}  // namespace mailquake
