// A figure of a result, declared once beside its struct: name and member. The JSON writer and reader, the means over
// replications, the intervals and the tidy `figure` table are all derived from these declarations, so that a figure
// cannot be in one of them and be forgotten in another.
//
// The types a member may have: double, optional<double> (nothing: null), bool, string, vector<string>, vector<double>,
// another struct with fields(), or a vector of such structs. The entries of a vector of structs carry a label(), which
// takes the place of an index in the paths of figures (`tiers.transport@dfw.utilization`).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace mailquake {

/// How replications are put together into one figure.
enum class Merge {
    mean,   // numbers: the mean; text: the first
    first,  // a whole that has no mean (a qshape table, an order of onset): the first replication's
    every,  // an optional number that counts only if every replication has it
};

template <class Owner, class T>
struct Field {
    std::string_view name;
    T Owner::* member;
    std::string_view unit = "1";   // of a number: `s`, `1/s`, or `1` for counts and shares
    Merge merge = Merge::mean;
    bool  only_if_any = false;     // an optional number that is left out of JSON where there is none; or what results of before have not

    [[nodiscard]] constexpr Field in(std::string_view text) const { Field f = *this; f.unit = text; return f; }
    [[nodiscard]] constexpr Field if_any() const { Field f = *this; f.only_if_any = true; return f; }
    [[nodiscard]] constexpr Field by(Merge how) const { Field f = *this; f.merge = how; return f; }
};

template <class Owner, class T>
[[nodiscard]] constexpr Field<Owner, T> field(std::string_view name, T Owner::* member) {
    return {name, member};
}

template <class T>
concept HasFields = requires { T::fields(); };

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

/// Calls f(declaration) for each declared figure of `Owner`, in order.
template <HasFields Owner, class F>
constexpr void for_each_field(F&& f) {
    std::apply([&](const auto&... one) { (f(one), ...); }, Owner::fields());
}

}  // namespace mailquake
