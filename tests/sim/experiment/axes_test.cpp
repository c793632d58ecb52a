// Axes, zips, grids and where clauses; and that each mistake is told with the text that is at fault.
#include "sim/experiment/axes.hpp"

#include "tests/catch.hpp"

#include "tests/sim/experiment/toy_world.hpp"

namespace mailquake {
namespace {

using Texts = std::vector<std::string>;

Axis axis(const std::string& text, OpenRange open = OpenRange::refused) {
    Texts errors;
    const auto parsed = parse_axis(text, errors, open);
    INFO((errors.empty() ? std::string() : errors.front()));
    REQUIRE(parsed);
    REQUIRE(errors.empty());
    return *parsed;
}

Texts errors_of(const std::string& text) {
    Texts errors;
    CHECK_FALSE(parse_axis(text, errors));
    CHECK_FALSE(errors.empty());
    return errors;
}

bool says(const Texts& errors, const std::string& part) {
    for (const std::string& e : errors)
        if (e.find(part) != std::string::npos) return true;
    return false;
}

Texts points(const Texts& axis_texts, const Texts& clauses) {
    std::vector<Axis> axes;
    for (const std::string& text : axis_texts) axes.push_back(axis(text));
    Texts errors;
    std::vector<Condition> conditions;
    for (const std::string& clause : clauses)
        for (Condition& c : parse_where(clause, axes, errors)) conditions.push_back(std::move(c));
    const std::vector<Point> all = grid_of(axes, conditions, errors);
    if (!errors.empty()) return errors;
    Texts texts;
    for (const Point& p : all) texts.push_back(p.text());
    return texts;
}

}  // namespace

TEST_CASE("an axis is a list of values and ranges") {
    const Axis a = axis("tiers.*.servers=1,2,8..32:x2");
    CHECK(a.paths == Texts{"tiers.*.servers"});
    CHECK(a.values.at(0) == Texts{"1", "2", "8", "16", "32"});
    CHECK(axis("links.a--b.latency=10ms..1s:x10").values.at(0) == Texts{"10ms", "100ms", "1s"});
    CHECK(axis("mode=fifo").values.at(0) == Texts{"fifo"});
    CHECK(axis("a=1 , 2").values.at(0) == Texts{"1", "2"});
    CHECK(axis("start=2014-06-24T14:00:00Z").values.at(0) == Texts{"2014-06-24T14:00:00Z"});
}

TEST_CASE("paths that vary together stand in one text") {
    const Axis a = axis("servers=1,2,3,load=0.1..0.3:0.1");
    CHECK(a.paths == Texts{"servers", "load"});
    CHECK(a.values.at(0) == Texts{"1", "2", "3"});
    CHECK(a.values.at(1) == Texts{"0.1", "0.2", "0.3"});
    CHECK(points({"a=1,2,b=3,4"}, {}) == Texts{"a=1, b=3", "a=2, b=4"});
}

TEST_CASE("what stands in quotes and brackets is one value") {
    const Axis a = axis(R"(note="x=1, y..2",sites=[dfw, ord])");
    CHECK(a.values.at(0) == Texts{"x=1, y..2"});
    CHECK(a.values.at(1) == Texts{"[dfw, ord]"});
}

TEST_CASE("several axes are a grid, the first one slowest") {
    CHECK(points({"a=1,2", "b=x,y"}, {}) == Texts{"a=1, b=x", "a=1, b=y", "a=2, b=x", "a=2, b=y"});
    CHECK(points({}, {}) == Texts{"base"});
}

TEST_CASE("where clauses leave points out") {
    CHECK(points({"a=1,2,3", "b=1,2,3"}, {"a < b"}) == Texts{"a=1, b=2", "a=1, b=3", "a=2, b=3"});
    CHECK(points({"a=1,2,3", "b=1,2,3"}, {"a >= b and b != 1"}) == Texts{"a=2, b=2", "a=3, b=2", "a=3, b=3"});
    CHECK(points({"a=1,2,3", "b=1,2,3"}, {"a == b", "a > 1 && a <= 2"}) == Texts{"a=2, b=2"});
    CHECK(points({"t=10ms,1s", "u=100ms,2s"}, {"t < u"}) == Texts{"t=10ms, u=100ms", "t=10ms, u=2s", "t=1s, u=2s"});
    CHECK(points({"m=fifo,lifo", "a=1,2"}, {"m != fifo"}) == Texts{"m=lifo, a=1", "m=lifo, a=2"});
}

TEST_CASE("a where clause that cannot mean anything is an error") {
    CHECK(says(points({"a=1,2"}, {"c < 3"}), "neither 'c' nor '3' is varied"));
    CHECK(says(points({"a=1,2"}, {"a < b"}), "'1' cannot be compared with 'b' by <"));
    CHECK(says(points({"a=1,2"}, {"a < 5s"}), "'1' cannot be compared with '5s'"));
    CHECK(says(points({"m=fifo,lifo"}, {"m == lilo"}), "'lilo' is neither varied nor a value of m"));
    CHECK(says(points({"a=1,2"}, {"a"}), "a comparison is needed"));
    CHECK(says(points({"a=1,2"}, {"a > 2"}), "no point is left"));
}

TEST_CASE("every mistake of an axis is told with its text") {
    CHECK(says(errors_of("servers"), "PATH=VALUES"));
    CHECK(says(errors_of("a=1,,2"), "an empty value for a"));
    CHECK(says(errors_of("a=1,1"), "'1' stands there twice"));
    CHECK(says(errors_of("a=1,2,b=3"), "a has 2 values and b has 1"));
    CHECK(says(errors_of("a=1,a=2"), "a stands there twice"));
    CHECK(says(errors_of("a=\"1,2"), "does not close"));
    CHECK(says(errors_of("a=b c=3"), "'b c=3' is no value"));
    CHECK(says(errors_of("a=1..9"), "1..9:STEP"));
    CHECK(says(errors_of("a=1..9:"), "1..9:STEP"));
    const Texts many = errors_of("a=1..9:0,x..2:1,b=9..1:1");
    CHECK(many.size() == 3);
    CHECK(says(many, "'x'"));
    CHECK(says(points({"a=1,2", "a=3"}, {}), "a stands on two axes"));
    CHECK(says(points({"a=1..2000:1", "b=1..2000:1"}, {}), "more than 1000000"));
}

TEST_CASE("searches take a range without steps") {
    const Axis a = axis("servers=4..64", OpenRange::allowed);
    REQUIRE(a.open);
    CHECK(a.open->from == "4");
    CHECK(a.open->to == "64");
    Texts errors;
    CHECK_FALSE(parse_axis("servers=4..64,100", errors, OpenRange::allowed));
    CHECK(says(errors, "stands alone"));
    CHECK(axis("servers=4..64:x2", OpenRange::allowed).size() == 5);
}

TEST_CASE("the world is asked about paths and points before anything runs") {
    const testing::ToyWorld world;
    Texts errors;
    const std::vector<Axis> axes{axis("load=0.5,3"), axis("customers=10,20")};
    check_points(world, axes, grid_of(axes, {}, errors), errors);
    CHECK(errors == Texts{"load: '3' is out of range"});
    errors.clear();
    const std::vector<Axis> wrong{axis("loda=0.5,3"), axis("sevrers=10")};
    check_points(world, wrong, grid_of(wrong, {}, errors), errors);
    CHECK(errors == Texts{"loda is no path of toy", "sevrers is no path of toy"});
    CHECK(world.runs == 0);
}

}  // namespace mailquake
