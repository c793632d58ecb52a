// What a drawn scenario needs so that figures can be compared: an objective, a warm-up, a cool-down; perhaps hours.
#include <fmt/format.h>

#include <algorithm>

#include "tests/oracle/generator.hpp"
#include "tests/oracle/generator_dice.hpp"

namespace mailquake::oracle {
namespace {

/// The text with all lengths of time so many times as long, and all rates as low.
std::string slowed(const std::string& text, std::uint64_t times) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t to = i;
        while (to < text.size() && text[to] >= '0' && text[to] <= '9') ++to;
        const bool in_a_word = i > 0 && std::string(" [{:").find(text[i - 1]) == std::string::npos;
        if (to > i && !in_a_word && text.compare(to, 2, "ns") == 0) {
            out += std::to_string(std::stoull(text.substr(i, to - i)) * times);
        } else if (to > i && text.compare(to, 2, "/s") == 0) {
            out += fmt::format("{:.6f}", std::stod(text.substr(i, to - i)) / static_cast<double>(times));
        } else {
            to = std::max(to, i + 1);
            out += text.substr(i, to - i);
        }
        i = to;
    }
    return out;
}

}  // namespace

Draft measured(Draft from, std::uint64_t seed, bool slow) {
    constexpr std::size_t times = 150;
    Dice dice(seed * 100 + 50, false);
    from.top.emplace_back("slo", fmt::format("{{delay: {}}}", dice.one_of({"10min", dice.millis(50, 900), dice.millis(900, 9000)})));
    if (dice.chance(50)) from.top.emplace_back("warmup", dice.millis(10, 450));
    if (dice.chance(50)) from.top.emplace_back("cooldown", dice.millis(10, 4000));
    if (!slow) return from;
    for (auto& [key, value] : from.top) value = slowed(value, times);
    for (auto& [name, entries] : from.sections) {
        if (name == "sites" || name == "links") continue;
        for (Entry& entry : entries) for (auto& [key, value] : entry.keys) value = slowed(value, times);
    }
    return from;
}

}  // namespace mailquake::oracle
