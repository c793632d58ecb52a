#include "models/mta/worker_states.hpp"

#include <algorithm>
#include <limits>

#include "sim/base/check.hpp"

namespace mailquake {
namespace {

template <class Area>
struct Quotient {
    Area whole;
    Area rest;
};

/// a * b / c and what is left; a, b >= 0, c > 0.
Quotient<TimeArea> divided(TimeArea a, std::int64_t b, TimeArea c) { return {a * b / c, a * b % c}; }

/// The same of what has 64 bits, as nearly always; a product that does not is divided the long way.
Quotient<std::uint64_t> divided(std::uint64_t a, std::int64_t b, std::uint64_t c) {
    std::uint64_t product = 0;
    if (!__builtin_mul_overflow(a, static_cast<std::uint64_t>(b), &product)) [[likely]] return {product / c, product % c};
    const Quotient<TimeArea> wide = divided(static_cast<TimeArea>(a), b, static_cast<TimeArea>(c));
    return {static_cast<std::uint64_t>(wide.whole), static_cast<std::uint64_t>(wide.rest)};
}

}  // namespace

void WorkerStates::remember(SimTime now) {
    TimeArea* const areas = checkpoints_.add(now);
    for (std::size_t s = 0; s < states_.size(); ++s) areas[s] = area(s, now);
}

WorkerStates::Stretch WorkerStates::stretch_of(SimTime entry, SimTime now) {
    const std::size_t k = checkpoints_.before(entry);
    const bool last = k + 1 == checkpoints_.size();
    return {.begin = checkpoints_.areas(k),
            .end = last ? nullptr : checkpoints_.areas(k + 1),
            .whole = ((last ? now : checkpoints_.at(k + 1)) - checkpoints_.at(k)).ns,
            .part = (entry - checkpoints_.at(k)).ns};
}

/// Puts the states that were occupied between the entry and `now` into `parts_`, with their areas in `spent_`, and returns how
/// many there are. Area is TimeArea, or 64 bits if the areas since the stretch began have 63: differences of areas are right
/// then, whatever was cut off.
template <class Area>
std::size_t WorkerStates::spend(const Stretch& stretch, SimTime now) {
    std::size_t count = 0;
    for (std::size_t s = first_; s < used_; ++s) {
        const auto begin = static_cast<Area>(stretch.begin[s]);
        const Area since = static_cast<Area>(states_[s].number) * static_cast<Area>(now.ns) + static_cast<Area>(states_[s].offset) - begin;
        if (since == 0) continue;
        const Area rise = stretch.end == nullptr ? since : static_cast<Area>(stretch.end[s]) - begin;
        const Area before = rise == 0 || stretch.part == 0 ? 0 : divided(rise, stretch.part, static_cast<Area>(stretch.whole)).whole;
        if (since == before) continue;
        parts_[count].state = s;
        spent_[count++] = static_cast<TimeArea>(since - before);
    }
    return count;
}

/// Divides the wait in proportion to what is in `spent_`, by largest remainder.
template <class Area>
void WorkerStates::share(std::size_t count, std::int64_t wait) {
    Area total = 0;
    for (std::size_t i = 0; i < count; ++i) total += static_cast<Area>(spent_[i]);
    if (count == 2) {  // as below: what one does not get, the other does
        const auto [whole, rest] = divided(static_cast<Area>(spent_[0]), wait, total);
        parts_[0].wait.ns = static_cast<std::int64_t>(whole) + (rest >= total - rest ? 1 : 0);
        parts_[1].wait.ns = wait - parts_[0].wait.ns;
        return;
    }
    std::int64_t given = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto [whole, rest] = divided(static_cast<Area>(spent_[i]), wait, total);
        parts_[i].wait.ns = static_cast<std::int64_t>(whole);
        given += parts_[i].wait.ns;
        spent_[i] = static_cast<TimeArea>(rest);
    }
    for (; given < wait; ++given) {  // fewer rounds than states
        const auto largest = std::max_element(spent_.begin(), spent_.begin() + static_cast<std::ptrdiff_t>(count)) - spent_.begin();
        ++parts_[static_cast<std::size_t>(largest)].wait.ns;
        spent_[static_cast<std::size_t>(largest)] = -1;
    }
}

std::span<const WorkerStates::Part> WorkerStates::divide_among(SimTime entry, SimTime now) {
    const std::int64_t wait = (now - entry).ns;
    const Stretch stretch = stretch_of(entry, now);
    std::int64_t most = 0;  // that the areas since the stretch began can sum to
    const bool is_short = !__builtin_mul_overflow(workers_ + 1, stretch.part + wait, &most);
    std::size_t count = is_short ? spend<std::uint64_t>(stretch, now) : spend<TimeArea>(stretch, now);
    if (count > 1) {
        if (is_short) share<std::uint64_t>(count, wait);
        else share<TimeArea>(count, wait);
    } else {
        if (count == 0) parts_[0].state = 0;
        parts_[0].wait.ns = wait;
        count = 1;
    }
    return {parts_.data(), count};
}

}  // namespace mailquake
