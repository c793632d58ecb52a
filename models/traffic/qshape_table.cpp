#include "models/traffic/qshape_table.hpp"

#include <charconv>
#include <numeric>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace mailquake {
namespace {

constexpr std::string_view kHeading = "T 5 10 20 40 80 160 320 640 1280 1280+";

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < text.size();) {
        const auto from = text.find_first_not_of(" \t\r", i);
        if (from == std::string_view::npos) break;
        i = std::min(text.find_first_of(" \t\r", from), text.size());
        words.push_back(text.substr(from, i - from));
    }
    return words;
}

bool is_heading(const std::vector<std::string_view>& words) {
    static const std::vector<std::string_view> heading = words_of(kHeading);
    return words == heading;
}

std::optional<std::int64_t> count_of(std::string_view word) {
    std::int64_t value = 0;
    const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (status != std::errc{} || end != word.data() + word.size() || value < 0 || value > 1'000'000'000) return std::nullopt;
    return value;
}

/// A line `NAME T 5 10 ...`, split into words.
std::variant<QshapeCounts, std::string> counts_of(const std::vector<std::string_view>& words) {
    if (words.size() != qshape_columns + 2)
        return fmt::format("has {} columns; a qshape line has {}: NAME {}", words.size(), qshape_columns + 2, kHeading);
    QshapeCounts counts{};
    std::int64_t total = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto value = count_of(words[i]);
        if (!value) return fmt::format("'{}' is not a count", words[i]);
        (i == 1 ? total : counts[i - 2]) = *value;
    }
    const std::int64_t sum = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    if (sum != total) return fmt::format("the columns of {} add up to {}, but T is {}", words[0], sum, total);
    return counts;
}

}  // namespace

std::variant<QshapeCounts, std::string> parse_qshape(std::string_view text) {
    QshapeCounts sum{};
    std::optional<QshapeCounts> total;
    bool destinations = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty() || is_heading(words)) continue;
        const auto line = counts_of(words);
        if (const auto* wrong = std::get_if<std::string>(&line)) return *wrong;
        const auto& counts = std::get<QshapeCounts>(line);
        if (words[0] == "TOTAL") {
            total = counts;
            continue;
        }
        destinations = true;
        for (std::size_t c = 0; c < qshape_columns; ++c) sum[c] += counts[c];
    }
    if (!destinations && !total) return fmt::format("holds no line of qshape: NAME {}", kHeading);
    if (!total) return sum;
    for (std::size_t c = 0; c < qshape_columns; ++c)
        if (sum[c] > (*total)[c]) return fmt::format("the destinations add up to more than TOTAL in column {} of 10", c + 1);
    return *total;
}

}  // namespace mailquake
