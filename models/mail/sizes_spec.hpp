// How large a class's messages are, as a scenario says it: by a published table, one size, or a lognormal law. The figures
// and their source stand with the sampler (models/mail/size_law.hpp).
#pragma once

#include <string_view>
#include <tuple>
#include <variant>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// Sizes by the published table of one server's mail (models/mail/size_law.hpp has figures and source).
struct TableSizesSpec {
    static constexpr std::string_view kind = "table";
    static constexpr auto keys() { return std::tuple<>{}; }
};
struct FixedSizesSpec {
    static constexpr std::string_view kind = "fixed";
    Bytes size{4096};
    template <class S = FixedSizesSpec>
    static constexpr auto keys() {
        return std::tuple{key("size", &S::size).at_least(1).at_most(1e9).says("the one size")};
    }
};
struct LognormalSizesSpec {
    static constexpr std::string_view kind = "lognormal";
    Bytes  mean{75000};
    double cv = 3;
    template <class S = LognormalSizesSpec>
    static constexpr auto keys() {
        return std::tuple{key("mean", &S::mean).at_least(1).at_most(1e9).says("mean size (Exchange calculator: 75kB)"),
                          key("cv", &S::cv).above(0).at_most(100).says("coefficient of variation")};
    }
};
using SizesSpec = std::variant<TableSizesSpec, FixedSizesSpec, LognormalSizesSpec>;

}  // namespace mailquake
