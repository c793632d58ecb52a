// A look at the text of a topology file before a library reads it: where nodes and edges stand, for messages, and whether it
// is of a kind that would take the reader too far: deep nesting, and in DOT edges between groups, of which one line can mean
// billions. It knows comments, quotes and tags, no more grammar than that; what is wrong otherwise the reader says.
//
// Source: GraphML (graphml.graphdrawing.org), the DOT language (graphviz.org). Invariant: one pass, no recursion.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mailquake {

/// Something wrong with a topology file; line 0: with the whole of it.
struct TopologyMistake {
    int line = 0;
    std::string message;
};

/// Lines (from 1) of what the file holds, in its order.
struct TopologyPlaces {
    std::vector<int> nodes;                                // GraphML
    std::vector<int> edges;                                // GraphML: elements; DOT: `--` and `->`
    std::map<std::string, int, std::less<>> first_named;   // DOT: where each word stands first
};

[[nodiscard]] TopologyPlaces scan_graphml(std::string_view text, std::vector<TopologyMistake>& mistakes);
[[nodiscard]] TopologyPlaces scan_dot(std::string_view text, std::vector<TopologyMistake>& mistakes);

}  // namespace mailquake
