// The start state: mail that waits already when the run begins.
#include <algorithm>

#include "models/spec/place_text.hpp"
#include "tests/oracle/retries.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// What waits behind a tier is there first; each part as it came, the oldest first.
void World::put_backlog() {
    struct Waiting {
        bool in_front;
        SimTime accepted;
        const BacklogSpec* spec;
        std::uint64_t number;
        auto operator<=>(const Waiting&) const = default;
    };
    std::vector<Waiting> all;
    for (const BacklogSpec& spec : scenario_.backlog) {
        for (std::uint64_t n = 0; n < static_cast<std::uint64_t>(spec.count); ++n)
            all.push_back({spec.queue == BacklogQueue::input, now_ - draws_.age(spec.name, spec.oldest, n), &spec, n});
    }
    std::sort(all.begin(), all.end());
    for (const Waiting& w : all) {
        const CopyPtr copy = waiting_copy(*w.spec, w.number, w.accepted);
        const PlaceText place = split_place(w.spec->at);
        Station& has_it = station(std::string(place.tier), std::string(place.site), *copy);
        note(copy->identity, "accepted", has_it.name);
        ++accounts_[copy->tenant].accepted;
        w.in_front ? wait_in_front(has_it, copy) : wait_behind(has_it.party, copy);
    }
}

CopyPtr World::waiting_copy(const BacklogSpec& spec, std::uint64_t number, SimTime accepted) const {
    auto copy = std::make_shared<Copy>();
    while (scenario_.tenants[copy->tenant_class].name != spec.tenant_class) ++copy->tenant_class;
    const std::uint32_t first = tenants_->first_of(copy->tenant_class), tenants = tenants_->end_of(copy->tenant_class) - first;
    std::tie(copy->identity, copy->tenant, copy->size) = draws_.backlog(spec.name, number, tenants, SizeLaw(scenario_.tenants[copy->tenant_class].sizes));
    copy->tenant += first;
    copy->direction = spec.direction;
    copy->accepted = accepted;
    copy->measured = false;
    const std::vector<std::string>& path = path_of(*copy);
    copy->hop = static_cast<std::size_t>(std::find(path.begin(), path.end(), split_place(spec.at).tier) - path.begin());
    return copy;
}

/// In the input queue, whatever its limit.
void World::wait_in_front(Station& station, const CopyPtr& copy) {
    auto job = std::make_shared<Job>();
    job->copy = copy;
    job->identity = copy->identity;
    copy->arrived = now_;
    enter(station, server_for(station, *job), job);
}

/// As if the tier had tried since the copy was accepted, by its schedule; what it would have given up by now is tried once more.
void World::wait_behind(Party& party, const CopyPtr& copy) {
    ++copy->hop;
    copy->arrived = copy->first_failure = copy->accepted;
    std::optional<SimTime> due = copy->accepted;
    while (due && (*due < now_ || copy->failures == 0)) {
        ++copy->failures;
        RandomStream luck = draws_.retry(party.name, *copy);
        due = next_try(party.retry, {copy->arrived, copy->first_failure, *due, copy->failures, SimTime::zero()}, luck);
    }
    at(due.value_or(now_), Rank::scan, copy->identity, [this, &party, copy] { try_again(party, copy); });
}

}  // namespace mailquake::oracle
