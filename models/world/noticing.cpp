// Dashboards: monitoring looks at each site's signals and reports to the desk, the desk decides and publishes, and mail goes out to
// the tenants. Reports between sites are parcels: they take the links' latency, and a broken link loses them.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr SimDuration kLeastRefusal = 1_ms;  // a refused request is known no sooner

/// What is done next about an incident; an event's second number: incident, try, step.
enum class Step : std::uint64_t { decided, try_it, timed_out };
std::uint64_t step_of(std::uint32_t incident, std::uint32_t tries, Step step) {
    return std::uint64_t{incident} << 32 | std::uint64_t{tries} << 2 | static_cast<std::uint64_t>(step);
}

/// What was counted since the window's begin, after this sample.
SignalWatch::Sample counted(SignalWatch& watch, SimDuration window, SignalWatch::Sample now) {
    watch.window.push_back(now);
    while (watch.window.size() > 1 && watch.window.front().at + window < now.at) watch.window.pop_front();
    const SignalWatch::Sample& then = watch.window.front();
    return {now.at, now.part - then.part, now.whole - then.whole};
}

bool exceeds(const SignalWatch::Sample& sample, double share) {
    return sample.whole > 0 && static_cast<double>(sample.part) > share * static_cast<double>(sample.whole);
}

}  // namespace

void Noticing::begin() {
    for (std::uint32_t d = 0; d < site_.plan_.dashboards.size(); ++d) {
        const DashboardPlan& plan = site_.plan_.dashboards[d];
        watches_.emplace_back();
        watches_[d].signals.resize(plan.signals.size());
        if (!plan.enabled) continue;
        if (plan.at == site_.id_) watches_[d].desk.emplace(site_.plan_.sites.size());
        if (plan.at == site_.id_ || plan.looks_at(site_.id_)) site_.at(SimTime::zero() + plan.look, Site::Act::monitor, d);
    }
}

/// When monitoring looks, then the desk hears which signals speak here; a site that is down says nothing.
void Noticing::on_monitor(std::uint32_t d) {
    const DashboardPlan& plan = site_.plan_.dashboards[d];
    DashboardWatch& watch = watches_[d];
    site_.at(site_.now_ + plan.look, Site::Act::monitor, d);
    if (site_.site_is_down()) return;
    std::uint64_t speaking = 0;
    for (std::size_t s = 0; s < plan.signals.size(); ++s) {
        if (!plan.signals[s].looks[site_.id_]) continue;
        SimTime& since = watch.signals[s].since;
        if (!is_so(plan.signals[s], watch.signals[s])) since = SimTime::never();
        else if (since == SimTime::never()) since = site_.now_;
        if (since != SimTime::never() && site_.now_ - since >= plan.signals[s].held) speaking |= std::uint64_t{1} << s;
    }
    if (plan.at == site_.id_) {
        hear_report(d, site_.id_, speaking);
        close_incident(d);
        return;
    }
    RandomStream luck(site_.network_.report, derived(plan.hash, draws::look, ++watch.looks));
    const TransferPlan way = site_.links_.plan_packet({plan.at}, site_.now_, luck);
    if (way.end == TransferPlan::End::delivered)
        site_.send(plan.at, way.at, Parcel{.kind = ParcelKind::report, .reply = Reply::pending, .from = site_.id_,
                                     .population = narrow<std::uint16_t>(d, "dashboards"), .station = 0, .key = speaking, .since = site_.now_});
}

/// Is it, here and now, as the signal says?
bool Noticing::is_so(const SignalPlan& signal, SignalWatch& watch) const {
    const bool input = signal.queue == BacklogQueue::input;
    const auto& here = signal.stations[site_.id_];
    switch (signal.kind) {
        case SignalPlan::Kind::oldest:
            return std::any_of(here.begin(), here.end(), [&](std::uint32_t s) {
                return (input ? site_.stations_[s].ages() : site_.holders_[s].ages).oldest(site_.now_) >= signal.age;
            });
        case SignalPlan::Kind::queue:
            return std::any_of(here.begin(), here.end(), [&](std::uint32_t s) {
                return static_cast<std::int64_t>(input ? site_.stations_[s].waiting() : site_.holders_[s].ages.size()) > signal.count;
            });
        case SignalPlan::Kind::late_mail: {
            std::uint64_t ended = site_.losing_.ended();
            for (const Histogram& delays : site_.class_delay_) ended += delays.count();
            return exceeds(counted(watch, signal.window, {site_.now_, site_.late_ended_, ended}), signal.share);
        }
        case SignalPlan::Kind::failed_calls: {
            std::uint64_t failed = 0;
            for (std::uint32_t s : here) failed += site_.stations_[s].timed_out;
            return static_cast<std::int64_t>(counted(watch, signal.window, {site_.now_, failed, 0}).part) > signal.count;
        }
        case SignalPlan::Kind::sign_ins: {
            const ClientOutcome& clients = site_.populations_[site_.population_of_plan_[signal.clients]].result;
            const auto tries = counted(watch, signal.window, {site_.now_, clients.succeeded, clients.attempts});
            return tries.whole > 0 && static_cast<double>(tries.part) < signal.share * static_cast<double>(tries.whole);
        }
    }
    return false;
}

/// When the desk hears that a signal speaks and there is no incident, then there is one, and people begin to decide.
void Noticing::hear_report(std::uint32_t d, std::uint16_t from, std::uint64_t speaking) {
    DashboardWatch& watch = watches_[d];
    if (!watch.desk->hear(from, speaking, site_.now_)) return;
    watch.notices.push_back({.detected = site_.now_});
    watch.tries = 0;
    site_.at(site_.now_ + site_.plan_.dashboards[d].decide, Site::Act::announce, d, step_of(watch.desk->incident(), 0, Step::decided));
}

/// When all has been quiet for long enough, then the incident is over and its notice is withdrawn.
void Noticing::close_incident(std::uint32_t d) {
    DashboardWatch& watch = watches_[d];
    if (!watch.desk->is_over(site_.now_, site_.plan_.dashboards[d].clear)) return;
    if (watch.desk->state() == IncidentDesk::State::published) watch.notices.back().withdrawn = site_.now_;
    watch.unanswered = 0;
    watch.desk->end();
}

/// When a step about an incident is due, then it is done, unless the incident is over.
void Noticing::on_announce(std::uint32_t d, std::uint64_t what) {
    DashboardWatch& watch = watches_[d];
    const auto incident = truncated<std::uint32_t>(what >> 32), tries = truncated<std::uint32_t>(what) >> 2;
    if (incident != watch.desk->incident() || watch.desk->state() == IncidentDesk::State::quiet) return;
    switch (static_cast<Step>(what & 3)) {
        case Step::decided:
            watch.desk->advance(IncidentDesk::State::publishing);
            site_.at(site_.now_ + site_.plan_.dashboards[d].delay, Site::Act::announce, d, step_of(incident, 0, Step::try_it));
            return;
        case Step::try_it: try_to_publish(d); return;
        case Step::timed_out:
            if (tries == watch.tries && watch.unanswered > 0) try_to_publish_failed(d);
            return;
    }
}

void Noticing::try_to_publish(std::uint32_t d) {
    const DashboardPlan& plan = site_.plan_.dashboards[d];
    DashboardWatch& watch = watches_[d];
    ++watch.tries;
    RandomStream luck(plan.tries_luck, watch.desk->incident(), watch.tries);
    const bool broken = plan.broken_from <= site_.now_ && site_.now_ < plan.broken_to;
    if (luck.uniform() < plan.fails || broken || site_.site_is_down()) {
        try_to_publish_failed(d);
        return;
    }
    watch.unanswered = plan.needs.size();
    if (plan.needs.empty()) {
        publish(d);
        return;
    }
    site_.at(site_.now_ + plan.timeout, Site::Act::announce, d, step_of(watch.desk->incident(), watch.tries, Step::timed_out));
    for (std::uint32_t need = 0; need < plan.needs.size(); ++need) ask(d, need);
}

/// A request to what the dashboard needs, as any other caller's.
void Noticing::ask(std::uint32_t d, std::uint32_t need) {
    ++site_.event_count_;
    const DashboardPlan& plan = site_.plan_.dashboards[d];
    const DashboardWatch& watch = watches_[d];
    const NeedPlan& of = plan.needs[need];
    const std::uint16_t to = of.site.value_or(site_.plan_.nearest({of.tier}, site_.id_, site_.now_, of.partition));
    const StationId station{site_.plan_.tiers[of.tier].first_station[to].value + of.partition};
    const std::uint64_t incident = derived(plan.hash, draws::incident, watch.desk->incident());
    const Request request{.identity = derived(derived(incident, draws::need, need), draws::request, watch.tries),
                          .subject = incident,
                          .since = site_.now_,
                          .tenant = Site::kNone,
                          .caller = watch.desk->incident(),
                          .token = watch.tries,
                          .call = 0,
                          .site = site_.id_,
                          .population = narrow<std::uint16_t>(d, "dashboards"),
                          .priority = 0,
                          .kind = Caller::dashboard};
    site_.touch_links(to);
    RandomStream luck(site_.network_.request, request.identity);
    const TransferPlan way = site_.links_.plan_packet({to}, site_.now_, luck);
    if (way.end == TransferPlan::End::delivered)
        site_.send(to, way.at, Parcel{.kind = ParcelKind::request, .reply = Reply::pending, .from = site_.id_, .population = 0,
                                .station = station.value, .key = 0, .since = site_.now_, .request = request});
    else if (way.end == TransferPlan::End::refused)
        site_.at(std::max(way.at, site_.now_ + kLeastRefusal), Site::Act::announce, d, step_of(watch.desk->incident(), watch.tries, Step::timed_out));
}

/// When the last answer that a try needs has come, then the notice is published; a failed one ends the try.
void Noticing::on_need_answered(const Parcel& answer) {
    const std::uint32_t d = answer.population;
    DashboardWatch& watch = watches_[d];
    const bool waits = truncated<std::uint32_t>(answer.key >> 32) == watch.desk->incident() &&
                       truncated<std::uint32_t>(answer.key) == watch.tries && watch.unanswered > 0;
    if (!waits) {
        site_.late_answers_[answer.station] += answer.answer != Answer::failed;
        return;
    }
    ++site_.event_count_;
    if (answer.answer != Answer::served) try_to_publish_failed(d);
    else if (--watch.unanswered == 0) publish(d);
}

void Noticing::try_to_publish_failed(std::uint32_t d) {
    DashboardWatch& watch = watches_[d];
    watch.unanswered = 0;
    ++watch.notices.back().failed_tries;
    site_.at(site_.now_ + site_.plan_.dashboards[d].retry, Site::Act::announce, d, step_of(watch.desk->incident(), watch.tries, Step::try_it));
}

/// The notice can be seen from now on, and mail about it goes out to all whom that channel gets to.
void Noticing::publish(std::uint32_t d) {
    const DashboardPlan& plan = site_.plan_.dashboards[d];
    DashboardWatch& watch = watches_[d];
    watch.desk->advance(IncidentDesk::State::published);
    watch.notices.back().published = site_.now_;
    for (const ChannelPlan& channel : plan.channels) {
        if (channel.kind != ChannelPlan::Kind::email) continue;
        for (std::uint32_t t = 0; t < site_.plan_.tenants->size(); ++t)
            if (plan.is_for(site_.plan_, t) && DashboardPlan::uses(site_.plan_, channel, t) && DashboardPlan::gets(site_.plan_, channel, t, watch.desk->incident()))
                send_advisory(channel, watch.desk->incident(), t);
    }
}

/// A mail of its own on the tenant's inbound path; a tenant that gets no mail from outside gets none.
void Noticing::send_advisory(const ChannelPlan& channel, std::uint32_t incident, std::uint32_t tenant) {
    const std::uint16_t tenant_class = site_.plan_.tenants->class_of(tenant);
    if (site_.plan_.classes[tenant_class].path[static_cast<std::size_t>(Direction::inbound)].empty()) return;
    const std::uint32_t holder = site_.population_holder(channel.population);
    const std::uint32_t message = site_.messages_.take();
    site_.messages_[message] = Message{.identity = DashboardPlan::mail_identity(channel, incident, site_.plan_.tenant_identity(tenant)),
                          .accepted = site_.now_,
                          .arrived = site_.now_,
                          .since = site_.now_,
                          .tenant = tenant,
                          .size = channel.size,
                          .failures = 0,
                          .tenant_class = tenant_class,
                          .hop = 0,
                          .kind = MailKind::advisory,
                          .proxied = 0,
                          .noticed = 0,
                          .measured = 0,
                          .gone = 0,
                          .greylisted = 0,
                          .direction = Direction::inbound,
                          .doubted = 0,
                          .tries = 0};
    site_.note_here(Transition::accepted, site_.messages_[message].identity, holder);
    site_.begin_life(site_.messages_[message]);
    site_.send_on(message, holder);
}

/// When an advisory has come to its tenant's mailbox, then his administrator knows.
void Noticing::hear_by_mail(const Message& advisory, SimTime now) { heard_.push_back({advisory.identity, now}); }

}  // namespace mailquake
