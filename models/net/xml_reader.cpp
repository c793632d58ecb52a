#include "models/net/xml_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/net/character_references.hpp"
#include "models/net/topology_file.hpp"

namespace mailquake {
namespace {

bool is_of_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

const std::string& XmlPart::attribute(std::string_view wanted) const {
    static const std::string none;
    const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const auto& one) { return one.first == wanted; });
    return found == attributes.end() ? none : found->second;
}

std::string_view XmlPart::local_name() const {
    const std::string_view whole = name;
    const auto colon = whole.find(':');
    return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

void XmlReader::wrong(TextPlace place, const std::string& message) { throw TopologyRemark{place, "no XML: " + message}; }

XmlPart XmlReader::next() {
    XmlPart part{.kind = XmlPart::Kind::text, .name = {}, .text = {}, .attributes = {}, .place = text_.place()};
    if (closes_) {
        closes_ = false;
        part.kind = XmlPart::Kind::close;
        part.name = open_.back().first;
        open_.pop_back();
        return part;
    }
    while (!text_.at_end()) {
        const TextPlace place = text_.place();
        bool found = true;
        if (text_.looks_at("<!--")) {
            (void)text_.take_past("-->", found);
            if (!found) wrong(place, "a comment without its end `-->`");
        } else if (text_.looks_at("<![CDATA[")) {
            text_.skip(9);
            part.text += text_.take_past("]]>", found);
            if (!found) wrong(place, "a CDATA section without its end `]]>`");
        } else if (text_.looks_at("<?")) {
            (void)text_.take_past("?>", found);
            if (!found) wrong(place, "an instruction without its end `?>`");
        } else if (text_.looks_at("<!")) {
            pass_over_doctype(place);
        } else if (text_.peek() == '<') {
            if (!part.text.empty()) return part;
            return tag();
        } else {
            std::string raw;
            while (!text_.at_end() && text_.peek() != '<') raw += text_.take();
            if (open_.empty() && !without_blanks_around(raw).empty()) wrong(place, "text outside of the element that holds all");
            if (!open_.empty()) part.text += resolved(raw, place);
        }
    }
    if (!open_.empty()) wrong(text_.place(), fmt::format("the file ends here, but <{}> of line {} is not closed", open_.back().first, open_.back().second.line));
    part.kind = XmlPart::Kind::end;
    part.place = text_.place();
    return part;
}

/// What it declares is not looked at, so none of its entities is known.
void XmlReader::pass_over_doctype(TextPlace place) {
    std::size_t inner = 0;
    while (!text_.at_end()) {
        const char c = text_.take();
        bool found = true;
        if (c == '"' || c == '\'') (void)text_.take_past(std::string_view(&c, 1), found);
        if (c == '[') ++inner;
        if (c == ']' && inner > 0) --inner;
        if (c == '>' && inner == 0) return;
    }
    wrong(place, "a declaration without its end `>`");
}

XmlPart XmlReader::tag() {
    XmlPart part{.kind = XmlPart::Kind::open, .name = {}, .text = {}, .attributes = {}, .place = text_.place()};
    text_.take();
    if (text_.peek() == '/') return closing_tag(part.place);
    part.name = name();
    if (part.name.empty()) wrong(part.place, "after '<' the name of an element is needed");
    if (open_.empty() && had_root_) wrong(part.place, fmt::format("a second element, <{}>, beside the one that holds all", part.name));
    had_root_ = true;
    take_attributes(part);
    if (open_.size() == kMostTopologyLevels) throw TopologyRemark{part.place, fmt::format("elements within elements, deeper than {} levels", kMostTopologyLevels)};
    open_.emplace_back(part.name, part.place);
    if (text_.peek() == '/') {
        text_.take();
        closes_ = true;
    }
    if (text_.peek() != '>') wrong(part.place, fmt::format("<{}> has no end `>`", part.name));
    text_.take();
    return part;
}

XmlPart XmlReader::closing_tag(TextPlace place) {
    XmlPart part{.kind = XmlPart::Kind::close, .name = {}, .text = {}, .attributes = {}, .place = place};
    text_.take();
    part.name = name();
    while (is_blank(text_.peek())) text_.take();
    if (text_.peek() != '>') wrong(place, fmt::format("</{} has no end `>`", part.name));
    text_.take();
    if (open_.empty()) wrong(place, fmt::format("</{}> closes nothing", part.name));
    if (open_.back().first != part.name) wrong(place, fmt::format("</{}> where <{}> of line {} is open", part.name, open_.back().first, open_.back().second.line));
    open_.pop_back();
    return part;
}

std::string XmlReader::name() {
    std::string result;
    while (is_of_a_name(text_.peek())) result += text_.take();
    return result;
}

void XmlReader::take_attributes(XmlPart& part) {
    while (true) {
        const bool apart = is_blank(text_.peek());
        while (is_blank(text_.peek())) text_.take();
        if (!is_of_a_name(text_.peek())) return;
        const TextPlace place = text_.place();
        if (!apart) wrong(place, "a blank is needed between attributes");
        std::string key = name();
        while (is_blank(text_.peek())) text_.take();
        if (text_.peek() != '=') wrong(place, fmt::format("attribute '{}' has no value", key));
        text_.take();
        while (is_blank(text_.peek())) text_.take();
        const char quote = text_.peek();
        if (quote != '"' && quote != '\'') wrong(place, fmt::format("the value of attribute '{}' is not in quotes", key));
        text_.take();
        bool found = true;
        const TextPlace begin = text_.place();
        const std::string_view raw = text_.take_past(std::string_view(&quote, 1), found);
        if (!found) wrong(place, fmt::format("the value of attribute '{}' has no closing quote", key));
        part.attributes.emplace_back(std::move(key), resolved(raw, begin));
    }
}

std::string XmlReader::resolved(std::string_view raw, TextPlace place) const {
    std::string result;
    while (!raw.empty()) {
        const std::size_t amp = std::min(raw.find('&'), raw.size());
        result += raw.substr(0, amp);
        raw.remove_prefix(amp);
        if (raw.empty()) break;
        constexpr std::size_t longest = 40;
        const auto end = raw.substr(0, longest).find(';');
        const auto character = end == std::string_view::npos ? std::nullopt : referred_character(raw.substr(1, end - 1), false);
        if (!character) wrong(place, end == std::string_view::npos ? std::string("'&' stands for itself only as `&amp;`") : fmt::format("'{}' is no reference that is known here", raw.substr(0, end + 1)));
        result += *character;
        raw.remove_prefix(end + 1);
    }
    return result;
}

}  // namespace mailquake
