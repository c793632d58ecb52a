// The start state: copies that wait already when the run begins, as if accepted outside before it, the oldest first; and which
// way a source's mail will take.
#include <algorithm>
#include <compare>
#include <vector>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// One copy of a backlog: by its age, not yet a record.
struct Waiting {
    SimTime       accepted;
    std::uint32_t plan;
    std::uint32_t number;   // within its plan
    friend auto operator<=>(const Waiting&, const Waiting&) = default;
};

/// Copies in the order of acceptance, without more memory than they take: a stretch of time each, sorted when its turn comes
/// and given back. `for_all(f)` calls f with every copy, the same ones each time.
template <class ForAll, class Put>
void in_order(const ForAll& for_all, const Put& put) {
    constexpr std::uint64_t wished = 65'536;  // in a stretch
    std::uint64_t count = 0;
    SimTime first = SimTime::never(), last = SimTime::zero();
    for_all([&](const Waiting& copy) {
        ++count;
        first = std::min(first, copy.accepted);
        last = std::max(last, copy.accepted);
    });
    if (count == 0) return;
    const auto stretches = static_cast<std::int64_t>(count / wished + 1);
    const std::int64_t width = (last - first).ns / stretches + 1;
    std::vector<std::vector<Waiting>> copies(static_cast<std::size_t>(stretches));
    std::vector<std::size_t> sizes(copies.size(), 0);
    const auto stretch_of = [&](const Waiting& copy) { return static_cast<std::size_t>((copy.accepted - first).ns / width); };
    for_all([&](const Waiting& copy) { ++sizes[stretch_of(copy)]; });
    for (std::size_t i = 0; i < copies.size(); ++i) copies[i].reserve(sizes[i]);
    for_all([&](const Waiting& copy) { copies[stretch_of(copy)].push_back(copy); });
    for (std::vector<Waiting>& stretch : copies) {
        std::sort(stretch.begin(), stretch.end());
        for (const Waiting& copy : stretch) put(copy);
        std::vector<Waiting>().swap(stretch);
    }
}

}  // namespace

/// In the order in which they came to where they wait: behind a tier long ago, in front of it now.
void Site::put_backlog() {
    for (const bool behind : {true, false}) {
        const auto for_all = [&](const auto& visit) {
            for (std::uint32_t p = 0; p < plan_.backlog.size(); ++p) {
                const BacklogPlan& plan = plan_.backlog[p];
                if (plan.next_hop != behind || plan_.stations[plan.at.index()].site != id_) continue;
                const StreamKey ages_luck(plan_.seed, plan.hash, draws::backlog_age);
                std::uint32_t number = 0;
                for (const auto& [n, ages] : plan.groups)
                    for (std::uint64_t i = 0; i < n; ++i, ++number) {
                        RandomStream luck(ages_luck, number);
                        const double span = static_cast<double>((ages.to - ages.from).ns);
                        visit(Waiting{SimTime{-ages.from.ns - static_cast<std::int64_t>(luck.uniform() * span)}, p, number});
                    }
            }
        };
        in_order(for_all, [&](const Waiting& copy) { put_waiting(plan_.backlog[copy.plan], copy.accepted, copy.number); });
    }
}

void Site::put_waiting(const BacklogPlan& plan, SimTime accepted, std::uint64_t number) {
    const TierId tier = plan_.stations[plan.at.index()].tier;
    const auto& path = plan_.classes[plan.tenant_class].path[static_cast<std::size_t>(plan.direction)];
    const auto hop = std::find(path.begin(), path.end(), tier) - path.begin();
    MQ_CHECK(hop < std::ssize(path), "a backlog stands at a tier of its class's path");
    const std::uint32_t first = plan_.tenants->first_of(plan.tenant_class);
    const std::uint32_t tenants = plan.tenants.empty() ? plan_.tenants->end_of(plan.tenant_class) - first : narrow<std::uint32_t>(plan.tenants.size(), "tenants");
    RandomStream luck(StreamKey(plan_.seed, plan.hash, draws::backlog_copy), number);
    const auto which = whole_part<std::uint32_t>(luck.uniform() * tenants, "tenants");
    const std::uint32_t tenant = plan.tenants.empty() ? first + which : plan.tenants[which];
    const StationPlan& where = plan_.stations[plan_.station(tier, id_, tenant).index()];  // a partitioned tier: the tenant's own
    const std::uint32_t message = messages_.take();
    messages_[message] = Message{
        .identity = derived(plan.hash, draws::backlog, number),
        .accepted = accepted,
        .arrived = plan.next_hop ? accepted : SimTime::zero(),
        .since = SimTime::zero(),
        .tenant = tenant,
        .size = saturated<std::uint32_t>(plan_.classes[plan.tenant_class].sizes.draw(luck).count),
        .failures = 0,
        .tenant_class = plan.tenant_class,
        .hop = narrow<std::uint8_t>(hop, "tiers of a path"),
        .kind = MailKind::mail,
        .proxied = 0,
        .noticed = 0,
        .measured = 0,
        .gone = 0,
        .greylisted = 0,
        .direction = plan.direction,
        .doubted = 0,
        .tries = 0};
    note_here(Transition::accepted, messages_[message].identity, where.local);
    begin_life(messages_[message]);
    book_hop(where.local, message, HopCause::before_start, SimTime::zero() - accepted);
    const auto& notice_after = holders_[where.local].plan->notice_after;
    if (notice_after && messages_[message].arrived + *notice_after <= SimTime::zero()) messages_[message].noticed = 1;
    watch(message, where.local);
    if (plan.next_hop) put_behind(message, where.local);
    else MQ_CHECK(enter(where.local, JobRef::message(message), true) == Entered::yes, "a backlog finds its queue");
}

/// Behind the tier a copy has been tried since it came, and is tried again when the tier's schedule has it next. One that
/// the schedule would have given up by now has its last try at once.
void Site::put_behind(std::uint32_t message, std::uint32_t station) {
    Message& m = messages_[message];
    ++m.hop;
    enter_holder(message, station);
    const std::uint32_t server = some_server(station, m.identity);
    SimTime due = m.arrived;
    while (due < SimTime::zero() || m.failures == 0) {
        count_failure(m);
        due = next_try(m, station, {due, m.failures}, server).value_or(SimTime::zero());
    }
    put_off(message, queue_to(station, next_station(m, false).value, server), due);
}

/// Can the source's mail enter a tier without more ado, where nothing is in its way at that time?
void Site::find_straight_way(Source& source) {
    const SourcePlan& plan = plan_.sources[source.plan];
    const std::size_t number = plan.tenant_class * kDirections + static_cast<std::size_t>(plan.direction);
    if (paths_[number].empty()) return;
    const StationId first = fixed_stations_[path_begins_[number]];
    if (!first.valid() || plan_.addresses[first.index()].site != id_) return;
    const TierPlan& tier = tier_of(plan_.addresses[first.index()].local);
    if (tier.policies.asks_at_door || tier.straight == StraightWay::never || (tier.straight == StraightWay::to_the_last && paths_[number].size() > 1)) return;
    source.straight_to = first;
}

}  // namespace mailquake
