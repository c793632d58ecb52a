#include "models/world/simulate.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include "models/world/cluster.hpp"
#include "models/world/mail_fates.hpp"
#include "models/world/site.hpp"
#include "models/world/telling.hpp"
#include "models/world/wall_clock.hpp"
#include "sim/base/narrow.hpp"
#include "sim/kernel/lookahead.hpp"

namespace mailquake {

MessageCounts& MessageCounts::operator+=(const MessageCounts& o) {
    accepted += o.accepted;
    generated += o.generated;
    duplicated += o.duplicated;
    delivered += o.delivered;
    delivered_again += o.delivered_again;
    delivered_reports += o.delivered_reports;
    bounced += o.bounced;
    expired += o.expired;
    dropped += o.dropped;
    filtered += o.filtered;
    discarded += o.discarded;
    in_system += o.in_system;
    wrongly_bounced += o.wrongly_bounced;
    lost += o.lost;
    returned += o.returned;
    false_failures += o.false_failures;
    return *this;
}

std::optional<SimTime> first_disturbance(const Outcome& outcome) {
    if (outcome.fault_window.first_start) return outcome.fault_window.first_start;
    std::optional<SimTime> first;
    for (const DisturbanceOutcome& m : outcome.mitigations)
        if (m.enabled && m.start && m.touched > 0 && (!first || *m.start < *first)) first = m.start;
    return first;
}

bool MessageCounts::conserved() const {
    return accepted + generated + duplicated == ended() + in_system;
}

namespace {

/// The sites of a plan, joined by channels, in clusters that run as logical processes.
class World {
public:
    World(const Plan& plan, const RunOptions& options)
        : plan_(plan),
          cluster_of_(clusters_of(plan)),
          sites_of_(*std::max_element(cluster_of_.begin(), cluster_of_.end()) + 1),
          bells_(plan.sites.size()) {
        const std::size_t n = plan.sites.size();
        for (std::uint32_t i = 0; i < n; ++i) sites_of_[cluster_of_[i]].push_back(i);
        std::vector<Channel<Parcel>*> none(n, nullptr);
        std::vector<SiteChannels> ends(n, {.in = none, .out = none, .bell = nullptr, .process_of = &cluster_of_, .sites_of = &sites_of_});
        for (std::uint32_t i = 0; i < n; ++i) ends[i].bell = &bells_[i];
        for (std::uint32_t i = 0; i < n; ++i)
            for (std::uint32_t j = 0; j < n; ++j) {
                const SimDuration least = plan.lookahead.min_latency({i}, {j});
                if (i == j || least == SimDuration::max()) continue;
                channels_.push_back(std::make_unique<Channel<Parcel>>(least, &bells_[j]));
                ends[i].out[j] = ends[j].in[i] = channels_.back().get();
            }
        for (std::uint32_t i = 0; i < n; ++i)
            sites_.push_back(std::make_unique<Site>(plan, narrow<std::uint16_t>(i, "sites"), ends[i],
                                                    SiteWatch{options.follow, options.qshape_at, options.sample, options.lives ? &lives_ : nullptr}));
        add_clusters();
    }

    /// False when a mark ended the run.
    bool run(const RunOptions& options) {
        const ExecutorKind kind = options.executor.value_or(options.threads > 1 ? ExecutorKind::tbb : ExecutorKind::serial);
        const auto executor = make_executor(kind, options.threads);
        if (options.marks != nullptr && !run_to_marks(*options.marks, *executor, options.stop)) return false;
        const WindowTally tally = run_windows(processes_, between_, plan_.end, *executor, options.stop);
        if (options.tally != nullptr) *options.tally = tally;
        return true;
    }

    void collect(Outcome& outcome);
    /// In builds with a draw register: two sites that have drawn the same word stop the run.
    void merge_draws(DrawLog& draws) const {
        for (const auto& site : sites_) draws.absorb(site->draws());
    }

private:
    bool run_to_marks(const RunMarks& marks, WindowExecutor& executor, const std::atomic<bool>* stop);
    void add_clusters();
    void finish_proxies(const std::vector<AttemptName>& accepted, const std::vector<AttemptName>& in_hand);
    void collect_tenants(const MailFates& fates, Outcome& outcome) const;
    void collect_dashboards(Outcome& outcome) const;

    const Plan& plan_;
    std::vector<std::size_t> cluster_of_;      // by site
    std::vector<std::vector<std::uint32_t>> sites_of_;   // by cluster
    std::vector<Bell> bells_;   // of the sites
    std::vector<std::unique_ptr<Channel<Parcel>>> channels_;
    LivesOnTheWay lives_;
    std::vector<std::unique_ptr<Site>> sites_;
    std::vector<std::unique_ptr<Cluster>> clusters_;
    std::vector<LogicalProcess*> processes_;   // sites alone, and clusters
    LookaheadMatrix between_{0};               // processes
};

/// From mark to mark, where all that happened before one has been noted and nothing after it.
bool World::run_to_marks(const RunMarks& marks, WindowExecutor& executor, const std::atomic<bool>* stop) {
    for (std::size_t m = 0; m < marks.at.size() && marks.at[m] < plan_.end; ++m) {
        run_windows(processes_, between_, marks.at[m], executor, stop);
        Fingerprint so_far;
        for (const auto& site : sites_) so_far.merge(site->fingerprint());
        if (!marks.go_on(m, so_far)) return false;
    }
    return true;
}

/// A site alone is its own process; the lookahead between two clusters is the least between their sites.
void World::add_clusters() {
    const std::size_t count = sites_of_.size();
    between_ = LookaheadMatrix(count);
    for (std::uint32_t i = 0; i < sites_.size(); ++i)
        for (std::uint32_t j = 0; j < sites_.size(); ++j) {
            const SimDuration least = plan_.lookahead.min_latency({i}, {j});
            if (cluster_of_[i] != cluster_of_[j] && least != SimDuration::max()) between_.set(cluster_of_[i], cluster_of_[j], least);
        }
    between_.close();
    for (std::size_t c = 0; c < count; ++c) {
        const std::vector<std::uint32_t>& members = sites_of_[c];
        if (members.size() == 1) {
            processes_.push_back(sites_[members.front()].get());
            continue;
        }
        LookaheadMatrix inside(members.size());
        std::vector<Site*> sites;
        for (std::size_t a = 0; a < members.size(); ++a) {
            sites.push_back(sites_[members[a]].get());
            for (std::size_t b = 0; b < members.size(); ++b) {
                const SimDuration least = plan_.lookahead.min_latency({members[a]}, {members[b]});
                if (a != b && least != SimDuration::max()) inside.set(a, b, least);
            }
        }
        inside.close();
        clusters_.push_back(std::make_unique<Cluster>(sites, members, std::move(inside)));
        processes_.push_back(clusters_.back().get());
    }
}

/// Hours of one tenant, as all sites have counted them.
std::vector<HourTally> merged_hours(const std::vector<const TenantAccount*>& accounts) {
    std::map<std::uint32_t, HourTally> by_hour;
    for (const TenantAccount* account : accounts)
        for (const HourTally& h : account->hours) {
            HourTally& sum = by_hour[h.hour];
            sum.hour = h.hour;
            sum.accepted += h.accepted;
            sum.late += h.late;
            sum.bad += h.bad;
            sum.trouble_from = std::min(sum.trouble_from, h.trouble_from);
            sum.trouble_to = std::max(sum.trouble_to, h.trouble_to);
        }
    std::vector<HourTally> hours;
    for (const auto& [hour, tally] : by_hour) hours.push_back(tally);
    return hours;
}

std::vector<HitHour> merged_hit_hours(const std::vector<const TenantAccount*>& accounts) {
    std::map<std::uint32_t, HitHour> by_hour;
    for (const TenantAccount* account : accounts) {
        if (!account->hit_hours) continue;
        for (const HitHour& h : *account->hit_hours) {
            HitHour& sum = by_hour[h.hour];
            sum.hour = h.hour;
            sum.accepted += h.accepted;
            sum.late += h.late;
            sum.bad += h.bad;
            sum.bad_there += h.bad_there;
        }
    }
    std::vector<HitHour> hours;
    for (const auto& [hour, tally] : by_hour) hours.push_back(tally);
    return hours;
}

void World::collect_tenants(const MailFates& fates, Outcome& outcome) const {
    std::vector<std::uint64_t> owned(plan_.tenants->size(), 0);
    for (const auto& site : sites_) site->add_holdings(owned);
    for (std::uint32_t t = 0; t < plan_.tenants->size(); ++t) {
        const Tenant& tenant = (*plan_.tenants)[t];
        TenantOutcome result{.tenant_class = tenant.tenant_class,
                             .rank = tenant.rank,
                             .home = tenant.home,
                             .own_healthy = plan_.own_healthy(t),
                             .counts = {},
                             .delay_sum = 0,
                             .delay_max = SimDuration{0},
                             .measured = 0,
                             .measured_delivered = 0,
                             .late = 0,
                             .partitions = {},
                             .hours = {},
                             .hit_hours = {}};
        std::vector<const TenantAccount*> accounts;
        std::uint64_t received = 0, handed = 0;
        for (const auto& site : sites_) {
            const TenantAccount* account = site->tenants().find(t);
            if (account == nullptr) continue;
            accounts.push_back(account);
            result.counts += account->counts;
            result.delay_sum += account->delay_sum;
            result.delay_max = std::max(result.delay_max, account->delay_max);
            result.measured += account->measured;
            result.measured_delivered += account->measured_delivered;
            result.late += account->late;
            received += account->received;
            handed += account->handed;
        }
        MessageCounts& c = result.counts;
        // Each record that some site owns came into being by acceptance, by a report, or by a hand-over between sites.
        MQ_CHECK(owned[t] + c.ended() + handed == c.accepted + c.generated + received,
                 "conservation: every copy of a tenant is somewhere, once");
        c.in_system = c.accepted + c.generated + c.duplicated - c.ended();
        const std::uint64_t again = fates.arrived_again(t);
        c.delivered -= again;
        c.delivered_again += again;
        MQ_CHECK(c.delivered + c.lost + c.returned <= c.accepted, "accepted mail comes to one end, or is under way");
        result.hours = merged_hours(accounts);
        result.hit_hours = merged_hit_hours(accounts);
        for (std::size_t p = 0; p < plan_.partitioned.size(); ++p) result.partitions.push_back(plan_.tenants->partition(t, p));
        outcome.messages += c;
        outcome.tenants.push_back(std::move(result));
    }
    MQ_CHECK(outcome.messages.conserved(), "conservation: all copies are accounted for");
}

void World::collect_dashboards(Outcome& outcome) const {
    std::vector<HeardMail> heard;
    for (const auto& site : sites_) heard.insert(heard.end(), site->noticing().heard().begin(), site->noticing().heard().end());
    for (std::size_t d = 0; d < plan_.dashboards.size(); ++d) {
        const DashboardPlan& dashboard = plan_.dashboards[d];
        outcome.dashboards.push_back(told_by(plan_, dashboard, sites_[dashboard.at]->noticing().notices(d), heard));
    }
}

/// Those of all sites at one time are one table; the outcome's are in order of time, and so are a site's.
void add_qshapes(Outcome& outcome, std::vector<Qshape> shapes) {
    for (Qshape& shape : shapes) {
        const auto at = std::lower_bound(outcome.qshapes.begin(), outcome.qshapes.end(), shape.at, [](const Qshape& q, SimTime t) { return q.at < t; });
        if (at == outcome.qshapes.end() || at->at != shape.at) {
            outcome.qshapes.insert(at, std::move(shape));
            continue;
        }
        for (Qshape::Row& row : shape.destinations) at->destinations.push_back(std::move(row));
        for (std::size_t c = 0; c < shape.classes.size(); ++c)
            for (std::size_t a = 0; a < Qshape::kAges; ++a) at->classes[c].by_age[a] += shape.classes[c].by_age[a];
    }
}

/// The first party behind a proxy may itself be a proxy that nobody waits for any more.
void World::finish_proxies(const std::vector<AttemptName>& accepted, const std::vector<AttemptName>& in_hand) {
    const auto waits = [this](AttemptName upstream) {
        while (true) {
            const auto behind = sites_[upstream.site]->behind(upstream.key);
            if (!behind || *behind == upstream) return behind.has_value();
            upstream = *behind;
        }
    };
    std::vector<AttemptName> have;
    std::set_union(accepted.begin(), accepted.end(), in_hand.begin(), in_hand.end(), std::back_inserter(have));
    std::vector<ProxyBooks*> books;
    for (const auto& site : sites_) books.push_back(&site->finish_proxies(have, waits));
    ProxyBooks::settle(books, accepted);
}

void World::collect(Outcome& outcome) {
    for (const auto& site : sites_) site->receive();  // what is still on the wire
    std::vector<AttemptName> accepted, in_hand;
    for (const auto& site : sites_) site->list_hand_overs(accepted, in_hand);
    std::sort(in_hand.begin(), in_hand.end());
    for (std::size_t known = 0; known < accepted.size();) {  // once more for each proxy in a row
        known = accepted.size();
        std::sort(accepted.begin(), accepted.end());
        std::vector<AttemptName> more;
        for (const auto& site : sites_) site->pass_up(accepted, more);
        accepted.insert(accepted.end(), more.begin(), more.end());
        std::sort(accepted.begin(), accepted.end());
        accepted.erase(std::unique(accepted.begin(), accepted.end()), accepted.end());
    }
    for (const auto& site : sites_) {
        site->losing().leave_unheard(accepted, [this](AttemptName upstream) { return sites_[upstream.site]->losing().waits_for(upstream.key); });
        site->finish(accepted, in_hand);
    }
    finish_proxies(accepted, in_hand);
    MailFates fates;
    for (const auto& site : sites_) fates.add(site->losing().same_mail());
    fates.sort_out();
    if (fates.any())
        for (const auto& site : sites_) site->losing().list_under_way(accepted, fates);
    fates.decide();
    for (const auto& site : sites_) {
        site->losing().count(fates);
        site->collect(outcome);
        add_qshapes(outcome, site->qshapes());
    }
    if (outcome.lives) {  // who has a copy in hand has booked it by now
        for (const auto& site : sites_) site->end_lives(accepted, in_hand, *outcome.lives);
        merge_rows(*outcome.lives);
    }
    collect_tenants(fates, outcome);
    collect_dashboards(outcome);
    std::uint32_t overdue = 0;  // changes so far; unsigned wrap-around cancels out in the sum
    for (MinuteTally& minute : outcome.minutes) minute.overdue = overdue += minute.overdue;
    std::stable_sort(outcome.story.begin(), outcome.story.end(), [](const StoryLine& a, const StoryLine& b) { return a.at < b.at; });
    for (const auto& site : sites_) {
        const std::vector<std::uint64_t>& late = site->late_answers();
        for (std::size_t s = 0; s < late.size(); ++s) {
            if (late[s] == 0) continue;
            const StationPlan& plan = plan_.stations[s];
            for (StationOutcome& station : outcome.stations)
                if (station.tier == plan_.tiers[plan.tier.index()].name && station.site == plan_.sites[plan.site] &&
                    (station.partition.empty() || plan.place.starts_with(station.tier + "/" + station.partition + "@")))
                    station.wasted += late[s];
        }
    }
}

/// The parts of the outcome that the plan alone decides.
void describe(const Plan& plan, Outcome& outcome) {
    outcome.sites = plan.sites;
    for (const PopulationPlan& p : plan.populations) outcome.populations.emplace_back(p.name, plan.sites[p.site]);
    for (const ClientPlan& c : plan.clients) outcome.populations.emplace_back(c.name, plan.sites[c.at]);
    for (const auto& tier : plan.partitioned) outcome.partitioned_tiers.push_back({tier.tier, tier.partitions});
    for (std::size_t c = 0; c < plan.classes.size(); ++c)
        outcome.classes.push_back({.name = plan.classes[c].name,
                                   .tenants = plan.tenants->end_of(c) - plan.tenants->first_of(c),
                                   .delay = Histogram(0.001),
                                   .censored = 0,
                                   .under_way = Histogram(0.001),
                                   .worst = std::nullopt});
    const auto acts_of = [](const DisturbancePlan& p) {
        std::vector<std::pair<SimTime, SimTime>> acts;
        for (const Stretch& s : p.acts) acts.emplace_back(s.from, s.to);
        return acts;
    };
    const auto list = [&](const std::vector<DisturbancePlan>& plans, std::vector<DisturbanceOutcome>& to) {
        for (const DisturbancePlan& p : plans) to.push_back({p.name, p.kind, p.target, p.pos, p.enabled, p.start, p.end, 0, p.probability, p.probability ? std::optional(p.acts.size()) : std::nullopt, acts_of(p)});
    };
    list(plan.faults, outcome.faults);
    list(plan.flaws, outcome.flaws);
    list(plan.mitigations, outcome.mitigations);
    for (const DisturbancePlan& fault : plan.faults) {
        if (!fault.enabled || !fault.start || *fault.start >= plan.end) continue;
        const SimTime over = fault.end.value_or(plan.end);
        FaultWindow& w = outcome.fault_window;
        if (!w.first_start || *fault.start < *w.first_start) w.first_start = fault.start;
        if (!w.last_end || over > *w.last_end) w.last_end = over;
    }
    for (const FlawPlan& flaw : plan.flaw_plans)
        if (flaw.fix && flaw.fix_begins < plan.end) ++outcome.mitigations[*flaw.fix].touched;
}

}  // namespace

Outcome simulate(const ScenarioSpec& scenario, const RunOptions& options) {
    const WallClock wall;
    SimTime end = SimTime::zero() + scenario.duration;
    if (options.until) end = std::min(end, *options.until);
    DrawLog draws;
    [[maybe_unused]] const DrawLog::Scope scope(draws);
    const Plan plan(scenario, replication_seed(options.seed, options.replication), end);
    World world(plan, options);
    const bool ended = world.run(options);
    Outcome outcome;
    outcome.seed = options.seed;
    outcome.replication = options.replication;
    outcome.end = end;
    outcome.interrupted = !ended || (options.stop != nullptr && options.stop->load());
    describe(plan, outcome);
    if (options.lives) describe_lives(plan, outcome.lives.emplace());
    if (!outcome.interrupted) world.collect(outcome);
    world.merge_draws(draws);
    outcome.wall = wall.seconds();
    return outcome;
}

}  // namespace mailquake
