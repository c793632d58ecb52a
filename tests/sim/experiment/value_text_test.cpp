// Ranges as people write them, counted through and printed as they would.
#include "sim/experiment/value_text.hpp"

#include "tests/catch.hpp"

#include <set>

namespace mailquake {
namespace {

using Texts = std::vector<std::string>;

Texts values(const std::string& from, const std::string& to, const std::string& step) {
    Texts errors;
    const Texts all = values_of({from, to, step}, errors);
    INFO((errors.empty() ? std::string() : errors.front()));
    REQUIRE(errors.empty());
    return all;
}

std::string error(const std::string& from, const std::string& to, const std::string& step) {
    Texts errors;
    REQUIRE(values_of({from, to, step}, errors).empty());
    REQUIRE(errors.size() == 1);
    return errors.front();
}

}  // namespace

TEST_CASE("a number and its unit come apart") {
    CHECK(split_number("250ms")->number == 250);
    CHECK(split_number("250ms")->unit == "ms");
    CHECK(split_number("-0.5")->number == -0.5);
    CHECK(split_number("20/s")->unit == "/s");
    CHECK(split_number("7")->unit.empty());
    for (const char* word : {"", "fifo", "1h30m", "2014-06-24", "ms", "1e3", "1.2.3", "inf", "nan"}) {
        INFO(word);
        CHECK_FALSE(split_number(word));
    }
}

TEST_CASE("ranges are counted through in sane units") {
    CHECK(values("1", "5", "2") == Texts{"1", "3", "5"});
    CHECK(values("1", "6", "2") == Texts{"1", "3", "5"});
    CHECK(values("10ms", "1s", "x10") == Texts{"10ms", "100ms", "1s"});
    CHECK(values("30s", "120s", "30s") == Texts{"30s", "60s", "90s", "120s"});
    CHECK(values("30s", "2min", "30s") == Texts{"30s", "1min", "1.5min", "2min"});
    CHECK(values("1s", "1h", "x60") == Texts{"1s", "1min", "1h"});
    CHECK(values("1s", "2s", "250ms") == Texts{"1s", "1.25s", "1.5s", "1.75s", "2s"});
    CHECK(values("0.1", "0.5", "0.1") == Texts{"0.1", "0.2", "0.3", "0.4", "0.5"});
    CHECK(values("0s", "1s", "500ms") == Texts{"0s", "500ms", "1s"});
    CHECK(values("10%", "30%", "10%") == Texts{"10%", "20%", "30%"});
    CHECK(values("4", "64", "x2") == Texts{"4", "8", "16", "32", "64"});
    CHECK(values("20/s", "100/s", "40/s") == Texts{"20/s", "60/s", "100/s"});
    CHECK(values("1Mbps", "1Gbps", "x10") == Texts{"1Mbps", "10Mbps", "100Mbps", "1Gbps"});
    CHECK(values("64KiB", "256KiB", "x2") == Texts{"64KiB", "128KiB", "256KiB"});
    CHECK(values("5", "1", "-2") == Texts{"5", "3", "1"});
    CHECK(values("8", "1", "x0.5") == Texts{"8", "4", "2", "1"});
    CHECK(values("3", "3", "1") == Texts{"3"});
    CHECK(values("1000000", "3000000", "1000000") == Texts{"1000000", "2000000", "3000000"});
    CHECK(values("2furlongs", "6furlongs", "2furlongs") == Texts{"2furlongs", "4furlongs", "6furlongs"});
    CHECK(values("0.001", "1", "0.001").size() == 1000);
}

TEST_CASE("a range that cannot be counted through says which text is at fault") {
    CHECK(error("fifo", "10", "1").find("'fifo'") != std::string::npos);
    CHECK(error("1s", "10", "1s").find("'1s' and '10' are no quantities of one kind") != std::string::npos);
    CHECK(error("1s", "10s", "1").find("'1' is no step") != std::string::npos);
    CHECK(error("1", "10", "0").find("never lead") != std::string::npos);
    CHECK(error("1", "10", "-1").find("never lead") != std::string::npos);
    CHECK(error("1", "10", "x1").find("'x1'") != std::string::npos);
    CHECK(error("1", "10", "x0.5").find("over 1") != std::string::npos);
    CHECK(error("1", "10", "xfast").find("'xfast'") != std::string::npos);
    CHECK(error("0", "10", "x2").find("ends over 0") != std::string::npos);
    CHECK(error("1", "10", "").find("1..10:STEP") != std::string::npos);
    CHECK(error("1", "1000000", "0.001").find("more than") != std::string::npos);
}

TEST_CASE("values of one kind are compared whatever their units") {
    CHECK(compare_values("100ms", "1s") == -1);
    CHECK(compare_values("60s", "1min") == 0);
    CHECK(compare_values("3", "2") == 1);
    CHECK(compare_values("5%", "0.1%") == 1);
    CHECK(compare_values("fifo", "fifo") == 0);
    CHECK_FALSE(compare_values("fifo", "lifo"));
    CHECK_FALSE(compare_values("1s", "1"));
}

TEST_CASE("a value is scaled in its own unit") {
    CHECK(scaled_value("10ms", 0.5) == "5ms");
    CHECK(scaled_value("3", 2) == "6");
    CHECK(scaled_value("0.1%", 3) == "0.3%");
    CHECK_FALSE(scaled_value("fifo", 2));
}

TEST_CASE("a range without steps is spread over its ends") {
    Texts errors;
    CHECK(spread_values({"1", "5", ""}, 100, true, errors) == Texts{"1", "2", "3", "4", "5"});
    CHECK(spread_values({"0s", "10s", ""}, 5, false, errors) == Texts{"0s", "2.5s", "5s", "7.5s", "10s"});
    CHECK(spread_values({"10ms", "1s", ""}, 3, false, errors) == Texts{"10ms", "100ms", "1s"});
    const Texts many = spread_values({"1", "1000", ""}, 64, true, errors);
    CHECK(std::set<std::string>(many.begin(), many.end()).size() == many.size());
    CHECK(many.front() == "1");
    CHECK(many.back() == "1000");
    CHECK(errors.empty());
}

}  // namespace mailquake
