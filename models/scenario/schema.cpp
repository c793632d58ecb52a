#include "models/scenario/schema.hpp"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/scenario/scenario_type.hpp"
#include "models/scenario/topology_layer.hpp"

namespace mailquake {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view number = R"([-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?)";
constexpr std::string_view name_pattern = "^[a-z0-9-]+$";

std::string pattern(std::string_view units) { return fmt::format("^{} ?({})$", number, units); }

/// How a scalar of that kind is written; ranges only where JSON sees a number.
Json scalar_schema(const KeyType& key) {
    Json schema;
    switch (key.scalar) {
        case ScalarKind::duration:
        case ScalarKind::instant: {
            const std::string part = fmt::format("{} ?(ns|us|ms|s|min|m|h|d|w)", number);
            const std::string instant = key.scalar == ScalarKind::instant ? R"(|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?)" : "";
            schema = {{"type", "string"}, {"pattern", fmt::format("^(({})+{})$", part, instant)}};
            break;
        }
        case ScalarKind::ratio: schema = {{"type", "string"}, {"pattern", pattern("%")}}; break;
        case ScalarKind::rate: schema = {{"type", "string"}, {"pattern", pattern("/s|/min|/h|/d")}}; break;
        case ScalarKind::bandwidth: schema = {{"type", "string"}, {"pattern", pattern("bps|kbps|Mbps|Gbps|Tbps")}}; break;
        case ScalarKind::bytes: schema = {{"type", "string"}, {"pattern", pattern("B|[kK]B|MB|GB|KiB|MiB|GiB")}}; break;
        case ScalarKind::factor: schema = {{"type", Json::array({"number", "string"})}, {"pattern", fmt::format("^{} ?x?$", number)}}; break;
        case ScalarKind::integer: schema = {{"type", "integer"}}; break;
        case ScalarKind::number: schema = {{"type", "number"}}; break;
        case ScalarKind::boolean: schema = {{"type", "boolean"}}; break;
        case ScalarKind::text:
            schema = {{"type", Json::array({"string", "number"})}};
            if (key.name == "name") schema = {{"type", Json::array({"string", "integer"})}, {"pattern", name_pattern}};
            break;
        case ScalarKind::choice:
            schema = {{"type", "string"}, {"enum", key.texts}};
            break;
    }
    const bool is_number = key.scalar == ScalarKind::integer || key.scalar == ScalarKind::number || key.scalar == ScalarKind::factor;
    if (is_number && key.lowest) schema[key.lowest_excluded ? "exclusiveMinimum" : "minimum"] = *key.lowest;
    if (is_number && key.highest) schema["maximum"] = *key.highest;
    return schema;
}

/// What a file must say: everything that is required, or, when it builds on others, only names.
enum class Strictness { whole, overlay };

class SchemaWriter {
public:
    explicit SchemaWriter(Strictness strictness) : strictness_(strictness) {}

    Json write() {
        Json root = map_schema(scenario_type());
        root["properties"]["extends"] = {{"type", "string"}, {"description", "a scenario file, or a bundled scenario, that this one builds on"}};
        root["properties"]["include"] = one_or_list({{"type", "string"}});
        root["properties"]["include"]["description"] = "files that are laid over what this one extends, in order";
        root["properties"]["topology"] = topology_schema();
        root["properties"]["variants"] = variants_schema();
        root["properties"]["test"] = {{"type", Json::array({"object", "null"})}, {"description", "PATH: value; makes the scenario short and light enough for tests"}};
        if (strictness_ == Strictness::overlay) root.erase("required");
        return root;
    }

private:
    [[nodiscard]] static Json one_or_list(const Json& item) {
        return {{"anyOf", Json::array({item, {{"type", "array"}, {"items", item}}})}};
    }

    Json topology_schema() {
        return {{"description", "a GraphML, GML or DOT file whose sites and links lie under those written here"},
                {"anyOf", Json::array({{{"type", "string"}}, map_schema(topology_type())})}};
    }

    [[nodiscard]] static Json variants_schema() {
        const Json changes{{"type", "object"}, {"properties", {{"description", {{"type", "string"}}}}}};
        Json entry = changes;
        entry["properties"]["name"] = {{"type", "string"}, {"pattern", name_pattern}};
        entry["required"] = {"name"};
        return {{"description", "named changes, PATH: value, that --variant lays over the scenario"},
                {"anyOf", Json::array({{{"type", "array"}, {"items", entry}}, {{"type", "object"}, {"additionalProperties", changes}}})}};
    }

    Json key_schema(const KeyType& key, const SpecType& owner) {
        Json schema;
        switch (key.form) {
            case KeyForm::scalar: schema = scalar_schema(key); break;
            case KeyForm::list: schema = one_or_list(scalar_schema(key)); break;
            case KeyForm::map: schema = map_schema(*key.type); break;
            case KeyForm::entries: schema = entries_schema(*key.type); break;
            case KeyForm::one_of: schema = one_of_schema(key); break;
        }
        schema["description"] = key.sentence;
        const void* value = key.required ? nullptr : key.in(owner.defaults);
        if (value != nullptr && key.form == KeyForm::scalar) add_default(schema, key, value);
        if (strictness_ == Strictness::overlay && key.name != "name") return {{"anyOf", Json::array({schema, {{"type", "null"}}})}};
        return schema;
    }

    static void add_default(Json& schema, const KeyType& key, const void* value) {
        const std::string text = print_scalar(key, value);
        if (text.empty()) return;
        if (key.scalar == ScalarKind::integer) schema["default"] = *static_cast<const std::int64_t*>(value);
        else if (key.scalar == ScalarKind::number) schema["default"] = *static_cast<const double*>(value);
        else if (key.scalar == ScalarKind::boolean) schema["default"] = *static_cast<const bool*>(value);
        else schema["default"] = text;
    }

    Json entries_schema(const SpecType& type) {
        Json entry = map_schema(type);
        return {{"type", "array"}, {"items", {{"anyOf", Json::array({entry, {{"type", "string"}}})}}}};
    }

    /// A map with the tag and the keys of one alternative; a plain kind for one that needs no keys.
    Json one_of_schema(const KeyType& key) {
        Json alternatives = Json::array();
        Json bare = Json::array();
        for (const Alternative& alternative : key.alternatives) {
            Json map{{"type", "object"}, {"additionalProperties", false}};
            map["properties"][std::string(key.tag)] = {{"const", alternative.kind}};
            Json required = Json::array({key.tag});
            add_keys(map, *alternative.type, required);
            if (strictness_ == Strictness::whole) map["required"] = required;
            alternatives.push_back(map);
            if (required.size() == 1) bare.push_back(alternative.kind);
        }
        if (!bare.empty()) alternatives.push_back({{"enum", bare}});
        return {{either(), alternatives}};
    }

    void add_keys(Json& map, const SpecType& type, Json& required) {
        for (const KeyType& key : type.keys) {
            if (key.flattened()) continue;
            map["properties"][std::string(key.name)] = key_schema(key, type);
            const bool made_from_others = key.name == "name" && !type.name_default.empty();
            if (key.required && !made_from_others && (strictness_ == Strictness::whole || key.name == "name")) required.push_back(key.name);
        }
    }

    Json map_schema(const SpecType& type) {
        const KeyType* body = type.flattened();
        if (body == nullptr) return closed_map(type, nullptr, nullptr);
        Json alternatives = Json::array();
        for (const Alternative& alternative : body->alternatives) alternatives.push_back(closed_map(type, body, &alternative));
        return {{"type", "object"}, {either(), alternatives}};
    }

    /// A map with the type's keys and, beside them, the keys of one alternative of its flattened body.
    Json closed_map(const SpecType& type, const KeyType* body, const Alternative* alternative) {
        Json map{{"type", "object"}, {"additionalProperties", false}};
        map["properties"] = Json::object();
        Json required = Json::array();
        add_keys(map, type, required);
        if (alternative != nullptr) {
            map["properties"][std::string(body->tag)] = {{"const", alternative->kind}, {"description", body->sentence}};
            if (strictness_ == Strictness::whole) required.push_back(body->tag);
            add_keys(map, *alternative->type, required);
        }
        if (!required.empty()) map["required"] = required;
        return map;
    }

    /// The tag tells alternatives apart, but an overlay may leave it out.
    [[nodiscard]] const char* either() const { return strictness_ == Strictness::whole ? "oneOf" : "anyOf"; }

    Strictness strictness_;
};

/// Writes each larger part that occurs more than once only once, under `definitions`; the laws, above all.
class Sharing {
public:
    explicit Sharing(Json& schema) : definitions_(schema["definitions"]) {
        for (const auto& [name, part] : definitions_.items()) count(part, true);
        Json whole = std::move(definitions_);
        for (auto& [name, part] : whole.items()) share(part, true);
        for (auto& [name, part] : shared_.items()) whole[name] = std::move(part);
        schema["definitions"] = std::move(whole);
    }

private:
    static constexpr std::size_t kWorthAName = 150;   // as text

    /// `is_schema`: not the map of a schema's properties.
    void count(const Json& part, bool is_schema) {
        if (part.is_object() && is_schema) {
            const std::string text = part.dump();
            if (text.size() > kWorthAName && ++times_[text] > 1) return;
        }
        if (part.is_object())
            for (const auto& [key, value] : part.items()) count(value, !is_schema || key != "properties");
        else if (part.is_array())
            for (const Json& value : part) count(value, true);
    }

    void share(Json& part, bool is_schema) {
        if (part.is_object() && is_schema) {
            const std::string text = part.dump();
            if (const auto found = times_.find(text); found != times_.end() && found->second > 1) {
                const auto [name, is_new] = names_.emplace(text, fmt::format("part-{}", names_.size() + 1));
                if (is_new) {
                    Json content = part;
                    share_inside(content, true);
                    shared_[name->second] = std::move(content);
                }
                part = Json{{"$ref", "#/definitions/" + name->second}};
                return;
            }
        }
        share_inside(part, is_schema);
    }
    void share_inside(Json& part, bool is_schema) {
        if (part.is_object())
            for (auto& [key, value] : part.items()) share(value, !is_schema || key != "properties");
        else if (part.is_array())
            for (Json& value : part) share(value, true);
    }

    Json& definitions_;
    std::map<std::string, int> times_;             // by text
    std::map<std::string, std::string> names_;     // likewise, of what is shared
    Json shared_ = Json::object();
};

}  // namespace

std::string json_schema() {
    const Json builds_on_others{{"anyOf", Json::array({{{"required", {"extends"}}}, {{"required", {"include"}}}, {{"required", {"topology"}}}})}};
    Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "mailquake scenario"}, {"type", "object"}};
    schema["if"] = builds_on_others;
    schema["then"] = {{"$ref", "#/definitions/overlay"}};
    schema["else"] = {{"$ref", "#/definitions/scenario"}};
    schema["definitions"]["scenario"] = SchemaWriter(Strictness::whole).write();
    schema["definitions"]["overlay"] = SchemaWriter(Strictness::overlay).write();
    const Sharing sharing(schema);
    return schema.dump(1) + "\n";
}

}  // namespace mailquake
