// A topology that stands in a file of its own, GraphML, GML or DOT: its sites and links lie below those of the scenario file that
// names it, which may override each by name.
//
// Where the file does not say how long a link takes, it is the great circle between its ends' coordinates, at two thirds of
// the speed of light (the refractive index of fibre, about 1.5), times a factor for the way that fibre really takes. That
// factor is an assumption: no public figure says how long the fibres of a given network are. Left out: layout, styles,
// whatever else such files carry. Attribute names: Internet Topology Zoo (Knight et al. 2011), see topology_layer.hpp.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct TopologySpec {
    std::string file;
    Factor      path_factor{1.5};            // an assumption
    SimDuration least_latency = 100_us;      // of a link whose latency comes from coordinates
    std::optional<SimDuration> latency;      // where neither the link nor coordinates say one
    std::optional<Bandwidth>   bandwidth;    // where the link says none; unsaid: the default of links
    bool        largest_part = false;

    template <class S = TopologySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("file", &S::file).required().says("GraphML (.graphml, .xml; also yEd's), GML (.gml) or DOT (.dot, .gv) file beside this one; nodes become sites, edges links"),
            key("path_factor", &S::path_factor).at_least(1).at_most(10).says("length of the fibre against the great circle between its ends; an assumption"),
            key("least_latency", &S::least_latency).above(0).at_most(10).says("lower bound of latencies that come from coordinates"),
            key("latency", &S::latency).above(0).at_most(10).says("of links without a latency, between sites without coordinates; else that is an error"),
            key("bandwidth", &S::bandwidth).above(0).says("of links whose speed the file does not say; without it, the default of links is assumed, with a warning"),
            key("largest_part", &S::largest_part).says("of a file whose nodes are not all connected take the largest part; else that is an error")};
    }
};

}  // namespace mailquake
