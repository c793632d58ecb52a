// Who sends mail and who signs in at a site: sources of arrivals, populations that hold mail before the first tier, clients.
#pragma once

#include <cstdint>
#include <vector>

#include "models/world/site_records.hpp"

namespace mailquake {

struct SitePopulations {
    std::uint32_t first_population_ = 0;             // holder; as many as there are stations
    std::vector<std::uint32_t> population_holder_;   // by population of the plan; SiteRecords::kNone where it stands elsewhere
    std::vector<SiteRecords::Source>     sources_;
    std::vector<SiteRecords::Population> populations_;   // clients
    std::vector<std::uint32_t> population_of_plan_;      // of clients, by the plan's number
};

}  // namespace mailquake
