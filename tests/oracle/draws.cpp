#include "tests/oracle/draws.hpp"

#include <algorithm>

#include "models/mail/draws.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/special_functions.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

StreamKey Draws::key(const std::string& place, const DrawPurpose& purpose) const {
    return StreamKey(seed_, place_identity(place), purpose);
}

std::uint64_t Draws::message(const std::string& source, std::uint64_t k) const {
    return derived(place_identity("sources/" + source), draws::message, k);
}

double Draws::gap(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const {
    const double exponential = draw_unit_exponential(key("sources/" + source, draws::arrival), k);
    const auto* weibull = std::get_if<WeibullArrivalsSpec>(&law);
    if (weibull == nullptr) return exponential;
    return math::pow(exponential, 1 / weibull->shape) * math::exp(-math::log_gamma(1 + 1 / weibull->shape));
}

std::uint64_t Draws::batch(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const {
    const auto* batch = std::get_if<BatchArrivalsSpec>(&law);
    if (batch == nullptr || batch->mean_size <= 1) return 1;
    RandomStream luck(key("sources/" + source, draws::batch), k);
    return 1 + static_cast<std::uint64_t>(math::log(luck.uniform_open()) / math::log1p(-1 / batch->mean_size));
}

std::uint64_t Draws::another_of_batch(std::uint64_t first, std::uint64_t n) const { return derived(first, draws::copy, n); }

std::size_t Draws::tenant(const std::string& source, const AliasTable& shares, std::uint64_t k) const {
    return shares.pick(RandomStream::first_word(key("sources/" + source, draws::tenant), k));
}

Bytes Draws::size(const std::string& source, const SizeLaw& law, std::uint64_t identity) const {
    return law.draw(key("sources/" + source, draws::size), identity);
}

std::uint64_t Draws::report(const Copy& about, MailKind kind, std::uint32_t n) const { return report_identity(about.identity, kind, n); }

std::uint64_t Draws::another(const Copy& copy, const std::string& station, std::uint64_t k) const {
    const std::uint64_t there = derived(derived(copy.identity, draws::doubled, copy.hop), draws::at, place_identity("tiers/" + station));
    const std::uint64_t first = derived(there, draws::offer, copy.failures << 14 | copy.passes);
    return k == 0 ? first : derived(first, draws::likeness, k);
}

std::uint64_t Draws::next_pass(const Copy& copy, std::uint32_t attempts, std::uint64_t k) const {
    const std::uint64_t first = derived(derived(copy.identity, draws::passes, copy.hop), draws::offer, attempts);
    return k == 0 ? first : derived(first, draws::likeness, k);
}

SimDuration Draws::service(const std::string& station, const Law& law, const Job& job) const {
    return law.draw(key("tiers/" + station, draws::service), job.identity, job.pass);
}

namespace {

/// One of so many, by a uniform number.
std::size_t any_of(std::size_t many, double u) { return std::min(static_cast<std::size_t>(u * static_cast<double>(many)), many - 1); }

/// What keys the choice of a server's queue: a copy that was turned away chooses anew.
std::uint64_t choosing(const Job& job) { return job.offer == 0 ? job.identity : derived(job.identity, draws::offer, job.offer); }

}  // namespace

std::size_t Draws::free_server(const std::string& station, const Job& job, std::size_t of) const {
    return any_of(of, RandomStream(key("tiers/" + station, draws::next_server), choosing(job), job.pass).uniform());
}

std::size_t Draws::server(const std::string& station, const Job& job, std::size_t of) const {
    return any_of(of, RandomStream(key("tiers/" + station, draws::spread), choosing(job), job.pass).uniform());
}

std::pair<std::size_t, std::size_t> Draws::two_servers(const std::string& station, const Job& job, std::size_t of) const {
    RandomStream luck(key("tiers/" + station, draws::spread), choosing(job), job.pass);
    const std::size_t a = any_of(of, luck.uniform());
    return {a, any_of(of, luck.uniform())};
}

std::uint64_t Draws::request(const std::string& station, std::size_t call, const Job& job, std::uint32_t attempt) const {
    const std::uint64_t place = derived(place_identity("tiers/" + station), draws::at, call);
    return derived(derived(job.identity, draws::call, place), draws::request, std::uint64_t{job.pass} << 33 | std::uint64_t{attempt} << 1);
}

RandomStream Draws::request_way(const std::string& site, std::uint64_t request) const {
    return RandomStream(key("sites/" + site, draws::request_transfer), request);
}

RandomStream Draws::answer_way(const std::string& site, std::uint64_t request) const {
    return RandomStream(key("sites/" + site, draws::answer_transfer), request);
}

StreamKey Draws::fault_key(const std::string& fault, const std::string& station, const DrawPurpose& purpose) const {
    const std::uint64_t first = derived(place_identity("faults/" + fault), draws::occurrence, 0);
    return StreamKey(seed_, derived(first, draws::at, place_identity("tiers/" + station)), purpose);
}

double Draws::no_answer(const std::string& fault, const std::string& station, std::uint64_t request) const {
    return uniform_of(RandomStream::first_word(fault_key(fault, station, draws::no_answer), request));
}

double Draws::answer(const std::string& fault, const std::string& station, std::uint64_t request) const {
    return uniform_of(RandomStream::first_word(fault_key(fault, station, draws::answer), request));
}

StreamKey Draws::servers_hit(const std::string& by, const std::string& station) const {
    const std::uint64_t whose = place_identity(by);
    const std::uint64_t first = by.starts_with("faults/") ? derived(whose, draws::occurrence, 0) : whose;
    return StreamKey(seed_, derived(first, draws::at, place_identity("tiers/" + station)), draws::server_order);
}

double Draws::gray_drop(const std::string& fault, const std::string& station, const Job& job, SimTime at) const {
    const std::uint64_t instant = derived(job.identity, draws::instant, static_cast<std::uint64_t>(at.ns));
    if (job.request) return no_answer(fault, station, job.identity);
    return uniform_of(RandomStream::first_word(fault_key(fault, station, draws::gray_drop), instant));
}

double Draws::gray_service(const std::string& fault, const std::string& station, const Job& job) const {
    return uniform_of(RandomStream::first_word(fault_key(fault, station, draws::gray_service), job.identity, job.pass));
}

std::uint64_t Draws::mx(const std::string& tenant_class, const Copy& copy) const {
    return hashed_word(key("tenants/" + tenant_class, draws::destination), derived(copy.identity, draws::round, copy.failures));
}

std::size_t Draws::recipient(const std::string& tier, const Copy& copy, std::size_t of) const {
    return hashed_word(key("tiers/" + tier, draws::destination), copy.identity) % of;
}

RandomStream Draws::transfer(const std::string& site, const Copy& copy) const {
    const std::uint64_t at = derived(copy.identity, draws::hop, std::uint64_t{copy.hop} << 32);
    return RandomStream(key("sites/" + site, draws::mail_transfer), at, copy.passes << 16 | copy.failures);
}

RandomStream Draws::reply(const std::string& site, const Copy& sent) const {
    const std::uint64_t at = derived(sent.identity, draws::hop, sent.hop);
    return RandomStream(key("sites/" + site, draws::reply_transfer), at, sent.passes << 16 | sent.failures);
}

RandomStream Draws::proxys_reply(const std::string& site, const Copy& sent, std::size_t hop, std::uint32_t attempts) const {
    const std::uint64_t at = derived(sent.identity, draws::hop, hop);
    return RandomStream(key("sites/" + site, draws::reply_transfer), at, attempts << 16);
}

RandomStream Draws::retry(const std::string& party, const Copy& copy) const {
    return RandomStream(key("holders/" + party, draws::retry), derived(copy.identity, draws::hop, copy.hop), copy.failures);
}

}  // namespace mailquake::oracle
