#include "models/scenario/topology_layer.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "models/net/great_circle.hpp"
#include "models/net/link_spec.hpp"
#include "models/net/site_spec.hpp"
#include "models/net/topology_file.hpp"
#include "models/spec/describe.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

YamlNode scalar(std::string key, std::string text, NodePlace place) {
    YamlNode node;
    node.kind = NodeKind::scalar;
    node.key = std::move(key);
    node.text = std::move(text);
    node.key_place = node.place = place;
    return node;
}

YamlNode holder(NodeKind kind, std::string key, NodePlace place) {
    YamlNode node;
    node.kind = kind;
    node.key = std::move(key);
    node.key_place = node.place = place;
    return node;
}

/// Small letters, digits, and one '-' for whatever stands between; empty when nothing of it is left.
std::string valid_name(std::string_view text) {
    std::string name;
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
        else if (!name.empty() && name.back() != '-') name += '-';
    }
    while (!name.empty() && name.back() == '-') name.pop_back();
    return name;
}

const std::string* attribute(const TopologyAttributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    return found == attributes.end() || found->second.empty() ? nullptr : &found->second;
}

class TopologyLayer {
public:
    TopologyLayer(const TopologySpec& spec, std::string path, std::uint32_t source, Diagnostics& diagnostics)
        : spec_(spec), path_(std::move(path)), source_(source), diagnostics_(diagnostics) {}

    std::optional<YamlNode> run(const std::string& text, TopologyFormat format) {
        std::vector<TopologyMistake> mistakes;
        file_ = read_topology(text, format, mistakes);
        for (TopologyMistake& mistake : mistakes) diagnostics_.error(pos(mistake.line), std::move(mistake.message));
        if (!mistakes.empty() || !choose_part()) return std::nullopt;
        name_sites(format);
        YamlNode layer = holder(NodeKind::map, "", place(0));
        YamlNode sites = holder(NodeKind::list, "sites", place(0));
        for (std::size_t k = 0; k < file_.nodes.size(); ++k)
            if (taken_[k]) sites.children.push_back(site(k));
        gather_links();
        YamlNode links = holder(NodeKind::list, "links", place(0));
        for (const Link& l : links_) links.children.push_back(link(l));
        layer.children.push_back(std::move(sites));
        if (!links.children.empty()) layer.children.push_back(std::move(links));
        return layer;
    }

private:
    struct Link {
        std::size_t from = 0, to = 0;
        int line = 0;
        SimDuration latency{-1};
        std::optional<double> bits_per_second{};
        std::optional<std::string> jitter{}, loss{};
    };

    [[nodiscard]] NodePlace place(int line) const { return {source_, line, line > 0 ? 1 : 0}; }
    [[nodiscard]] SourcePos pos(int line) const { return {.file = path_, .line = line, .column = line > 0 ? 1 : 0}; }

    /// All of the file, if it hangs together; else its largest part, if that was asked for.
    bool choose_part() {
        taken_.assign(file_.nodes.size(), true);
        if (file_.parts <= 1) return true;
        std::vector<std::size_t> sizes(file_.parts, 0);
        for (const auto& node : file_.nodes) ++sizes[node.part];
        const auto largest = static_cast<std::size_t>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
        std::string apart;
        std::size_t listed = 0, others = 0;
        int line = 0;
        constexpr std::size_t most_listed = 8;
        for (std::size_t k = 0; k < file_.nodes.size(); ++k) {
            if (file_.nodes[k].part == largest) continue;
            taken_[k] = false;
            if (others++ == 0) line = file_.nodes[k].line;
            if (listed++ < most_listed) apart += fmt::format("{}'{}'", apart.empty() ? "" : ", ", file_.nodes[k].id);
        }
        if (others > most_listed) apart += fmt::format(" and {} more", others - most_listed);
        const std::string what = fmt::format("the topology falls into {} parts: no edges join {} to the other {} nodes", file_.parts, apart, sizes[largest]);
        if (spec_.largest_part) diagnostics_.warning(pos(line), what + "; they are left out (`largest_part: true`)");
        else diagnostics_.error(pos(line), what + "; join them, or take the largest part alone with `largest_part: true`");
        return spec_.largest_part;
    }

    void name_sites(TopologyFormat format) {
        std::set<std::string, std::less<>> used;
        std::string changed;
        std::size_t changes = 0;
        constexpr std::size_t most_listed = 5;
        names_.resize(file_.nodes.size());
        for (std::size_t k = 0; k < file_.nodes.size(); ++k) {
            if (!taken_[k]) continue;
            const TopologyFile::Node& node = file_.nodes[k];
            const std::string* label = format == TopologyFormat::graphml ? attribute(node.attributes, "label") : nullptr;
            const std::string& said = label == nullptr ? node.id : *label;
            const std::string valid = valid_name(said);
            std::string name = valid.empty() ? "node-" + (valid_name(node.id).empty() ? std::to_string(k) : valid_name(node.id)) : valid;
            const std::string wanted = name;
            for (std::size_t n = 2; !used.insert(name).second; ++n) name = fmt::format("{}-{}", wanted, n);
            if (name != wanted) diagnostics_.warning(pos(node.line), fmt::format("several nodes are called '{}'; this one is site '{}'", said, name));
            else if (name != said && changes++ < most_listed) changed += fmt::format("{}'{}' is {}", changed.empty() ? "" : ", ", said, name);
            if (node.only_named && has_attributes())
                diagnostics_.warning(pos(node.line), fmt::format("node '{}' is named by edges alone, though other nodes have attributes; is it a slip?", node.id));
            names_[k] = std::move(name);
        }
        if (changes > most_listed) changed += fmt::format(", and {} more", changes - most_listed);
        if (changes > 0) diagnostics_.notice(pos(0), "names of sites hold a-z, 0-9 and '-' only: " + changed);
    }

    [[nodiscard]] bool has_attributes() const {
        return std::any_of(file_.nodes.begin(), file_.nodes.end(), [](const auto& node) { return !node.attributes.empty(); });
    }

    /// Reads an attribute as the scenario's key of that name would be read; says what is wrong with it.
    template <class Spec>
    bool reads(const std::string& text, std::string_view key_name, Spec& into, int line, const std::string& what) {
        const KeyType* key = spec_type<Spec>().find(key_name);
        const auto problem = read_scalar(*key, text, {}, key->member(&into));
        if (problem) diagnostics_.error(pos(line), fmt::format("{} of {}: {}", key_name, what, *problem));
        return !problem;
    }

    YamlNode site(std::size_t k) {
        const TopologyFile::Node& node = file_.nodes[k];
        YamlNode entry = holder(NodeKind::map, "", place(node.line));
        entry.children.push_back(scalar("name", names_[k], place(node.line)));
        SiteSpec probe;
        for (const auto& [theirs, ours] : {std::pair{"outside", "outside"}, std::pair{"site_latency", "latency"}}) {
            const std::string* text = attribute(node.attributes, theirs);
            if (text != nullptr && reads(*text, ours, probe, node.line, fmt::format("node '{}'", node.id))) entry.children.push_back(scalar(ours, *text, place(node.line)));
        }
        return entry;
    }

    void gather_links() {
        std::map<std::pair<std::size_t, std::size_t>, std::size_t> known;
        for (const TopologyFile::Edge& edge : file_.edges) {
            if (!taken_[edge.from]) continue;
            if (edge.from == edge.to) {
                diagnostics_.warning(pos(edge.line), fmt::format("an edge from '{}' to itself is left out", file_.nodes[edge.from].id));
                continue;
            }
            Link one = link_of(edge);
            auto ends = std::pair(edge.from, edge.to);
            if (!file_.directed && ends.first > ends.second) std::swap(ends.first, ends.second);
            const auto [found, is_new] = known.emplace(ends, links_.size());
            if (is_new) links_.push_back(std::move(one));
            else join(links_[found->second], one);
        }
    }

    void join(Link& first, const Link& second) {
        diagnostics_.warning(pos(second.line), fmt::format("a second edge between '{}' and '{}': they are one link with the sum of their bandwidths and the least latency",
                                                           names_[first.from], names_[first.to]));
        first.latency = std::min(first.latency, second.latency);
        const double standard = spec_.bandwidth.value_or(LinkSpec{}.bandwidth).bits_per_second;
        first.bits_per_second = first.bits_per_second.value_or(standard) + second.bits_per_second.value_or(standard);
    }

    Link link_of(const TopologyFile::Edge& edge) {
        const std::string what = fmt::format("the edge from '{}' to '{}'", file_.nodes[edge.from].id, file_.nodes[edge.to].id);
        Link link{.from = edge.from, .to = edge.to, .line = edge.line};
        LinkSpec probe;
        for (const auto& [name, target] : {std::pair{"jitter", &link.jitter}, std::pair{"loss", &link.loss}})
            if (const std::string* text = attribute(edge.attributes, name); text != nullptr && reads(*text, name, probe, edge.line, what)) *target = *text;
        link.latency = latency_of(edge, what, probe);
        link.bits_per_second = speed_of(edge, what, probe);
        return link;
    }

    SimDuration latency_of(const TopologyFile::Edge& edge, const std::string& what, LinkSpec& probe) {
        if (const std::string* text = attribute(edge.attributes, "latency")) {
            return reads(*text, "latency", probe, edge.line, what) ? probe.latency : 1_ms;
        }
        const auto from = place_on_earth(edge.from), to = place_on_earth(edge.to);
        if (from && to) return std::max(spec_.least_latency, fibre_latency(*from, *to, spec_.path_factor.value));
        if (spec_.latency) return *spec_.latency;
        diagnostics_.error(pos(edge.line), fmt::format("{} has no latency: it says none, and node '{}' has no Latitude and Longitude; say one there, or `topology.latency` for all such edges",
                                                       what, file_.nodes[from ? edge.to : edge.from].id));
        return 1_ms;
    }

    std::optional<GeoPoint> place_on_earth(std::size_t k) {
        const TopologyAttributes& attributes = file_.nodes[k].attributes;
        GeoPoint point;
        for (const auto& [names, target, limit] : {std::tuple{std::array{"Latitude", "lat"}, &point.latitude, 90.0}, std::tuple{std::array{"Longitude", "lon"}, &point.longitude, 180.0}}) {
            const std::string* text = attribute(attributes, names[0]);
            if (text == nullptr) text = attribute(attributes, names[1]);
            if (text == nullptr) return std::nullopt;
            const auto parsed = parse_number(*text);
            const double* value = std::get_if<double>(&parsed);
            if (value != nullptr && *value >= -limit && *value <= limit) {
                *target = *value;
                continue;
            }
            if (complained_.insert(k).second)
                diagnostics_.error(pos(file_.nodes[k].line), fmt::format("{} of node '{}' is '{}'; degrees from -{} to {} are needed", names[0], file_.nodes[k].id, *text, limit, limit));
            return std::nullopt;
        }
        return point;
    }

    std::optional<double> speed_of(const TopologyFile::Edge& edge, const std::string& what, LinkSpec& probe) {
        if (const std::string* text = attribute(edge.attributes, "bandwidth")) {
            (void)reads(*text, "bandwidth", probe, edge.line, what);
            return probe.bandwidth.bits_per_second;
        }
        const std::string* raw = attribute(edge.attributes, "LinkSpeedRaw");
        const std::string* speed = raw != nullptr ? raw : attribute(edge.attributes, "LinkSpeed");
        if (speed == nullptr) return spec_.bandwidth ? std::optional(spec_.bandwidth->bits_per_second) : std::nullopt;
        const std::string* unit = raw != nullptr ? nullptr : attribute(edge.attributes, "LinkSpeedUnits");
        constexpr std::string_view units = "KMGT";
        const auto power = unit == nullptr ? std::string_view::npos : units.find(unit->front());
        double scale = 1;
        for (std::size_t k = 0; power != std::string_view::npos && k <= power; ++k) scale *= 1000;
        const auto parsed = parse_number(*speed);
        const double* value = std::get_if<double>(&parsed);
        if (value != nullptr && *value > 0 && (raw != nullptr || power != std::string_view::npos)) return *value * scale;
        diagnostics_.warning(pos(edge.line), fmt::format("{} has a speed of '{}{}', which is no number with a unit K, M, G or T; it is taken to have none", what, *speed, unit == nullptr ? "" : *unit));
        return spec_.bandwidth ? std::optional(spec_.bandwidth->bits_per_second) : std::nullopt;
    }

    [[nodiscard]] YamlNode link(const Link& l) const {
        YamlNode entry = holder(NodeKind::map, "", place(l.line));
        const auto add = [&](const char* key, std::string text) { entry.children.push_back(scalar(key, std::move(text), place(l.line))); };
        add("name", names_[l.from] + "--" + names_[l.to]);
        add("from", names_[l.from]);
        add("to", names_[l.to]);
        if (file_.directed) add("two_way", "false");
        add("latency", print(l.latency));
        if (l.jitter) add("jitter", *l.jitter);
        if (l.bits_per_second) add("bandwidth", print(Bandwidth{*l.bits_per_second}));
        if (l.loss) add("loss", *l.loss);
        return entry;
    }

    const TopologySpec& spec_;
    std::string path_;
    std::uint32_t source_;
    Diagnostics& diagnostics_;
    TopologyFile file_;
    std::vector<bool> taken_;          // by node
    std::vector<std::string> names_;   // by node
    std::vector<Link> links_;
    std::set<std::size_t> complained_; // nodes whose place has been found wrong
};

/// The value of `topology:` read into its spec; a plain text is the file.
std::optional<TopologySpec> read_spec(const YamlNode& asked, const SourceTable& sources, Diagnostics& diagnostics) {
    TopologySpec spec;
    if (asked.kind == NodeKind::scalar) {
        spec.file = asked.text;
        return spec;
    }
    if (asked.kind != NodeKind::map) {
        diagnostics.error(sources.pos(asked.place), fmt::format("topology is a file, or a map with its `file`, but this is {}", print(asked.kind)));
        return std::nullopt;
    }
    const std::size_t before = diagnostics.errors();
    for (const YamlNode& child : asked.children) {
        const KeyType* key = topology_type().find(child.key);
        if (key == nullptr) {
            diagnostics.error(sources.pos(child.key_place), fmt::format("unknown key '{}' in topology{}", child.key, suggestion(child.key, topology_type().names(), "its keys")));
        } else if (child.kind != NodeKind::scalar) {
            diagnostics.error(sources.pos(child.place), fmt::format("topology.{} is one value ({}), but this is {}", key->name, type_text(*key), print(child.kind)));
        } else {
            void* member = key->member(&spec);
            if (key->optional) member = key->access.engage(member);
            if (const auto problem = read_scalar(*key, child.text, {}, member)) diagnostics.error(sources.pos(child.place), fmt::format("topology.{}: {}", key->name, *problem));
        }
    }
    if (spec.file.empty() && diagnostics.errors() == before) diagnostics.error(sources.pos(asked.place), "topology needs a `file`");
    if (diagnostics.errors() > before) return std::nullopt;
    return spec;
}

}  // namespace

const SpecType& topology_type() { return spec_type<TopologySpec>(); }

std::optional<YamlNode> topology_layer(const YamlNode& asked, const std::string& from, std::size_t most, std::size_t& read, SourceTable& sources, Diagnostics& diagnostics) {
    const auto spec = read_spec(asked, sources, diagnostics);
    if (!spec) return std::nullopt;
    namespace fs = std::filesystem;
    const YamlNode* named = asked.kind == NodeKind::map ? asked.find("file") : &asked;
    const SourcePos asked_at = sources.pos(named->place);
    const std::string path = ((from == "-" ? fs::path() : fs::path(from).parent_path()) / spec->file).lexically_normal().string();
    const std::string ending = fs::path(path).extension().string();
    const bool is_dot = ending == ".dot" || ending == ".gv";
    if (!is_dot && ending != ".graphml" && ending != ".xml") {
        diagnostics.error(asked_at, fmt::format("'{}' is no topology by its ending: .graphml and .xml are read as GraphML, .dot and .gv as DOT", spec->file));
        return std::nullopt;
    }
    const auto text = read_text(path, most, asked_at, diagnostics);
    if (!text) return std::nullopt;
    read += text->size();
    diagnostics.add_source(path, *text);
    return TopologyLayer(*spec, path, sources.add(path, std::string(kTopologyLabel)), diagnostics)
        .run(*text, is_dot ? TopologyFormat::dot : TopologyFormat::graphml);
}

}  // namespace mailquake
