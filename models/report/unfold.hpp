// Waiting for a callee, unfolded: what a worker waited for while it was in a call is divided as the requests of that call spent
// their time at the callee, in its queue by what its workers did, and in its workers by what those did; what neither had is the
// way there and back. Calls that the callee makes are unfolded in the same way; validation refuses cycles of calls.
//
// A worker's call for a copy of a class: as the requests for mail of that class, over the whole run. A queue behind workers that are
// in a call: as the requests for all mail, each as often as copies waited behind its caller when the call began; so what callees
// did while nobody waited counts for nothing. Time of a request beyond its caller's time-out is in no book (models/world/lives.hpp).
//
// Invariant: parts sum to what was unfolded, to the ns. Left out: how a queue grew while a call lasted; which calls late copies made
// themselves.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/world/lives_outcome.hpp"

namespace mailquake {

/// Delay of copies that were not late, of late ones that are no collateral, and of collateral ones: divided one by one, so that
/// their sums keep their order.
using Layers = std::array<TimeArea, 3>;

class Unfolding {
public:
    explicit Unfolding(const LivesOutcome& lives);

    /// Where it was met: the callees' tiers on the way, then place and state, in its queue or in a worker; the way of a call has
    /// no place; what came between on it is told apart.
    struct Met {
        std::vector<std::string> calls;
        std::optional<std::uint32_t> place;
        HopWhy why{};
        bool in_queue = false;
        std::size_t state = 0;
    };
    using Take = std::function<void(const Met&, const Layers&)>;

    /// Divides what was booked to a call of a place, for a class; `all_classes` for a queue. Each part goes to `take`.
    void unfold(const Layers& amount, std::uint32_t place, std::uint16_t call,
                std::optional<std::uint32_t> tenant_class, const Take& take) const;

private:
    struct CallKey {
        std::uint32_t place;
        std::uint16_t call;
        std::uint32_t tenant_class;  // kAll: all; kBehind: all, as those behind have it
        friend auto operator<=>(const CallKey&, const CallKey&) = default;
    };
    struct Column {
        std::uint32_t place;
        std::uint32_t column;
        friend auto operator<=>(const Column&, const Column&) = default;
    };
    struct Spent {
        TimeArea in_call = 0;              // that callers' workers were in it
        std::map<HopWhy, TimeArea> ways;   // what came between on the ways
        std::map<Column, TimeArea> there;  // that its requests were at callees, by column
    };
    static constexpr std::uint32_t kAll = 0xffff'ffffU, kBehind = 0xffff'fffeU;
    void add_calls(std::uint32_t place, std::size_t column, std::uint32_t tenant_class, TimeArea time);
    void add_requests(const CallBook& book, std::uint32_t tenant_class, const CallTimes& times);
    [[nodiscard]] const Spent& spent_of(const CallKey& key) const;
    void unfold_one(const Layers& amount, const CallKey& key, Met& met, const Take& take) const;

    const LivesOutcome& lives_;
    std::map<CallKey, Spent> spent_;
};

}  // namespace mailquake
