// A dashboard compiled for running: signals as places to look at, needs as stations to ask, channels with their luck. The audience
// and what each tenant does with a channel are drawn by the tenant's own identity, so that they are known to whoever asks
// (`is_for`, `uses`, `gets`), before the run and after it. Left out: what is heard and done while it runs (noticing.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dashboard/dashboard_spec.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct Plan;

struct SignalPlan {
    enum class Kind : std::uint8_t { oldest, queue, late_mail, failed_calls, sign_ins };
    Kind          kind;
    BacklogQueue  queue = BacklogQueue::input;
    SimDuration   age{};                     // oldest
    std::int64_t  count = 0;                 // queue, failed_calls
    double        share = 0;                 // late_mail, sign_ins
    SimDuration   held{}, window{};
    std::uint32_t clients = 0;               // sign_ins
    std::vector<std::vector<std::uint32_t>> stations;  // by site: local ones
    std::vector<bool> looks;                 // by site: is there anything to look at?
};

struct NeedPlan {
    std::uint32_t tier;
    std::uint32_t partition;
    std::optional<std::uint16_t> site;       // none: the nearest
};

struct ChannelPlan {
    enum class Kind : std::uint8_t { portal, feed, email };
    std::string   name;
    Kind          kind;
    SimDuration   every{};                   // portal, feed
    std::uint32_t size = 0;                  // email [octets]
    std::uint32_t population = 0;            // email: who sends it
    double        opt_in, reach;
    std::uint64_t hash;                      // of its name path
    StreamKey     users_luck, reach_luck;
};

struct DashboardPlan {
    std::string   name;
    SourcePos     pos;
    bool          enabled;
    std::uint16_t at;
    SimDuration   look, decide, clear;
    std::vector<SignalPlan>  signals;
    std::vector<ChannelPlan> channels;       // the enabled ones
    std::vector<NeedPlan>    needs;
    SimDuration   delay, timeout, retry;
    double        fails;
    SimTime       broken_from = SimTime::never(), broken_to = SimTime::never();
    std::vector<bool> classes;               // by tenant class: is it for them?
    std::optional<std::size_t> partitioned;  // only tenants on `partition` of this tier
    std::uint32_t partition = 0;
    double        opt_in;
    std::uint64_t hash;                      // of its name
    StreamKey     audience_luck, tries_luck;

    [[nodiscard]] bool is_for(const Plan& plan, std::uint32_t tenant) const;
    [[nodiscard]] static bool uses(const Plan& plan, const ChannelPlan& channel, std::uint32_t tenant);
    /// Does what is published of this incident get to the tenant by the channel, if he uses it?
    [[nodiscard]] static bool gets(const Plan& plan, const ChannelPlan& channel, std::uint32_t tenant, std::uint32_t incident);
    [[nodiscard]] static SimDuration phase(const Plan& plan, const ChannelPlan& channel, std::uint32_t tenant);
    [[nodiscard]] static std::uint64_t mail_identity(const ChannelPlan& channel, std::uint32_t incident, std::uint64_t tenant_identity);
    [[nodiscard]] bool looks_at(std::uint16_t site) const;
};

}  // namespace mailquake
