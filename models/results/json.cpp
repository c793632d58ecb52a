#include "models/results/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/results/seconds.hpp"
#include "sim/base/check.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kExact = 9007199254740992.0;   // 2^53: whole numbers up to here are exact in a double

Json write(double value) {
    MQ_CHECK(std::isfinite(value), "a figure is a number");
    if (value == std::floor(value) && std::abs(value) <= kExact) return static_cast<std::int64_t>(value);
    return value;
}
Json write(const std::optional<double>& value) { return value && !std::isinf(*value) ? write(*value) : Json(nullptr); }   // what never came has no number
Json write(bool value) { return value; }
Json write(const std::string& value) { return value; }

template <HasFields T>
Json write(const T& value);

template <class T>
Json write(const std::vector<T>& values) {
    Json list = Json::array();
    for (const T& v : values) list.push_back(write(v));
    return list;
}

template <HasFields T>
Json write(const T& value) {
    Json object = Json::object();
    for_each_field<T>([&](const auto& f) {
        Json written = write(value.*f.member);
        if (!f.only_if_any || !written.is_null()) object[std::string(f.name)] = std::move(written);
    });
    return object;
}

void read(const Json& from, double& into) { into = from.get<double>(); }
void read(const Json& from, bool& into) { into = from.get<bool>(); }
void read(const Json& from, std::string& into) { into = from.get<std::string>(); }
void read(const Json& from, std::optional<double>& into) {
    if (from.is_null()) into.reset();
    else into = from.get<double>();
}

template <HasFields T>
void read(const Json& from, T& into);

template <class T>
void read(const Json& from, std::vector<T>& into) {
    for (const Json& one : from) {
        T value{};
        read(one, value);
        into.push_back(std::move(value));
    }
}

template <HasFields T>
void read(const Json& from, T& into) {
    for_each_field<T>([&](const auto& f) {
        if (f.only_if_any && !from.contains(std::string(f.name))) return;
        read(from.at(std::string(f.name)), into.*f.member);
    });
}

template <HasFields T>
T read_text(const std::string& text, const char* what) {
    try {
        T value;
        read(Json::parse(text), value);
        return value;
    } catch (const Json::exception& e) {
        throw std::runtime_error(std::string("not the ") + what + " of a result: " + e.what());
    }
}

Json intervals_json(const std::vector<FigureInterval>& intervals) {
    Json object = Json::object();
    for (const auto& [path, i] : intervals) object[path] = {{"low", write(i.low)}, {"high", write(i.high)}, {"n", i.n}};
    return object;
}

Json story_json(const std::vector<StoryLine>& story) {
    Json list = Json::array();
    for (const StoryLine& line : story)
        list.push_back({{"at", write(exact_seconds(line.at))}, {"message", std::to_string(line.message)}, {"text", line.text}});
    return list;
}

}  // namespace

std::string run_json(const RunResult& r) {
    Json out = Json::object();
    out["schema"] = kJsonSchema;
    out["scenario"] = r.about.name;
    out["version"] = r.version;
    out["seed"] = r.seed;
    out["replications"] = r.replications();
    out["fingerprint"] = r.fingerprint;
    out["fingerprints"] = r.fingerprints;
    const Json figures = write(r.figures);
    for (const auto& [name, value] : figures.items()) out[name] = value;
    out["expectations"] = write(r.expectations);
    out["intervals"] = intervals_json(r.intervals);
    out["about"] = write(r.about);
    if (!r.story.empty()) out["story"] = story_json(r.story);
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string figures_json(const Figures& figures) { return write(figures).dump(-1, ' ', false, Json::error_handler_t::replace); }
Figures read_figures(const std::string& text) { return read_text<Figures>(text, "figures"); }
std::string about_json(const About& about) { return write(about).dump(-1, ' ', false, Json::error_handler_t::replace); }
About read_about(const std::string& text) { return read_text<About>(text, "description"); }

}  // namespace mailquake
