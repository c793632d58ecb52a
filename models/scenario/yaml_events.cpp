#include "models/scenario/yaml_events.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What libyaml says, in words that say what to look for.
struct Complaint {
    std::string_view problem;
    std::string_view context;   // empty: any
    std::string_view words;
    bool at_begin = false;      // shown where the thing begins that libyaml could not finish
};

constexpr std::string_view tab_words = "a tab in the indentation; YAML wants blanks";
constexpr std::string_view directive_words = "a line that begins with '%' is a directive to YAML; leave it out, or put the text in quotes";
constexpr std::string_view tag_words = "'!' begins a tag in YAML; put the text in quotes";

constexpr Complaint complaints[] = {
    {"mapping values are not allowed", "", "a ':' where no key can stand; is the indentation right, and is text that holds ': ' in quotes?"},
    {"mapping keys are not allowed", "", "a key where none can stand; is the indentation right?"},
    {"block sequence entries are not allowed", "", "a '- ' where no list can stand; is the indentation right?"},
    {"could not find expected ':'", "", "a key without its ':'; is the indentation right, and is every quote closed?", true},
    {"did not find expected key", "", "a key should stand here; does the indentation fit a line above, and is a text with quotes in it in quotes as a whole?"},
    {"did not find expected '-' indicator", "", "the indentation fits none of the lines above, or a '-' is missing"},
    {"did not find expected ',' or '}'", "", "a '{' is not closed by '}', or a ',' is missing"},
    {"did not find expected ',' or ']'", "", "a '[' is not closed by ']', or a ',' is missing"},
    {"did not find expected <document start>", "", "the document has ended before this; is the indentation right, and does every ']' and '}' close something?"},
    {"did not find expected node content", "", "a value should stand here; is every '[' and '{' closed, and a text that begins with one of YAML's characters in quotes?"},
    {"found character that cannot start any token", "", "a character that YAML reserves; put the text in quotes"},
    {"found unexpected ':'", "", "a ':' inside of a text; put the text in quotes"},
    {"found a tab character", "", tab_words},
    {"found unexpected end of stream", "", "a quoted text is not closed before the file ends", true},
    {"found unexpected document indicator", "", "a quoted text is not closed before the document ends", true},
    {"found unknown escape character", "", "a '\\' that begins no escape; write '\\\\', or use single quotes"},
    {"did not find expected hexdecimal number", "", "an escape wants its digits, as in \\x0a and \\u00e4; write '\\\\' for a '\\'"},
    {"found invalid Unicode character escape code", "", "an escape that is no character of Unicode"},
    {"did not find expected alphabetic", "while scanning an alias", "'*' begins an alias in YAML; put the text in quotes"},
    {"did not find expected alphabetic", "while scanning an anchor", "'&' begins an anchor in YAML; put the text in quotes"},
    {"found undefined tag handle", "", "a tag that is not defined; tags have no meaning here, and a text with '!' needs quotes"},
    {"", "while scanning a tag", tag_words},
    {"", "while parsing a tag", tag_words},
    {"", "while scanning a directive", directive_words, true},
    {"", "while scanning a %", directive_words, true},
    {"", "while parsing a %", directive_words},
    {"found incompatible YAML document", "", "written for a version of YAML that is not read here; leave '%YAML' out"},
    {"found duplicate %", "", directive_words},
    {"", "while scanning a block scalar", "a text after '|' or '>' begins in the next line, indented by blanks"},
};

/// Line `number`, from 0.
std::string_view line_at(std::string_view text, int number) {
    for (; number > 0; --number) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

NodePlace place_of_octet(std::string_view text, std::size_t offset, std::uint32_t source) {
    const std::string_view before = text.substr(0, offset);
    const std::string_view line = before.substr(before.rfind('\n') + 1);    // all of it where there is none
    const auto letters = std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    return {source, narrow<std::int32_t>(std::count(before.begin(), before.end(), '\n') + 1, "lines"), narrow<std::int32_t>(letters + 1, "columns")};
}

}  // namespace

YamlRefused complaint_of(const yaml_parser_t& parser, std::string_view text, std::uint32_t source) {
    const std::string_view problem = parser.problem == nullptr ? "" : parser.problem;
    const std::string_view context = parser.context == nullptr ? "" : parser.context;
    if (parser.error == YAML_READER_ERROR)
        return {place_of_octet(text, parser.problem_offset, source), fmt::format("YAML: {} ({:#04x}); in quotes it can be written as an escape", problem, parser.problem_value)};
    const NodePlace place = place_of(parser.problem_mark, source);
    const std::string_view line = line_at(text, place.line - 1);
    if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) return {place, fmt::format("YAML: {}", tab_words)};
    for (const Complaint& known : complaints) {
        if (!problem.starts_with(known.problem) || !context.starts_with(known.context)) continue;
        return {known.at_begin ? place_of(parser.context_mark, source) : place, fmt::format("YAML: {}", known.words)};
    }
    return {place, fmt::format("YAML: {} {}", problem, context)};
}

}  // namespace mailquake
