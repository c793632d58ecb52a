#include "models/scenario/canonical.hpp"

#include <fmt/format.h>

#include "models/scenario/scenario_type.hpp"

namespace mailquake {
namespace {

class Writer {
public:
    /// Writes the keys of a spec, one per line, `depth` levels in; the first line continues a line that is begun.
    void write_map(const SpecType& type, const void* spec, std::size_t depth, bool named) {
        for (const KeyType& key : type.keys) {
            const bool is_name = named && key.name == "name";
            if (key.inert && !is_name) continue;
            if (const void* value = key.in(spec)) write_key(key, value, depth);
        }
    }

    std::string text;

private:
    void begin_line(std::size_t depth) {
        if (!after_dash_) text.append(depth * 2, ' ');
        after_dash_ = false;
    }

    void write_key(const KeyType& key, const void* value, std::size_t depth) {
        switch (key.form) {
            case KeyForm::scalar:
                if (key.scalar == ScalarKind::text && static_cast<const std::string*>(value)->empty()) return;
                begin_line(depth);
                text += fmt::format("{}: {}\n", key.name, yaml_scalar(print_scalar(key, value)));
                return;
            case KeyForm::list: write_list(key, value, depth); return;
            case KeyForm::map:
                begin_line(depth);
                text += fmt::format("{}:\n", key.name);
                write_map(*key.type, value, depth + 1, false);
                return;
            case KeyForm::entries: write_entries(key, value, depth); return;
            case KeyForm::one_of: write_alternative(key, value, depth); return;
        }
    }

    void write_list(const KeyType& key, const void* list, std::size_t depth) {
        const std::size_t count = key.access.size(list);
        if (count == 0) return;
        begin_line(depth);
        text += fmt::format("{}: [", key.name);
        for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + yaml_scalar(print_scalar(key, key.access.item(list, i)));
        text += "]\n";
    }

    void write_entries(const KeyType& key, const void* list, std::size_t depth) {
        const std::size_t count = key.access.size(list);
        if (count == 0) return;
        begin_line(depth);
        text += fmt::format("{}:\n", key.name);
        for (std::size_t i = 0; i < count; ++i) {
            text.append(depth * 2 + 2, ' ');
            text += "- ";
            after_dash_ = true;
            write_map(*key.type, key.access.item(list, i), depth + 2, true);
        }
    }

    void write_alternative(const KeyType& key, const void* value, std::size_t depth) {
        const std::size_t inner = key.flattened() ? depth : depth + 1;
        if (!key.flattened()) {
            begin_line(depth);
            text += fmt::format("{}:\n", key.name);
        }
        const Alternative& alternative = key.alternatives[key.access.chosen(value)];
        begin_line(inner);
        text += fmt::format("{}: {}\n", key.tag, alternative.kind);
        write_map(*alternative.type, key.access.body(value), inner, false);
    }

    bool after_dash_ = false;
};

bool safe_plain(const std::string& text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL" || text.front() == '-') return false;
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@%+-:") == std::string::npos &&
           text.find_first_of("@%:") != 0 && text.back() != ':';
}

}  // namespace

std::string yaml_scalar(const std::string& text) {
    if (safe_plain(text)) return text;
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        if (c == '\n') result += "\\n";
        else if (c == '\t') result += "\\t";
        else result += c;
    }
    return result + "\"";
}

std::string canonical_text(const ScenarioSpec& spec) {
    Writer writer;
    writer.write_map(scenario_type(), &spec, 0, false);
    return std::move(writer.text);
}

}  // namespace mailquake
