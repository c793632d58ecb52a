#include "sim/stats/histogram_bytes.hpp"

#include <vector>

#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

constexpr char kFormat = 1;
__extension__ using Wide = unsigned __int128;

void put(std::string& out, Wide value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(static_cast<unsigned char>(value & 0x7f) | 0x80);
    out += static_cast<char>(value);
}

/// Reads numbers one after the other; `good` once false stays so.
struct Reader {
    std::string_view rest;
    bool good = true;

    Wide next() {
        Wide value = 0;
        for (int shift = 0; shift < 126; shift += 7) {
            if (rest.empty()) break;
            const auto byte = static_cast<unsigned char>(rest.front());
            rest.remove_prefix(1);
            value |= static_cast<Wide>(byte & 0x7f) << shift;
            if (byte < 0x80) return value;
        }
        good = false;
        return 0;
    }
    std::uint64_t next64() {
        const Wide value = next();
        good = good && value >> 64 == 0;
        return static_cast<std::uint64_t>(value);
    }
};

}  // namespace

std::string histogram_bytes(const Histogram& histogram) {
    std::string out(1, kFormat);
    put(out, histogram.scale().per_octave());
    put(out, histogram.count());
    if (histogram.count() == 0) return out;
    put(out, static_cast<Wide>(histogram.sum()));
    put(out, static_cast<std::uint64_t>(histogram.min()));
    put(out, static_cast<std::uint64_t>(histogram.max()));
    std::uint32_t last = 0;
    histogram.for_each_bucket([&](std::uint32_t bucket, std::uint64_t count) {
        put(out, bucket - last);
        put(out, count);
        last = bucket;
    });
    return out;
}

std::optional<Histogram> histogram_from_bytes(std::string_view bytes) {
    if (bytes.empty() || bytes.front() != kFormat) return std::nullopt;
    Reader in{bytes.substr(1)};
    const std::uint64_t per_octave = in.next64(), count = in.next64();
    if (!in.good || per_octave == 0 || per_octave > 8192 || (per_octave & (per_octave - 1)) != 0) return std::nullopt;
    Histogram histogram(0.5 / static_cast<double>(per_octave) > 1e-4 ? 0.5 / static_cast<double>(per_octave) : 1e-4);
    if (count == 0) return in.rest.empty() ? std::optional(std::move(histogram)) : std::nullopt;
    HistogramTotals totals{static_cast<TimeArea>(in.next()), count, static_cast<std::int64_t>(in.next64()), 0};
    totals.max = static_cast<std::int64_t>(in.next64());
    std::vector<std::pair<std::uint32_t, std::uint64_t>> cells;
    std::uint64_t seen = 0, bucket = 0;
    while (in.good && !in.rest.empty()) {
        bucket += in.next64();
        const std::uint64_t n = in.next64();
        if (bucket > 64 * per_octave + per_octave) return std::nullopt;
        cells.emplace_back(narrow<std::uint32_t>(bucket, "buckets"), n);
        seen += n;
    }
    if (!in.good || seen != count || totals.min < 0 || totals.max < totals.min) return std::nullopt;
    histogram.restore(cells, totals);
    return histogram;
}

}  // namespace mailquake
