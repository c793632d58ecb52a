#include "models/net/dot_lexer.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "models/net/topology_file.hpp"

namespace mailquake {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool DotWord::is_keyword(std::string_view what) const {
    return kind == Kind::id && bare && std::equal(text.begin(), text.end(), what.begin(), what.end(), [](char a, char b) { return small(a) == b; });
}

/// Blanks, comments, and lines that begin with '#', which are a preprocessor's.
void DotLexer::skip_blanks() {
    while (!text_.at_end()) {
        const TextPlace place = text_.place();
        bool found = true;
        if (is_blank(text_.peek())) text_.take();
        else if (text_.looks_at("//") || (text_.peek() == '#' && place.column == 1)) (void)text_.take_past("\n", found);
        else if (!text_.looks_at("/*")) return;
        else if ((void)text_.take_past("*/", found); !found) throw TopologyRemark{place, "a comment without its end `*/`"};
    }
}

DotWord DotLexer::next() {
    skip_blanks();
    DotWord word{.kind = DotWord::Kind::id, .text = {}, .bare = false, .place = text_.place()};
    const char c = text_.peek();
    if (text_.at_end()) {
        word.kind = DotWord::Kind::end;
    } else if (c == '"') {
        word.text = quoted();
    } else if (c == '<') {
        word.text = html();
    } else if (is_letter(c)) {
        word.bare = true;
        while (is_letter(text_.peek()) || is_digit(text_.peek())) word.text += text_.take();
    } else if (is_digit(c) || c == '.' || (c == '-' && (is_digit(text_.peek(1)) || text_.peek(1) == '.'))) {
        word.text = number();
    } else if (text_.looks_at("--") || text_.looks_at("->")) {
        word.kind = DotWord::Kind::sign;
        word.text = {text_.take(), text_.take()};
    } else if (std::string_view("{}[];,:=").find(c) != std::string_view::npos) {
        word.kind = DotWord::Kind::sign;
        word.text = text_.take();
    } else {
        throw TopologyRemark{word.place, c == '-' ? std::string("'-' is no part of a name without quotes; write it as \"fra-1\"")
                                                  : fmt::format("'{}' has no meaning here; put names with such signs in quotes", c)};
    }
    return word;
}

/// A string in quotes, and those that follow it after a '+'. A backslash keeps a quote from ending it, and at the end of a
/// line joins it to the next; all others stay as they are.
std::string DotLexer::quoted() {
    std::string result;
    take_string(result);
    while (true) {
        skip_blanks();
        if (text_.peek() != '+') return result;
        const TextPlace place = text_.place();
        text_.take();
        skip_blanks();
        if (text_.peek() != '"') throw TopologyRemark{place, "after '+' a string in quotes is needed"};
        take_string(result);
    }
}

void DotLexer::take_string(std::string& into) {
    const TextPlace place = text_.place();
    text_.take();
    while (!text_.at_end() && text_.peek() != '"') {
        if (text_.peek() == '\\' && text_.peek(1) == '"') {
            text_.take();
        } else if (text_.looks_at("\\\\")) {
            into += text_.take();
        } else if (text_.looks_at("\\\n") || text_.looks_at("\\\r\n")) {
            text_.skip(text_.peek(1) == '\r' ? 3 : 2);
            continue;
        }
        into += text_.take();
    }
    if (text_.at_end()) throw TopologyRemark{place, "a string without its closing quote"};
    text_.take();
}

std::string DotLexer::html() {
    const TextPlace place = text_.place();
    std::string result;
    text_.take();
    for (std::size_t open = 1; !text_.at_end();) {
        const char c = text_.take();
        if (c == '<') ++open;
        if (c == '>' && --open == 0) return result;
        result += c;
    }
    throw TopologyRemark{place, "an HTML string `<...>` without its end; its '<' and '>' must match"};
}

std::string DotLexer::number() {
    const TextPlace place = text_.place();
    std::string result;
    if (text_.peek() == '-') result += text_.take();
    std::size_t digits = 0;
    for (; is_digit(text_.peek()); ++digits) result += text_.take();
    if (text_.peek() == '.') result += text_.take();
    for (; is_digit(text_.peek()); ++digits) result += text_.take();
    if (digits == 0 || is_letter(text_.peek()) || text_.peek() == '.')
        throw TopologyRemark{place, fmt::format("'{}' runs into what follows it, and is no number; put names that begin with a digit, and values with a unit, in quotes", result)};
    return result;
}

}  // namespace mailquake
