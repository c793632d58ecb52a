#include "models/traffic/replay_file.hpp"

#include <algorithm>
#include <cmath>

#include "models/spec/quantity_text.hpp"

namespace mailquake {

std::variant<std::vector<SimDuration>, ReplayError> parse_replay(std::string_view text) {
    std::vector<SimDuration> offsets;
    int line = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        const std::string_view field = text.substr(from, end - from);
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
