#include "models/traffic/replay_file.hpp"

#include <algorithm>
#include <cmath>

#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

/// Without blanks at either end, and without the carriage return of a line that ends as on Windows.
std::string_view trimmed(std::string_view line) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t from = line.find_first_not_of(blanks);
    return from == std::string_view::npos ? std::string_view{} : line.substr(from, line.find_last_not_of(blanks) + 1 - from);
}

}  // namespace

std::variant<std::vector<SimDuration>, ReplayError> parse_replay(std::string_view text) {
    std::vector<SimDuration> offsets;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    int line = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        const std::string_view field = trimmed(text.substr(from, end - from));
        from = end + 1;
        ++line;
        if (field.empty()) continue;
        const auto parsed = parse_number(field);
        if (const auto* error = std::get_if<TextError>(&parsed)) return ReplayError{line, error->message};
        const double seconds = std::get<double>(parsed);
        if (!(seconds >= 0 && seconds < 9e9)) return ReplayError{line, std::string(field) + " is no offset in seconds from the start"};
        const SimDuration offset{std::llround(seconds * 1e9)};
        if (!offsets.empty() && offset < offsets.back())
            return ReplayError{line, std::string(field) + " is before the line above; offsets are seconds from the start, in order"};
        offsets.push_back(offset);
    }
    if (offsets.empty()) return ReplayError{0, "no arrivals in it"};
    return offsets;
}

}  // namespace mailquake
