// What a run leaves behind of its dashboards: what was noticed and published, and who came to know of it when, by which channel.
// Facts alone: whether who was told was hit is for models/results/dashboard_figures.hpp. Within Outcome; deterministic.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/entry.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// One incident, as the desk had it. Not published: it never was, within the run or before it was over.
struct DashboardNotice {
    SimTime detected;
    std::optional<SimTime> published{}, withdrawn{};
    std::uint32_t failed_tries = 0;
};

/// A tenant's administrator sees a notice by a channel for the first time.
struct Told {
    std::uint32_t notice, channel, tenant;   // indices into notices, channels and Outcome::tenants
    SimTime       at;
};

struct ChannelOutcome {
    std::string   name, kind;
    std::uint64_t audience = 0;              // tenants whom it is for and who use it
};

struct DashboardOutcome {
    std::string   name;
    SourcePos     pos;
    bool          enabled = true;
    std::uint64_t audience = 0;              // tenants whom it is for
    std::vector<ChannelOutcome>  channels;   // the enabled ones
    std::vector<DashboardNotice> notices;    // in order
    std::vector<Told>            told;       // by notice, channel, tenant
};

}  // namespace mailquake
