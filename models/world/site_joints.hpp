// What a site is joined to: the channels to other sites, and those who watch a run. Watching changes nothing that happens:
// a run has the same fingerprint with it and without.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/world/lives.hpp"
#include "models/world/parcel.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/bell.hpp"
#include "sim/kernel/channel.hpp"

namespace mailquake {

/// Channels into and out of a site, by the other site's index; null to itself and where no way leads.
struct SiteChannels {
    std::vector<Channel<Parcel>*> in, out;
    Bell* bell;   // rung by all of `in`
    const std::vector<std::size_t>* process_of;                 // by site: the number of its process
    const std::vector<std::vector<std::uint32_t>>* sites_of;    // by process
};

/// What observers of a run ask of its sites.
struct SiteWatch {
    std::span<const std::uint64_t> follow;     // identities whose stories are told
    std::span<const SimTime> qshape_at;        // extra snapshots
    double sample = 0;                         // share of all identities whose stories are told as well
    LivesOnTheWay* lives = nullptr;            // where accounts of copies wait between sites; null: none are kept
};

}  // namespace mailquake
