// A topology file as a layer of a scenario: each node a site, each edge a link, under everything that the scenario file says.
//
//   of a node   GraphML and GML: `label` (GraphML: else the one that yEd draws), else its id; DOT: its name. Becomes the site's
//               name, in plain letters (plain_name.hpp) and unique
//               `Latitude`, `Longitude` (also `lat`, `lon`)    its place, for latencies
//               `outside`, `site_latency`                      as the keys of sites (`latency` there)
//   of an edge  `latency`, `jitter`, `bandwidth`, `loss`       as the keys of links, with units
//               `LinkSpeedRaw` [bit/s], else `LinkSpeed` and `LinkSpeedUnits` (K, M, G, T)    its bandwidth
//
// An edge's own latency goes before the one from coordinates, that before the topology's `latency`; without any it is an
// error. Edges between the same two nodes become one link: the sum of the bandwidths, the least latency. An edge without
// direction is a link for both directions, a directed one for one; where two nodes have edges of both kinds, all of theirs
// become links of one direction. Whatever is assumed, changed or left out on the way is said. Source of the names:
// the Internet Topology Zoo's GraphML and GML (topology-zoo.org; Knight et al., IEEE JSAC 29, 2011). Left out: all other attributes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "models/net/topology_spec.hpp"
#include "models/scenario/merge.hpp"
#include "models/spec/spec_type.hpp"

namespace mailquake {

/// How the layer is labelled where values say their origin.
inline constexpr std::string_view kTopologyLabel = "topology";

/// The keys under `topology:`.
[[nodiscard]] const SpecType& topology_type();

/// The layer that `asked`, the value of `topology:` in the scenario file `from`, names: a shaped map of `sites` and `links`.
/// Reads at most `most` octets and adds them to `read`. Nothing, and errors, when there is none to go on with.
[[nodiscard]] std::optional<YamlNode> topology_layer(const YamlNode& asked, const std::string& from, std::size_t most, std::size_t& read,
                                                     SourceTable& sources, Diagnostics& diagnostics);

}  // namespace mailquake
