// What the style tests read: the repository's own files, as lines, and C++ text without comments and literals.
//
// without_comments_and_literals() is a small lexer, not a compiler: it knows line and block comments, strings, raw
// strings, characters and digit separators, and nothing of the preprocessor. What it takes away becomes spaces, line
// breaks stay, so that lines keep their numbers.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mailquake::style {

/// A file of the repository: its path from the root, with '/', and its text.
struct SourceFile {
    std::string path;
    std::string text;
};

/// One breach of a rule, ready to print: "path:line: what is wrong".
using Findings = std::vector<std::string>;

/// All files under the given top folders whose names end in one of the extensions (with the dot), sorted by path.
[[nodiscard]] std::vector<SourceFile> read_sources(const std::vector<std::string>& tops,
                                                   const std::vector<std::string>& extensions);

/// Every text file that the repository holds: those that git would list, found without git.
[[nodiscard]] std::vector<SourceFile> read_repository();

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
[[nodiscard]] std::string without_comments_and_literals(std::string_view text);
[[nodiscard]] bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes);
[[nodiscard]] std::string joined(const Findings& findings);

}  // namespace mailquake::style
