// Texts become the tree that they describe, places included; whatever is not such a text gets an error with a place.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/catch.hpp"

#include "models/scenario/yaml_tree.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {

using testing::content;

namespace {

namespace fs = std::filesystem;

std::string at(const NodePlace& place) { return std::to_string(place.line) + ':' + std::to_string(place.column); }

/// A tree in one line: `KEY@PLACE=VALUE@PLACE`, lists in brackets, maps in braces, a missing value as `-`.
std::string described(const YamlNode& node) {
    std::string text;
    if (node.key_place.line > 0) text += node.key + '@' + at(node.key_place) + '=';
    const bool is_map = node.kind == NodeKind::map;
    if (node.kind == NodeKind::null) text += '-';
    if (node.kind == NodeKind::scalar) text += node.text;
    if (is_map || node.kind == NodeKind::list) {
        text += is_map ? '{' : '[';
        for (const YamlNode& child : node.children) text += (&child == node.children.data() ? "" : " ") + described(child);
        text += is_map ? '}' : ']';
    }
    return text + '@' + at(node.place);
}

struct Read {
    std::optional<YamlNode> tree;
    std::string said;
};

Read read(const std::string& text) {
    SourceTable sources;
    sources.add("text", "");
    Diagnostics said;
    Read result;
    result.tree = parse_yaml(text, 0, sources, said);
    result.said = said.render();
    return result;
}

const std::vector<std::string> small_texts = {
    "a: b\nc:\n  - d\n  - e: f\n    g: h\n  - [i, j]\nk: {l: m, n: [o, p]}\n",
    "a:\n- b\n- c\nd: \"e f\"\ng: 'h: i' # c\nj:\n  k: l\n\n  # c\n  m: n\n",
    "- a\n- - b\n  - c\n-\n  d: e\n- {f: g,\n   h: i}\n",
    "{a: 1, b: [1,2], \"c\": 'd'}\n",
    "a: \xc3\xbcx\n\xc3\xb6: {\xc3\xa4: 1, b: \"2\"}\n",
    "a: ~\nb: {c: null, d: [~, e]}\nf:\n- NULL\n- g: Null\nh:\ni: -1\n",
    "a: &a [b, c]\nd: *a\ne: |\n  f\n  g\nh: \"\\u00e4\"\n? i\n: j\n"};

/// One of the small texts with up to five places damaged.
std::string damaged(std::mt19937& random) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
    static const std::vector<std::string> pieces = {": ", "- ", "\n", " ", "\n  ", " #", "{}", "[]", "a: ", "\"", "'", "null", "~", "---", "...", "? ", ", ", ",", ":", "-", "#",
                                                    "{", "}", "[", "]", "\t", "\r", "&a ", "*a", "!t ", "|", "<<", "k:\n", "\xc3\xbc", "\\", "\n- ", "a:b", "{a: 1}",
                                                    "%", "@", "!!", "!<", "%TAG ! a\n", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xc2\x80", "\xed\xa0\x80", "\\x", "&a [*a]"};
    std::string text = small_texts[below(small_texts.size())];
    for (std::size_t n = 1 + below(5); n > 0 && !text.empty(); --n) {
        const std::size_t from = below(text.size());
        switch (below(3)) {
            case 0: text.erase(from, 1 + below(3)); break;
            case 1: text.insert(from, pieces[below(pieces.size())]); break;
            default: text.insert(from, text.substr(below(text.size()), 1 + below(12))); break;
        }
    }
    return text;
}

/// Whether every value of the tree, and every key in a map, stands in a line of the text.
bool is_placed(const YamlNode& node, int lines, bool in_map = false) {
    const auto within = [&](const NodePlace& place) { return place.line >= 1 && place.line <= lines && place.column >= 1; };
    if (!within(node.place) || (in_map && !within(node.key_place))) return false;
    for (const YamlNode& child : node.children)
        if (!is_placed(child, lines, node.kind == NodeKind::map)) return false;
    return true;
}

}  // namespace

TEST_CASE("keys and values know where they stand") {
    const auto [text, tree] = GENERATE(table<std::string, std::string>({
        {"a: b\nc:\n  - d\n  - e: f\n", "{a@1:1=b@1:4 c@2:1=[d@3:5 {e@4:5=f@4:8}@4:5]@3:3}@1:1"},
        {"a:\n- b\nc: {d: [e, 'f'], \"g\": ''}\n", "{a@1:1=[b@2:3]@2:1 c@3:1={d@3:5=[e@3:9 f@3:12]@3:8 g@3:18=@3:23}@3:4}@1:1"},
        {"\xc3\xbc: {\xc3\xa4: '\xc3\xb6', b: c}\n", "{\xc3\xbc@1:1={\xc3\xa4@1:5=\xc3\xb6@1:8 b@1:13=c@1:16}@1:4}@1:1"},
        {"\xef\xbb\xbf""a: b\r\nc: d\r\n", "{a@1:1=b@1:4 c@2:1=d@2:4}@1:1"},
        {"--- # c\na: |\n  b\n  c\nd: >-\n  e\n  f\n...\n", "{a@2:1=b\nc\n@2:4 d@5:1=e f@5:4}@2:1"},
        {"a: b\n  c\nd: \"e\\u00e4\\\n  f\"\n", "{a@1:1=b c@1:4 d@3:1=e\xc3\xa4""f@3:4}@1:1"},
        {"a: &x {b: c}\nd: *x\ne: [*x, &x f, *x]\n",
         "{a@1:1={b@1:8=c@1:11}@1:4 d@2:1={b@1:8=c@1:11}@1:4 e@3:1=[{b@1:8=c@1:11}@1:4 f@3:9 f@3:9]@3:4}@1:1"},
    }));
    INFO(text);
    const Read result = read(text);
    CHECK(result.said.empty());
    REQUIRE(result.tree);
    CHECK(described(*result.tree) == tree);
}

TEST_CASE("no value is what YAML takes for none, unless in quotes") {
    const Read result = read("a: ~\nb:\nc: [null, Null, NULL, nULL, '', \"null\", '~']\nnull: d\n");
    REQUIRE(result.tree);
    CHECK(described(*result.tree) == "{a@1:1=-@1:1 b@2:1=-@2:1 c@3:1=[-@3:5 -@3:11 -@3:17 nULL@3:23 @3:29 null@3:33 ~@3:41]@3:4 null@4:1=d@4:7}@1:1");
}

TEST_CASE("what YAML has and a scenario has not is refused where it stands") {
    const auto [text, words] = GENERATE(table<std::string, std::string>({
        {"a: !t b\n", "text:1:4: error: the tag '!t' has no meaning here"},
        {"a: !!str b\n", "text:1:4: error: the tag 'tag:yaml.org,2002:str' has no meaning here"},
        {"a: b\nc: d\na: e\n", "text:3:1: error: duplicate key 'a'"},
        {"<<: {a: b}\n", "text:1:1: error: '<<' is not understood"},
        {"a: b\n---\nc: d\n", "text:2:1: error: a second document begins here"},
        {"[a]: b\n", "text:1:1: error: a key must be a plain text"},
        {"a: &x [b]\n*x : c\n", "text:2:1: error: a key must be a plain text"},
        {"a: *x\n", "text:1:4: error: the alias '*x' names an anchor that is not defined above"},
        {"a: &x [b, *x]\n", "text:1:11: error: an alias inside of what it stands for has no end"},
        {"a: &x b\nc: &x [*x]\n", "text:2:8: error: an alias inside of what it stands for has no end"},
        {"# only\n---\n", "text: error: the file is empty"},
        {"", "text: error: the file is empty"},
        {"a: \x01\n", "text: error: not a text: octet 3 is 0x01"},
        {"a: \xff\n", "text: error: not a text: octet 3 is 0xff"},
        {"a: b\n\xc3\xbc: \xed\xa0\x80\n", "text:2:4: error: YAML: invalid Unicode character (0xd800)"},
    }));
    INFO(text);
    const Read result = read(text);
    INFO(result.said);
    CHECK(result.said.starts_with(words));
}

TEST_CASE("a text that is no YAML is told what to look for, and where") {
    const auto [text, words] = GENERATE(table<std::string, std::string>({
        {"a: b: c\n", "1:5: error: YAML: a ':' where no key can stand"},
        {"a: b\n  c: d\n", "2:4: error: YAML: a ':' where no key can stand"},
        {"a: b\nc\nd: e\n", "2:1: error: YAML: a key without its ':'"},
        {"a:\n    b: c\n  d: e\n", "3:3: error: YAML: a key should stand here"},
        {"a: \"b\" c\n", "1:8: error: YAML: a key should stand here"},
        {"a:\n  - b\n  c: d\n", "3:3: error: YAML: the indentation fits none of the lines above, or a '-' is missing"},
        {"a: b\n- c\n", "2:1: error: YAML: a key should stand here"},
        {"a: - b\n", "1:4: error: YAML: a '- ' where no list can stand"},
        {"a: [b\nc: d\n", "2:2: error: YAML: a '[' is not closed"},
        {"a: {b: c\nd: [e]\n", "2:2: error: YAML: a '{' is not closed"},
        {"a: ]\n", "1:4: error: YAML: a value should stand here"},
        {"{a: b} c\n", "1:8: error: YAML: the document has ended before this"},
        {"a:\n\tb: c\n", "2:1: error: YAML: a tab in the indentation"},
        {"a: @b\n", "1:4: error: YAML: a character that YAML reserves"},
        {"a: 'b\nc: d\n", "1:4: error: YAML: a quoted text is not closed before the file ends"},
        {"a: \"b\n---\n", "1:4: error: YAML: a quoted text is not closed before the document ends"},
        {"a: \"\\q\"\n", "1:5: error: YAML: a '\\' that begins no escape"},
        {"a: \"\\xg0\"\n", "1:7: error: YAML: an escape wants its digits"},
        {"a: \"\\ud800\"\n", "1:7: error: YAML: an escape that is no character of Unicode"},
        {"a: *\n", "1:5: error: YAML: '*' begins an alias"},
        {"a: & b\n", "1:5: error: YAML: '&' begins an anchor"},
        {"a: !x!y b\n", "1:4: error: YAML: a tag that is not defined"},
        {"a: !<b c\n", "1:7: error: YAML: '!' begins a tag"},
        {"%b\na: c\n", "1:1: error: YAML: a line that begins with '%'"},
        {"%YAML 3.0\n---\na: c\n", "1:1: error: YAML: written for a version of YAML"},
        {"a: |0\n  b\n", "1:5: error: YAML: a text after '|' or '>'"},
    }));
    INFO(text);
    const Read result = read(text);
    CHECK_FALSE(result.tree);
    CHECK(result.said.substr(0, 5 + words.size()) == "text:" + words);
}

TEST_CASE("all scenarios that there are have places for all of their values") {
    fs::current_path(MAILQUAKE_SOURCE_DIR);
    std::size_t bundled = 0;
    for (const auto& item : fs::recursive_directory_iterator("scenarios")) {
        if (item.path().filename() != "scenario.yaml") continue;
        INFO(item.path());
        const std::string text = content(item.path());
        const Read result = read(text);
        REQUIRE(result.tree);
        CHECK(is_placed(*result.tree, static_cast<int>(std::count(text.begin(), text.end(), '\n'))));
        ++bundled;
    }
    CHECK(bundled >= 15);
}

TEST_CASE("damaged texts become a tree with places, or an error with one") {
    std::mt19937 random(20'140'624);
    std::size_t trees = 0, errors = 0;
    for (int n = 0; n < 20'000; ++n) {
        const std::string text = damaged(random);
        INFO(text);
        const Read result = read(text);
        if (result.tree) {
            ++trees;
            REQUIRE(is_placed(*result.tree, 60));
        } else {
            ++errors;
            const bool whole_file = result.said.starts_with("text: error: not a text") || result.said.starts_with("text: error: the file is empty");
            REQUIRE((whole_file || result.said.starts_with("text:")));
            REQUIRE((whole_file || (result.said[5] >= '1' && result.said[5] <= '9')));
        }
    }
    CHECK(trees > 2'000);
    CHECK(errors > 2'000);
}

}  // namespace mailquake
