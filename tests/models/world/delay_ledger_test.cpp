// The delay ledger: what is booked stands in its own cell of its own class and place, and nowhere else.
#include "tests/catch.hpp"

#include <cstddef>
#include <map>
#include <tuple>

#include "models/world/delay_ledger.hpp"
#include "sim/base/hash.hpp"

using namespace mailquake;

TEST_CASE("the ledger tells places, classes and causes apart, whatever is booked first") {
    constexpr std::size_t classes = 40;
    const std::size_t states[] = {0, 5, 9, 300};
    DelayLedger ledger(classes);
    for (const std::size_t n : states) ledger.add_place(n);
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, TimeArea> expected;  // place, class, column
    for (std::uint64_t k = 0; k < 20'000; ++k) {
        const std::uint64_t luck = mix64(k);
        const std::size_t place = luck % 4, c = luck / 4 % classes, n = states[place];
        const SimDuration d{static_cast<std::int64_t>(luck >> 40)};
        const std::size_t column = luck / 1024 % ledger.columns(place);
        if (c % 3 == 0) continue;  // nothing of these classes
        expected[{place, c, column}] += d.ns;
        if (column < n) ledger.book_queue(place, c, column, d);
        else if (column < 2 * n) ledger.book_worker(place, c, column - n, d);
        else ledger.book_hop(place, c, static_cast<HopCause>(column - 2 * n), d);
    }
    std::size_t wrong = 0;
    for (std::size_t place = 0; place < 4; ++place)
        for (std::size_t c = 0; c < classes; ++c) {
            CHECK(ledger.empty(place, c) == (c % 3 == 0));
            for (std::size_t column = 0; column < ledger.columns(place); ++column) {
                const auto booked = expected.find({place, c, column});
                wrong += ledger.at(place, c, column) != (booked == expected.end() ? 0 : booked->second);
            }
        }
    CHECK(wrong == 0);
    CHECK(expected.size() > 4'000);
}
