// The words of the DOT language. Source: graphviz.org/doc/info/lang.html.
#pragma once

#include <string>
#include <string_view>

#include "models/net/text_cursor.hpp"

namespace mailquake {

struct DotWord {
    enum class Kind { end, id, sign };
    Kind kind = Kind::end;
    std::string text;       // of an id its value, of a sign the sign
    bool bare = false;      // an id without quotes, which may be a keyword
    TextPlace place;

    [[nodiscard]] bool is_sign(std::string_view what) const { return kind == Kind::sign && text == what; }
    /// Keywords are known in small and capital letters.
    [[nodiscard]] bool is_keyword(std::string_view what) const;
};

class DotLexer {
public:
    explicit DotLexer(std::string_view text) : text_(text) {}

    /// The next word; throws a TopologyRemark where there can be none.
    DotWord next();

private:
    void skip_blanks();
    void take_string(std::string& into);
    std::string quoted();
    std::string html();
    std::string number();

    TextCursor text_;
};

}  // namespace mailquake
