#include "models/scenario/topology_layer.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "models/net/character_references.hpp"
#include "models/net/great_circle.hpp"
#include "models/net/link_spec.hpp"
#include "models/net/site_spec.hpp"
#include "models/net/topology_file.hpp"
#include "models/scenario/plain_name.hpp"
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

const std::string* attribute(const TopologyAttributes& attributes, std::string_view name) {
    const auto found = attributes.find(name);
    return found == attributes.end() || found->second.empty() ? nullptr : &found->second;
}

class TopologyLayer {
public:
    TopologyLayer(const TopologySpec& spec, bool path_factor_said, std::string path, std::uint32_t source, Diagnostics& diagnostics)
        : spec_(spec), path_factor_said_(path_factor_said), path_(std::move(path)), source_(source), diagnostics_(diagnostics) {}

    std::optional<YamlNode> run(const std::string& text, TopologyFormat format) {
        std::vector<TopologyRemark> mistakes;
        file_ = read_topology(text, format, mistakes);
        for (TopologyRemark& mistake : mistakes) diagnostics_.error(pos(mistake.place), std::move(mistake.message));
        if (!mistakes.empty()) return std::nullopt;
        for (TopologyRemark& warning : file_.warnings) diagnostics_.warning(pos(warning.place), std::move(warning.message));
        for (TopologyRemark& notice : file_.notices) diagnostics_.notice(pos(notice.place), std::move(notice.message));
        if (!choose_part()) return std::nullopt;
        name_sites();
        YamlNode layer = holder(NodeKind::map, "", place({}));
        YamlNode sites = holder(NodeKind::list, "sites", place({}));
        for (std::size_t k = 0; k < file_.nodes.size(); ++k)
            if (taken_[k]) sites.children.push_back(site(k));
        gather_links();
        say_directions();
        say_assumptions();
        YamlNode links = holder(NodeKind::list, "links", place({}));
        for (const Link& l : links_) links.children.push_back(link(l));
        layer.children.push_back(std::move(sites));
        if (!links.children.empty()) layer.children.push_back(std::move(links));
        return layer;
    }

private:
    struct Link {
        std::size_t from = 0, to = 0;
        TextPlace   where;
        bool two_way = true;
        SimDuration latency{-1};
        std::optional<double> bits_per_second{};
        std::optional<std::string> jitter{}, loss{};
    };

    [[nodiscard]] NodePlace place(TextPlace at) const { return {source_, at.line, at.column}; }
    [[nodiscard]] SourcePos pos(TextPlace at) const { return {.file = path_, .line = at.line, .column = at.column}; }

    /// All of the file, if it hangs together; else its largest part, if that was asked for.
    bool choose_part() {
        taken_.assign(file_.nodes.size(), true);
        if (file_.parts <= 1) return true;
        std::vector<std::size_t> sizes(file_.parts, 0);
        for (const auto& node : file_.nodes) ++sizes[node.part];
        const auto largest = static_cast<std::size_t>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
        std::string apart;
        std::size_t listed = 0, others = 0;
        TextPlace where;
        constexpr std::size_t most_listed = 8;
        for (std::size_t k = 0; k < file_.nodes.size(); ++k) {
            if (file_.nodes[k].part == largest) continue;
            taken_[k] = false;
            if (others++ == 0) where = file_.nodes[k].place;
            if (listed++ < most_listed) apart += fmt::format("{}'{}'", apart.empty() ? "" : ", ", file_.nodes[k].id);
        }
        if (others > most_listed) apart += fmt::format(" and {} more", others - most_listed);
        const std::string what = fmt::format("the topology falls into {} parts: no edges join {} to the other {} nodes", file_.parts, apart, sizes[largest]);
        if (spec_.largest_part) diagnostics_.warning(pos(where), what + "; they are left out (`largest_part: true`)");
        else diagnostics_.error(pos(where), what + "; join them, or take the largest part alone with `largest_part: true`");
        return spec_.largest_part;
    }

    void name_sites() {
        std::map<std::string, std::size_t, std::less<>> used, next_number;
        std::string changed;
        std::size_t changes = 0;
        constexpr std::size_t most_listed = 5;
        names_.resize(file_.nodes.size());
        const bool any = has_attributes();
        for (std::size_t k = 0; k < file_.nodes.size(); ++k) {
            if (!taken_[k]) continue;
            const TopologyFile::Node& node = file_.nodes[k];
            const std::string said = called(node);
            const std::string valid = plain_name(said), of_id = plain_name(node.id);
            const std::string wanted = !valid.empty() ? valid : "node-" + (of_id.empty() ? std::to_string(k) : of_id);
            std::string name = wanted;
            for (std::size_t& n = next_number[wanted]; !used.emplace(name, k).second;) name = fmt::format("{}-{}", wanted, ++n + 1);
            if (name != wanted) say_same_name(k, used.find(wanted)->second, wanted, name);
            else if (name != said && changes++ < most_listed) changed += fmt::format("{}'{}' is {}", changed.empty() ? "" : ", ", said, name);
            if (node.only_named && node.attributes.empty() && any)
                diagnostics_.warning(pos(node.place), fmt::format("node '{}' is named by edges alone, though other nodes have attributes; is it a slip?", node.id));
            names_[k] = std::move(name);
        }
        if (changes > most_listed) changed += fmt::format(", and {} more", changes - most_listed);
        if (changes > 0) diagnostics_.notice(pos({}), "names of sites hold a-z, 0-9 and '-' only: " + changed);
    }

    /// What people call a node.
    [[nodiscard]] static std::string called(const TopologyFile::Node& node) { return without_references(node.label.empty() ? node.id : node.label); }

    void say_same_name(std::size_t k, std::size_t first, const std::string& wanted, const std::string& name) {
        const std::string said = called(file_.nodes[k]), other = called(file_.nodes[first]);
        const std::string both = said == other ? fmt::format("several nodes are called '{}'", said) : fmt::format("the names of nodes '{}' and '{}' are both '{}' for a site", other, said, wanted);
        diagnostics_.warning(pos(file_.nodes[k].place), fmt::format("{}; this one is site '{}', the one of line {} is '{}'", both, name, file_.nodes[first].place.line, names_[first]));
    }

    [[nodiscard]] bool has_attributes() const {
        return std::any_of(file_.nodes.begin(), file_.nodes.end(), [](const auto& node) { return !node.attributes.empty(); });
    }

    /// Reads an attribute as the scenario's key of that name would be read; says what is wrong with it.
    template <class Spec>
    bool reads(const std::string& text, std::string_view key_name, Spec& into, TextPlace at, const std::string& what) {
        const KeyType* key = spec_type<Spec>().find(key_name);
        const auto problem = read_scalar(*key, text, {}, key->member(&into));
        if (problem) diagnostics_.error(pos(at), fmt::format("{} of {}: {}", key_name, what, *problem));
        return !problem;
    }

    YamlNode site(std::size_t k) {
        const TopologyFile::Node& node = file_.nodes[k];
        YamlNode entry = holder(NodeKind::map, "", place(node.place));
        entry.children.push_back(scalar("name", names_[k], place(node.place)));
        SiteSpec probe;
        for (const auto& [theirs, ours] : {std::pair{"outside", "outside"}, std::pair{"site_latency", "latency"}}) {
            const std::string* said = attribute(node.attributes, theirs);
            if (said == nullptr) continue;
            const std::string text = std::string_view(theirs) == "outside" ? as_boolean(*said) : *said;
            if (reads(text, ours, probe, node.place, fmt::format("node '{}'", node.id))) entry.children.push_back(scalar(ours, text, place(node.place)));
        }
        return entry;
    }

    /// GraphML writes 1 and 0 for true and false, too, and GML has nothing else. Python writes True.
    static std::string as_boolean(const std::string& text) {
        if (text == "1" || text == "True" || text == "TRUE") return "true";
        if (text == "0" || text == "False" || text == "FALSE") return "false";
        return text;
    }

    using Ends = std::pair<std::size_t, std::size_t>;
    static Ends in_order(const TopologyFile::Edge& edge) { return std::minmax(edge.from, edge.to); }

    /// Edges between the same two nodes become one link, or one for each direction where any of them leads one way only.
    void gather_links() {
        std::set<Ends> apart;
        for (const TopologyFile::Edge& edge : file_.edges)
            if (!edge.two_way) apart.insert(in_order(edge));
        std::map<Ends, std::size_t> known;
        for (const TopologyFile::Edge& edge : file_.edges) {
            if (!taken_[edge.from]) continue;
            if (edge.from == edge.to) {
                diagnostics_.warning(pos(edge.place), fmt::format("an edge from '{}' to itself is left out", file_.nodes[edge.from].id));
                continue;
            }
            Link one = link_of(edge);
            ++edges_;
            const bool split = apart.contains(in_order(edge));
            if (!edge.two_way || !split) {
                const Ends ends = one.two_way ? in_order(edge) : Ends(one.from, one.to);
                add_link(known, ends, std::move(one));
                continue;
            }
            one.two_way = false;
            Link back = one;
            std::swap(back.from, back.to);
            const Ends there(one.from, one.to), here(back.from, back.to);
            add_link(known, there, std::move(one));
            add_link(known, here, std::move(back));
        }
    }

    void add_link(std::map<Ends, std::size_t>& known, Ends ends, Link one) {
        const auto [found, is_new] = known.emplace(ends, links_.size());
        if (is_new) links_.push_back(std::move(one));
        else join(links_[found->second], one);
    }

    void join(Link& first, const Link& second) {
        diagnostics_.warning(pos(second.where), fmt::format("a second edge between '{}' and '{}': they are one link with the sum of their bandwidths and the least latency",
                                                            names_[first.from], names_[first.to]));
        first.latency = std::min(first.latency, second.latency);
        const double standard = spec_.bandwidth.value_or(LinkSpec{}.bandwidth).bits_per_second;
        first.bits_per_second = first.bits_per_second.value_or(standard) + second.bits_per_second.value_or(standard);
    }

    /// Links that lead one way, and have none that leads back beside them.
    void say_directions() {
        std::set<Ends> ways;
        for (const Link& l : links_)
            if (!l.two_way) ways.emplace(l.from, l.to);
        std::size_t alone = 0;
        const Link* first = nullptr;
        for (const Link& l : links_) {
            if (l.two_way || ways.contains(Ends(l.to, l.from))) continue;
            if (alone++ == 0) first = &l;
        }
        if (alone == 0) return;
        diagnostics_.notice(pos(first->where), fmt::format("{} of {} links {} one way only, '{}' to '{}' first: the file has a directed edge there, and none back. Mail needs both ways", alone, links_.size(),
                                                           alone == 1 ? "leads" : "lead", names_[first->from], names_[first->to]));
    }

    void say_assumptions() {
        if (assumed_bandwidths_ > 0)
            diagnostics_.warning(pos(first_assumed_), fmt::format("{} of {} edges {} no bandwidth in this file; {} is assumed for each; `topology.bandwidth` sets another", assumed_bandwidths_, edges_, assumed_bandwidths_ == 1 ? "has" : "have",
                                                                  print(LinkSpec{}.bandwidth)));
        if (from_coordinates_ > 0 && !path_factor_said_)
            diagnostics_.notice(pos({}), fmt::format("{} of {} edges have no latency in this file; it comes from the coordinates of their ends, for a fibre that is assumed to be {} times as long as the great circle (`topology.path_factor`)",
                                                     from_coordinates_, edges_, spec_.path_factor.value));
    }

    Link link_of(const TopologyFile::Edge& edge) {
        const std::string what = fmt::format("the edge from '{}' to '{}'", file_.nodes[edge.from].id, file_.nodes[edge.to].id);
        Link link{.from = edge.from, .to = edge.to, .where = edge.place, .two_way = edge.two_way};
        LinkSpec probe;
        for (const auto& [name, target] : {std::pair{"jitter", &link.jitter}, std::pair{"loss", &link.loss}})
            if (const std::string* text = attribute(edge.attributes, name); text != nullptr && reads(*text, name, probe, edge.place, what)) *target = *text;
        link.latency = latency_of(edge, what, probe);
        link.bits_per_second = speed_of(edge, what, probe);
        return link;
    }

    SimDuration latency_of(const TopologyFile::Edge& edge, const std::string& what, LinkSpec& probe) {
        if (const std::string* text = attribute(edge.attributes, "latency")) {
            return reads(*text, "latency", probe, edge.place, what) ? probe.latency : 1_ms;
        }
        const auto from = place_on_earth(edge.from), to = place_on_earth(edge.to);
        if (from && to) ++from_coordinates_;
        if (from && to) return std::max(spec_.least_latency, fibre_latency(*from, *to, spec_.path_factor.value));
        if (spec_.latency) return *spec_.latency;
        diagnostics_.error(pos(edge.place), fmt::format("{} has no latency: it says none, and node '{}' has no Latitude and Longitude; say one there, or `topology.latency` for all such edges",
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
                diagnostics_.error(pos(file_.nodes[k].place), fmt::format("{} of node '{}' is '{}'; degrees from -{} to {} are needed", names[0], file_.nodes[k].id, *text, limit, limit));
            return std::nullopt;
        }
        return point;
    }

    std::optional<double> speed_of(const TopologyFile::Edge& edge, const std::string& what, LinkSpec& probe) {
        if (const std::string* text = attribute(edge.attributes, "bandwidth")) {
            (void)reads(*text, "bandwidth", probe, edge.place, what);
            return probe.bandwidth.bits_per_second;
        }
        const std::string* raw = attribute(edge.attributes, "LinkSpeedRaw");
        const std::string* speed = raw != nullptr ? raw : attribute(edge.attributes, "LinkSpeed");
        if (speed == nullptr) return standard_speed(edge);
        const std::string* unit = raw != nullptr ? nullptr : attribute(edge.attributes, "LinkSpeedUnits");
        constexpr std::string_view units = "KMGT";
        const auto power = unit == nullptr ? std::string_view::npos : units.find(unit->front());
        double scale = 1;
        for (std::size_t k = 0; power != std::string_view::npos && k <= power; ++k) scale *= 1000;
        const auto parsed = parse_number(*speed);
        const double* value = std::get_if<double>(&parsed);
        if (value != nullptr && *value > 0 && (raw != nullptr || power != std::string_view::npos)) return *value * scale;
        diagnostics_.warning(pos(edge.place), fmt::format("{} has a speed of '{}{}', which is no number with a unit K, M, G or T; it is taken to have none", what, *speed, unit == nullptr ? "" : *unit));
        return standard_speed(edge);
    }

    /// That of edges whose speed the file does not say.
    std::optional<double> standard_speed(const TopologyFile::Edge& edge) {
        if (spec_.bandwidth) return spec_.bandwidth->bits_per_second;
        if (assumed_bandwidths_++ == 0) first_assumed_ = edge.place;
        return std::nullopt;
    }

    [[nodiscard]] YamlNode link(const Link& l) const {
        YamlNode entry = holder(NodeKind::map, "", place(l.where));
        const auto add = [&](const char* key, std::string text) { entry.children.push_back(scalar(key, std::move(text), place(l.where))); };
        add("name", names_[l.from] + "--" + names_[l.to]);
        add("from", names_[l.from]);
        add("to", names_[l.to]);
        if (!l.two_way) add("two_way", "false");
        add("latency", print(l.latency));
        if (l.jitter) add("jitter", *l.jitter);
        if (l.bits_per_second) add("bandwidth", print(Bandwidth{*l.bits_per_second}));
        if (l.loss) add("loss", *l.loss);
        return entry;
    }

    const TopologySpec& spec_;
    bool path_factor_said_;
    std::string path_;
    std::uint32_t source_;
    Diagnostics& diagnostics_;
    TopologyFile file_;
    std::vector<bool> taken_;          // by node
    std::vector<std::string> names_;   // by node
    std::vector<Link> links_;
    std::size_t edges_ = 0, assumed_bandwidths_ = 0, from_coordinates_ = 0;
    TextPlace first_assumed_;
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

std::optional<TopologyFormat> format_of(std::string_view ending) {
    if (ending == ".graphml" || ending == ".xml") return TopologyFormat::graphml;
    if (ending == ".gml") return TopologyFormat::gml;
    if (ending == ".dot" || ending == ".gv") return TopologyFormat::dot;
    return std::nullopt;
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
    const auto format = format_of(ending);
    if (!format) {
        diagnostics.error(asked_at, fmt::format("'{}' is no topology by its ending: .graphml and .xml are read as GraphML, .gml as GML, .dot and .gv as DOT", spec->file));
        return std::nullopt;
    }
    const auto text = read_text(path, most, asked_at, diagnostics);
    if (!text) return std::nullopt;
    read += text->size();
    diagnostics.add_source(path, *text);
    const bool path_factor_said = asked.kind == NodeKind::map && asked.find("path_factor") != nullptr;
    return TopologyLayer(*spec, path_factor_said, path, sources.add(path, std::string(kTopologyLabel)), diagnostics).run(*text, *format);
}

}  // namespace mailquake
