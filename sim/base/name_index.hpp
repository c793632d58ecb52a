// Which place in a list a name has: for thousands of look-ups in a list of thousands. Open addressing over hashes of the
// names, at most half full; what is asked for is a name, never an order, so nothing depends on the hash. Of equal names the
// first counts. The names are not copied: they must outlive the index and stay where they are.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// Whether two names are one; most that differ do so in length or in the first letter.
[[nodiscard]] inline bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
}

class NameIndex {
public:
    NameIndex() = default;
    /// `name_of` gives the name of an item of `list` as a text that stays.
    template <class List, class NameOf>
    NameIndex(const List& list, NameOf name_of) : slots_(std::bit_ceil(2 * list.size() + 1), none) {
        names_.reserve(list.size());
        for (const auto& item : list) add(name_of(item));
    }

    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
        if (slots_.empty()) return std::nullopt;
        const std::uint32_t at = slots_[slot_of(name)];
        if (at == none) return std::nullopt;
        return at;
    }
    [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }
    [[nodiscard]] bool empty() const { return names_.empty(); }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    void add(std::string_view name) {
        std::uint32_t& slot = slots_[slot_of(name)];
        if (slot == none) slot = narrow<std::uint32_t>(names_.size(), "names");
        names_.push_back(name);
    }

    /// The slot that holds the name, or the one where it would go.
    [[nodiscard]] std::size_t slot_of(std::string_view name) const {
        std::size_t slot = hash_name(name) & (slots_.size() - 1);
        while (slots_[slot] != none && names_[slots_[slot]] != name) slot = (slot + 1) & (slots_.size() - 1);
        return slot;
    }

    std::vector<std::uint32_t>    slots_;   // of names_
    std::vector<std::string_view> names_;
};

}  // namespace mailquake
