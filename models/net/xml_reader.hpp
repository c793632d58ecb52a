// Reads XML as a series of tags and texts, each with its place. What it takes is well-formed XML in UTF-8; namespaces are
// prefixes only.
//
// Left out: a document type is passed over, so there are no entities but XML's own five, and no text can grow by them; tags
// must match, but nothing is validated; encodings other than UTF-8 (and ASCII, and Latin-1, which become UTF-8).
// Source: XML 1.0 (w3.org/TR/xml). Invariants: one pass, no recursion, elements nest at most 64 deep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/net/text_cursor.hpp"

namespace mailquake {

struct XmlPart {
    enum class Kind { open, close, text, end };
    Kind kind = Kind::end;
    std::string name;       // of an element, with its prefix
    std::string text;       // between tags; references are resolved
    std::vector<std::pair<std::string, std::string>> attributes;
    TextPlace place;

    /// The value of an attribute; empty where there is none.
    [[nodiscard]] const std::string& attribute(std::string_view name) const;
    /// The name without its prefix.
    [[nodiscard]] std::string_view local_name() const;
};

class XmlReader {
public:
    explicit XmlReader(std::string_view text) : text_(text) {}

    /// The next part; an element without content is opened and closed. Throws a TopologyRemark for what is no XML.
    XmlPart next();

private:
    [[noreturn]] static void wrong(TextPlace place, const std::string& message);
    XmlPart tag();
    XmlPart closing_tag(TextPlace place);
    void pass_over_doctype(TextPlace place);
    void take_attributes(XmlPart& part);
    std::string name();
    std::string resolved(std::string_view raw, TextPlace place) const;

    TextCursor text_;
    std::vector<std::pair<std::string, TextPlace>> open_;
    bool closes_ = false;   // the element that was opened last has no content
    bool had_root_ = false;
};

}  // namespace mailquake
