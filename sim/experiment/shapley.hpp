// How much of a value each of several causes brings, where causes work together: a cause's share is what it adds, averaged over
// all orders in which they could have come (Shapley, A value for n-person games, 1953). Shares sum to the value of all of them
// less that of none.
//
// Exact, by the 2^n subsets; so for few causes. Left out: sampling for many.
#pragma once

#include <cstddef>
#include <vector>

namespace mailquake {

/// values[s] is that of the subset whose members are the bits of s; 2^n of them, n at most 16. Returns a share for each cause.
[[nodiscard]] std::vector<double> shapley_shares(const std::vector<double>& values);

}  // namespace mailquake
