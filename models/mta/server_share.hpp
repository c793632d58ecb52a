// A share of servers is a number of them: round(share x servers), the same in every seed; which ones is drawn by seed. Over
// several stations the total is rounded and goes to the stations by largest remainder, equal ones in their order, so that
// `check` can say how many servers of each station are hit.
//
// Nested: with a greater share, the servers of a smaller one are hit as well. Left out: servers that are added later and
// whether they are hit (models/world/disturbing.cpp).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/mail/draws.hpp"

namespace mailquake {

/// How many of each station's servers a share of them all is.
[[nodiscard]] std::vector<std::uint32_t> apportion(double share, std::span<const std::uint32_t> servers);

/// Which of `servers` servers are hit, if `count` of them are: those with the least words of this key.
[[nodiscard]] std::vector<bool> choose_servers(const StreamKey& key, std::uint32_t count, std::uint32_t servers);

/// Each server's place in the order of their words of this key.
[[nodiscard]] std::vector<std::uint32_t> rank_servers(const StreamKey& key, std::uint32_t servers);

/// Is server number `server`, which came after the planned ones, hit as well, so that it is a share of all of them?
[[nodiscard]] bool is_added_server_hit(double share, const std::vector<bool>& planned, std::uint32_t server);

}  // namespace mailquake
