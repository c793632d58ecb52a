// Clients: they hold sessions, sign in anew when one has ended, and try again by their own back-off.
#include <algorithm>
#include <utility>

#include "models/spec/law_of.hpp"
#include "sim/base/elementary.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {
namespace {

SimDuration part(SimDuration whole, double share) { return {static_cast<std::int64_t>(static_cast<double>(whole.ns) * share)}; }

}  // namespace

/// All are signed in at the start. A session is lost when the way between its client and its site breaks, either way.
void World::build_clients() {
    for (const ClientSpec& spec : scenario_.clients) {
        Population& all = populations_[spec.name];
        all.spec = &spec;
        all.clients.resize(static_cast<std::size_t>(spec.count));
        for (std::uint64_t k = 0; k < all.clients.size(); ++k) {
            all.clients[k].number = k;
            all.clients[k].identity = draws_.sign_in(spec.name, k, 0);
            hold_session(all, all.clients[k], draws_.rest_of_session(spec.name, law_of(spec.session), all.clients[k].identity));
        }
    }
    for (const SimTime change : wires_.changes()) at(change, Rank::fault, 0, [this] { lose_sessions(); });
}

void World::hold_session(Population& all, Client& client, SimDuration lasts) {
    client.is_signed_in = true;
    next(client, saturating_add(now_, lasts), [this, &all, &client] {
        note(client.identity, "session ended at", all.spec->name);
        client.is_signed_in = false;
        begin_sign_in(all, client);
    });
}

/// What a client does next, unless something else happens to it before.
void World::next(Client& client, SimTime time, std::function<void()> what) {
    at(time, Rank::timer, client.number, [&client, plan = ++client.plans, what = std::move(what)] {
        if (plan == client.plans) what();
    });
}

/// When the way to a site breaks, then its sessions are gone, which each client notices in its own time.
void World::lose_sessions() {
    for (auto& [name, all] : populations_) {
        if (wires_.work(all.spec->at, all.spec->site, now_)) continue;
        for (Client& client : all.clients) {
            if (!std::exchange(client.is_signed_in, false)) continue;
            note(client.identity, "session lost at", name);
            const SimDuration notices = part(all.spec->notice_loss, draws_.notices(name, client.identity));
            next(client, now_ + notices, [this, &all = all, &client] { begin_sign_in(all, client); });
        }
    }
}

void World::begin_sign_in(Population& all, Client& client) {
    client.identity = draws_.sign_in(all.spec->name, client.number, ++client.sign_ins);
    all.sign_ins.insert(client.identity);
    client.tries = 0;
    try_to_sign_in(all, client);
}

/// A try is a request to the tier. An answer that comes after the time-out is not heard, and the tier has worked in vain.
void World::try_to_sign_in(Population& all, Client& client) {
    const ClientSpec& spec = *all.spec;
    Station& to = stations_.at(spec.tier + "@" + spec.site);
    ++client.tries;
    note(client.identity, "sign-in tried at", to.name);
    next(client, saturating_add(now_, spec.timeout), [this, &all, &client] { sign_in_failed(all, client); });
    auto job = std::make_shared<Job>();
    job->copy = std::make_shared<Copy>();
    job->identity = draws_.request(client.identity, client.tries);
    job->request = std::make_shared<Request>();
    job->request->from = spec.at;
    job->request->hear = [this, &all, &client, plan = client.plans](Answer said) {
        if (plan != client.plans) return;
        if (said != Answer::good) return sign_in_failed(all, client);
        note(client.identity, "signed in at", all.spec->name);
        hold_session(all, client, draws_.session(all.spec->name, law_of(all.spec->session), client.identity));
    };
    send_request(to, job);
}

/// Wait before the k-th retry: min(cap, base x factor^(k-1)), of which any part with full jitter.
void World::sign_in_failed(Population& all, Client& client) {
    const BackoffSpec& retry = all.spec->retry;
    note(client.identity, "sign-in failed at", all.spec->name);
    ++client.plans;  // an answer is not waited for
    if (client.tries == retry.attempts) return note(client.identity, "sign-in given up at", all.spec->name);
    const double grown = static_cast<double>(retry.base.ns) * math::pow(retry.factor.value, static_cast<double>(client.tries - 1));
    SimDuration wait = part(SimDuration{1}, std::min(grown, static_cast<double>(retry.cap.ns)));
    if (retry.jitter == Jitter::full) wait = part(wait, draws_.back_off(all.spec->name, client.identity, client.tries));
    next(client, now_ + wait, [this, &all, &client] { try_to_sign_in(all, client); });
}

}  // namespace mailquake::oracle
