// Series as the page shows them: at most so many stretches of time, each with the least and the greatest value in it, so
// that no peak is lost; numbers of three digits, since nobody sees a fourth in a picture.
// Left out: means of stretches, which would hide peaks.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

namespace mailquake {

/// How many stretches a chart has at most, and a picture of queues over time.
inline constexpr std::size_t kChartStretches = 720;
inline constexpr std::size_t kHeatStretches = 288;

struct DownSampled {
    std::size_t width = 1;              // points in a stretch; the last one may have fewer
    std::vector<double> low, high;      // by stretch
};

/// `n` points, read through `value`.
[[nodiscard]] DownSampled down_sample(std::size_t n, std::size_t most, const std::function<double(std::size_t)>& value);

/// Sums instead of extremes: of counts by minute.
[[nodiscard]] DownSampled summed(std::size_t n, std::size_t most, const std::function<double(std::size_t)>& value);

/// To three significant digits; whole if it is 100 or more.
[[nodiscard]] double three_digits(double value);

/// {"step": s, "high": [...], "low": [...]}; `low` is left out where it is `high`. `point`: length of a point [s].
[[nodiscard]] nlohmann::ordered_json series_json(const DownSampled& series, double point);

}  // namespace mailquake
