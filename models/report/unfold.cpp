#include "models/report/unfold.hpp"

#include <algorithm>

#include "models/report/split.hpp"

namespace mailquake {

Unfolding::Unfolding(const LivesOutcome& lives) : lives_(lives) {
    for (const BookedRow& row : lives.rows) add_calls(row.place, row.column, row.tenant_class, row.all);
    for (const CallHold& hold : lives.behind) spent_[{hold.place, hold.call, kBehind}].in_call += hold.time;
    for (const CallBook& book : lives.calls) {
        for (const std::uint32_t c : {book.tenant_class, kAll}) add_requests(book, c, book.own);
        add_requests(book, kBehind, book.behind);
        for (std::size_t column = 0; column < book.own.columns.size(); ++column)  // calls that requests themselves make there
            add_calls(book.callee, column, book.tenant_class, book.own.columns[column]);
    }
}

void Unfolding::add_requests(const CallBook& book, std::uint32_t tenant_class, const CallTimes& times) {
    Spent& spent = spent_[{book.caller, book.call, tenant_class}];
    for (const auto& [why, time] : times.ways) spent.ways[why] += time;
    for (std::uint32_t column = 0; column < times.columns.size(); ++column)
        if (times.columns[column] != 0) spent.there[{book.callee, column}] += times.columns[column];
}

/// Of a queue: as those behind had it, if anybody was there when a call began.
const Unfolding::Spent& Unfolding::spent_of(const CallKey& key) const {
    static const Spent kNothing;
    if (key.tenant_class == kAll) {
        const auto behind = spent_.find({key.place, key.call, kBehind});
        if (behind != spent_.end() && behind->second.in_call > 0) return behind->second;
    }
    const auto found = spent_.find(key);
    return found == spent_.end() ? kNothing : found->second;
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
    const Spent& spent = spent_of(key);
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
