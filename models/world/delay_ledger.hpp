// The delay ledger of one site: every interval of a copy's life, when it ends, is booked in integer ns to (class, place,
// cause). Places are the site's stations and populations; causes are columns of a place:
//
//   queue, by what its workers did meanwhile | in a worker, by what that worker did | slot, transfer, refused, retry
//
// The parts of a copy's life sum to its delay to the ns: an interval begins where the last one ended (Message::since).
//
// A class has a row of cells at the places where something of its mail was booked, and a pointer at any other: of a thousand
// tiers a class mostly passes ten.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

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
        states_.push_back(states);
        rows_.resize(rows_.size() + classes_, nullptr);
        apart_.emplace_back();
        return states_.size() - 1;
    }

    /// From now on cells() has no row of this place.
    void keep_apart(std::size_t place) { apart_[place].resize(classes_, nullptr); }
    /// The row of a place and class, if there is one that is not kept apart: what is booked by cell needs no further question.
    [[nodiscard]] TimeArea* cells(std::size_t place, std::size_t tenant_class) const { return rows_[place * classes_ + tenant_class]; }
    static constexpr std::size_t of_queue(std::size_t state) { return kHopCauses + 2 * state; }
    static constexpr std::size_t of_worker(std::size_t state) { return kHopCauses + 2 * state + 1; }
    /// The row, wherever it is kept; a new one if there is none.
    [[nodiscard]] TimeArea* row(std::size_t place, std::size_t tenant_class) {
        TimeArea* const cells = rows_[place * classes_ + tenant_class];
        return cells != nullptr ? cells : slow_row(place, tenant_class);
    }
    void book_queue(std::size_t place, std::size_t tenant_class, std::size_t state, SimDuration d) {
        row(place, tenant_class)[of_queue(state)] += d.ns;
    }
    void book_worker(std::size_t place, std::size_t tenant_class, std::size_t state, SimDuration d) {
        row(place, tenant_class)[of_worker(state)] += d.ns;
    }
    void book_hop(std::size_t place, std::size_t tenant_class, HopCause cause, SimDuration d) {
        row(place, tenant_class)[static_cast<std::size_t>(cause)] += d.ns;
    }

    [[nodiscard]] std::size_t columns(std::size_t place) const { return 2 * states_[place] + kHopCauses; }
    [[nodiscard]] std::size_t states(std::size_t place) const { return states_[place]; }
    /// Is nothing booked there, in any column?
    [[nodiscard]] bool empty(std::size_t place, std::size_t tenant_class) const {
        return where(place, tenant_class) == nullptr;
    }
    [[nodiscard]] TimeArea at(std::size_t place, std::size_t tenant_class, std::size_t column) const {
        if (empty(place, tenant_class)) return 0;
        return where(place, tenant_class)[cell_of(place, column)];
    }

private:
    static constexpr std::size_t kChunk = 4096;  // cells that are got at once

    // A row: the causes between tiers, then for each state a queue's and a worker's cell, so that no cell's place in it
    // depends on how many states there are.
    [[nodiscard]] std::size_t cell_of(std::size_t place, std::size_t column) const {
        const std::size_t states = states_[place];
        return column < states ? of_queue(column) : column < 2 * states ? of_worker(column - states) : column - 2 * states;
    }
    [[nodiscard]] TimeArea* where(std::size_t place, std::size_t tenant_class) const {
        return apart_[place].empty() ? rows_[place * classes_ + tenant_class] : apart_[place][tenant_class];
    }
    [[gnu::noinline]] TimeArea* slow_row(std::size_t place, std::size_t tenant_class) {
        TimeArea*& cells = apart_[place].empty() ? rows_[place * classes_ + tenant_class] : apart_[place][tenant_class];
        if (cells == nullptr) cells = new_row(columns(place));
        return cells;
    }
    [[gnu::noinline]] TimeArea* new_row(std::size_t columns) {
        if (left_ < columns) {
            left_ = std::max(columns, kChunk);
            chunks_.push_back(std::make_unique<TimeArea[]>(left_));
            next_ = chunks_.back().get();
        }
        left_ -= columns;
        return std::exchange(next_, next_ + columns);
    }

    std::size_t classes_;
    std::vector<std::size_t> states_;  // by place
    std::vector<TimeArea*>   rows_;    // by place, then class; null: nothing booked
    std::vector<std::vector<TimeArea*>> apart_;  // by place: its rows, if they are kept apart
    std::vector<std::unique_ptr<TimeArea[]>> chunks_;  // of cells [ns]
    TimeArea*   next_ = nullptr;       // cells of the last chunk that are in no row yet,
    std::size_t left_ = 0;             // so many
};

}  // namespace mailquake
