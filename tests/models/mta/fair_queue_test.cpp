// Deficit round robin: whose turn it is, and what it costs where there are a million tenants and few of them wait.
#include "tests/catch.hpp"

#include <chrono>
#include <map>
#include <vector>

#include "models/mta/fair_queue.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;

namespace {

WaitingJob job_of(std::uint32_t number, std::uint32_t tenant, std::uint32_t cost = 1) {
    return {.job = JobRef::message(number), .key = tenant, .cost = cost, .since = SimTime::zero()};
}

std::vector<std::uint32_t> all_of(FairQueue& queue) {
    std::vector<std::uint32_t> order;
    for (JobRef next = queue.pop(); next != JobRef::none(); next = queue.pop()) order.push_back(next.index());
    return order;
}

}  // namespace

TEST_CASE("tenants take turns, each in its own order of arrival") {
    FairQueue queue(1);
    for (const auto& [number, tenant] : {std::pair{0U, 7U}, {1U, 7U}, {2U, 7U}, {3U, 9U}, {4U, 5U}, {5U, 5U}}) queue.push(job_of(number, tenant));
    CHECK(queue.flows() == 3);
    CHECK(all_of(queue) == std::vector<std::uint32_t>{0, 3, 4, 1, 5, 2});
    CHECK(queue.flows() == 0);
}

TEST_CASE("a turn is worth its quantum, and what had been in work goes first") {
    FairQueue queue(2);
    for (std::uint32_t k = 0; k < 4; ++k) queue.push(job_of(k, 1));
    for (std::uint32_t k = 4; k < 8; ++k) queue.push(job_of(k, 2));
    queue.push_front(job_of(9, 2));
    queue.push_front(job_of(8, 1));
    CHECK(all_of(queue) == std::vector<std::uint32_t>{8, 9, 0, 1, 4, 5, 2, 3, 6, 7});
}

/// Shreedhar and Varghese, lemma 2: after m turns, what a backlogged flow was served differs from m quanta by less than the
/// largest message; so two of them differ by less than a quantum and two messages.
TEST_CASE("in octets, tenants with large and with small messages are served alike") {
    constexpr std::int64_t kQuantum = 10'000;
    FairQueue queue(kQuantum);
    std::vector<std::uint32_t> sizes;
    RandomStream luck(StreamKey(1, 2, 3), 4);
    for (std::uint32_t k = 0; k < 30'000; ++k) {
        sizes.push_back(k % 2 == 0 ? 9'000 : 200 + static_cast<std::uint32_t>(luck.uniform() * 1'000));
        queue.push(job_of(k, k % 2, sizes.back()));
    }
    std::int64_t served[2] = {0, 0};
    for (int k = 0; k < 15'000; ++k) {
        const std::uint32_t next = queue.pop().index();
        served[next % 2] += sizes[next];
        REQUIRE(std::abs(served[0] - served[1]) < kQuantum + 2 * 9'000);
    }
    CHECK(served[0] > 5'000'000);
}

TEST_CASE("a million tenants of whom a thousand wait: memory is for the thousand, and time does not depend on the million") {
    const auto seconds = [](std::uint32_t tenants, std::size_t& memory) {
        FairQueue queue(1);
        const auto begin = std::chrono::steady_clock::now();
        std::uint32_t pushed = 0;
        for (; pushed < 1'000; ++pushed) queue.push(job_of(pushed, pushed % tenants));
        for (; pushed < 2'000'000; ++pushed) {  // one goes, another tenant's comes
            REQUIRE(queue.pop() != JobRef::none());
            queue.push(job_of(pushed & 0xffff, pushed % tenants));
        }
        memory = queue.flow_memory();
        CHECK(queue.flows() == 1'000);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    std::size_t memory = 0, of_few = 0;
    const double many = seconds(1'000'000, memory), few = seconds(1'000, of_few);
    INFO(many << " s for 10^6 tenants, " << few << " s for 10^3");
    CHECK(memory < 100'000);
    CHECK(memory <= of_few * 2);
    CHECK(many < 3 * few + 0.2);
}

TEST_CASE("flows come and go as a plain model of them has it") {
    FairQueue queue(1);
    std::map<std::uint32_t, std::vector<std::uint32_t>> lines;
    RandomStream luck(StreamKey(5, 6, 7), 8);
    for (std::uint32_t k = 0; k < 50'000; ++k) {
        if (luck.uniform() < 0.5) {
            const auto tenant = static_cast<std::uint32_t>(luck.uniform() * 300);
            queue.push(job_of(k, tenant));
            lines[tenant].push_back(k);
            continue;
        }
        const JobRef next = queue.pop();
        if (lines.empty()) {
            REQUIRE(next == JobRef::none());
            continue;
        }
        bool was_first = false;
        for (auto line = lines.begin(); line != lines.end(); ++line) {
            if (line->second.front() != next.index()) continue;
            was_first = true;
            line->second.erase(line->second.begin());
            if (line->second.empty()) lines.erase(line);
            break;
        }
        REQUIRE(was_first);
        REQUIRE(queue.flows() == lines.size());
    }
}
