// Names of people and places as names of entries: small letters a-z, digits, and one '-' for whatever stands between.
//
// Letters with marks lose them ("Zürich" is zurich), others become the letters that passports and maps write for them
// ("Łódź" is lodz, "Москва" moskva, "Αθήνα" athina). What is known is Latin (with its extensions A and additional), Greek and
// Cyrillic; other scripts have no letters here, and a name of them alone is empty.
//
// Sources: Unicode's decompositions; ISO/R 9 as ICAO Doc 9303 simplifies it for Cyrillic (with `y` for й and ы, `e` for э,
// nothing for the signs), ELOT 743 for Greek, letter by letter.
#pragma once

#include <string>
#include <string_view>

namespace mailquake {

[[nodiscard]] std::string plain_name(std::string_view text);

}  // namespace mailquake
