// Graph files as their formats mean them: which nodes, which edges, which way, with which attributes, and where mistakes are.
#include <set>

#include "tests/catch.hpp"

#include "models/net/topology_file.hpp"

namespace mailquake {
namespace {

struct Read {
    TopologyFile file;
    std::vector<TopologyRemark> mistakes;

    /// "a>b c=d" for a one-way and a two-way edge, in order.
    [[nodiscard]] std::string edges() const {
        std::string text;
        for (const auto& edge : file.edges) text += (text.empty() ? "" : " ") + file.nodes[edge.from].id + (edge.two_way ? "=" : ">") + file.nodes[edge.to].id;
        return text;
    }
    [[nodiscard]] std::string nodes() const {
        std::string text;
        for (const auto& node : file.nodes) text += (text.empty() ? "" : " ") + node.id;
        return text;
    }
    /// "2:5 message" of the first mistake; empty: none.
    [[nodiscard]] std::string said() const {
        if (mistakes.empty()) return {};
        const TopologyRemark& first = mistakes.front();
        return std::to_string(first.place.line) + ":" + std::to_string(first.place.column) + " " + first.message;
    }
};

Read read(const std::string& text, TopologyFormat format) {
    Read result;
    result.file = read_topology(text, format, result.mistakes);
    return result;
}
Read dot(const std::string& text) { return read(text, TopologyFormat::dot); }
Read gml(const std::string& text) { return read(text, TopologyFormat::gml); }
Read graphml(const std::string& inside) { return read("<graphml>" + inside + "</graphml>", TopologyFormat::graphml); }

bool says(const Read& read, const std::string& part) { return read.said().find(part) != std::string::npos; }

const std::string kDot = R"(/* a backbone */ strict digraph "back bone" {
  graph [label=<<b>x</b> -- y>, rankdir=LR];
  edge [latency="5ms"]
  node [lat=1]; "Z\"rich" [lon=2];
  subgraph cluster_a { rank = same; edge [loss="1%"]; a:p:nw -> b [label="a" + "b"] }
  { c d } -> a -> {e; f} [latency="7ms", dir=both]
})";

const std::string kGml = R"(Creator "Topology Zoo Toolset"  # as in the files of 2012
Version 1
graph [
  directed 0
  label "Net"
  node [
    id 7
    label "Z&#252;rich &amp; Bern"
    Longitude 8.55
    Internal 1
    Latitude 47.36667
    graphics [ x 1 y [ z "]" ] ]
  ]
  node [ id 3 label "None" hyperedge 1 ]
  edge [
    source 7
    target 3
    LinkSpeed "10"
    LinkNote " Gbit/s [two
lines]"
    LinkSpeedUnits "G"
    LinkSpeedRaw 10000000000.0
  ]
]
)";

const std::string kYed = R"(<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key for="port" id="d1" yfiles.type="portgraphics"/>
  <key attr.name="url" attr.type="string" for="node" id="d4"/>
  <key for="node" id="d6" yfiles.type="nodegraphics"/>
  <key for="graphml" id="d7" yfiles.type="resources"/>
  <key for="edge" id="d10" yfiles.type="edgegraphics"/>
  <key attr.name="latency" attr.type="string" for="edge" id="d11"><default xml:space="preserve">4ms</default></key>
  <graph edgedefault="directed" id="G">
    <data key="d0" xml:space="preserve"/>
    <node id="n0"><data key="d4" xml:space="preserve"/>
      <data key="d6"><y:ShapeNode><y:Geometry height="30.0"/>
        <y:NodeLabel alignment="center">Salt &amp; Lake<y:LabelModel><y:SmartNodeLabelModel distance="4.0"/></y:LabelModel></y:NodeLabel></y:ShapeNode></data>
      <port name="east"/></node>
    <node id="n1" yfiles.foldertype="group"><data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode><y:NodeLabel>West</y:NodeLabel></y:GroupNode></y:Realizers></y:ProxyAutoBoundsNode></data>
      <graph edgedefault="directed" id="n1:">
        <node id="n1::n0"><data key="d6"><y:ShapeNode><y:NodeLabel><![CDATA[Reno]]></y:NodeLabel></y:ShapeNode></data></node>
        <node id="n1::n1"><data key="d99">x</data></node>
        <edge id="e0" source="n1::n0" target="n1::n1"><data key="d10"><y:PolyLineEdge><y:Arrows source="none" target="none"/></y:PolyLineEdge></data></edge>
      </graph></node>
    <edge id="e1" source="n0" target="n1::n0" sourceport="east"><data key="d10"><y:PolyLineEdge><y:Arrows source="standard" target="none"/><y:EdgeLabel>x</y:EdgeLabel></y:PolyLineEdge></data><data key="d11">9ms</data></edge>
  </graph>
  <data key="d7"><y:Resources/></data>
</graphml>
)";

}  // namespace

TEST_CASE("DOT is read as Graphviz reads it: scopes, sets, chains, ports, strings, HTML, comments") {
    const Read r = dot(kDot);
    INFO(r.said());
    REQUIRE(r.mistakes.empty());
    CHECK(r.nodes() == "Z\"rich a b c d e f");
    CHECK(r.edges() == "a>b c=a d=a a=e a=f");
    CHECK(r.file.nodes[0].attributes.at("lon") == "2");
    CHECK(r.file.nodes[3].attributes.at("lat") == "1");
    CHECK(r.file.edges[0].attributes == TopologyAttributes{{"latency", "5ms"}, {"loss", "1%"}});
    CHECK(r.file.edges[4].attributes == TopologyAttributes{{"latency", "7ms"}});
    CHECK(r.file.edges[4].place.line == 6);
    CHECK(r.file.edges[4].place.column == 16);
    CHECK(dot("graph { # no comment\n a }").said().starts_with("1:9 '#' has no meaning here"));
    CHECK(dot("# a line of cpp\ngraph { a -- b // to the end }\n }").edges() == "a=b");
    CHECK(dot("GRAPH { Node [lat=1] a, b -- c, d }").edges() == "a=c a=d b=c b=d");
    CHECK(dot("graph { fra [label=<<b>Frank</b>furt>]; fra -- lon; {rank=same; fra; lon} }").edges() == "fra=lon");
    CHECK(dot("\xef\xbb\xbfgraph { Москва -- Köln }").nodes() == "Москва Köln");
    CHECK(dot("graph { \"two \\\nlines\" -- -1.5 -- .5 }").nodes() == "two lines -1.5 .5");
    CHECK(dot("graph { subgraph s { a b } c -- subgraph s { } }").edges() == "c=a c=b");
    CHECK(dot("graph { {a {b c}} -- d }").edges() == "a=d b=d c=d");
    CHECK(dot("graph { node [lat=1]; { node [lat=2]; a } b }").file.nodes[1].attributes.at("lat") == "1");
}

TEST_CASE("an edge of DOT leads where its arrow heads would be") {
    CHECK(dot("digraph { a -> b [dir=both]; c -> d [dir=back]; e -> f [dir=none]; g -> h [dir=forward] }").edges() == "a=b d>c e=f g>h");
    CHECK(dot("graph { a -- b [dir=forward]; c -- d [dir=back]; e -- f }").edges() == "a>b d>c e=f");
    CHECK(dot("digraph { edge [dir=both]; a -> b -> c }").edges() == "a=b b=c");
    CHECK(says(dot("digraph { a -> b [dir=up] }"), "1:18 `dir` of an edge is 'up'"));
}

TEST_CASE("a strict graph of DOT has one edge between two nodes, with the attributes of all") {
    const Read r = dot("strict graph { a -- b [latency=\"1ms\"]; b -- a [loss=\"1%\", latency=\"2ms\"]; a -- c }");
    CHECK(r.edges() == "a=b a=c");
    CHECK(r.file.edges[0].attributes == TopologyAttributes{{"latency", "2ms"}, {"loss", "1%"}});
    CHECK(dot("strict digraph { a -> b; b -> a; a -> b }").edges() == "a>b b>a");
    CHECK(dot("graph { a -- b [key=x]; a -- b [key=x]; a -- b [key=y]; a -- b }").edges() == "a=b a=b a=b");
}

TEST_CASE("mistakes in DOT have their place") {
    CHECK(dot("graph {\n  a -> b\n}").said() == "2:5 edges of a `graph` are written `--`, but here is '->'");
    CHECK(dot("digraph {\n  ab -- b\n}").said() == "2:6 edges of a `digraph` are written `->`, but here is '--'");
    CHECK(says(dot("graph { fra-lon -- b }"), "1:12 '-' is no part of a name"));
    CHECK(says(dot("graph { a -- b [latency=8ms] }"), "1:25 '8' runs into what follows it"));
    CHECK(says(dot("graph { a -- \n\"b }"), "2:1 a string without its closing quote"));
    CHECK(says(dot("graph { a [label=<b<c>] }"), "1:18 an HTML string"));
    CHECK(says(dot("graph { a -- b"), "1:15 the '{' of line 1 needs its '}', but the file ends here"));
    CHECK(says(dot("graph { a -- b } graph { c }"), "1:18 one graph is read"));
    CHECK(says(dot("graph { a [lat] }"), "1:15 '=' and a value of 'lat' are needed"));
    CHECK(says(dot("graph { a -- }"), "1:14 a node or a subgraph is needed"));
    CHECK(says(dot("/* graph { a }"), "1:1 a comment without its end"));
    CHECK(says(dot("tree { a }"), "1:1 a DOT file begins with"));
    CHECK(says(dot("graph { Z\xfcrich }"), "1:10 a character that is no UTF-8"));
    CHECK(dot("graph { charset=latin1; Z\xfcrich }").nodes() == "Zürich");
}

TEST_CASE("GML as the Topology Zoo writes it") {
    const Read r = gml(kGml);
    INFO(r.said());
    REQUIRE(r.mistakes.empty());
    CHECK(r.edges() == "7=3");
    CHECK(r.file.nodes[0].label == "Zürich & Bern");
    CHECK(r.file.nodes[0].attributes == TopologyAttributes{{"Latitude", "47.36667"}, {"Longitude", "8.55"}});
    CHECK(r.file.nodes[1].place.line == 14);
    CHECK(r.file.nodes[1].place.column == 3);
    CHECK(r.file.edges[0].attributes == TopologyAttributes{{"LinkSpeed", "10"}, {"LinkSpeedRaw", "10000000000.0"}, {"LinkSpeedUnits", "G"}});
    CHECK(gml("graph [ node [ id A ] node [ id B ] edge [ source A target B ] directed 1 ]").edges() == "A>B");
    CHECK(gml("graph [ node [ id 1 label \"Z\xfcrich\" ] ]").file.nodes.at(0).label == "Zürich");
    const Read groups = gml("graph [ node [ id 1 isGroup 1 ] node [ id 2 gid 1 ] node [ id 3 gid 1 ] edge [ source 2 target 3 ] ]");
    CHECK(groups.edges() == "2=3");
    CHECK(groups.file.notices.size() == 1);
}

TEST_CASE("mistakes in GML have their place") {
    CHECK(gml("graph [ node [ id 1 ] node [ id 1 ] ]").said() == "1:23 node '1' stands twice");
    CHECK(gml("graph [ node [ id 1 ]\nedge [ source 1 target 2 ] ]").said() == "2:1 the edge's target is node '2', which the file does not have; nodes are: 1");
    CHECK(gml("graph [ node [ label \"x\" ] ]").said() == "1:9 a node without an id");
    CHECK(gml("graph [ node [ id 1 ] edge [ source 1 ] ]").said() == "1:23 an edge without a target");
    CHECK(says(gml("graph [ node [ id 1 id 2 ] ]"), "1:21 `id` stands twice here"));
    CHECK(says(gml("graph [ node [ id 1 graph [ ] ] ]"), "1:21 a node or an edge that holds nodes"));
    CHECK(says(gml("graph [ node [ id 1 ]"), "1:22 the list that begins in line 1 needs its ']', but the file ends here"));
    CHECK(says(gml("graph [ node [ id ] ]"), "1:19 a value of 'id' is needed, but here is ']'"));
    CHECK(says(gml("graph [ node [ id 1 label \"x ] ]"), "1:27 a string without its closing quote"));
    CHECK(says(gml("graph [ ] ]"), "1:11 a key such as `graph` is needed, but here is ']'"));
    CHECK(says(gml("digraph [ ]"), "no GML: it has no `graph [`"));
    CHECK(says(gml("graph [ directed 2 ]"), "1:18 `directed` is '2'"));
}

TEST_CASE("yEd's files: its keys and ports are passed over, its labels are names, its groups are flat, its arrows lead") {
    const Read r = read(kYed, TopologyFormat::graphml);
    INFO(r.said());
    REQUIRE(r.mistakes.empty());
    CHECK(r.nodes() == "n0 n1::n0 n1::n1");
    CHECK(r.file.nodes[0].label == "Salt & Lake");
    CHECK(r.file.nodes[1].label == "Reno");
    CHECK(r.edges() == "n1::n0=n1::n1 n1::n0>n0");
    CHECK(r.file.edges[0].attributes.at("latency") == "4ms");
    CHECK(r.file.edges[1].attributes.at("latency") == "9ms");
    REQUIRE(r.file.notices.size() == 1);
    CHECK(r.file.notices[0].message.starts_with("1 group of nodes is left out, 'n1' first"));
    CHECK(r.file.notices[0].place.line == 15);
    REQUIRE(r.file.warnings.size() == 1);
    CHECK(r.file.warnings[0].message == "1 of data is left out: the file does not declare its key");
    std::string to_group = kYed;
    to_group.replace(to_group.find("target=\"n1::n0\""), 15, "target=\"n1\"");
    CHECK(says(read(to_group, TopologyFormat::graphml), "the edge's target is 'n1', a group of nodes"));
}

TEST_CASE("GraphML: types are nobody's business where nothing uses the key, and edges may differ in direction") {
    const Read r = graphml(R"(<key id="a" for="node" attr.name="outside" attr.type="boolean"><default>0</default></key>
        <key id="b" for="node" attr.name="colour" attr.type="rgb"/><key id="c" for="edge" attr.name="weight" attr.type="int"/><key id="d" for="graph" attr.name="lat" attr.type="double"/>
        <graph edgedefault="directed"><data key="d">north</data><node id="x"><data key="a"> true </data><data key="b">red</data></node><node id="y"><data key="d">7</data></node>
        <edge source="x" target="y"><data key="c">heavy</data></edge><edge source="y" target="x" directed="false"/></graph>)");
    INFO(r.said());
    REQUIRE(r.mistakes.empty());
    CHECK(r.file.nodes[0].attributes == TopologyAttributes{{"outside", "true"}});
    CHECK(r.file.nodes[1].attributes == TopologyAttributes{{"outside", "0"}});
    CHECK(r.edges() == "x>y y=x");
    CHECK(read("<ns0:graphml xmlns:ns0='http://graphml.graphdrawing.org/xmlns'><ns0:graph><ns0:node id='a'/></ns0:graph></ns0:graphml>", TopologyFormat::graphml).nodes() == "a");
    CHECK(read("<?xml version='1.0' encoding='ISO-8859-1'?><graphml><graph><node id='Z\xfcrich'/></graph></graphml>", TopologyFormat::graphml).nodes() == "Zürich");
}

TEST_CASE("mistakes in GraphML have their place") {
    CHECK(graphml("\n<graph><node id='a'/>\n  <edge source='a' target='b'/></graph>").said() == "3:3 the edge's target is node 'b', which the file does not have; nodes are: a");
    CHECK(graphml("<graph>\n<node id='a'/><node id='a'/></graph>").said() == "2:15 node 'a' stands twice");
    CHECK(says(graphml("<graph><hyperedge/></graph>"), "1:17 a hyperedge joins"));
    CHECK(says(graphml("<graph/><graph/>"), "1:18 a GraphML file with one graph is needed"));
    CHECK(says(graphml(""), "has none"));
    CHECK(says(graphml("<graph><node id='a'></graph>"), "1:30 no XML: </graph> where <node> of line 1 is open"));
    CHECK(says(graphml("<graph><node id='&b;'/></graph>"), "1:27 no XML: '&b;' is no reference"));
    CHECK(says(graphml("<graph><node id=a/></graph>"), "1:23 no XML: the value of attribute 'id' is not in quotes"));
    CHECK(says(read("<svg/>", TopologyFormat::graphml), "1:1 no GraphML"));
    CHECK(says(read("{}", TopologyFormat::graphml), "1:1 no XML: text outside"));
    CHECK(says(read("<!DOCTYPE g [ <!ENTITY a 'b'> ]><graphml><graph><node id='&a;'/></graph></graphml>", TopologyFormat::graphml), "'&a;' is no reference"));
}

TEST_CASE("a graph file that ends too early is refused wherever it ends") {
    for (const auto& [text, format] : {std::pair(kDot, TopologyFormat::dot), std::pair(kGml, TopologyFormat::gml), std::pair(kYed, TopologyFormat::graphml)}) {
        const std::size_t whole = text.find_last_not_of(" \n") + 1;
        for (std::size_t length = 0; length < whole; ++length) {
            const Read r = read(text.substr(0, length), format);
            INFO(text.substr(0, length));
            REQUIRE_FALSE(r.mistakes.empty());
            REQUIRE(r.mistakes.front().place.line <= 30);
        }
    }
}

TEST_CASE("a graph file in which any character is another one is read or refused, and never read beyond") {
    for (const auto& [text, format] : {std::pair(kDot, TopologyFormat::dot), std::pair(kGml, TopologyFormat::gml), std::pair(kYed, TopologyFormat::graphml)}) {
        std::size_t refused = 0;
        for (std::size_t k = 0; k < text.size(); ++k)
            for (const char c : std::string_view("\0\"<>[]{}&-=/\n\xff", 15)) {
                std::string changed = text;
                changed[k] = c;
                const Read r = read(changed, format);
                for (const auto& edge : r.file.edges)
                    if (r.mistakes.empty()) REQUIRE((edge.from < r.file.nodes.size() && edge.to < r.file.nodes.size()));
                if (!r.mistakes.empty()) ++refused;
            }
        CHECK(refused > text.size());
    }
}

TEST_CASE("what would take too much is refused at once: deep nesting, many nodes, sets of which one edge makes billions") {
    const auto many = [](const std::string& text) {
        std::string all;
        for (int k = 0; k < 1'000'000; ++k) all += text;
        return all;
    };
    CHECK(says(dot("graph " + many("{")), "groups within groups, deeper than 64 levels"));
    CHECK(says(dot("graph {" + many("[")), "is needed"));
    CHECK(says(dot("graph { a [label=" + many("<")), "an HTML string"));
    CHECK(says(gml("graph " + many("[")), "a key or ']' is needed"));
    CHECK(says(gml(many("a [")), "needs its ']'"));
    CHECK(says(read("<graphml>" + many("<a>"), TopologyFormat::graphml), "deeper than 64 levels"));
    CHECK(says(read("<!DOCTYPE " + many("["), TopologyFormat::graphml), "a declaration without its end"));
    std::string nodes;
    for (int k = 0; k < 5'000; ++k) nodes += "n" + std::to_string(k) + ";";
    CHECK(dot("graph {" + nodes + "}").file.nodes.size() == 5'000);
    CHECK(says(dot("graph { {" + nodes + "} -- {" + nodes + "} }"), "over 50000 edges"));
    std::string others = nodes;
    for (char& c : others)
        if (c == 'n') c = 'o';
    CHECK(dot("graph {" + nodes + others + "}").file.nodes.size() == 10'000);
    CHECK(says(dot("graph {" + nodes + others + "one_more }"), "over 10000 nodes"));
    std::string edges;
    for (int k = 0; k < 60'000; ++k) edges += " edge [ source 0 target x" + std::to_string(k) + " ]";
    CHECK(says(gml("graph [ node [ id 0 ]" + edges + " ]"), "over 50000 edges"));
    CHECK(says(dot("graph { node [lat=" + std::string(2'000, '1') + "]; " + nodes + "}"), "'lat' has 2000 characters; at most 1000 are read"));
}

}  // namespace mailquake
