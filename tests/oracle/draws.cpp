#include "tests/oracle/draws.hpp"

#include <cmath>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

StreamKey Draws::key(const std::string& place, const char* purpose) const {
    return StreamKey(seed_, hash_name(place), hash_name(purpose));
}

std::uint64_t Draws::message(const std::string& source, std::uint64_t k) const {
    return combine64(hash_name("sources/" + source), k);
}

double Draws::gap(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const {
    const double exponential = draw_unit_exponential(key("sources/" + source, "arrival"), k);
    const auto* weibull = std::get_if<WeibullArrivalsSpec>(&law);
    if (weibull == nullptr) return exponential;
    return std::pow(exponential, 1 / weibull->shape) / std::tgamma(1 + 1 / weibull->shape);
}

std::size_t Draws::tenant(const std::string& source, const AliasTable& shares, std::uint64_t k) const {
    return shares.pick(RandomStream::first_word(key("sources/" + source, "tenant"), k));
}

Bytes Draws::size(const std::string& source, const SizeLaw& law, std::uint64_t identity) const {
    return law.draw(key("sources/" + source, "size"), identity);
}

std::uint64_t Draws::report(const Copy& about, MailKind kind, std::uint32_t n) const { return child_identity(about.identity, kind, n); }

SimDuration Draws::service(const std::string& station, const Law& law, const Job& job) const {
    return law.draw(key("tiers/" + station, "service"), job.identity, job.pass);
}

namespace {

/// One of so many, by a uniform number.
std::size_t any_of(std::size_t many, double u) { return std::min(static_cast<std::size_t>(u * static_cast<double>(many)), many - 1); }

}  // namespace

std::size_t Draws::free_server(const std::string& station, const Job& job, std::size_t of) const {
    return any_of(of, RandomStream(key("tiers/" + station, "next server"), job.identity, job.pass).uniform());
}

std::size_t Draws::server(const std::string& station, const Job& job, std::size_t of) const {
    return any_of(of, RandomStream(key("tiers/" + station, "spread"), job.identity, job.pass).uniform());
}

std::pair<std::size_t, std::size_t> Draws::two_servers(const std::string& station, const Job& job, std::size_t of) const {
    RandomStream luck(key("tiers/" + station, "spread"), job.identity, job.pass);
    const std::size_t a = any_of(of, luck.uniform());
    return {a, any_of(of, luck.uniform())};
}

std::uint64_t Draws::mx(const std::string&, const Copy& copy) const {
    return combine64(copy.identity, hash_name("mx") + copy.failures);
}

std::size_t Draws::recipient(const std::string&, const Copy& copy, std::size_t of) const {
    return copy.identity % of;
}

RandomStream Draws::transfer(const std::string& site, const Copy& copy) const {
    const std::size_t attempt = copy.hop << 24 | copy.passes << 16 | copy.failures;
    return RandomStream(key("sites/" + site, "network"), copy.identity, static_cast<std::uint32_t>(attempt));
}

RandomStream Draws::reply(const std::string& site, const Copy& sent, bool held) const {
    const std::size_t pass = held ? (sent.passes + sent.failures) << 16 : sent.passes << 16 | sent.failures;
    return RandomStream(key("sites/" + site, "network"), combine64(sent.identity, hash_name("reply")),
                        static_cast<std::uint32_t>((sent.hop + held) << 24 | pass));
}

RandomStream Draws::retry(const std::string& party, const Copy& copy) const {
    return RandomStream(key("holders/" + party, "retry"), copy.identity, copy.failures);
}

}  // namespace mailquake::oracle
