#include "models/traffic/qshape_table.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

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
        if (!value) return fmt::format("column {} of {} is not a count", i, words.size() - 1);
        (i == 1 ? total : counts[i - 2]) = *value;
    }
    const std::int64_t sum = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    if (sum != total) return fmt::format("the columns of {} add up to {}, but T is {}", words[0], sum, total);
    return counts;
}

}  // namespace

QshapeCounts QshapeTable::sum() const {
    if (total) return *total;
    QshapeCounts all{};
    for (const QshapeRow& row : rows)
        for (std::size_t c = 0; c < qshape_columns; ++c) all[c] += row.counts[c];
    return all;
}

bool looks_like_qshape(std::string_view line) {
    const auto words = words_of(line);
    if (words.size() == qshape_columns + 1 && words[0] == "T") return std::all_of(words.begin() + 1, words.end() - 1, [](std::string_view word) { return count_of(word).has_value(); });
    return words.size() == qshape_columns + 2 && std::all_of(words.begin() + 1, words.end(), [](std::string_view word) { return count_of(word).has_value(); });
}

std::string print_qshape(std::string_view name, const QshapeCounts& counts) {
    return fmt::format("{} {} {}", name, std::accumulate(counts.begin(), counts.end(), std::int64_t{0}), fmt::join(counts, " "));
}

std::variant<QshapeTable, QshapeError> parse_qshape(std::string_view text) {
    QshapeTable table;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto words = words_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty() || is_heading(words)) continue;
        if (words[0] == "T") return QshapeError{number, fmt::format("the heading is not '{}'; run qshape without -b and -t, and if all is in one line, write it below `qshape: |`", kHeading)};
        const auto line = counts_of(words);
        if (const auto* wrong = std::get_if<std::string>(&line)) return QshapeError{number, *wrong};
        const auto& counts = std::get<QshapeCounts>(line);
        if (words[0] == "TOTAL") table.total = counts;
        else table.rows.push_back({std::string(words[0]), counts});
    }
    if (table.rows.empty() && !table.total) return QshapeError{0, fmt::format("holds no line of qshape: NAME {}", kHeading)};
    const QshapeCounts sum = QshapeTable{std::nullopt, table.rows}.sum(), total = table.sum();
    for (std::size_t c = 0; c < qshape_columns; ++c)
        if (sum[c] > total[c]) return QshapeError{0, fmt::format("the destinations add up to more than TOTAL in column {} of 10", c + 1)};
    return table;
}

}  // namespace mailquake
