// What is said about a user's input: all mistakes of a scenario are collected, then shown at once.
//
// Each has a place (file:line:column from 1, or `--set:PATH`), a sentence that names the key and what would be right,
// and an excerpt of the text with the place marked. Programmer mistakes are no matter of this file (sim/base/check.hpp).
// Left out: colours and where the text goes, which the command line decides.
//
//   FILE:41:5: error: unknown key 'latncy' in links[nam-emea]; did you mean 'latency'?
//     40 |   - name: nam-emea
//     41 |     latncy: 45ms
//        |     ^~~~~~
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/entry.hpp"

namespace mailquake {

/// error: nothing runs. warning: it runs, but probably not as meant. notice: worth knowing.
enum class Severity { error, warning, notice };
template <>
struct EnumText<Severity> {
    static constexpr EnumTable<Severity, 3> table{
        {{Severity::error, "error"}, {Severity::warning, "warning"}, {Severity::notice, "note"}}};
};

/// One thing said about one place; `also` points at a second place that belongs to it ("first one is here").
struct Diagnostic {
    Severity    severity = Severity::error;
    SourcePos   pos;
    std::string message;
    SourcePos   also_pos;   // no line: none
    std::string also;
};

/// Collects diagnostics, and the texts of the files that they point into.
class Diagnostics {
public:
    void error(const SourcePos& pos, std::string message);
    void warning(const SourcePos& pos, std::string message);
    void notice(const SourcePos& pos, std::string message);
    /// Adds a second place to the diagnostic said last.
    void also(const SourcePos& pos, const std::string& message);

    /// Says again what others have collected.
    void repeat(const Diagnostic& diagnostic);
    /// Excerpts are of the texts that `other` knows.
    void take_sources(const Diagnostics& other) { sources_ = other.sources_; }

    /// Makes the text known under the name that positions use, for excerpts.
    void add_source(const std::string& file, std::string text);

    [[nodiscard]] std::size_t errors() const { return errors_; }
    [[nodiscard]] std::size_t warnings() const { return warnings_; }
    [[nodiscard]] bool has_errors() const { return errors_ > 0; }
    /// As they were said; render() sorts.
    [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }

    /// One diagnostic with its excerpt; ends in a newline.
    [[nodiscard]] std::string render(const Diagnostic& diagnostic) const;
    /// All errors by file and line (a thousand at most), then warnings, then notices, of these at most `most` (then it says how many more). Many warnings that
    /// are alike but for names and numbers are told by the first one, and their count. with_notices false leaves notices out.
    [[nodiscard]] std::string render(std::size_t most = 100, bool with_notices = true) const;
    /// "2 errors, 1 warning", a line; nothing where there is one of them, or none.
    [[nodiscard]] std::string total() const;

private:
    void say(Severity severity, const SourcePos& pos, std::string message);
    [[nodiscard]] std::string excerpt(const SourcePos& pos) const;

    std::vector<Diagnostic> all_;
    std::map<std::string, std::string, std::less<>> sources_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

/// `file:line:column`, `--set:PATH`, or the file alone where there is no line.
[[nodiscard]] std::string print(const SourcePos& pos);

/// The candidate that `word` was probably meant to be, or an empty text. Edit distance (Damerau: a swap of neighbours is
/// one edit) at most a third of the word's length; the nearest, among equals the first. Else the first of which it is a whole
/// part, or that is one of it ("mean" and "mean_delay").
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// `; did you mean 'latency'?` for the end of a message; without a near candidate `; NOUN are: a, b, c` (at most 16), or
/// nothing when there are no candidates.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                                     std::string_view noun);

}  // namespace mailquake
