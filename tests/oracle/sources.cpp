// How mail comes about, and the clock of the world.
#include <tuple>

#include "models/spec/place_text.hpp"
#include "tests/oracle/retries.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

void World::at(SimTime time, Rank rank, std::uint64_t identity, std::function<void()> what) {
    if (time < end_) events_.emplace(When{time, rank, identity}, std::move(what));  // equal ones: the first one planned is first
}

void World::note(std::uint64_t identity, std::string what, const std::string& place) {
    steps_.push_back({now_, identity, std::move(what), place});
}

void World::begin_mail(Copy& copy) {
    copy.mail = mails_.size();
    mails_.push_back({copy.kind, copy.direction, copy.tenant_class, copy.tenant, copy.accepted, "", 1, {}, {}});
    const std::vector<std::string>& path = path_of(copy);
    if (path.empty() || copy.direction != Direction::outbound || !is_outside(tier(path.back()).at.front())) return;
    const std::vector<std::string>& at = tier(path.back()).at;
    mails_.back().to = at[draws_.recipient(path.back(), copy.identity, at.size())];
}

void World::end_copy(const Copy& copy, const std::string& how, const std::string& place) {
    note(copy.identity, how, place);
    mails_[copy.mail].ends.emplace_back(now_, how);
}

void World::run() {
    for (auto& source : sources_) plan_arrival(*source);
    put_backlog();
    for (auto& [name, record] : records_) record.waits.clear();  // what begins at once had none that is measured
    look_at_stations();
    while (!events_.empty()) {
        auto next = events_.extract(events_.begin());
        now_ = next.key().time;
        next.mapped()();
        look_at_stations();
    }
    end_lives();
}

void World::look_at_stations() {
    for (auto& [name, station] : stations_) {
        StationRecord::Moment moment{now_, 0, station.queue.size()};
        for (const Server& s : station.servers) {
            moment.busy += s.busy.size();
            moment.waiting += s.queue.size();
            moment.workers += s.workers;
        }
        look_at_workers(station);
        auto& all = records_[name].moments;
        const auto what = [](const StationRecord::Moment& m) { return std::tuple(m.busy, m.waiting, m.workers); };
        if (what(all.back()) != what(moment)) all.push_back(moment);
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
    const std::uint32_t tenant = source.tenants[source.shares->pick(RandomStream::first_word(draws_.key("sources/" + source.name, draws::tenant), k))];
    const std::uint64_t copies = draws_.batch(source.name, scenario_.tenants[source.tenant_class].arrivals, k);
    for (std::uint64_t c = 0; c < copies; ++c) accept(source, tenant, c == 0 ? first : derived(first, draws::copy, c));
}

void World::accept(Source& source, std::uint32_t tenant, std::uint64_t identity) {
    const TenantClassSpec& spec = scenario_.tenants[source.tenant_class];
    auto copy = std::make_shared<Copy>();
    copy->identity = identity;
    copy->direction = source.direction;
    copy->tenant_class = source.tenant_class;
    copy->tenant = tenant;
    copy->size = SizeLaw(spec.sizes).draw(draws_.key("sources/" + source.name, draws::size), identity);
    copy->accepted = copy->arrived = copy->life.since = now_;
    note(copy->identity, "accepted", source.party->name);
    begin_mail(*copy);
    ++accounts_[tenant].accepted;
    watch(*source.party, copy);
    send_on(*source.party, copy);
}

/// The start state: first what waits behind a tier, then what waits in front of one, each the oldest first.
void World::put_backlog() {
    std::set<std::tuple<bool, SimTime, const BacklogSpec*, std::uint64_t>> all;
    for (const BacklogSpec& spec : scenario_.backlog) {
        for (std::uint64_t n = 0; n < static_cast<std::uint64_t>(spec.count); ++n) {
            const double luck = draws_.of("backlog/" + spec.name, draws::backlog_age, n).uniform();
            all.emplace(spec.queue == BacklogQueue::input, now_ - part(spec.oldest, luck), &spec, n);
        }
    }
    for (const auto& [in_front, accepted, spec, n] : all) {
        const PlaceText place = split_place(spec->at);
        auto copy = std::make_shared<Copy>();
        copy->identity = derived(place_identity("backlog/" + spec->name), draws::backlog, n);
        copy->direction = spec->direction;
        copy->accepted = copy->first_failure = accepted;
        copy->arrived = in_front ? now_ : accepted;
        while (scenario_.tenants[copy->tenant_class].name != spec->tenant_class) ++copy->tenant_class;
        while (path_of(*copy)[copy->hop] != place.tier) ++copy->hop;
        RandomStream luck = draws_.of("backlog/" + spec->name, draws::backlog_copy, n);
        const std::vector<std::uint32_t> tenants = tenants_of(place, *copy);
        copy->tenant = tenants[static_cast<std::size_t>(luck.uniform() * static_cast<double>(tenants.size()))];
        copy->size = SizeLaw(scenario_.tenants[copy->tenant_class].sizes).draw(luck);
        Station& has_it = station(place.tier, place.site, *copy);
        note(copy->identity, "accepted", has_it.name);
        begin_mail(*copy);
        copy->life = {accepted, has_it.name, "before the start", false};
        mails_.back().at_start = true;
        ++accounts_[copy->tenant].accepted;
        in_front ? enter_queue(has_it, copy) : wait_behind(has_it.party, copy);
    }
}

/// Whose mail may wait there: of this partition, if one is named, and at the last tier of a path of those who have their home there. If that is
/// nobody, anybody's of the class.
std::vector<std::uint32_t> World::tenants_of(const PlaceText& place, Copy copy) const {
    std::vector<std::uint32_t> found, all;
    const TierSpec& t = tier(place.tier);
    for (copy.tenant = tenants_->first_of(copy.tenant_class); copy.tenant < tenants_->end_of(copy.tenant_class); ++copy.tenant) {
        const std::string& home = scenario_.sites[tenants_->home_of(copy.tenant)].name;
        const bool is_last = copy.hop + 1 == path_of(copy).size() && copy.direction != Direction::outbound;
        const bool elsewhere = is_last && home != place.site && std::find(t.at.begin(), t.at.end(), home) != t.at.end();
        const bool other = !place.partition.empty() && t.partitions[tenants_->partition(copy.tenant, partitioned_.at(t.name))] != place.partition;
        if (!elsewhere && !other) found.push_back(copy.tenant);
        all.push_back(copy.tenant);
    }
    return found.empty() ? all : found;
}

/// As if the tier had tried since the copy was accepted, by its schedule; what it would have given up by now is tried once more.
void World::wait_behind(Party& party, const CopyPtr& copy) {
    ++copy->hop;
    ledger_.next(copy, party.name, "retry", now_);
    copy->server = some_server(party, *copy);
    tried_.emplace(copy->identity, copy->hop);
    std::optional<SimTime> due = copy->accepted;
    while (due && (*due < now_ || copy->failures == 0)) {
        ++copy->failures;
        RandomStream luck = draws_.retry(party.name, *copy);
        due = next_look(party.limits.retry, {copy->arrived, copy->first_failure, *due, copy->failures, SimTime::zero()}, luck);
    }
    at(due.value_or(now_), Rank::scan, copy->identity, [this, &party, copy] {
        if (is_too_old(party, *copy)) return send_back(copy, party, "given up by");
        try_again(party, copy);
    });
}

}  // namespace mailquake::oracle
