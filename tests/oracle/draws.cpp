#include "tests/oracle/draws.hpp"

#include <algorithm>

#include "sim/base/elementary.hpp"
#include "sim/base/special_functions.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

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

std::uint64_t Draws::another(const Copy& copy, const std::string& station, std::uint64_t k) const {
    const std::uint64_t there = derived(derived(copy.identity, draws::doubled, copy.hop), draws::at, place_identity("tiers/" + station));
    const std::uint64_t first = derived(there, draws::offer, copy.failures << 14 | copy.passes);
    return k == 0 ? first : derived(first, draws::likeness, k);
}

std::uint64_t Draws::next_pass(const Copy& copy, std::uint32_t attempts, std::uint64_t k) const {
    const std::uint64_t first = derived(derived(copy.identity, draws::passes, copy.hop), draws::offer, attempts);
    return k == 0 ? first : derived(first, draws::likeness, k);
}

namespace {

/// One of so many, by a uniform number.
std::size_t any_of(std::size_t many, double u) { return std::min(static_cast<std::size_t>(u * static_cast<double>(many)), many - 1); }

/// What keys the choice of a server's queue: a copy that was turned away chooses anew.
std::uint64_t choosing(const Job& job) { return job.offer == 0 ? job.identity : derived(job.identity, draws::offer, job.offer); }

}  // namespace

std::size_t Draws::server(const std::string& station, const DrawPurpose& purpose, const Job& job, std::size_t of) const {
    return any_of(of, RandomStream(key("tiers/" + station, purpose), choosing(job), job.pass).uniform());
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

double Draws::of_fault(const std::string& fault, const std::string& station, const DrawPurpose& purpose, std::uint64_t identity, std::uint32_t pass) const {
    return uniform_of(RandomStream::first_word(key_of_fault(fault, station, purpose), identity, pass));
}

StreamKey Draws::servers_hit(const std::string& by, const std::string& station) const {
    if (by.starts_with("faults/")) return key_of_fault(by.substr(7), station, draws::server_order);
    return StreamKey(seed_, derived(place_identity(by), draws::at, place_identity("tiers/" + station)), draws::server_order);
}

StreamKey Draws::key_of_fault(const std::string& fault, const std::string& station, const DrawPurpose& purpose) const {
    const std::uint64_t first = derived(place_identity("faults/" + fault), draws::occurrence, 0);
    return StreamKey(seed_, derived(first, draws::at, place_identity("tiers/" + station)), purpose);
}

RandomStream Draws::retry(const std::string& party, const Copy& copy) const {
    return RandomStream(key("holders/" + party, draws::retry), derived(copy.identity, draws::hop, copy.hop), copy.failures);
}

}  // namespace mailquake::oracle
