#include "models/traffic/qshape_text.hpp"

#include <charconv>
#include <string>

namespace mailquake {
namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    constexpr std::string_view kBlank = " \t\r\n";
    for (std::size_t at = line.find_first_not_of(kBlank); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(kBlank, at), line.size());
        fields.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(kBlank, end);
    }
    return fields;
}

std::optional<std::uint64_t> count_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::vector<QshapeGroup>> parse_qshape_line(std::string_view line) {
    constexpr std::size_t kColumns = 10;
    const std::vector<std::string_view> fields = fields_of(line);
    if (fields.size() != kColumns + 2) return std::nullopt;
    const auto total = count_of(fields[1]);
    std::vector<QshapeGroup> groups;
    std::uint64_t sum = 0;
    SimDuration youngest = SimDuration::zero();
    SimDuration oldest = 5_min;
    for (std::size_t c = 0; c < kColumns; ++c) {
        const auto count = count_of(fields[c + 2]);
        if (!count) return std::nullopt;
        if (*count > 0) groups.push_back({*count, youngest, oldest});
        sum += *count;
        youngest = oldest;
        oldest = oldest * 2;
    }
    if (!total || *total != sum) return std::nullopt;
    return groups;
}

}  // namespace mailquake
