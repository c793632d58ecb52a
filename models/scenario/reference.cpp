// The generated part of scenarios/README.md: every key in a table, from the declarations alone.
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "models/expect/metric_type.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/scenario/schema.hpp"
#include "models/scenario/topology_layer.hpp"

namespace mailquake {
namespace {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '|') result += '\\';
        result += c;
    }
    return result;
}

/// Writes one table per list of entries and per family of alternatives; a family that several keys share stands once.
class Reference {
public:
    std::string write() {
        section("The scenario", "", scenario_type());
        section("`topology`", "a GraphML, GML or DOT file whose sites and links lie under those written here; a file's name alone will do", topology_type());
        for (std::size_t i = 0; i < open_.size(); ++i) {
            const Open next = open_[i];
            if (next.key->form == KeyForm::one_of) family(next);
            else section(fmt::format("`{}`", next.path), std::string(next.key->sentence), *next.key->type);
        }
        return std::move(text_);
    }

private:
    struct Open {
        std::string path;
        const KeyType* key;
    };

    void section(const std::string& title, const std::string& sentence, const SpecType& type) {
        text_ += fmt::format("### {}\n\n", title);
        if (!sentence.empty()) text_ += fmt::format("{}.\n\n", capital(sentence));
        begin_table();
        const std::string path = title.front() == '`' ? title.substr(1, title.size() - 2) : "";
        rows(type, "", path);
        text_ += "\n";
    }

    static std::string capital(std::string text) {
        if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
        return text;
    }

    void begin_table() { text_ += "| key | type | default | range | meaning |\n|---|---|---|---|---|\n"; }

    void rows(const SpecType& type, const std::string& prefix, const std::string& path) {
        for (const KeyType& key : type.keys) row(key, type, prefix, path);
    }

    void row(const KeyType& key, const SpecType& owner, const std::string& prefix, const std::string& path) {
        const std::string name = prefix + std::string(key.flattened() ? key.tag : key.name);
        std::string there = path.empty() ? name : fmt::format("{}.{}", path, name);
        std::string type = type_text(key);
        if (key.form == KeyForm::one_of) {
            const std::string family_name = open_family(key, there);
            type = key.flattened() ? fmt::format("kind, see [{0}](#{0})", family_name) : fmt::format("map with `{}`, see [{}](#{})", key.tag, family_name, family_name);
        }
        if (key.form == KeyForm::entries) {
            there += ".NAME";
            open_.push_back({there, &key});
        }
        text_ += fmt::format("| `{}` | {} | {} | {} | {} |\n", name, type, default_text(key, owner), range_text(key), escaped(key.sentence));
        if (key.form == KeyForm::map) rows(*key.type, name + ".", path);
    }

    /// The name of the table of alternatives, which is opened when it is new.
    std::string open_family(const KeyType& key, const std::string& path) {
        const SpecType* first = key.alternatives.front().type;
        if (const auto known = families_.find(first); known != families_.end()) return known->second;
        std::string name = fmt::format("{}-of-{}", key.tag, path);
        for (char& c : name)
            if (c == '.') c = '-';
        std::string clean;
        for (const char c : name)
            if ((c >= 'a' && c <= 'z') || c == '-' || c == '_') clean += c;
        while (clean.find("--") != std::string::npos) clean.replace(clean.find("--"), 2, "-");
        families_[first] = clean;
        open_.push_back({clean, &key});
        return clean;
    }

    void family(const Open& open) {
        text_ += fmt::format("### {}\n\n{}. `{}` is one of:\n\n", open.path, capital(std::string(open.key->sentence)), open.key->tag);
        text_ += fmt::format("| `{}` | key | type | default | range | meaning |\n|---|---|---|---|---|---|\n", open.key->tag);
        for (const Alternative& alternative : open.key->alternatives) {
            std::string kind = fmt::format("`{}`", alternative.kind);
            if (alternative.type->keys.empty()) text_ += fmt::format("| {} | | | | | no keys of its own |\n", kind);
            for (const KeyType& key : alternative.type->keys) {
                text_ += fmt::format("| {} | `{}` | {} | {} | {} | {} |\n", kind, key.name, type_text(key), default_text(key, *alternative.type), range_text(key),
                                     escaped(key.sentence));
                kind.clear();
            }
        }
        text_ += "\n";
    }

    static std::string list_text(const KeyType& key, const void* value) {
        std::string items;
        for (std::size_t n = 0; n < key.access.size(value); ++n) items += (n > 0 ? ", " : "") + print_scalar(key, key.access.item(value, n));
        return items.empty() ? "none" : fmt::format("`[{}]`", items);
    }

    static std::string default_text(const KeyType& key, const SpecType& owner) {
        if (key.name == "name" && !owner.name_default.empty()) return fmt::format("`{}`", owner.name_default);
        if (key.required || key.flattened()) return "required";
        const void* value = key.in(owner.defaults);
        if (value == nullptr) return "none";
        switch (key.form) {
            case KeyForm::scalar: {
                const std::string text = print_scalar(key, value);
                return text.empty() ? "none" : fmt::format("`{}`", text);
            }
            case KeyForm::list: return list_text(key, value);
            case KeyForm::entries: return "none";
            case KeyForm::map: return "";
            case KeyForm::one_of: return fmt::format("`{}`", key.alternatives[key.access.chosen(value)].kind);
        }
        return {};
    }

    std::string text_;
    std::vector<Open> open_;
    std::map<const SpecType*, std::string> families_;
};

}  // namespace

std::string reference_markdown() {
    return Reference().write() + "### Metrics\n\n`expect:` and `sweep: metrics:` speak of these, as do `--metric` and `--expect`.\n\n" + metrics_markdown() + "\n";
}

}  // namespace mailquake
