#include "models/world/losing.hpp"

#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void Losing::lose(const Message& m, bool returned) {
    same_.lost.push_back({m.identity, m.accepted, site_.now_, m.tenant, m.tenant_class, m.direction, m.measured != 0, returned});
    ended_ += m.measured;
    site_.late_ended_ += m.measured;
}

void Losing::leave_another(std::uint64_t identity, const Message& m) {
    if (m.kind == MailKind::mail) same_.copies.push_back({identity, m.tenant});
}

bool Losing::waits_for(std::uint64_t key) const { return site_.waits_for(key); }

/// It is known only now: the proxy would have passed the reply on, to nobody (reply_upstream).
void Losing::leave_unheard(std::span<const AttemptName> accepted, const Waits& waits) {
    site_.attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        if (a.worker == kNoWorker || !std::binary_search(accepted.begin(), accepted.end(), AttemptName{site_.id_, Attempt::key(slot, a.token)})) return;
        const Message& m = site_.messages_[a.message];
        if (!waits({m.failures, static_cast<std::uint64_t>(m.arrived.ns)})) leave_another(m.identity, m);
    });
}

void Losing::list_under_way(std::span<const AttemptName> accepted, MailFates& fates) const {
    std::vector<std::uint32_t> gone;
    site_.attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        if (std::binary_search(accepted.begin(), accepted.end(), AttemptName{site_.id_, Attempt::key(slot, a.token)})) gone.push_back(a.message);
    });
    std::sort(gone.begin(), gone.end());
    site_.messages_.for_each([&](std::uint32_t index, const Message& m) {
        if (m.proxied || m.kind != MailKind::mail || std::binary_search(gone.begin(), gone.end(), index)) return;
        fates.is_under_way(m.identity);
    });
}

void Losing::count(const MailFates& fates) {
    for (const LostCopy& copy : same_.lost) {
        MessageCounts& counts = site_.tenants_[copy.tenant].counts;
        if (fates.has_arrived(copy)) ++counts.false_failures;
        if (!fates.is_loss(copy)) continue;
        ++(copy.returned ? counts.returned : counts.lost);
        count_minutes(copy);
        if (copy.measured) count_measured(copy);
    }
}

void Losing::count_minutes(const LostCopy& copy) {
    const bool is_over = copy.ended - copy.accepted > site_.plan_.objective;
    if (is_over) site_.count_late_minutes(copy.accepted, SimDuration::zero(), copy.ended - copy.accepted);
    if (copy.accepted < SimTime::zero()) return;
    auto& minute = site_.minutes_[static_cast<std::size_t>(copy.accepted.ns / (1_min).ns)];
    ++minute.bad;
    minute.late += is_over ? 0 : 1;
}

void Losing::count_measured(const LostCopy& copy) {
    const Plan& plan = site_.plan_;
    TenantAccount& account = site_.tenants_[copy.tenant];
    const SimDuration age = copy.ended - copy.accepted;
    account.delay_max = std::max(account.delay_max, age);
    ++account.late;
    ++site_.more_[copy.tenant_class].lost;
    auto& worst = site_.class_worst_[copy.tenant_class];
    if (age > worst.delay || (age == worst.delay && copy.identity < worst.identity)) worst = {age, copy.identity};
    const auto h = narrow<std::uint32_t>(copy.accepted.ns / (1_h).ns, "hours");
    HourTally& hour = account.hour(h);
    ++hour.late;
    ++hour.bad;
    hour.trouble_from = std::min(hour.trouble_from, copy.accepted + std::min(age, plan.objective));
    hour.trouble_to = std::max(hour.trouble_to, copy.ended);
    if (!plan.names_hit_places || !plan.own_place_hit(copy.tenant_class, copy.direction, copy.identity)) return;
    HitHour& hit = account.hit_hour(h);
    ++hit.late;
    ++hit.bad;
    hit.bad_there += plan.destination_in_trouble(copy.tenant_class, copy.direction, copy.identity, copy.accepted, copy.ended);
}

/// The copy has been accepted by way of `station`, but its sender, whose attempt that was, keeps it, too.
void Site::leave_duplicate(const Message& copy, std::uint32_t station, AttemptName attempt) {
    if (copy.proxied) proxy_books_.is_accepted_unheard(attempt);
    note_there(Transition::duplicated, copy.identity, station);
    ++tenants_[copy.tenant].counts.duplicated;
    losing_.leave_another(copy.identity, copy);
}

}  // namespace mailquake
