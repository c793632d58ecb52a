// A position in a text that is read once from its beginning to its end, and that knows its line and column.
//
// Columns count characters of UTF-8, as diagnostics do. A byte order mark at the beginning is passed over.
// Invariant: nothing is read beyond the end; there, peek() is '\0'.
#pragma once

#include <cstddef>
#include <string_view>

namespace mailquake {

/// Line and column, from 1; line 0: the file as a whole.
struct TextPlace {
    int line = 0, column = 0;
};

class TextCursor {
public:
    explicit TextCursor(std::string_view text) : text_(text) {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    }

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    [[nodiscard]] bool looks_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    [[nodiscard]] TextPlace place() const { return place_; }
    char take() {
        const char c = text_[at_++];
        if (c == '\n') place_ = {place_.line + 1, 1};
        else if ((static_cast<unsigned char>(peek()) & 0xc0U) != 0x80U) ++place_.column;  // the character is complete
        return c;
    }
    void skip(std::size_t count) {
        for (; count > 0 && !at_end(); --count) take();
    }
    /// What stands before the next `what`; goes past that. Where there is none, goes to the end, and `found` is false.
    std::string_view take_past(std::string_view what, bool& found) {
        const std::size_t begin = at_, next = text_.find(what, at_);
        found = next != std::string_view::npos;
        const std::size_t end = found ? next : text_.size();
        skip(end - at_ + (found ? what.size() : 0));
        return text_.substr(begin, end - begin);
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    TextPlace place_{1, 1};
};

[[nodiscard]] inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

[[nodiscard]] inline std::string_view without_blanks_around(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace mailquake
