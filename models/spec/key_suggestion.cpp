#include "models/spec/key_suggestion.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "models/spec/diagnostic.hpp"

namespace mailquake {
namespace {

/// What other tools, or people, call it; a word with several keys is the first of them that the map has.
struct OtherWord {
    std::string_view word, key;
};
constexpr std::array kOtherWords{
    OtherWord{"duration", "for"},       OtherWord{"length", "for"},        OtherWord{"lasts", "for"},
    OtherWord{"start", "at"},           OtherWord{"begin", "at"},          OtherWord{"when", "at"},
    OtherWord{"type", "kind"},          OtherWord{"type", "law"},          OtherWord{"distribution", "law"},
    OtherWord{"delay", "latency"},      OtherWord{"rtt", "latency"},       OtherWord{"capacity", "bandwidth"},
    OtherWord{"speed", "bandwidth"},    OtherWord{"source", "from"},       OtherWord{"destination", "to"},
    OtherWord{"site", "at"},            OtherWord{"location", "at"},       OtherWord{"region", "at"},
    OtherWord{"replicas", "servers"},   OtherWord{"instances", "servers"}, OtherWord{"nodes", "servers"},
    OtherWord{"hosts", "servers"},      OtherWord{"threads", "workers"},   OtherWord{"concurrency", "workers"},
    OtherWord{"processes", "workers"},  OtherWord{"service_time", "service"}, OtherWord{"dependencies", "calls"},
    OtherWord{"depends_on", "calls"},   OtherWord{"shards", "partitions"}, OtherWord{"number", "count"},
    OtherWord{"tenants", "count"},      OtherWord{"arrival_rate", "rate"}, OtherWord{"throughput", "rate"},
    OtherWord{"average", "mean"},       OtherWord{"stddev", "cv"},         OtherWord{"sigma", "cv"},
};

std::string_view other_word(std::string_view word, const std::vector<std::string>& known) {
    for (const OtherWord& other : kOtherWords)
        if (other.word == word && std::find(known.begin(), known.end(), other.key) != known.end()) return other.key;
    return {};
}

}  // namespace

std::string key_suggestion(std::string_view word, const SpecType& type, const std::vector<std::string>& known) {
    if (const std::string_view key = other_word(word, known); !key.empty()) return fmt::format("; did you mean '{}'?", key);
    if (did_you_mean(word, known).empty())
        for (const KeyType& key : type.keys)
            if (key.form == KeyForm::map && key.type->find(word) != nullptr)
                return fmt::format("; '{0}' is a key of {1}: {1}: {{{0}: ...}}", word, key.name);
    return suggestion(word, known, "its keys");
}

}  // namespace mailquake
