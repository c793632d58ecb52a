// Start state: copies that wait in a tier's next-hop queues when the run starts, by count and age, or from a qshape table.
#pragma once

#include <optional>

#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct BacklogSpec : Entry {
    std::string  at;                          // tier@site, whose input queue holds them
    std::string  tenant_class;                // whose copies they are, inbound
    std::int64_t count = 0;
    SimDuration  oldest = SimDuration::zero();  // ages are uniform from 0 to this
    std::string  qshape;                      // or: counts per age column T 5 10 20 ... 1280+ as Postfix prints them

    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<BacklogSpec>(),
            std::tuple{
                key("at", &BacklogSpec::at).required().naming(Refers::tier_place).says("tier@site in whose input queue they wait"),
                key("class", &BacklogSpec::tenant_class).required().naming(Refers::tenant_class).says("tenant class that they belong to, as inbound mail"),
                key("count", &BacklogSpec::count).at_least(0).at_most(1e9).says("how many"),
                key("oldest", &BacklogSpec::oldest).at_least(0).says("ages are uniform from 0 to this"),
                key("qshape", &BacklogSpec::qshape).says("instead of count and oldest: a pasted line of qshape, `NAME T 5 10 20 40 80 160 320 640 1280 1280+`")});
    }
};

}  // namespace mailquake
