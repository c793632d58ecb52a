// A channel: how what is published comes to an administrator. Each tenant has one.
//
//   portal   a page that he looks at every so often: it shows what is published now, and no more what was withdrawn
//   feed     a list that his tools poll: what was published stays in it
//   email    mail to him, through the simulated mail system itself, on his tenant's inbound path: late when mail is late
// Portal and feed are served from the dashboard's site, and by nobody while that is down. When he looks first is drawn for each
// tenant, uniform over the interval. Left out: administrators that look because their users complain, or that do not read what
// they get; word of mouth, telephone, other media; mail to an address outside the system.
#pragma once

#include <string_view>
#include <tuple>
#include <variant>

#include "models/mta/retry_spec.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct PortalChannel {
    static constexpr std::string_view kind = "portal";
    SimDuration every = 4_h;
    template <class S = PortalChannel>
    static constexpr auto keys() {
        return std::tuple{key("every", &S::every).at_least(0.001).says("how often an administrator looks at it")};
    }
};

struct FeedChannel {
    static constexpr std::string_view kind = "feed";
    SimDuration every = 5_min;
    template <class S = FeedChannel>
    static constexpr auto keys() {
        return std::tuple{key("every", &S::every).at_least(0.001).says("how often it is polled")};
    }
};

struct EmailChannel {
    static constexpr std::string_view kind = "email";
    Bytes     size{20'000};                   // an assumption: a page of HTML
    RetrySpec retry = PostfixRetrySpec{};
    template <class S = EmailChannel>
    static constexpr auto keys() {
        return std::tuple{key("size", &S::size).at_least(1).at_most(1e9).says("of one mail"),
                          one_of("retry", "schedule", &S::retry).says("when the dashboard's mailer repeats a failed attempt, and when it gives up")};
    }
};

using ChannelBody = std::variant<PortalChannel, FeedChannel, EmailChannel>;

struct ChannelSpec : Entry {
    bool  enabled = true;
    Ratio opt_in{1};
    Ratio reach{1};
    ChannelBody body;

    template <class S = ChannelSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("enabled", &S::enabled).says("false: the run goes on as if the entry were not there"),
                key("opt_in", &S::opt_in).above(0).at_most(1).says("share of the audience that uses it, chosen by chance; shares nest"),
                key("reach", &S::reach).at_least(0).at_most(1).says("share of the tenants that what is published gets to by it; the others see that all is well. Chosen by chance for each notice; shares nest"),
                one_of("", "kind", &S::body).says("what it is")});
    }
};

}  // namespace mailquake
