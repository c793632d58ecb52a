// A population of clients that sign in and hold sessions (Lync, mail readers). Their unit is the sign-in, from the first
// try to the session: tried = succeeded + given up + trying.
#pragma once

#include "models/spec/entry.hpp"
#include "models/spec/law_spec.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// How much of a wait is random. full: uniform 0..wait (AWS, "Exponential Backoff And Jitter").
enum class Jitter { none, full };
template <>
struct EnumText<Jitter> {
    static constexpr EnumTable<Jitter, 2> table{{{Jitter::none, "none"}, {Jitter::full, "full"}}};
};

/// Wait before the k-th retry: min(cap, base x factor^(k-1)), then jitter. factor 1: no back-off.
struct BackoffSpec {
    SimDuration  base = 1_s;
    Factor       factor{2};
    SimDuration  cap = 60_s;
    Jitter       jitter = Jitter::none;
    std::int64_t attempts = 0;   // 0: until it succeeds

    template <class S = BackoffSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("base", &S::base).above(0).says("wait before the first retry"),
            key("factor", &S::factor).at_least(1).at_most(100).says("by which each next wait grows; 1: no back-off"),
            key("cap", &S::cap).above(0).says("longest wait"),
            key("jitter", &S::jitter).says("how much of a wait is random; full: uniform from 0 to the wait"),
            key("attempts", &S::attempts).at_least(0).says("tries until a client gives the sign-in up; 0: never")};
    }
};

struct ClientSpec : Entry {
    std::string  at;             // outside site
    std::int64_t count = 1;
    std::string  tier;           // that they sign in at
    std::string  site;           // where: home site of the population
    SimDuration  timeout = 10_s;
    LawSpec      session = ExponentialSpec{8_h};
    SimDuration  notice_loss = 0_s;  // largest time until a client notices that its session is gone; uniform
    BackoffSpec  retry;

    template <class S = ClientSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("at", &S::at).required().naming(Refers::outside_site).says("the outside site where they are"),
                key("count", &S::count).required().at_least(1).at_most(50e6).says("clients; all are signed in at the start"),
                key("tier", &S::tier).required().naming(Refers::tier).says("the tier that they sign in at"),
                key("site", &S::site).required().naming(Refers::site).says("the site that serves them"),
                key("timeout", &S::timeout).above(0).says("how long a try waits for its answer"),
                one_of("session", "law", &S::session).says("how long a session lasts, if nothing breaks it"),
                key("notice_loss", &S::notice_loss).at_least(0).says("longest time until a client notices that the network has broken its session; uniform from 0"),
                key("retry", &S::retry).says("when a failed sign-in is tried again")});
    }
};

}  // namespace mailquake
