#include "models/traffic/qshape_line.hpp"

#include <charconv>
#include <numeric>
#include <vector>

#include <fmt/format.h>

namespace mailquake {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < text.size();) {
        const auto from = text.find_first_not_of(" \t\r\n", i);
        if (from == std::string_view::npos) break;
        i = std::min(text.find_first_of(" \t\r\n", from), text.size());
        words.push_back(text.substr(from, i - from));
    }
    return words;
}

}  // namespace

std::variant<QshapeLine, std::string> parse_qshape_line(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() != qshape_columns + 2)
        return fmt::format("has {} columns; a qshape line has {}: NAME T 5 10 20 40 80 160 320 640 1280 1280+", words.size(), qshape_columns + 2);
    QshapeLine line;
    line.destination = words[0];
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::int64_t value = 0;
        const auto [end, status] = std::from_chars(words[i].data(), words[i].data() + words[i].size(), value);
        if (status != std::errc{} || end != words[i].data() + words[i].size() || value < 0 || value > 1'000'000'000)
            return fmt::format("'{}' is not a count", words[i]);
        (i == 1 ? line.total : line.counts[i - 2]) = value;
    }
    const std::int64_t sum = std::accumulate(line.counts.begin(), line.counts.end(), std::int64_t{0});
    if (sum != line.total) return fmt::format("the columns add up to {}, but T is {}", sum, line.total);
    return line;
}

}  // namespace mailquake
