#include "models/scenario/canonical.hpp"

#include <array>
#include <string_view>

#include "models/scenario/scenario_type.hpp"

namespace mailquake {
namespace {

constexpr std::array<bool, 256> letters_of_plain() {
    std::array<bool, 256> plain{};
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@%+-:")) plain[static_cast<unsigned char>(c)] = true;
    return plain;
}

/// Whether YAML reads the text as itself, without quotes.
bool is_plain(std::string_view text) {
    static constexpr std::array<bool, 256> plain = letters_of_plain();
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return false;
    for (const char c : text)
        if (!plain[static_cast<unsigned char>(c)]) return false;
    const char first = text.front();
    return first != '-' && first != '@' && first != '%' && first != ':' && text.back() != ':';
}

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
    void append_key(std::string_view name) {
        text += name;
        text += ':';
    }

    void append_scalar(const KeyType& key, const void* value) {
        if (key.scalar == ScalarKind::text) append_yaml(*static_cast<const std::string*>(value));
        else append_yaml(print_scalar(key, value));
    }

    void append_yaml(const std::string& scalar) {
        if (is_plain(scalar)) text += scalar;
        else text += yaml_scalar(scalar);
    }

    void begin_line(std::size_t depth) {
        if (!after_dash_) text.append(depth * 2, ' ');
        after_dash_ = false;
    }

    void write_key(const KeyType& key, const void* value, std::size_t depth) {
        switch (key.form) {
            case KeyForm::scalar:
                if (key.scalar == ScalarKind::text && static_cast<const std::string*>(value)->empty()) return;
                begin_line(depth);
                append_key(key.name);
                text += ' ';
                append_scalar(key, value);
                text += '\n';
                return;
            case KeyForm::list: write_list(key, value, depth); return;
            case KeyForm::map:
                begin_line(depth);
                append_key(key.name);
                text += '\n';
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
        append_key(key.name);
        text += " [";
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) text += ", ";
            append_scalar(key, key.access.item(list, i));
        }
        text += "]\n";
    }

    void write_entries(const KeyType& key, const void* list, std::size_t depth) {
        const std::size_t count = key.access.size(list);
        if (count == 0) return;
        begin_line(depth);
        append_key(key.name);
        text += '\n';
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
            append_key(key.name);
            text += '\n';
        }
        const Alternative& alternative = key.alternatives[key.access.chosen(value)];
        begin_line(inner);
        append_key(key.tag);
        text += ' ';
        text += alternative.kind;
        text += '\n';
        write_map(*alternative.type, key.access.body(value), inner, false);
    }

    bool after_dash_ = false;
};

}  // namespace

std::string yaml_scalar(const std::string& text) {
    if (is_plain(text)) return text;
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
