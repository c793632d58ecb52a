// A dashboard: how it is noticed that something is wrong, and how customers come to know of it.
//
//   signals in each site  --control messages-->  desk at `at`: any one speaks  --decide-->  an incident
//        every `look`                                                              |
//                                    notice withdrawn  <--clear, all quiet--  publish: delay, tries, failures
//                                                                                  |
//                                                         channels: portal, feed, email  -->  the audience
//
// Who is affected plays no part: nobody knows that while the run lasts. Who was told is compared with who was affected after the
// run (models/results/dashboard_figures.hpp). The incident is over, and its notice withdrawn, when all signals have been quiet
// for `clear`; another one may follow. Reports that the network loses leave the desk with what it heard last.
// Left out: several severities, escalation between people, notices that name a part of the audience only while they last.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "models/dashboard/channel_spec.hpp"
#include "models/dashboard/publish_spec.hpp"
#include "models/dashboard/signal_spec.hpp"

namespace mailquake {

/// Whom a notice is for: all tenants, or those of some classes, or those on a partition; and of these a share.
struct AudienceSpec {
    std::vector<std::string> classes;
    std::string partition;
    Ratio       opt_in{1};

    template <class S = AudienceSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("classes", &S::classes).naming(Refers::tenant_class).says("tenant classes that it is for; all if unsaid"),
            key("partition", &S::partition).naming(Refers::tier_place).says("tier/partition: only tenants on that partition"),
            key("opt_in", &S::opt_in).above(0).at_most(1).says("share of them that has asked for notices, chosen by chance; shares nest")};
    }
};

struct DashboardSpec : Entry {
    bool        enabled = true;
    std::string at;
    SimDuration look = 1_min;
    SimDuration decide = 10_min;
    SimDuration clear = 30_min;
    std::vector<SignalSpec>  signals;
    PublishSpec              publish;
    AudienceSpec             audience;
    std::vector<ChannelSpec> channels;

    template <class S = DashboardSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("enabled", &S::enabled).says("false: the run goes on as if the entry were not there"),
                key("at", &S::at).required().naming(Refers::site).says("the site where it stands: reports go there, and its pages and mail come from there"),
                key("look", &S::look).at_least(0.001).says("how often monitoring looks at the signals"),
                key("decide", &S::decide).at_least(0).says("from the first signal that speaks to the decision that it is an incident"),
                key("clear", &S::clear).at_least(0).says("how long all signals must be quiet until the incident is over and its notice is withdrawn"),
                key("signals", &S::signals).required().says("what it notices; any one that speaks is enough"),
                key("publish", &S::publish).says("from the decision to the notice that can be seen"),
                key("audience", &S::audience).says("whom notices are for; all tenants if unsaid"),
                key("channels", &S::channels).required().says("how notices come to them")});
    }
};

/// Signals of one dashboard: what speaks travels as one word of 64 bits.
inline constexpr std::size_t kMostSignals = 64;

}  // namespace mailquake
