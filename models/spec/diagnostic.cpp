#include "models/spec/diagnostic.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "models/spec/visible_text.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr std::size_t widest_excerpt = 120;

/// Line `number` (from 1) of `text`, without its end; nothing when there are not as many.
std::optional<std::string_view> line_of(std::string_view text, int number) {
    for (int line = 1; line < number; ++line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        text.remove_prefix(end + 1);
    }
    auto line = text.substr(0, text.find('\n'));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// Byte offset of the `column`-th character (from 1) of a UTF-8 line.
std::size_t byte_of(std::string_view line, int column) {
    std::size_t i = 0;
    for (int seen = 1; i < line.size(); ++i) {
        if (is_continuation(line[i])) continue;
        if (seen == column) return i;
        ++seen;
    }
    return line.size();
}

/// How many characters of `text` make up the key or value that it begins with.
std::size_t token_length(std::string_view text) {
    if (text.empty()) return 1;
    if (text.front() == '"' || text.front() == '\'') {
        const auto end = text.find(text.front(), 1);
        return end == std::string_view::npos ? text.size() : end + 1;
    }
    if (text.front() == '{' || text.front() == '[' || text.starts_with("- ")) return 1;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        const bool blank_next = i + 1 >= text.size() || text[i + 1] == ' ';
        if (text[i] == ':' && blank_next && i > 0) break;
        if (text[i] == ',' || text[i] == ']' || text[i] == '}') break;
        if (text[i] == ' ' && i + 1 < text.size() && text[i + 1] == '#') break;
    }
    while (i > 1 && text[i - 1] == ' ') --i;
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(i),
                                                                            [](char c) { return !is_continuation(c); })));
}

/// Warnings of which there are more than so many are told by the first one.
constexpr std::size_t kMostAlike = 3;

/// Nobody reads more errors than this at once.
constexpr std::size_t kMostErrors = 1000;

/// The message without what differs between places: names in quotes, and numbers.
std::string shape_of(std::string_view message) {
    std::string shape;
    bool quoted = false;
    for (const char c : message) {
        if (c == '\'') quoted = !quoted;
        else if (!quoted && (c < '0' || c > '9')) shape += c;
    }
    return shape;
}

/// Edits from `a` to `b`: insert, delete, replace, or swap two neighbours (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

/// Whether the part is one or more whole words of the name: "delay" of "mean_delay".
bool has_whole(std::string_view name, std::string_view part) {
    const auto ends = [](std::string_view text, std::size_t at) { return at >= text.size() || text[at] == '_' || text[at] == '-'; };
    const auto at = name.find(part);
    return at != std::string_view::npos && name != part && (at == 0 || ends(name, at - 1)) && ends(name, at + part.size());
}

}  // namespace

void Diagnostics::say(Severity severity, const SourcePos& pos, std::string message) {
    message = visible(message);
    all_.push_back({.severity = severity, .pos = pos, .message = std::move(message), .also_pos = {}, .also = {}});
}

void Diagnostics::error(const SourcePos& pos, std::string message) {
    say(Severity::error, pos, std::move(message));
    ++errors_;
}

void Diagnostics::warning(const SourcePos& pos, std::string message) {
    say(Severity::warning, pos, std::move(message));
    ++warnings_;
}

void Diagnostics::notice(const SourcePos& pos, std::string message) { say(Severity::notice, pos, std::move(message)); }

void Diagnostics::also(const SourcePos& pos, const std::string& message) {
    MQ_CHECK(!all_.empty(), "a second place belongs to a diagnostic");
    all_.back().also_pos = pos;
    all_.back().also = visible(message);
}

void Diagnostics::repeat(const Diagnostic& diagnostic) {
    all_.push_back(diagnostic);
    errors_ += diagnostic.severity == Severity::error;
    warnings_ += diagnostic.severity == Severity::warning;
}

void Diagnostics::add_source(const std::string& file, std::string text) { sources_[file] = std::move(text); }

std::string Diagnostics::excerpt(const SourcePos& pos) const {
    const auto source = sources_.find(pos.file);
    if (source == sources_.end() || pos.line <= 0) return {};
    const auto line = line_of(source->second, pos.line);
    if (!line) return {};
    const int width = narrow<int>(std::max<std::size_t>(4, std::to_string(pos.line).size() + 1), "letters");
    const auto shown = [&](int number, std::string_view text) {
        return fmt::format("{:>{}} | {}\n", number, width, visible(text.substr(0, widest_excerpt), " "));
    };
    std::string result;
    if (const auto above = pos.line > 1 ? line_of(source->second, pos.line - 1) : std::nullopt) result += shown(pos.line - 1, *above);
    result += shown(pos.line, *line);
    const std::size_t at = byte_of(*line, pos.column);
    if (at >= widest_excerpt) return result;
    const std::size_t length = std::min(token_length(line->substr(at)), widest_excerpt - at);
    const auto indent = static_cast<std::size_t>(std::max(0, pos.column - 1));
    return result + fmt::format("{:>{}} | {}^{}\n", "", width, std::string(indent, ' '), std::string(length - 1, '~'));
}

std::string Diagnostics::render(const Diagnostic& diagnostic) const {
    const std::string place = print(diagnostic.pos);
    std::string result = fmt::format("{}{}{}: {}\n", place, place.empty() ? "" : ": ", to_text(diagnostic.severity), diagnostic.message);
    result += excerpt(diagnostic.pos);
    if (!diagnostic.also.empty()) result += fmt::format("{}: note: {}\n", print(diagnostic.also_pos), diagnostic.also) + excerpt(diagnostic.also_pos);
    return result;
}

std::string Diagnostics::render(std::size_t most, bool with_notices) const {
    std::vector<const Diagnostic*> order;
    for (const Diagnostic& diagnostic : all_)
        if (with_notices || diagnostic.severity != Severity::notice) order.push_back(&diagnostic);
    std::stable_sort(order.begin(), order.end(), [](const Diagnostic* a, const Diagnostic* b) {
        return std::tie(a->severity, a->pos.file, a->pos.line, a->pos.column) < std::tie(b->severity, b->pos.file, b->pos.line, b->pos.column);
    });
    std::map<std::pair<Severity, std::string>, std::size_t> alike;
    for (const Diagnostic* one : order) ++alike[{one->severity, shape_of(one->message)}];
    std::string result;
    std::size_t errors = 0, others = 0;
    for (const Diagnostic* one : order) {
        if (one->severity == Severity::error) {
            if (errors++ < kMostErrors) result += render(*one);
            continue;
        }
        if (errors > kMostErrors) result += fmt::format("... and {} more errors\n", errors - kMostErrors);
        errors = 0;
        std::size_t& like_it = alike[{one->severity, shape_of(one->message)}];
        if (like_it == 0 || others++ >= most) continue;   // said with the first one, or too many
        result += render(*one);
        if (like_it <= kMostAlike) continue;
        result += fmt::format("  ... and {} more {}s like it\n", like_it - 1, to_text(one->severity));
        like_it = 0;
    }
    if (errors > kMostErrors) result += fmt::format("... and {} more errors\n", errors - kMostErrors);
    if (others > most) result += fmt::format("... and {} more\n", others - most);
    return result;
}

std::string Diagnostics::total() const {
    if (errors_ + warnings_ < 2) return {};
    const auto counted = [](std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
    if (errors_ == 0) return counted(warnings_, "warning") + "\n";
    return counted(errors_, "error") + (warnings_ == 0 ? "" : ", " + counted(warnings_, "warning")) + "\n";
}

std::string print(const SourcePos& pos) {
    if (pos.line <= 0) return visible(pos.file);
    return fmt::format("{}:{}:{}", visible(pos.file), pos.line, pos.column);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    if (word.size() < 3) return {};  // every other short name is near
    const std::size_t most = std::min<std::size_t>(4, word.size() / 3);
    std::size_t nearest = most + 1;
    std::string_view best;
    for (const std::string& candidate : candidates) {
        if (candidate == word || candidate.size() > word.size() + most || word.size() > candidate.size() + most) continue;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance >= nearest || distance >= candidate.size()) continue;
        nearest = distance;
        best = candidate;
    }
    for (const std::string& candidate : candidates)
        if (best.empty() && candidate.size() >= 3 && (has_whole(candidate, word) || has_whole(word, candidate))) best = candidate;
    return std::string(best);
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates, std::string_view noun) {
    if (const std::string near = did_you_mean(word, candidates); !near.empty()) return fmt::format("; did you mean '{}'?", near);
    if (candidates.empty()) return {};
    constexpr std::size_t most = 16;
    std::string list;
    for (std::size_t i = 0; i < candidates.size() && i < most; ++i) list += (i == 0 ? "" : ", ") + candidates[i];
    if (candidates.size() > most) list += fmt::format(", ... ({} in all)", candidates.size());
    return fmt::format("; {} are: {}", noun, list);
}

}  // namespace mailquake
