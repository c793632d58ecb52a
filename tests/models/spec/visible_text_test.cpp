#include "tests/catch.hpp"

#include "models/spec/visible_text.hpp"

using namespace mailquake;

TEST_CASE("text from outside is shown without what a terminal would obey") {
    CHECK(visible("Zürich, 日本, 10 µs") == "Zürich, 日本, 10 µs");
    CHECK(visible("a\x1b[31mred\x1b]0;title\x07z", "?") == "a?[31mred?]0;title?z");
    CHECK(visible("two\nlines\r\tand a tab\x7f", "?") == "two?lines??and a tab?");
    CHECK(visible("\xc2\x9b\x35m", "?") == "?5m");                     // CSI as one character of C1
    CHECK(visible("abc\xe2\x80\xae" "fed\xe2\x81\xa6x\xe2\x80\xa8y", "?") == "abc?fed?x?y");
    CHECK(visible("\xff\xc3(\xe2\x82", "?") == "?" "?(?" "?");                // no UTF-8: octet by octet
    CHECK(visible("\xc0\x9b", "?") == "??");                            // an escape written too long
    CHECK(visible("::error::x\n::error::y") == "::error::x\xEF\xBF\xBD::error::y");
}
