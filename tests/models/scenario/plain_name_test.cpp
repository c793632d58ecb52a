// Names of places as names of sites. The letters are those that maps and passports write.
#include "tests/catch.hpp"

#include "models/scenario/plain_name.hpp"

namespace mailquake {

TEST_CASE("letters with marks lose them, and other letters become what maps write for them") {
    CHECK(plain_name("Zürich") == "zurich");
    CHECK(plain_name("Zu\xcc\x88rich") == "zurich");  // u and a mark
    CHECK(plain_name("København") == "kobenhavn");
    CHECK(plain_name("Łódź") == "lodz");
    CHECK(plain_name("Ærøskøbing Straße") == "aeroskobing-strasse");
    CHECK(plain_name("ĐAKOVO") == "dakovo");
    CHECK(plain_name("İstanbul") == "istanbul");
    CHECK(plain_name("Þórshöfn") == "thorshofn");
    CHECK(plain_name("Đà Nẵng") == "da-nang");
    CHECK(plain_name("București") == "bucuresti");
    CHECK(plain_name("Москва") == "moskva");
    CHECK(plain_name("Нижний Новгород") == "nizhniy-novgorod");
    CHECK(plain_name("Αθήνα") == "athina");
    CHECK(plain_name("São Paulo (SP)") == "sao-paulo-sp");
    CHECK(plain_name("-- a__B--") == "a-b");
    CHECK(plain_name("東京").empty());
    CHECK(plain_name("\xff\xfe\xc3").empty());
    CHECK(plain_name("").empty());
}

}  // namespace mailquake
