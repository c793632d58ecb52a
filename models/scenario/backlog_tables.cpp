#include "models/scenario/backlog_tables.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "models/scenario/path.hpp"
#include "models/scenario/plain_name.hpp"

namespace mailquake {
namespace {

/// The column of `qshape` where a line ends in `qshape: |` (perhaps with an anchor, a '-' or '+', or a comment).
std::optional<std::size_t> column_of_table(std::string_view line) {
    const std::size_t column = line.find_first_not_of(" -");
    constexpr std::string_view key = "qshape:";
    if (column == std::string_view::npos || !line.substr(column).starts_with(key)) return std::nullopt;
    std::string_view rest = line.substr(column + key.size());
    const auto pass_blanks = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); };
    pass_blanks();
    if (rest.starts_with('&')) rest.remove_prefix(std::min(rest.find_first_of(" \t"), rest.size()));
    pass_blanks();
    if (!rest.starts_with('|')) return std::nullopt;
    rest.remove_prefix(1);
    if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
    pass_blanks();
    return rest.empty() || rest.front() == '#' || rest.front() == '\r' ? std::optional(column) : std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }
bool is_empty(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

std::int64_t number_of(const QshapeCounts& counts) { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }

void add(QshapeCounts& sum, const QshapeCounts& more) {
    for (std::size_t c = 0; c < qshape_columns; ++c) sum[c] += more[c];
}

/// Which class a row belongs to by `classes`.
class RowClasses {
public:
    explicit RowClasses(std::span<const std::string> written) {
        for (const std::string& one : written) {
            const auto equals = one.rfind('=');
            if (equals == std::string::npos || equals == 0) wrong_ = fmt::format("'{}' is not DESTINATION=CLASS, such as mail.example=gold", one);
            else if (!classes_.emplace(one.substr(0, equals), one.substr(equals + 1)).second) wrong_ = fmt::format("destination '{}' stands twice in `classes`", one.substr(0, equals));
        }
    }
    /// What is wrong with what was written, if anything.
    [[nodiscard]] std::string problem(std::span<const TenantClassSpec> known, const QshapeTable& table) const {
        if (!wrong_.empty()) return wrong_;
        for (const auto& [destination, name] : classes_) {
            if (std::none_of(known.begin(), known.end(), [&](const TenantClassSpec& one) { return one.name == name; })) return fmt::format("`classes` has '{}={}', but there is no tenant class '{}'", destination, name, name);
            if (std::none_of(table.rows.begin(), table.rows.end(), [&](const QshapeRow& row) { return row.destination == destination; })) return fmt::format("`classes` has '{}', but the table has no row of that destination", destination);
        }
        return {};
    }
    [[nodiscard]] std::string of(const QshapeRow& row, std::span<const TenantClassSpec> known) const {
        const auto said = classes_.find(row.destination);
        if (said != classes_.end()) return said->second;
        const std::string name = plain_name(row.destination);
        return std::any_of(known.begin(), known.end(), [&](const TenantClassSpec& one) { return one.name == name; }) ? name : std::string();
    }

private:
    std::map<std::string, std::string, std::less<>> classes_;
    std::string wrong_;
};

bool has_table(const BacklogSpec& backlog) { return !backlog.qshape.empty() || !backlog.qshape_file.empty(); }

/// Names are relative to the file that has them.
void read_table(BacklogSpec& backlog, const PathIndex& paths, const SourceTable& sources, Diagnostics& diagnostics) {
    const YamlNode* written = paths.find(fmt::format("backlog.{}.qshape_file", backlog.name));
    const SourcePos pos = written == nullptr ? backlog.pos : sources.pos(written->place);
    if (!backlog.qshape.empty()) return diagnostics.error(pos, "`qshape` and `qshape_file` are two ways to say the same; leave one out");
    if (pos.line > 0 && pos.file != "-") backlog.qshape_file = (std::filesystem::path(pos.file).parent_path() / backlog.qshape_file).string();
    std::error_code status;
    if (std::filesystem::exists(backlog.qshape_file, status) && !std::filesystem::is_regular_file(backlog.qshape_file, status))
        return diagnostics.error(pos, fmt::format("{} is not a regular file", backlog.qshape_file));
    auto text = read_text(backlog.qshape_file, 8'000'000, pos, diagnostics);  // none of it is shown: it may be any file
    if (!text) return;
    backlog.qshape = std::move(*text);
    if (is_empty(backlog.qshape)) diagnostics.error(pos, fmt::format("{} is empty; a table of qshape is needed", backlog.qshape_file));
}

}  // namespace

std::string with_tables_indented(std::string text) {
    if (text.find("qshape:") == std::string::npos) return text;
    const std::vector<std::string_view> lines = lines_of(text);
    std::string result;
    for (std::size_t k = 0; k < lines.size(); ++k) {
        result.append(lines[k]) += '\n';
        const auto column = column_of_table(lines[k]);
        if (!column) continue;
        std::size_t end = k + 1;
        while (end < lines.size() && (is_empty(lines[end]) || looks_like_qshape(lines[end]))) ++end;
        for (; k + 1 < end; ++k) {
            const std::string_view row = lines[k + 1];
            if (!is_empty(row)) result.append(*column + 2, ' ').append(row.substr(indent_of(row)));
            result += '\n';
        }
    }
    if (!text.empty() && text.back() != '\n') result.pop_back();
    return result;
}

std::variant<std::vector<BacklogSpec>, QshapeError> split_backlog(const BacklogSpec& backlog, std::span<const TenantClassSpec> classes) {
    const auto parsed = parse_qshape(backlog.qshape);
    if (const auto* wrong = std::get_if<QshapeError>(&parsed)) return *wrong;
    const auto& table = std::get<QshapeTable>(parsed);
    const RowClasses row_classes(backlog.classes);
    if (std::string problem = row_classes.problem(classes, table); !problem.empty()) return QshapeError{0, std::move(problem)};
    std::vector<std::pair<std::string, QshapeCounts>> parts;  // by class, in the order of rows
    QshapeCounts rest = table.sum();
    std::string homeless;
    for (const QshapeRow& row : table.rows) {
        const std::string name = row_classes.of(row, classes);
        if (name.empty()) {
            if (homeless.empty()) homeless = row.destination;
            continue;
        }
        for (std::size_t c = 0; c < qshape_columns; ++c) rest[c] -= row.counts[c];
        const auto known = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.first == name; });
        if (known == parts.end()) parts.emplace_back(name, row.counts);
        else add(known->second, row.counts);
    }
    if (backlog.tenant_class.empty() && number_of(rest) > 0)
        return QshapeError{0, homeless.empty() ? fmt::format("TOTAL has {} more than the rows below it; say with `class` whose mail that is", number_of(rest))
                                               : fmt::format("destination '{}' is nobody's: no tenant class is called '{}'. Write `classes: [{}=CLASS]`, or with `class` whose mail all other rows are", homeless,
                                                             plain_name(homeless), homeless)};
    std::vector<BacklogSpec> entries;
    const auto take = [&](std::string name, const std::string& tenant_class, const QshapeCounts& counts) {
        BacklogSpec entry = backlog;
        entry.written_as = backlog.written_as.empty() ? backlog.name : backlog.written_as;
        entry.name = std::move(name);
        entry.tenant_class = tenant_class;
        entry.qshape = print_qshape("TOTAL", counts);
        entry.qshape_file.clear();
        entry.classes.clear();
        entries.push_back(std::move(entry));
    };
    if (number_of(rest) > 0 || parts.empty()) take(backlog.name, backlog.tenant_class, rest);
    for (const auto& [name, counts] : parts) take(fmt::format("{}/{}", backlog.name, name), name, counts);  // no name that is written has a '/'
    return entries;
}

void take_backlog_tables(ScenarioSpec& spec, const YamlNode& tree, const SourceTable& sources, Diagnostics& diagnostics) {
    if (std::none_of(spec.backlog.begin(), spec.backlog.end(), has_table)) return;
    const PathIndex paths(tree);
    std::vector<BacklogSpec> entries;
    for (BacklogSpec& backlog : spec.backlog) {
        if (!backlog.qshape_file.empty()) read_table(backlog, paths, sources, diagnostics);
        auto split = backlog.qshape.empty() ? std::variant<std::vector<BacklogSpec>, QshapeError>{QshapeError{}} : split_backlog(backlog, spec.tenants);
        auto* parts = std::get_if<std::vector<BacklogSpec>>(&split);
        if (parts == nullptr) {
            entries.push_back(std::move(backlog));
            continue;
        }
        if (parts->size() > 1 || parts->front().name != backlog.name) {
            std::string whose;
            for (const BacklogSpec& part : *parts) whose += fmt::format("{}{} of class '{}'", whose.empty() ? "" : ", ", number_of(std::get<QshapeTable>(parse_qshape(part.qshape)).sum()), part.tenant_class);
            diagnostics.notice(backlog.pos, fmt::format("the table of backlog '{}' is {}", backlog.name, whose));
        }
        entries.insert(entries.end(), std::make_move_iterator(parts->begin()), std::make_move_iterator(parts->end()));
    }
    spec.backlog = std::move(entries);
}

}  // namespace mailquake
