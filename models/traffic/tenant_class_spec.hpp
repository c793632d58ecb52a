// A class of tenants: how many, how much mail, when, how large, along which tiers.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/mail/message.hpp"
#include "models/mail/sizes_spec.hpp"
#include "models/mta/mx_spec.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// All tenants of the class have the same volume.
struct EvenSkewSpec {
    static constexpr std::string_view kind = "even";
    static constexpr auto keys() { return std::tuple<>{}; }
};
/// The k-th tenant's volume is proportional to 1 / k^exponent. No public per-tenant figures exist: an assumption.
struct ZipfSkewSpec {
    static constexpr std::string_view kind = "zipf";
    double exponent = 1;
    template <class S = ZipfSkewSpec>
    static constexpr auto keys() {
        return std::tuple{key("exponent", &S::exponent).at_least(0).at_most(5).says("Zipf exponent; an assumption, since no public figures per tenant exist")};
    }
};
using SkewSpec = std::variant<EvenSkewSpec, ZipfSkewSpec>;

struct PoissonArrivalsSpec {
    static constexpr std::string_view kind = "poisson";
    static constexpr auto keys() { return std::tuple<>{}; }
};
/// Batches arrive as a Poisson process; the copies of a batch arrive at once and belong to one tenant.
struct BatchArrivalsSpec {
    static constexpr std::string_view kind = "batch";
    double mean_size = 10;
    template <class S = BatchArrivalsSpec>
    static constexpr auto keys() {
        return std::tuple{key("mean_size", &S::mean_size).at_least(1).at_most(1e6).says("mean copies of a batch; geometric")};
    }
};
/// Arrival times from a file, one offset in seconds a line, non-decreasing.
struct ReplayArrivalsSpec {
    static constexpr std::string_view kind = "replay";
    std::string file;
    template <class S = ReplayArrivalsSpec>
    static constexpr auto keys() {
        return std::tuple{key("file", &S::file).required().says("text file beside the scenario: an offset from the start in seconds a line, in order; the load is what it says, so `rate` and `diurnal` have no place beside it")};
    }
};
/// A Markov-modulated Poisson process of two states: quiet and burst take turns, each exponentially long, and the rate in a
/// burst is `factor` times the quiet one; the mean over time is the class's rate. One chain for all of the class's mail, drawn
/// before the run. Source: Fischer, Meier-Hellstern, The MMPP cookbook, Performance Evaluation 18, 1993.
struct MmppArrivalsSpec {
    static constexpr std::string_view kind = "mmpp";
    Factor      factor{10};
    SimDuration burst = 1_min;
    SimDuration quiet = 10_min;
    template <class S = MmppArrivalsSpec>
    static constexpr auto keys() {
        return std::tuple{key("factor", &S::factor).above(1).at_most(1e6).says("rate in a burst against the rate between bursts"),
                          key("burst", &S::burst).above(0).says("mean length of a burst; exponential"),
                          key("quiet", &S::quiet).above(0).says("mean length of the time between bursts; exponential")};
    }
};
/// Gaps between the arrivals of each source follow a Weibull law (on the clock of its rate): below shape 1 in clusters. A class
/// has a source per direction and population of senders or site. Source: Bertolotti, Calzarossa, gaps of mail under 7 s.
struct WeibullArrivalsSpec {
    static constexpr std::string_view kind = "weibull";
    double shape = 0.5;
    template <class S = WeibullArrivalsSpec>
    static constexpr auto keys() {
        return std::tuple{key("shape", &S::shape).at_least(0.1).at_most(100).says("shape of the gaps; 1 is a Poisson process, below it arrivals cluster")};
    }
};
using ArrivalsSpec = std::variant<PoissonArrivalsSpec, BatchArrivalsSpec, ReplayArrivalsSpec, MmppArrivalsSpec, WeibullArrivalsSpec>;

struct DirectionsSpec {  // shares of the class's copies; sum 100 %
    Ratio inbound{1}, outbound{0}, internal{0};
    template <class S = DirectionsSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("inbound", &S::inbound).at_least(0).at_most(1).says("share of copies that come from outside"),
            key("outbound", &S::outbound).at_least(0).at_most(1).says("share of copies that go outside"),
            key("internal", &S::internal).at_least(0).at_most(1).says("share of copies that stay inside")};
    }
};

struct PathsSpec {  // tiers in order; the copy is delivered when the last one has served it
    std::vector<std::string> inbound, outbound, internal;
    [[nodiscard]] const std::vector<std::string>& of(Direction direction) const {
        return direction == Direction::inbound ? inbound : direction == Direction::outbound ? outbound : internal;
    }
    template <class S = PathsSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("inbound", &S::inbound).naming(Refers::tier).says("tiers that inbound mail passes, in order"),
            key("outbound", &S::outbound).naming(Refers::tier).says("tiers that outbound mail passes, in order"),
            key("internal", &S::internal).naming(Refers::tier).says("tiers that internal mail passes, in order")};
    }
};

struct ShareSpec : Entry {
    Ratio share{0};
    template <class S = ShareSpec>
    static constexpr auto keys() {
        return std::tuple_cat(entry_keys<S>(),
                              std::tuple{key("share", &S::share).at_least(0).at_most(1).says("share; what is left over is spread evenly over those without one")});
    }
};

struct PlacementSpec : Entry {  // the name is a partitioned tier's
    std::vector<ShareSpec> shares;
    template <class S = PlacementSpec>
    static constexpr auto keys() {
        return std::tuple_cat(entry_keys<S>(),
                              std::tuple{key("shares", &S::shares).required().says("share of the class's tenants on a partition, by its name")});
    }
};

struct TenantClassSpec : Entry {
    std::int64_t   count = 1;
    Rate           rate;                      // copies of the whole class, mean over the day; of replayed ones as the file has them in this run
    SkewSpec       skew = EvenSkewSpec{};
    ArrivalsSpec   arrivals = PoissonArrivalsSpec{};
    std::vector<Factor> diurnal;              // 24 hourly factors from 00:00 UTC; scaled to mean 1; empty: flat
    SizesSpec      sizes = TableSizesSpec{};
    DirectionsSpec directions;
    PathsSpec      paths;
    std::vector<std::string> homes;           // sites of their mailboxes; tenants are spread over them
    std::vector<MxSpec> mx;                   // entry sites of inbound mail; empty: every site of the path's first tier, alike
    std::vector<ShareSpec> senders;           // populations that their inbound mail comes from; empty: all, by the populations' shares
    std::vector<PlacementSpec> placement;     // on partitions of a tier; unsaid: evenly
    std::int64_t   priority = 0;              // 0 first

    template <class S = TenantClassSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("count", &S::count).at_least(1).at_most(10e6).says("tenants in the class"),
                key("rate", &S::rate).at_least(0).at_most(1e9).says("copies of the whole class, in all directions, as a mean over the day; required, but with `arrivals` of law replay, whose file says it"),
                one_of("skew", "law", &S::skew).says("how volume differs between the tenants"),
                one_of("arrivals", "law", &S::arrivals).says("when copies arrive"),
                key("diurnal", &S::diurnal).at_least(0).says("24 hourly factors from 00:00 UTC, scaled to mean 1; flat if unsaid"),
                one_of("sizes", "law", &S::sizes).says("how large copies are"),
                key("directions", &S::directions).says("shares of the directions; they add up to 100%"),
                key("paths", &S::paths).required().says("per direction, the tiers that mail passes"),
                key("homes", &S::homes).naming(Refers::site).says("sites of their mailboxes; tenants are spread evenly over them; unsaid: the sites of the inbound path's last tier"),
                key("mx", &S::mx).says("entry sites of inbound mail with their preferences; unsaid: every site of the inbound path's first tier, alike"),
                key("senders", &S::senders).says("outside populations that inbound mail comes from; unsaid: all, by their own shares"),
                key("placement", &S::placement).says("share of the tenants on each partition of a tier; evenly if unsaid"),
                key("priority", &S::priority).at_least(0).at_most(3).says("class of priority queues; 0 is served first")});
    }
};

}  // namespace mailquake
