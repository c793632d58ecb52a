// The text form of a place in a tier: `transport`, `transport@dfw`, `directory/p3`, `directory/p3@dfw`.
// Only the form; whether there is such a tier, partition or site is for the scenario to say. Names hold neither '/' nor
// '@', so the text splits in one way.
#pragma once

#include <string>
#include <string_view>

namespace mailquake {

/// Parts of a place; an empty partition means all of them, an empty site every site.
struct PlaceText {
    std::string tier;
    std::string partition;
    std::string site;
};

[[nodiscard]] inline PlaceText split_place(std::string_view text) {
    PlaceText place;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        place.site = text.substr(at + 1);
        text = text.substr(0, at);
    }
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        place.partition = text.substr(slash + 1);
        text = text.substr(0, slash);
    }
    place.tier = text;
    return place;
}

}  // namespace mailquake
