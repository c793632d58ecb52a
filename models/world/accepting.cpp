// How mail is born and dies: arrivals, bounces and delay notices, delivery and the other ends.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr std::uint32_t kBounceSize = 4096;  // a report quotes the headers, not the message [octets]; an assumption

Direction back(Direction d) {
    switch (d) {
        case Direction::inbound: return Direction::outbound;
        case Direction::outbound: return Direction::inbound;
        case Direction::internal: return Direction::internal;
    }
    return d;
}

}  // namespace

/// The next handful of a source's arrivals: when each is due, and whose it is.
[[gnu::noinline]] void Site::draw_arrivals(Source& source) const {
    const SourcePlan& plan = plan_.sources[source.plan];
    draw_tenants(source, plan);
    if (plan.replay) {
        for (std::size_t i = 0; i < Source::kAhead; ++i) {
            const std::uint64_t k = source.arrivals + i;
            source.times[i] = k < plan.replay->size() ? (*plan.replay)[k] : SimTime::never();
        }
        return;
    }
    const Words words = first_words(plan.arrival_luck, source.arrivals);
    std::array<double, Source::kAhead> gaps;
    for (std::size_t i = 0; i < gaps.size(); ++i) gaps[i] = draw_unit_exponential(words[i], plan.arrival_luck, source.arrivals + i);
    if (plan.gap_power != 1) [[unlikely]]
        for (double& gap : gaps) gap = math::pow(gap, plan.gap_power) * plan.gap_scale;
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        source.units += ArrivalCount::of(gaps[i]);
        source.times[i] = plan.clock.at(source.units, source.cursor);
    }
}

/// Whose these arrivals are; one who is alone needs no draw.
void Site::draw_tenants(Source& source, const SourcePlan& plan) const {
    if (plan.tenants->size() == 1) {
        source.tenants.fill(plan.tenants->front());
        return;
    }
    const Words words = first_words(plan.tenant_luck, source.arrivals);
    for (std::size_t i = 0; i < Source::kAhead; ++i) {
        source.tenants[i] = (*plan.tenants)[plan.who->pick(words[i])];
        tenants_.prefetch(source.tenants[i]);
    }
}

void Site::schedule_arrival(std::uint32_t index, Source& source) {
    const std::size_t place = source.arrivals % Source::kAhead;
    if (place == 0) draw_arrivals(source);
    source.next = derived(plan_.sources[source.plan].hash, draws::message, source.arrivals);
    if (source.times[place] < plan_.end) [[likely]] at_for(source.next, source.times[place], Act::arrival, index);
}

/// When a source's next arrival is due, then its copies are accepted by the party that holds them first.
[[gnu::flatten]] void Site::on_arrival(std::uint32_t index) {
    ++event_count_;
    Source& source = sources_[index];
    const SourcePlan& plan = plan_.sources[source.plan];
    const std::uint64_t k = source.arrivals++;
    const std::uint32_t tenant = source.tenants[k % Source::kAhead];
    const std::uint64_t identity = source.next;
    std::uint64_t copies = 1;
    if (plan.batch_mean > 1) [[unlikely]] {
        RandomStream luck(plan.batch_luck, k);
        copies = 1 + static_cast<std::uint64_t>(math::log(luck.uniform_open()) / math::log1p(-1 / plan.batch_mean));
    }
    if (plan.surge) [[unlikely]] touch_fault(*plan.surge);
    schedule_arrival(index, source);
    accept_new(source, plan, identity, tenant);
    for (std::uint64_t c = 1; c < copies; ++c) [[unlikely]] accept_another(source, plan, derived(identity, draws::copy, c), tenant);
}

/// The other copies of a batch.
[[gnu::noinline]] void Site::accept_another(Source& source, const SourcePlan& plan, std::uint64_t identity, std::uint32_t tenant) {
    accept_new(source, plan, identity, tenant);
}

void Site::accept_new(Source& source, const SourcePlan& plan, std::uint64_t identity, std::uint32_t tenant) {
    const Bytes size = plan_.classes[plan.tenant_class].sizes.draw(plan.size_luck, identity);
    const std::uint32_t message = messages_.take();
    Message& m = messages_[message];
    m.identity = identity;
    m.accepted = m.arrived = m.since = now_;
    m.tenant = tenant;
    m.size = saturated<std::uint32_t>(size.count);
    m.tenant_class = plan.tenant_class;
    m.direction = plan.direction;
    const bool measured = plan_.measure_from <= now_ && now_ < plan_.measure_to;
    m.measured = measured;
    if (plan_.looks_at_new_mail) [[unlikely]] look_at_new(m);
    const std::uint32_t holder = population_holder(plan.population);
    note_here(Transition::accepted, identity, holder);
    begin_life(true, tenant, now_, measured);
    watch(message, holder);
    if (source.straight_to.valid() && source.straight_by == kNone) [[unlikely]] source.straight_by = queue_to(holder, source.straight_to.value);
    if (source.straight_by != kNone && is_free_way(queues_[source.straight_by])) enter_straight(m, message, holder, source.straight_to);
    else send_on(message, holder);
}

void Site::begin_life(bool is_mail, std::uint32_t tenant, SimTime accepted, bool measured) {
    TenantAccount& account = tenants_[tenant];
    if (is_mail) ++account.counts.accepted;
    else ++account.counts.generated;
    if (is_mail && accepted >= SimTime::zero()) [[likely]] ++minutes_[minute_.at(accepted)].accepted;
    if (!measured) [[unlikely]] return;
    ++account.measured;
    ++account.hour(hour_.at(accepted)).accepted;
}

/// A copy that arrives, or is under way, does not count as late for the time that greylisting alone held it up, nor when its own
/// outside destination was in trouble while it was under way.
[[gnu::noinline]] bool Site::is_late(const Message& m, SimDuration delay) const {
    if (delay <= plan_.objective) return false;
    if (m.greylisted) return delay - greylisted_for(m, delay) > plan_.objective;
    return !plan_.names_hit_places || !plan_.destination_in_trouble(m.tenant_class, m.direction, m.identity, m.accepted, m.accepted + delay);
}

/// A copy that arrives, or is under way at the end; late ones by hour of acceptance.
void Site::count_hour(const Message& m, TenantAccount& account, SimDuration delay) {
    const bool late = delay > noted_delay_ && count_slow(m, delay);
    if (!m.measured) return;
    account.delay_max = std::max(account.delay_max, delay);
    const std::size_t c = class_of(m);
    class_delay_[c].add(delay);
    Worst& worst = class_worst_[c];
    if (delay > worst.delay || (delay == worst.delay && m.identity < worst.identity)) worst = {delay, m.identity};
    if (!late) return;
    ++account.late;
    ++late_ended_;
    const auto h = narrow<std::uint32_t>(m.accepted.ns / (1_h).ns, "hours");
    HourTally& hour = account.hour(h);
    ++hour.late;
    hour.trouble_from = std::min(hour.trouble_from, m.accepted + greylisted_for(m, delay) + plan_.objective);
    hour.trouble_to = std::max(hour.trouble_to, m.accepted + delay);
    if (plan_.own_place_hit(m)) ++account.hit_hour(h).late;
}

/// Of a copy that was slow: its band of delay in its minute of acceptance. Returns whether it was late.
[[gnu::noinline]] bool Site::count_slow(const Message& m, SimDuration delay) {
    if (m.kind != MailKind::mail) return false;
    if (m.accepted >= SimTime::zero()) {
        Minute& minute = minutes_[static_cast<std::size_t>(m.accepted.ns / (60_s).ns)];
        const auto above = std::lower_bound(kSlowBounds.begin(), kSlowBounds.end(), delay) - kSlowBounds.begin();
        if (above > 0) ++minute.slow[static_cast<std::size_t>(above - 1)];
    }
    const bool late = is_late(m, delay);
    if (late) count_late_minutes(m.accepted, greylisted_for(m, delay), delay);
    else if (m.measured && delay > plan_.objective) ++(m.greylisted ? more_[class_of(m)].excused_greylisting : more_[class_of(m)].excused_destination);
    return late;
}

/// The copy was late: in its minute of acceptance, and overdue from the objective (and what excuses it) until now.
[[gnu::noinline]] void Site::count_late_minutes(SimTime accepted, SimDuration excuse, SimDuration delay) {
    const auto minute = [&](SimTime t) {
        return std::clamp<std::int64_t>(t.ns / (60_s).ns, 0, std::ssize(minutes_) - 1);
    };
    if (accepted >= SimTime::zero()) ++minutes_[static_cast<std::size_t>(minute(accepted))].late;
    ++minutes_[static_cast<std::size_t>(minute(accepted + excuse + plan_.objective))].overdue_change;
    --minutes_[static_cast<std::size_t>(minute(accepted + delay))].overdue_change;
}

void Site::end_life(std::uint32_t message, bool bad) {
    const Message& m = messages_[message];
    end_life(m, message, tenants_[m.tenant], bad);
}

/// When a copy's life is over, then its figures are counted and its record is free.
void Site::end_life(const Message& m, std::uint32_t message, TenantAccount& account, bool bad) {
    MQ_DCHECK(!m.proxied, "only who owns a copy ends its life");
    if (!bad) count_hour(m, account, now_ - m.accepted);
    if (lives_) [[unlikely]] lives_->end(m, message, now_ - m.accepted, false, bad || is_late(m, now_ - m.accepted));
    if (m.greylisted) [[unlikely]] let_in_.erase(m.identity);
    messages_.give_back(message);
}

void Site::deliver(Message& m, std::uint32_t message, std::uint32_t station) {
    if (m.kind != MailKind::mail) [[unlikely]] {
        deliver_report(message, station);
        return;
    }
    note_here(Transition::delivered, m.identity, station);
    TenantAccount& account = tenants_[m.tenant];
    ++account.counts.delivered;
    if (m.measured) {
        ++account.measured_delivered;
        account.delay_sum += (now_ - m.accepted).ns;
    }
    end_life(m, message, account, false);
}

/// Mail about mail, and mail that was sent again.
[[gnu::noinline]] void Site::deliver_report(std::uint32_t message, std::uint32_t station) {
    const Message& m = messages_[message];
    if (m.kind == MailKind::replay && !tier_of(station).outside) {
        replaying_.end_replay(message, station);
        return;
    }
    note_here(Transition::delivered, m.identity, station);
    MessageCounts& counts = tenants_[m.tenant].counts;
    ++(m.kind == MailKind::replay ? counts.delivered_again : counts.delivered_reports);
    if (m.kind == MailKind::advisory) noticing_.hear_by_mail(m, now_);
    end_life(message, false);
}

/// When a copy is refused for good, then its sender gets a bounce. Every recipient of these models exists, so the refusal
/// was wrong.
[[gnu::noinline]] void Site::bounce(std::uint32_t message, std::uint32_t holder) {
    const Message& m = messages_[message];
    if (m.kind == MailKind::mail) {
        ++tenants_[m.tenant].counts.bounced;
        ++tenants_[m.tenant].counts.wrongly_bounced;
    }
    return_to_sender(message, holder, Transition::bounced);
}

/// When a copy has been tried for as long as its holder's schedule tries, then its sender gets a bounce.
[[gnu::noinline]] void Site::expire(std::uint32_t message, std::uint32_t holder) {
    const Message& m = messages_[message];
    if (m.kind == MailKind::mail) ++tenants_[m.tenant].counts.expired;
    return_to_sender(message, holder, Transition::expired);
}

/// The copy ends here, and its sender is told; a bounce or notice is discarded instead (RFC 5321 4.5.5).
[[gnu::noinline]] void Site::return_to_sender(std::uint32_t message, std::uint32_t holder, Transition why) {
    const Message m = messages_[message];
    if (m.kind == MailKind::replay) {
        replaying_.discard(message, holder);
        return;
    }
    if (m.kind != MailKind::mail) {
        note_here(Transition::discarded, m.identity, holder);
        ++tenants_[m.tenant].counts.discarded;
        end_life(message, false);
        return;
    }
    note_here(why, m.identity, holder);
    ++bounces_;
    if (!first_bounce_) first_bounce_ = now_;
    losing_.lose(m, why == Transition::bounced);
    end_life(message, true);
    send_report(m, MailKind::bounce, 0, holder);
}

[[gnu::noinline]] void Site::drop(std::uint32_t message, std::uint32_t station) {
    const MailKind kind = messages_[message].kind;
    if (plan_.has_replays && kind == MailKind::mail) replaying_.await_replay(message, station);
    else if (kind == MailKind::replay) replaying_.discard(message, station);
    else drop_for_good(message, station);
}

void Site::drop_for_good(std::uint32_t message, std::uint32_t station) {
    const Message& m = messages_[message];
    note_here(Transition::dropped, m.identity, station);
    ++tenants_[m.tenant].counts.dropped;
    if (m.kind == MailKind::mail) losing_.lose(m, false);
    end_life(message, m.kind == MailKind::mail);
}

/// A bounce or delay notice to the sender of `about`, as mail of its own on the tenant's path in the other direction,
/// from the tier that has it. Where the holder is the sender's own system, or no path leads back, it is there at once.
[[gnu::noinline]] void Site::send_report(const Message& about, MailKind kind, std::uint32_t n, std::uint32_t holder) {
    const std::uint32_t message = messages_.take();
    Message& m = messages_[message];
    m = about;
    m.identity = report_identity(about.identity, kind, n);
    m.accepted = m.arrived = m.since = now_;
    m.size = kBounceSize;
    m.failures = m.tries = m.doubted = 0;
    m.direction = back(about.direction);
    m.kind = kind;
    m.proxied = m.noticed = m.measured = m.greylisted = 0;
    note_here(Transition::accepted, m.identity, holder);
    begin_life(m);
    const auto& path = path_of(m);
    if (holder >= stations_.size() || path.empty()) {
        note_here(Transition::delivered, m.identity, holder);
        ++tenants_[m.tenant].counts.delivered_reports;
        messages_.give_back(message);
        return;
    }
    const TierId here = plan_of(holder).tier;
    const auto at_hop = std::find(path.begin(), path.end(), here);
    m.hop = at_hop == path.end() || std::next(at_hop) == path.end() ? 0 : narrow<std::uint8_t>(at_hop - path.begin() + 1, "tiers of a path");
    send_on(message, holder);
}

}  // namespace mailquake
