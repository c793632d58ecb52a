#include "models/report/unfold.hpp"

#include <algorithm>

#include "models/report/split.hpp"

namespace mailquake {

Unfolding::Unfolding(const LivesOutcome& lives) : lives_(lives) {
    for (const BookedRow& row : lives.rows) add_calls(row.place, row.column, row.tenant_class, row.all);
    for (const CallBook& book : lives.calls) {
        for (const std::uint32_t c : {book.tenant_class, kAll}) {
            Spent& spent = spent_[{book.caller, book.call, c}];
            for (const auto& [why, time] : book.ways) spent.ways[why] += time;
            for (std::uint32_t column = 0; column < book.columns.size(); ++column)
                if (book.columns[column] != 0) spent.there[{book.callee, column}] += book.columns[column];
        }
        for (std::size_t column = 0; column < book.columns.size();
             ++column)  // calls that requests themselves make there
            add_calls(book.callee, column, book.tenant_class, book.columns[column]);
    }
}

/// Time of workers in a call, if the column is that.
void Unfolding::add_calls(std::uint32_t place, std::size_t column, std::uint32_t tenant_class, TimeArea time) {
    const auto& states = lives_.places[place].states;
    if (column < states.size() || column >= 2 * states.size()) return;
    const WorkerDoing& doing = states[column - states.size()];
    if (doing.kind != WorkerDoing::Kind::call) return;
    for (const std::uint32_t c : {tenant_class, kAll}) spent_[{place, doing.call, c}].in_call += time;
}

void Unfolding::unfold(const Layers& amount, std::uint32_t place, std::uint16_t call,
                       std::optional<std::uint32_t> tenant_class, const Take& take) const {
    Met met;
    unfold_one(amount, {place, call, tenant_class.value_or(kAll)}, met, take);
}

void Unfolding::unfold_one(const Layers& amount, const CallKey& key, Met& met, const Take& take) const {
    const auto& states = lives_.places[key.place].states;
    const auto doing = std::find_if(states.begin(), states.end(), [&](const WorkerDoing& d) {
        return d.kind == WorkerDoing::Kind::call && d.call == key.call;
    });
    met.calls.push_back(doing->callee);
    const auto found = spent_.find(key);
    static const Spent kNothing;
    const Spent& spent = found == spent_.end() ? kNothing : found->second;
    TimeArea there = 0, between = 0;
    for (const auto& [column, time] : spent.there) there += time;
    for (const auto& [why, time] : spent.ways) between += time;
    const TimeArea way = std::max(TimeArea{0}, spent.in_call - there);
    std::vector<TimeArea> weights{std::max(TimeArea{0}, way - between)};
    for (const auto& [why, time] : spent.ways)  // at most all of the way
        weights.push_back(between > way ? static_cast<TimeArea>(static_cast<double>(time) / static_cast<double>(between) * static_cast<double>(way)) : time);
    for (const auto& [column, time] : spent.there) weights.push_back(time);
    std::array<std::vector<TimeArea>, 3> parts;
    for (std::size_t layer = 0; layer < parts.size(); ++layer) parts[layer] = split(amount[layer], weights);
    const auto part = [&](std::size_t i) { return Layers{parts[0][i], parts[1][i], parts[2][i]}; };
    const auto is_any = [](const Layers& l) { return l[0] != 0 || l[1] != 0 || l[2] != 0; };
    met.place.reset();
    if (is_any(part(0))) take(met, part(0));
    std::size_t i = 0;
    for (const auto& [why, time] : spent.ways) {
        met.why = why;
        if (is_any(part(++i))) take(met, part(i));
    }
    met.why = {};
    for (const auto& [column, time] : spent.there) {
        if (!is_any(part(++i))) continue;
        const auto& its = lives_.places[column.place].states;
        const bool in_queue = column.column < its.size();
        const std::size_t state = column.column % its.size();
        if (its[state].kind == WorkerDoing::Kind::call) {
            unfold_one(part(i), {column.place, its[state].call, in_queue ? kAll : key.tenant_class}, met, take);
            continue;
        }
        met.place = column.place;
        met.in_queue = in_queue;
        met.state = state;
        take(met, part(i));
    }
    met.calls.pop_back();
}

}  // namespace mailquake
