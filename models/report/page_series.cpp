#include "models/report/page_series.hpp"

#include <algorithm>
#include <cmath>

namespace mailquake {

namespace {

std::size_t width_for(std::size_t n, std::size_t most) { return std::max<std::size_t>((n + most - 1) / most, 1); }

nlohmann::ordered_json numbers(const std::vector<double>& values) {
    auto list = nlohmann::ordered_json::array();
    for (const double v : values) {
        const double rounded = three_digits(v);
        if (rounded == std::floor(rounded) && std::abs(rounded) < 9e15) list.push_back(static_cast<std::int64_t>(rounded));
        else list.push_back(rounded);
    }
    return list;
}

}  // namespace

DownSampled down_sample(std::size_t n, std::size_t most, const std::function<double(std::size_t)>& value) {
    DownSampled out{width_for(n, most), {}, {}};
    for (std::size_t first = 0; first < n; first += out.width) {
        double low = value(first), high = low;
        for (std::size_t i = first + 1; i < std::min(n, first + out.width); ++i) {
            const double v = value(i);
            low = std::min(low, v);
            high = std::max(high, v);
        }
        out.low.push_back(low);
        out.high.push_back(high);
    }
    return out;
}

DownSampled summed(std::size_t n, std::size_t most, const std::function<double(std::size_t)>& value) {
    DownSampled out{width_for(n, most), {}, {}};
    for (std::size_t first = 0; first < n; first += out.width) {
        double sum = 0;
        for (std::size_t i = first; i < std::min(n, first + out.width); ++i) sum += value(i);
        out.high.push_back(sum);
    }
    out.low = out.high;
    return out;
}

double three_digits(double value) {
    if (value == 0 || !std::isfinite(value)) return 0;
    const double magnitude = std::floor(std::log10(std::abs(value)));
    if (magnitude >= 2) return std::round(value);
    const double scale = std::pow(10.0, 2 - magnitude);
    return std::round(value * scale) / scale;
}

nlohmann::ordered_json series_json(const DownSampled& series, double point) {
    nlohmann::ordered_json out{{"step", point * static_cast<double>(series.width)}, {"high", numbers(series.high)}};
    if (series.low != series.high) out["low"] = numbers(series.low);
    return out;
}

}  // namespace mailquake
