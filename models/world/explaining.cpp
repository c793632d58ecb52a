// In a run that is to be explained: what is booked to the ledger is booked to the copy's own account, too, and what requests
// and workers do is kept. Nothing here changes what happens.
#include <algorithm>

#include "models/world/site.hpp"

namespace mailquake {

[[gnu::noinline]] void Site::keep_hop(std::uint32_t holder, std::uint32_t message, HopCause cause, SimDuration d) {
    lives_->book(message, messages_[message].identity, holder,
                 2 * ledger_.states(holder) + static_cast<std::size_t>(cause), d);
}

/// The wait in the input queue is over; the ledger divides it in the same way.
[[gnu::noinline]] void Site::keep_wait(std::uint32_t station, std::uint32_t server, std::uint32_t message) {
    const Message& m = messages_[message];
    for (const auto& [state, wait] : stations_[station].states_of(server).divide(m.since, now_))
        lives_->book(message, m.identity, station, state, wait);
}

[[gnu::noinline]] void Site::keep_work(const Worker& w, SimDuration d) {
    const Message& m = messages_[w.job.index()];
    lives_->book(w.job.index(), m.identity, w.station, ledger_.states(w.station) + w.state, d);
    lives_->hold(w.station, w.state, m.tenant, d);
}

[[gnu::noinline]] void Site::keep_request_wait(std::uint32_t station, std::uint32_t server, std::uint32_t request) {
    const auto parts = stations_[station].states_of(server).divide(lives_->request_since(request), now_);
    lives_->book_request_wait(request, requests_[request], station, parts, now_);
}

[[gnu::noinline]] void Site::keep_request_work(const Worker& w) {
    lives_->book_request_work(w.job.index(), requests_[w.job.index()], w.station, w.state, now_);
}

[[gnu::noinline]] void Site::keep_arrival(const Parcel& parcel, std::uint32_t message) {
    lives_->arrive({parcel.from, parcel.key}, message, parcel.message.identity);
}

[[gnu::noinline]] void Site::keep_copy(std::uint32_t from, std::uint32_t to) {
    lives_->copy(from, messages_[from].identity, to, messages_[to].identity);
}

/// A second copy leaves a worker: it has the life of the first one, and what that has spent there is booked for it now.
[[gnu::noinline]] void Site::keep_duplicate(const Worker& w, std::uint32_t copy) {
    keep_copy(w.job.index(), copy);
    const SimDuration open = now_ - messages_[w.job.index()].since;
    lives_->book(copy, messages_[copy].identity, w.station, ledger_.states(w.station) + w.state, open);
}

/// The run is over, and all that is here is booked: what proxies have in hand is laid down for its owners.
[[gnu::noinline]] void Site::lay_down_lives() {
    messages_.for_each([&](std::uint32_t index, const Message& m) {
        if (m.proxied) lives_->have_in_hand(m, index);
    });
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        if (a.worker != kNoWorker) lives_->hand_on(messages_[a.message], {id_, Attempt::key(slot, a.token)});
    });
}

/// Everybody has booked up to the end of the run. A copy that proxies have in hand is the upstream party's, and its life is in
/// the account of the last one of them.
void Site::end_lives(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand,
                     LivesOutcome& outcome) {
    const auto is_in = [](std::span<const AttemptName> names, AttemptName name) {
        return std::binary_search(names.begin(), names.end(), name);
    };
    std::vector<std::pair<std::uint32_t, AttemptName>> with_others;  // by message: its attempt
    std::vector<std::uint32_t> gone;
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        const AttemptName name{id_, Attempt::key(slot, a.token)};
        if (is_in(accepted, name))
            gone.push_back(a.message);
        else if (is_in(in_hand, name))
            with_others.emplace_back(a.message, name);
    });
    std::sort(gone.begin(), gone.end());
    std::sort(with_others.begin(), with_others.end());
    messages_.for_each([&](std::uint32_t index, const Message& m) {
        if (m.proxied || std::binary_search(gone.begin(), gone.end(), index)) return;
        const auto other =
            std::lower_bound(with_others.begin(), with_others.end(), std::pair(index, AttemptName{0, 0}));
        const SimDuration age = plan_.end - m.accepted;
        if (other != with_others.end() && other->first == index)
            lives_->end_in_hand(m, other->second, index, age, is_late(m, age));
        else
            lives_->end(m, index, age, true, is_late(m, age));
    });
    lives_->collect(outcome);
}

}  // namespace mailquake
