// Clients: they hold sessions, sign in anew when one has ended, and try again by their own back-off.
#include <algorithm>
#include <utility>

#include "models/spec/law_of.hpp"
#include "sim/base/elementary.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

void World::build_clients() {
    for (const ClientSpec& spec : scenario_.clients)
        for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(spec.count); ++k) hold_session(clients_.emplace_back(Client{&spec, k}));
    for (const SimTime change : wires_.changes()) at(change, Rank::fault, 0, [this] { lose_sessions(); });
}

/// What a client does next, unless something else happens to it before.
void World::next(Client& client, SimDuration after, std::function<void()> what) {
    at(saturating_add(now_, after), Rank::timer, client.number, [&client, plan = ++client.plans, what = std::move(what)] {
        if (plan == client.plans) what();
    });
}

/// All have a session at the start, as if each had had one after the other for five to six mean lengths.
void World::hold_session(Client& client) {
    const Law session = law_of(client.spec->session);
    const bool is_of_start = client.sign_ins == 0;
    RandomStream luck = draws_.of(client.place(), draws::session, client.sign_in());
    SimDuration rest = is_of_start ? -part(session.mean(), 5 + luck.uniform()) : SimDuration::zero();
    do rest += session.draw(luck); while (is_of_start && rest <= SimDuration::zero());
    client.is_signed_in = true;
    next(client, rest, [this, &client] {
        note(client.sign_in(), "session ended at", client.spec->name);
        try_to_sign_in(client, true);
    });
}

/// When the way between a client and its site is broken, either way, then its session is gone, which it notices in its own time.
void World::lose_sessions() {
    for (Client& client : clients_) {
        if (!client.is_signed_in || wires_.work(client.spec->at, client.spec->site, now_)) continue;
        client.is_signed_in = false;
        note(client.sign_in(), "session lost at", client.spec->name);
        const double luck = draws_.of(client.place(), draws::loss_noticed, client.sign_in()).uniform();
        next(client, part(client.spec->notice_loss, luck), [this, &client] { try_to_sign_in(client, true); });
    }
}

/// A try is a request. An answer that comes after the time-out is not heard, and the tier has worked in vain.
void World::try_to_sign_in(Client& client, bool anew) {
    client.is_signed_in = false;
    if (anew) ++client.sign_ins;
    client.tries = anew ? 1 : client.tries + 1;
    Station& to = stations_.at(client.spec->tier + "@" + client.spec->site);
    note(client.sign_in(), "sign-in tried at", to.name);
    next(client, client.spec->timeout, [this, &client] { sign_in_failed(client); });
    auto job = std::make_shared<Job>();
    job->copy = std::make_shared<Copy>();
    job->identity = derived(client.sign_in(), draws::request, std::uint64_t{client.tries} << 1);
    job->request = std::make_shared<Request>(Request{client.spec->at, [this, &client, plan = client.plans](Answer said) {
        if (plan != client.plans) return;
        if (said != Answer::good) return sign_in_failed(client);
        note(client.sign_in(), "signed in at", client.spec->name);
        hold_session(client);
    }});
    send_request(to, job);
}

/// Wait before the k-th retry: min(cap, base x factor^(k-1)), of which any part with full jitter.
void World::sign_in_failed(Client& client) {
    const BackoffSpec& retry = client.spec->retry;
    note(client.sign_in(), "sign-in failed at", client.spec->name);
    ++client.plans;  // an answer is not waited for
    if (client.tries == retry.attempts) return note(client.sign_in(), "sign-in given up at", client.spec->name);
    const double grown = static_cast<double>(retry.base.ns) * math::pow(retry.factor.value, client.tries - 1);
    SimDuration wait{static_cast<std::int64_t>(std::min(grown, static_cast<double>(retry.cap.ns)))};
    if (retry.jitter == Jitter::full) wait = part(wait, draws_.of(client.place(), draws::back_off, client.sign_in(), client.tries).uniform());
    next(client, wait, [this, &client] { try_to_sign_in(client, false); });
}

}  // namespace mailquake::oracle
