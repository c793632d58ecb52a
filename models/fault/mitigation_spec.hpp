// A mitigation: what operators do, at a time or on a condition. A new one is one more struct and alternative here. One that
// does harm has a fault of its own: a fault that names it by `with` (fault_spec.hpp).
// On a condition (condition.hpp) act all but route-around. Where each site decides for itself, a cut-off is of that site's own
// callers, and flaws are removed from that site's servers; a fail-over is decided at the site that is relieved, and senders and clients
// elsewhere follow when the word has come to them. Left out: route-around on a condition, since which sites a tier is avoided at is part
// of the plan that all sites read and none changes; health checks (`health:`) do by themselves what it would be for.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "models/fault/measures.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// Callers stop to call a partition (or tier): each call to it fails at once, without touching it.
struct CutOffMitigation {
    static constexpr std::string_view kind = "cut-off";
    std::string target;
    std::optional<SimDuration> length;  // key `for`; none: to the end
    template <class S = CutOffMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier or tier/partition[@site] that is no longer called"),
                          key("for", &S::length).above(0).says("for how long; to the end if unsaid")};
    }
};

/// Servers get fixed code, one after the other, at a rate; without a rate all at once.
struct RemoveFlawMitigation {
    static constexpr std::string_view kind = "remove-flaw";
    std::string flaw;
    std::optional<Rate> rate;
    template <class S = RemoveFlawMitigation>
    static constexpr auto keys() {
        return std::tuple{key("flaw", &S::flaw).required().naming(Refers::flaw).says("the flaw that is fixed"),
                          key("rate", &S::rate).above(0).at_most(1e9).says("servers fixed per time; all at once if unsaid")};
    }
};

struct AddServersMitigation {
    static constexpr std::string_view kind = "add-servers";
    std::string  target;
    std::int64_t servers = 1;
    template <class S = AddServersMitigation>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site]"),
                          key("servers", &S::servers).required().at_least(1).at_most(100000).says("servers added at each place that the target names")};
    }
};

/// A share of what goes to a site (entry of mail, clients) goes to another from then on.
struct FailOverMitigation {
    static constexpr std::string_view kind = "fail-over";
    std::string from;
    std::string to;
    Ratio       share{1};
    template <class S = FailOverMitigation>
    static constexpr auto keys() {
        return std::tuple{key("from", &S::from).required().naming(Refers::site).says("site that is relieved"),
                          key("to", &S::to).required().naming(Refers::site).says("site that takes over"),
                          key("share", &S::share).above(0).at_most(1).says("share of clients and of entering mail that is moved, chosen by chance; shares nest")};
    }
};

using MitigationBody = std::variant<CutOffMitigation, RemoveFlawMitigation, AddServersMitigation, FailOverMitigation, HoldMitigation,
                                    BypassMitigation, ThrottleMitigation, FlushMitigation, DrainAsideMitigation, ReplayMitigation, RouteAroundMitigation,
                                    SuspendMitigation>;

struct MitigationSpec : Entry {
    bool    enabled = true;
    Instant at;
    std::string when;    // a condition instead of a time; empty: none
    MitigationBody body;

    template <class S = MitigationSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("enabled", &S::enabled).says("false: the run goes on as if the entry were not there"),
                key("at", &S::at).says("when it is done: an offset from the start, or an ISO instant; needed unless `when` says on what condition"),
                key("when", &S::when).says("condition on which it is done, once: queue(TIER) > 1000 for 5min, deferred(TIER) > 1000, oldest(TIER) > 10min or busy(TIER) > 90%; TIER: at each site for itself, TIER@SITE: everywhere if it is so at that site, TIER@*: everywhere if it is so of all sites together"),
                one_of("", "kind", &S::body).says("what is done")});
    }
};

}  // namespace mailquake
