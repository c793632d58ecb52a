// An explanation as JSON and back. Each struct says its keys once, in order, and is written and read by them.
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <type_traits>

#include "models/report/explanation.hpp"

namespace mailquake {

namespace {

using ExplanationJson = nlohmann::ordered_json;

/// Shows a struct's keys to a visitor: visit(key, member).
template <class Visit>
void show(DelayTotal& t, const Visit& visit) {
    visit("copies", t.copies);
    visit("censored", t.censored);
    visit("delay", t.delay);
}
template <class Visit>
void show(DelayPart& p, const Visit& visit) {
    visit("class", p.tenant_class);
    visit("place", p.place);
    visit("in", p.in);
    visit("calls", p.calls);
    visit("at", p.at);
    visit("at_in", p.at_in);
    visit("cause", p.cause);
    visit("name", p.name);
    visit("after", p.after);
    visit("had_by", p.had_by);
    visit("all", p.all);
    visit("late", p.late);
    visit("collateral", p.collateral);
}
template <class Visit>
void show(CascadeNode& n, const Visit& visit) {
    visit("kind", n.kind);
    visit("name", n.name);
    visit("tier", n.tier);
    visit("site", n.site);
    visit("next_hop", n.next_hop);
    visit("at", n.at);
    visit("end", n.end);
    visit("oldest", n.oldest);
    visit("waiting", n.waiting);
}
template <class Visit>
void show(CascadeEdge& e, const Visit& visit) {
    visit("from", e.from);
    visit("to", e.to);
    visit("way", e.way);
    visit("lag", e.lag);
    visit("in_tree", e.in_tree);
}
template <class Visit>
void show(CascadeGraph& g, const Visit& visit) {
    visit("nodes", g.nodes);
    visit("edges", g.edges);
}
template <class Visit>
void show(Neighbour& n, const Visit& visit) {
    visit("class", n.tenant_class);
    visit("partition", n.partition);
    visit("late", n.late);
}
template <class Visit>
void show(CollateralDelay& c, const Visit& visit) {
    visit("class", c.tenant_class);
    visit("tenants", c.tenants);
    visit("copies", c.copies);
    visit("delay", c.delay);
    visit("place", c.place);
    visit("there", c.there);
    visit("neighbours", c.neighbours);
}
template <class Visit>
void show(Explanation& e, const Visit& visit) {
    visit("scenario", e.scenario);
    visit("start", e.start);
    visit("version", e.version);
    visit("seed", e.seed);
    visit("replication", e.replication);
    visit("fingerprint", e.fingerprint);
    visit("simulated", e.simulated);
    visit("objective", e.objective);
    visit("mail", e.mail);
    visit("late", e.late);
    visit("collateral", e.collateral);
    visit("parts", e.parts);
    visit("cascade", e.cascade);
    visit("collaterals", e.collaterals);
}

ExplanationJson number(double value) {
    if (value == std::floor(value) && std::abs(value) <= 9007199254740992.0) return static_cast<std::int64_t>(value);
    return value;
}

template <class T>
ExplanationJson to_json_of(T& value) {
    if constexpr (std::is_same_v<T, TimeArea>) {
        return number(static_cast<double>(value) / 1e9);
    } else if constexpr (std::is_same_v<T, double>) {
        return number(value);
    } else if constexpr (std::is_same_v<T, std::optional<double>>) {
        return value ? number(*value) : ExplanationJson(nullptr);
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(to_text(value));
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (requires { value.push_back({}); }) {
        ExplanationJson list = ExplanationJson::array();
        for (auto& one : value) list.push_back(to_json_of(one));
        return list;
    } else {
        ExplanationJson object = ExplanationJson::object();
        show(value, [&](const char* key, auto& member) { object[key] = to_json_of(member); });
        return object;
    }
}

template <class T>
void from_json_of(const ExplanationJson& from, T& value) {
    if constexpr (std::is_same_v<T, TimeArea>) {
        value = static_cast<TimeArea>(std::roundl(static_cast<long double>(from.get<double>()) * 1e9L));
    } else if constexpr (std::is_same_v<T, std::optional<double>>) {
        if (!from.is_null()) value = from.get<double>();
    } else if constexpr (std::is_enum_v<T>) {
        const auto known = from_text<T>(from.get<std::string>());
        if (!known) throw std::runtime_error("not an explanation: unknown word '" + from.get<std::string>() + "'");
        value = *known;
    } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
        value = from.get<T>();
    } else if constexpr (requires { value.push_back({}); }) {
        for (const ExplanationJson& one : from) {
            typename T::value_type entry{};
            from_json_of(one, entry);
            value.push_back(std::move(entry));
        }
    } else {
        show(value, [&](const char* key, auto& member) {
            const bool is_new = std::string_view(key) == "had_by";   // explanations of before have it not
            if (!is_new || from.contains(key)) from_json_of(from.at(key), member);
        });
    }
}

}  // namespace

std::string explanation_json(const Explanation& explanation) {
    Explanation shown = explanation;  // what shows keys to a reader shows them to a writer
    ExplanationJson out = ExplanationJson::object();
    out["schema"] = kExplanationSchema;
    const ExplanationJson rest = to_json_of(shown);
    for (const auto& [key, value] : rest.items()) out[key] = value;
    return out.dump(2, ' ', false, ExplanationJson::error_handler_t::replace) + "\n";
}

Explanation read_explanation(const std::string& text) {
    try {
        const ExplanationJson from = ExplanationJson::parse(text);
        if (from.at("schema").get<int>() != kExplanationSchema)
            throw std::runtime_error("an explanation of another version");
        Explanation e;
        from_json_of(from, e);
        return e;
    } catch (const ExplanationJson::exception& error) {
        throw std::runtime_error(std::string("not an explanation: ") + error.what());
    }
}

}  // namespace mailquake
