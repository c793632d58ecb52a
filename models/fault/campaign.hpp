// Fault: a campaign. Some tenants of a class, chosen by chance, send or receive so many more copies over the fault's stretch:
// a newsletter, a mail merge, a flood. The copies arrive as a Poisson process at the constant rate that makes their mean
// number, whatever the time of day, in the class's directions; they are sources of their own, so that every other message
// keeps its luck. Left out: the pauses of bulk mailers, recipients that answer.
// Source: postalserver/postal#173 and #310 (one tenant's ten thousand copies, a newsletter of 38 thousand).
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct CampaignFault {
    static constexpr std::string_view kind = "campaign";
    std::int64_t copies = 10'000;
    std::int64_t tenants = 1;
    template <class S = CampaignFault>
    static constexpr auto keys() {
        return std::tuple{key("copies", &S::copies).required().at_least(1).at_most(1e9).says("mean number of copies, over the whole stretch and all of these tenants"),
                          key("tenants", &S::tenants).at_least(1).at_most(10e6).says("how many tenants of the class take part, chosen by chance")};
    }
};

}  // namespace mailquake
