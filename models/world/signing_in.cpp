// Clients: they hold sessions, lose them when the network breaks, and sign in again, each by its own back-off.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

std::uint64_t Site::sign_in_identity(const ClientPlan& plan, std::uint32_t client, const Client& c) const {
    return derived(derived(plan.hash, draws::client, client), draws::sign_in, c.sign_in);
}

void Site::count_signed_in(Population& p, std::int64_t delta) {
    p.signed_in = static_cast<std::uint64_t>(static_cast<std::int64_t>(p.signed_in) + delta);
    p.result.min_signed_in = std::min(p.result.min_signed_in, p.signed_in);
    const bool below = p.signed_in * 10 < std::uint64_t{plan_.clients[p.plan].count} * 9;
    if (below && p.below_since == SimTime::never()) p.below_since = now_;
    if (!below && p.below_since != SimTime::never()) {
        p.result.below_90 += now_ - p.below_since;
        p.below_since = SimTime::never();
    }
}

/// When a session ends by itself, then its client signs in anew at once.
void Site::on_session_end(std::uint32_t population, std::uint32_t client) {
    ++event_count_;
    Population& p = populations_[population];
    Client& c = p.clients[client];
    note(Transition::session_ended, sign_in_identity(plan_.clients[p.plan], client, c), Fingerprint::Entity(plan_.clients[p.plan].hash), plan_.clients[p.plan].name);
    count_signed_in(p, -1);
    begin_sign_in(population, client);
}

void Site::begin_sign_in(std::uint32_t population, std::uint32_t client) {
    Population& p = populations_[population];
    Client& c = p.clients[client];
    ++p.result.tried;
    ++p.result.trying;
    ++c.sign_in;
    c.attempt = 0;
    c.first_try = now_;
    sign_in(population, client);
}

/// When a client's wait is over, then it notices the loss of its session, or tries again.
void Site::on_client_try(std::uint32_t population, std::uint32_t client) {
    Client& c = populations_[population].clients[client];
    if (c.state == ClientState::losing) begin_sign_in(population, client);
    else sign_in(population, client);
}

/// One try: a request to the tier that the population signs in at, and a time-out.
void Site::sign_in(std::uint32_t population, std::uint32_t client) {
    ++event_count_;
    Population& p = populations_[population];
    const ClientPlan& plan = plan_.clients[p.plan];
    Client& c = p.clients[client];
    count_up(c.attempt, "tries of a sign-in");
    ++p.result.attempts;
    c.state = ClientState::trying;
    c.token = ++tokens_;
    c.timer = timer_for(first_by_number(client), now_ + plan.timeout, Act::client_timeout, client, population);
    const std::uint64_t identity = sign_in_identity(plan, client, c);
    std::optional<std::uint32_t> moved;
    c.site = after_fail_over(deciding_.fail_overs(), plan.site, derived(plan.hash, draws::client, client), now_, moved);
    if (moved) ++mitigation_touches_[*moved];
    const TierPlan& tier = plan_.tiers[plan.tier.index()];
    const auto partition = tier.partitions == 0 ? 0 : narrow<std::uint32_t>(identity % tier.partitions, "partitions");
    const std::uint16_t to = tier.first_station[c.site].valid() ? c.site : plan_.nearest(plan.tier, c.site, now_, partition);
    c.site = to;
    const std::uint32_t station = tier.first_station[to].value + partition;
    note_there(Transition::sign_in, identity, station);
    const Request request{.identity = derived(identity, draws::request, std::uint64_t{c.attempt} << 1),
                          .subject = identity,
                          .since = now_,
                          .tenant = kNone,
                          .caller = client,
                          .token = c.token,
                          .call = 0,
                          .site = id_,
                          .population = narrow<std::uint16_t>(p.plan, "populations of clients"),
                          .priority = 0,
                          .kind = Caller::client};
    touch_links(to);
    if (plan_.is_site_down(to, now_)) {
        for (std::size_t k = 0; k < plan_.site_down[to].size(); ++k)
            if (plan_.site_down[to][k].covers(now_)) touch_fault(plan_.site_down_fault[to][k]);
        return;
    }
    RandomStream luck(network_.request, request.identity);
    const TransferPlan way = links_.plan_packet({to}, now_, luck);
    if (way.end == TransferPlan::End::delivered) {
        send(to, way.at, Parcel{.kind = ParcelKind::request, .reply = Reply::pending, .from = id_, .population = 0,
                                .station = station, .key = 0, .since = now_, .request = request});
    } else if (way.end == TransferPlan::End::refused) {
        events_.cancel(c.timer);
        c.timer = timer_for(first_by_number(client), std::max(way.at, now_ + 1_ms), Act::client_timeout, client, population);
    }
}

/// When a client gets its answer in time, then it holds a session.
void Site::on_client_answer(std::uint16_t plan_index, std::uint32_t client, std::uint32_t token, bool ok) {
    const std::uint32_t population = population_of_plan_[plan_index];
    Population& p = populations_[population];
    const ClientPlan& plan = plan_.clients[p.plan];
    Client& c = p.clients[client];
    if (c.token != token || c.state != ClientState::trying) return;
    ++event_count_;
    events_.cancel(c.timer);
    if (!ok) {
        try_failed(population, client);
        return;
    }
    const std::uint64_t identity = sign_in_identity(plan, client, c);
    note(Transition::signed_in, identity, Fingerprint::Entity(plan.hash), plan.name);
    c.state = ClientState::signed_in;
    ++p.result.succeeded;
    --p.result.trying;
    p.result.sign_in.add(now_ - c.first_try);
    count_signed_in(p, 1);
    RandomStream luck(plan.session_luck, identity);
    c.timer = timer_for(first_by_number(client), now_ + plan.session.draw(luck), Act::session_end, client, population);
}

/// When a try has failed or timed out, then the client waits by its back-off and tries again, or gives up.
void Site::try_failed(std::uint32_t population, std::uint32_t client) {
    Population& p = populations_[population];
    const ClientPlan& plan = plan_.clients[p.plan];
    Client& c = p.clients[client];
    const std::uint64_t identity = sign_in_identity(plan, client, c);
    note(Transition::sign_in_failed, identity, Fingerprint::Entity(plan.hash), plan.name);
    c.token = 0;
    if (plan.retry.attempts > 0 && c.attempt >= plan.retry.attempts) {
        note(Transition::gave_up, identity, Fingerprint::Entity(plan.hash), plan.name);
        c.state = ClientState::gone;
        ++p.result.given_up;
        --p.result.trying;
        return;
    }
    const double grown = static_cast<double>(plan.retry.base.ns) * math::pow(plan.retry.factor.value, c.attempt - 1);
    SimDuration wait{static_cast<std::int64_t>(std::min(grown, static_cast<double>(plan.retry.cap.ns)))};
    if (plan.retry.jitter == Jitter::full) {
        RandomStream luck(plan.wait_luck, identity, c.attempt);
        wait.ns = static_cast<std::int64_t>(luck.uniform() * static_cast<double>(wait.ns));
    }
    c.state = ClientState::waiting;
    c.timer = timer_for(first_by_number(client), now_ + wait, Act::client_try, client, population);
}

/// When links or routes have changed, then sessions whose way is broken are lost; their clients notice within `notice_loss`.
void Site::on_network_change() {
    const LinkTimeline& links = plan_.network.timeline;
    const auto broken = [&](std::uint16_t to) {
        if (plan_.is_site_down(to, now_)) return true;
        for (const auto& [a, b] : {std::pair{id_, to}, std::pair{to, id_}}) {
            const auto route = plan_.network.routes.route({a}, {b}, now_);
            if (route.empty()) return true;
            for (LinkId link : route)
                if (links.at(link, now_).mode != LinkMode::up) return true;
        }
        return false;
    };
    for (std::uint32_t population = 0; population < populations_.size(); ++population) {
        Population& p = populations_[population];
        const ClientPlan& plan = plan_.clients[p.plan];
        std::vector<std::int8_t> is_broken(plan_.sites.size(), -1);
        for (std::uint32_t k = 0; k < p.clients.size(); ++k) {
            Client& c = p.clients[k];
            if (c.state != ClientState::signed_in) continue;
            if (is_broken[c.site] < 0) is_broken[c.site] = broken(c.site);
            if (!is_broken[c.site]) continue;
            const std::uint64_t identity = sign_in_identity(plan, k, c);
            note(Transition::session_lost, identity, Fingerprint::Entity(plan.hash), plan.name);
            ++event_count_;
            touch_links(c.site);
            events_.cancel(c.timer);
            c.state = ClientState::losing;
            count_signed_in(p, -1);
            RandomStream luck(plan.loss_luck, identity);
            const SimDuration notices{static_cast<std::int64_t>(luck.uniform() * static_cast<double>(plan.notice_loss.ns))};
            c.timer = timer_for(first_by_number(k), now_ + notices, Act::client_try, k, population);
        }
    }
}

}  // namespace mailquake
