// How mail comes about, and the clock of the world.
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

void World::at(SimTime time, Rank rank, std::uint64_t identity, std::function<void()> what) {
    if (time < end_) events_.emplace(When{time, rank, identity}, std::move(what));  // equal ones: the first one planned is first
}

void World::note(std::uint64_t identity, std::string what, const std::string& place) {
    steps_.push_back({now_, identity, std::move(what), place});
}

void World::run() {
    for (auto& source : sources_) plan_arrival(*source);
    while (!events_.empty()) {
        auto next = events_.extract(events_.begin());
        now_ = next.key().time;
        next.mapped()();
    }
}

/// The next arrival of a source comes when its rate, integrated from the start, has grown by the next gap.
void World::plan_arrival(Source& source) {
    const std::uint64_t k = source.next++;
    source.count += ArrivalCount::of(draws_.gap(source.name, scenario_.tenants[source.tenant_class].arrivals, k));
    const std::uint64_t identity = draws_.message(source.name, k);
    at(source.clock.at(source.count), Rank::arrival, identity, [this, &source, k] { arrive(source, k); });
}

/// The copies of a batch are of one tenant, and come one after the other at one instant.
void World::arrive(Source& source, std::uint64_t k) {
    plan_arrival(source);
    const std::uint64_t first = draws_.message(source.name, k);
    const std::uint32_t tenant = source.tenants[draws_.tenant(source.name, *source.shares, k)];
    const std::uint64_t copies = draws_.batch(source.name, scenario_.tenants[source.tenant_class].arrivals, k);
    for (std::uint64_t c = 0; c < copies; ++c) accept(source, tenant, c == 0 ? first : draws_.another_of_batch(first, c));
}

void World::accept(Source& source, std::uint32_t tenant, std::uint64_t identity) {
    const TenantClassSpec& spec = scenario_.tenants[source.tenant_class];
    auto copy = std::make_shared<Copy>();
    copy->identity = identity;
    copy->direction = source.direction;
    copy->tenant_class = source.tenant_class;
    copy->tenant = tenant;
    copy->size = draws_.size(source.name, SizeLaw(spec.sizes), copy->identity);
    copy->accepted = copy->arrived = now_;
    note(copy->identity, "accepted", source.party->name);
    ++accounts_[tenant].accepted;
    watch(*source.party, copy);
    send_on(*source.party, copy);
}

}  // namespace mailquake::oracle
