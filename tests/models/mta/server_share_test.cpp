// A share of servers is a number of them: the size is the same in every seed, and only which servers they are is drawn.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "tests/catch.hpp"

#include "models/mta/server_share.hpp"

namespace mailquake {
namespace {

StreamKey key_of(std::uint64_t seed) { return {seed, 17, draws::server_order}; }

std::uint32_t total(const std::vector<std::uint32_t>& counts) { return std::accumulate(counts.begin(), counts.end(), 0U); }

TEST_CASE("half of two servers is one server, whatever the seed") {
    std::vector<int> hit(2, 0);
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        const std::vector<bool> chosen = choose_servers(key_of(seed), apportion(0.5, std::vector<std::uint32_t>{2})[0], 2);
        REQUIRE(std::count(chosen.begin(), chosen.end(), true) == 1);
        ++hit[chosen[0] ? 0 : 1];
    }
    CHECK(hit[0] > 420);  // each of them in half of the seeds: 500, five standard deviations of 16 around it
    CHECK(hit[0] < 580);
}

TEST_CASE("a share is rounded over all stations, and goes to them by largest remainder") {
    CHECK(apportion(0.2, std::vector<std::uint32_t>{20}) == std::vector<std::uint32_t>{4});
    CHECK(apportion(0.2, std::vector<std::uint32_t>{2, 2, 2, 2, 2}) == std::vector<std::uint32_t>{1, 1, 0, 0, 0});
    CHECK(apportion(0.5, std::vector<std::uint32_t>{1, 1, 1}) == std::vector<std::uint32_t>{1, 1, 0});
    CHECK(apportion(0.3, std::vector<std::uint32_t>{10, 5, 2}) == std::vector<std::uint32_t>{3, 1, 1});
    CHECK(apportion(0.1, std::vector<std::uint32_t>{2}) == std::vector<std::uint32_t>{0});
    CHECK(apportion(0, std::vector<std::uint32_t>{3, 4}) == std::vector<std::uint32_t>{0, 0});
    CHECK(apportion(1, std::vector<std::uint32_t>{3, 4}) == std::vector<std::uint32_t>{3, 4});
    for (std::uint32_t n = 1; n < 40; ++n)
        for (double share = 0; share <= 1; share += 1.0 / 64) {
            const std::vector<std::uint32_t> servers{n, 3, 2 * n};
            const std::vector<std::uint32_t> counts = apportion(share, servers);
            REQUIRE(total(counts) == static_cast<std::uint32_t>(std::lround(share * (3 * n + 3))));
            for (std::size_t i = 0; i < 3; ++i) REQUIRE(std::abs(counts[i] - share * servers[i]) < 1);
        }
}

TEST_CASE("with a greater share the servers of a smaller one are hit as well") {
    for (std::uint32_t count = 0; count < 20; ++count) {
        const std::vector<bool> some = choose_servers(key_of(3), count, 20), more = choose_servers(key_of(3), count + 1, 20);
        CHECK(std::count(some.begin(), some.end(), true) == count);
        for (std::size_t s = 0; s < 20; ++s) CHECK((!some[s] || more[s]));
    }
}

TEST_CASE("servers that come later are hit so that the hit ones stay a share of all") {
    const std::vector<bool> planned = choose_servers(key_of(5), 1, 2);
    std::uint32_t hit = 1;
    for (std::uint32_t server = 2; server < 12; ++server) {
        if (is_added_server_hit(0.5, planned, server)) ++hit;
        CHECK(hit == (server + 2) / 2);
    }
    CHECK_FALSE(is_added_server_hit(0, std::vector<bool>{false, false}, 7));
    CHECK(is_added_server_hit(1, std::vector<bool>{true, true}, 7));
}

}  // namespace
}  // namespace mailquake
