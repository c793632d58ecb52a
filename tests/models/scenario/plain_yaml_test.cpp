// The reader of plain texts gives the tree that yaml-cpp gives, places included, or gives up: for every scenario that there
// is, and for thousands of texts that were made from small ones by damage.
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "models/scenario/plain_yaml.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {

using testing::content;

namespace {

namespace fs = std::filesystem;

/// A tree as a text in which nothing of it is lost.
void describe(const YamlNode& node, std::string& text) {
    const auto place = [&](const NodePlace& p) { text += std::to_string(p.line) + ':' + std::to_string(p.column) + ' '; };
    place(node.key_place);
    place(node.place);
    text += std::to_string(static_cast<int>(node.kind)) + " '" + node.key + "' '" + node.text + "'\n";
    for (const YamlNode& child : node.children) describe(child, text);
    text += "end\n";
}

std::string described(const std::optional<YamlNode>& tree) {
    std::string text;
    if (tree) describe(*tree, text);
    return text;
}

/// What yaml-cpp reads, and what is said about it.
std::string read_by_yaml_cpp(const std::string& text) {
    SourceTable sources;
    sources.add("text", "");
    Diagnostics said;
    const auto tree = parse_any_yaml(text, 0, sources, said);
    return said.has_errors() ? said.render() : described(tree);
}

const std::vector<std::string> small_texts = {
    "a: b\nc:\n  - d\n  - e: f\n    g: h\n  - [i, j]\nk: {l: m, n: [o, p]}\n",
    "a:\n- b\n- c\nd: \"e f\"\ng: 'h: i' # c\nj:\n  k: l\n\n  # c\n  m: n\n",
    "- a\n- - b\n  - c\n-\n  d: e\n- {f: g,\n   h: i}\n",
    "{a: 1, b: [1,2], \"c\": 'd'}\n",
    "a: \xc3\xbcx\n\xc3\xb6: {\xc3\xa4: 1, b: \"2\"}\n",
    "a: ~\nb: {c: null, d: [~, e]}\nf:\n- NULL\n- g: Null\nh:\ni: -1\n"};

/// One of the small texts with up to five places damaged.
std::string damaged(std::mt19937& random) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
    static const std::vector<std::string> pieces = {": ", "- ", "\n", " ", "\n  ", " #", "{}", "[]", "a: ", "\"", "'", "null", "~", "---", "...", "? ", ", ", ",", ":", "-", "#",
                                                    "{", "}", "[", "]", "\t", "\r", "&a ", "*a", "!t ", "|", "<<", "k:\n", "\xc3\xbc", "\\", "\n- ", "a:b", "{a: 1}"};
    std::string text = small_texts[below(small_texts.size())];
    for (std::size_t n = 1 + below(5); n > 0 && !text.empty(); --n) {
        const std::size_t at = below(text.size());
        switch (below(3)) {
            case 0: text.erase(at, 1 + below(3)); break;
            case 1: text.insert(at, pieces[below(pieces.size())]); break;
            default: text.insert(at, text.substr(below(text.size()), 1 + below(12))); break;
        }
    }
    return text;
}

/// Whether no letter beyond ASCII was cut in two: such texts are refused before any reader sees them.
bool is_whole(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) continue;
        if (c != 0xc3 || i + 1 == text.size() || (static_cast<unsigned char>(text[i + 1]) & 0xc0U) != 0x80U) return false;
        ++i;
    }
    return true;
}

}  // namespace

TEST_CASE("scenarios are plain, and read as yaml-cpp reads them") {
    fs::current_path(MAILQUAKE_SOURCE_DIR);
    std::size_t bundled = 0;
    for (const char* folder : {"scenarios", "bench/scenarios", "tests/models/scenario"}) {
        for (const auto& item : fs::recursive_directory_iterator(folder)) {
            if (item.path().extension() != ".yaml") continue;
            INFO(item.path());
            const std::string text = content(item.path());
            const auto plain = read_plain_yaml(text, 0);
            if (item.path().filename() == "scenario.yaml" && std::string(folder) == "scenarios") {
                ++bundled;
                CHECK(plain.has_value());
            }
            if (plain) CHECK(described(plain) == read_by_yaml_cpp(text));
        }
    }
    CHECK(bundled >= 15);
}

TEST_CASE("damaged texts are read as yaml-cpp reads them, or left to it") {
    std::mt19937 random(20'140'624);
    std::size_t read = 0;
    for (int n = 0; n < 6000; ++n) {
        const std::string text = damaged(random);
        const auto plain = read_plain_yaml(text, 0);
        if (!plain || !is_whole(text)) continue;
        ++read;
        INFO(text);
        REQUIRE(described(plain) == read_by_yaml_cpp(text));
    }
    CHECK(read > 400);
}

TEST_CASE("what is not plain is left to yaml-cpp") {
    const std::string text = GENERATE(as<std::string>(), "a: &b c\nd: *b\n", "a: !t b\n", "a: |\n  b\n", "a: b\n  c\n", "a: \"b\\n\"\n", "a: 'b\n  c'\n", "--- a: b\n", "a:\tb\n", "a: b\r\n",
                                      "a: [b, ]\n", "- a\n-\n", "a: b\na: c\n", "<<: {a: b}\n", "a: b: c\n", "a: [b\n", "a\n", "", "# a\n");
    INFO(text);
    CHECK_FALSE(read_plain_yaml(text, 0));
}

TEST_CASE("a quoted text may follow letters beyond ASCII in its line") {
    SourceTable sources;
    sources.add("text", "");
    Diagnostics said;
    const auto tree = parse_any_yaml("{\xc3\xbc\xc3\xbc\xc3\xbc: 1, a: 'b'}\n", 0, sources, said);
    INFO(said.render());
    REQUIRE(tree);
    CHECK(tree->find("a")->text == "b");
}

}  // namespace mailquake
