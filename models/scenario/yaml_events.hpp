// libyaml as the tree's builder sees it: one event after the other, and its complaints in our words, with their places. Nothing
// else of libyaml is used, and nothing of it beyond this header and yaml_tree.cpp.
// Source: libyaml 0.2.5, yaml.h.
#pragma once

#include <yaml.h>

#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include "models/scenario/yaml_tree.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// The input is refused as a whole.
struct YamlRefused {
    NodePlace place;
    std::string message;
};

/// libyaml's parser and the event that it gave last.
class YamlEvents {
public:
    explicit YamlEvents(std::string_view text) {
        if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    ~YamlEvents() {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }
    YamlEvents(const YamlEvents&) = delete;
    YamlEvents& operator=(const YamlEvents&) = delete;

    /// The next event, which stands until the next call; null when the text is wrong, as `parser` says.
    [[nodiscard]] const yaml_event_t* next() {
        yaml_event_delete(&event_);
        if (yaml_parser_parse(&parser_, &event_) != 0) return &event_;
        if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
        return nullptr;
    }
    [[nodiscard]] const yaml_parser_t& parser() const { return parser_; }

private:
    yaml_parser_t parser_{};
    yaml_event_t event_{};
};

/// A text of libyaml's; an empty one where there is none.
[[nodiscard]] inline std::string_view yaml_view(const yaml_char_t* text) { return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text); }

/// Columns count letters, as libyaml's marks do.
[[nodiscard]] inline NodePlace place_of(const yaml_mark_t& mark, std::uint32_t source) {
    return {source, narrow<std::int32_t>(mark.line + 1, "lines"), narrow<std::int32_t>(mark.column + 1, "columns")};
}

/// What the parser found wrong in `text`, and where.
[[nodiscard]] YamlRefused complaint_of(const yaml_parser_t& parser, std::string_view text, std::uint32_t source);

}  // namespace mailquake
