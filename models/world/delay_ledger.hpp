// The delay ledger of one site: every interval of a copy's life, when it ends, is booked in integer ns to (class, place,
// cause). Places are the site's stations and populations; causes are columns of a place:
//
//   queue, by what its workers did meanwhile | in a worker, by what that worker did | slot, transfer, refused, retry
//
// The parts of a copy's life sum to its delay to the ns: an interval begins where the last one ended (Message::since).
#pragma once

#include <cstdint>
#include <vector>

#include "models/mta/worker_states.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// What happens to mail between tiers.
enum class HopCause : std::uint8_t { slot, transfer, attempt_failed, retry, outside_retry, before_start, held_back };
inline constexpr std::size_t kHopCauses = 7;

class DelayLedger {
public:
    explicit DelayLedger(std::size_t classes) : classes_(classes) {}

    /// A place whose workers have `states` states; returns its number.
    std::size_t add_place(std::size_t states) {
        places_.push_back({cells_.size(), states, 2 * states + kHopCauses});
        cells_.resize(cells_.size() + classes_ * columns(places_.size() - 1), 0);
        return places_.size() - 1;
    }

    void book_queue(std::size_t place, std::size_t tenant_class, std::size_t state, SimDuration d) {
        row(place, tenant_class)[state] += d.ns;
    }
    void book_worker(std::size_t place, std::size_t tenant_class, std::size_t state, SimDuration d) {
        row(place, tenant_class)[places_[place].states + state] += d.ns;
    }
    void book_hop(std::size_t place, std::size_t tenant_class, HopCause cause, SimDuration d) {
        row(place, tenant_class)[2 * places_[place].states + static_cast<std::size_t>(cause)] += d.ns;
    }

    [[nodiscard]] std::size_t columns(std::size_t place) const { return places_[place].columns; }
    [[nodiscard]] std::size_t states(std::size_t place) const { return places_[place].states; }
    [[nodiscard]] TimeArea at(std::size_t place, std::size_t tenant_class, std::size_t column) const {
        return cells_[places_[place].first + tenant_class * columns(place) + column];
    }

private:
    struct Place {
        std::size_t first;   // of its cells; class-major
        std::size_t states;
        std::size_t columns;
    };
    TimeArea* row(std::size_t place, std::size_t tenant_class) {
        return &cells_[places_[place].first + tenant_class * columns(place)];
    }

    std::size_t classes_;
    std::vector<Place> places_;
    std::vector<TimeArea> cells_;
};

}  // namespace mailquake
