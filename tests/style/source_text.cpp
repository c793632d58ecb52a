#include "tests/style/source_text.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

namespace mailquake::style {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void add_tree(const fs::path& top, std::vector<SourceFile>& files, const std::vector<std::string>& extensions) {
    const fs::path root = MAILQUAKE_SOURCE_DIR;
    if (!fs::exists(top)) return;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
        if (!entry.is_regular_file()) continue;
        const std::string extension = entry.path().extension().string();
        if (!extensions.empty() && std::find(extensions.begin(), extensions.end(), extension) == extensions.end()) {
            continue;
        }
        files.push_back({entry.path().lexically_relative(root).generic_string(), read_file(entry.path())});
    }
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where the literal or comment that begins at `at` ends (one past its last character); `at` if none begins there.
std::size_t end_of_hidden(std::string_view text, std::size_t at) {
    const auto past = [&](std::string_view end, std::size_t from) {
        const std::size_t found = text.find(end, from);
        return found == std::string_view::npos ? text.size() : found + end.size();
    };
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
    if (rest.starts_with("/*")) return past("*/", at + 2);
    if (rest.starts_with("R\"") && (at == 0 || !is_word(text[at - 1]))) {
        const std::size_t open = text.find('(', at);
        if (open == std::string_view::npos) return text.size();
        return past(")" + std::string(text.substr(at + 2, open - at - 2)) + "\"", open);
    }
    const char quote = rest.empty() ? '\0' : rest.front();
    const bool separates_digits = quote == '\'' && at > 0 && is_word(text[at - 1]);
    if ((quote != '"' && quote != '\'') || separates_digits) return at;
    for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == '\\') { ++i; continue; }
        if (text[i] == quote) return i + 1;
    }
    return at;
}

}  // namespace

std::vector<SourceFile> read_sources(const std::vector<std::string>& tops, const std::vector<std::string>& extensions) {
    std::vector<SourceFile> files;
    for (const std::string& top : tops) add_tree(fs::path(MAILQUAKE_SOURCE_DIR) / top, files, extensions);
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

std::vector<SourceFile> read_repository() {
    static const std::vector<std::string> text_files = {".hpp", ".cpp", ".cmake", ".txt", ".md", ".yaml", ".yml",
                                                        ".json", ".sh", ".sql", ".ipynb", ".expected"};
    std::vector<SourceFile> files = read_sources(
        {"sim", "models", "scenarios", "bench", "tests", "notebooks", ".ci"}, text_files);
    for (const char* name : {"CMakeLists.txt", "CMakePresets.json", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md",
                             ".clang-format", ".clang-tidy", ".gitignore", "mailquake", "test", ".ci/run"}) {
        const fs::path path = fs::path(MAILQUAKE_SOURCE_DIR) / name;
        if (fs::exists(path)) files.push_back({name, read_file(path)});
    }
    return files;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return lines;
}

std::string without_comments_and_literals(std::string_view text) {
    std::string plain(text);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = end_of_hidden(text, at);
        if (end == at) { ++at; continue; }
        for (; at < end; ++at) {
            if (plain[at] != '\n') plain[at] = ' ';
        }
    }
    return plain;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return text.starts_with(p); });
}

std::string joined(const Findings& findings) {
    std::string text;
    for (const std::string& finding : findings) text += "\n" + finding;
    return text;
}

}  // namespace mailquake::style
