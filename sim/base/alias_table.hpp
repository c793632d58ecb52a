// Weighted choice in constant time, one word of the stream a pick.
//
// Source: Walker, ACM TOMS 1977; table built as by Vose, IEEE TSE 1991, from two work lists in index order, so that equal
// weights give equal tables. Invariants: at least one weight, none negative, their sum above zero and finite; an entry of
// weight zero is never picked. The probabilities hold to 2^-53 of the total. Changing one weight may change every pick:
// where picks must stay paired between variants, nest shares instead.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/random_stream.hpp"

namespace mailquake {

class AliasTable {
public:
    explicit AliasTable(std::span<const double> weights);

    /// An index below size(), with probability weight / sum of weights.
    [[nodiscard]] std::uint32_t pick(RandomStream& stream) const { return pick(stream()); }
    /// The same by a word that was drawn already.
    [[nodiscard]] std::uint32_t pick(std::uint64_t word) const {
        // The product's upper half is the column, its lower half a fraction that is uniform within the column.
        __extension__ using Wide = unsigned __int128;
        const Wide product = Wide{word} * columns_.size();
        const Column& column = columns_[static_cast<std::size_t>(product >> 64)];
        return static_cast<std::uint64_t>(product) < column.keep ? column.own : column.alias;
    }

    [[nodiscard]] std::size_t size() const { return columns_.size(); }

private:
    struct Column {
        std::uint64_t keep = 0;   // share of this column that is its own [2^-64]
        std::uint32_t own = 0;
        std::uint32_t alias = 0;
    };
    static_assert(sizeof(Column) == 16);

    std::vector<Column> columns_;
};

}  // namespace mailquake
