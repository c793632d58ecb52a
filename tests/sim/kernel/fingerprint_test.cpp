#include "sim/kernel/fingerprint.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

using namespace mailquake;

namespace {

using Transition = std::tuple<std::int64_t, std::uint64_t, std::uint64_t, std::uint64_t>;

Fingerprint of(const std::vector<Transition>& transitions) {
    Fingerprint f;
    for (const auto& [time, entity, kind, identity] : transitions) f.note(SimTime{time}, entity, kind, identity);
    return f;
}

std::vector<Transition> some() {
    std::vector<Transition> all;
    for (std::uint64_t i = 0; i < 500; ++i) all.emplace_back(static_cast<std::int64_t>(i / 3), i % 7, i % 4, i);
    return all;
}

}  // namespace

TEST_CASE("a fingerprint does not depend on the order of notes, or on who noted them") {
    std::vector<Transition> transitions = some();
    const Fingerprint whole = of(transitions);
    std::reverse(transitions.begin(), transitions.end());
    CHECK(of(transitions) == whole);
    Fingerprint merged = of({transitions.begin(), transitions.begin() + 123});
    merged.merge(of({transitions.begin() + 123, transitions.end()}));
    CHECK(merged == whole);
    CHECK(merged.hex() == whole.hex());
}

TEST_CASE("one transition more, less, twice or elsewhere is another fingerprint") {
    const Fingerprint whole = of(some());
    std::set<std::string> seen{whole.hex()};
    const auto is_new = [&](const std::vector<Transition>& t) { return seen.insert(of(t).hex()).second; };
    std::vector<Transition> t = some();
    t.pop_back();
    CHECK(is_new(t));
    t = some();
    t.push_back(t.front());
    CHECK(is_new(t));
    t.push_back(t.front());  // an even number of equal ones does not cancel out
    CHECK(is_new(t));
    t = some();
    std::get<0>(t[100]) += 1;
    CHECK(is_new(t));
    t = some();
    std::swap(std::get<3>(t[3]), std::get<3>(t[4]));  // two messages change places
    CHECK(is_new(t));
    t = some();
    std::swap(std::get<1>(t[5]), std::get<2>(t[5]));
    CHECK(is_new(t));
}

TEST_CASE("small differences do not collide, in either half") {
    std::set<std::string> firsts, seconds;
    std::size_t n = 0;
    for (std::int64_t time = 0; time < 12; ++time) {
        for (std::uint64_t entity = 0; entity < 12; ++entity) {
            for (std::uint64_t kind = 0; kind < 12; ++kind) {
                for (std::uint64_t identity = 0; identity < 12; ++identity, ++n) {
                    const std::string hex = of({{time, entity, kind, identity}}).hex();
                    firsts.insert(hex.substr(0, 16));
                    seconds.insert(hex.substr(16));
                }
            }
        }
    }
    CHECK(firsts.size() == n);
    CHECK(seconds.size() == n);
}

TEST_CASE("a fingerprint is written as 32 hexadecimal digits") {
    CHECK(Fingerprint().hex() == "00000000000000000000000000000000");
    const std::string hex = of(some()).hex();
    CHECK(hex.size() == 32);
    CHECK(hex.find_first_not_of("0123456789abcdef") == std::string::npos);
}
