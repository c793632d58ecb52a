#include "models/world/telling.hpp"

#include <map>

#include "models/dashboard/admin_looks.hpp"

namespace mailquake {
namespace {

constexpr std::array<std::string_view, 3> kKinds{PortalChannel::kind, FeedChannel::kind, EmailChannel::kind};

class Telling {
public:
    Telling(const Plan& plan, const DashboardPlan& dashboard, const std::vector<HeardMail>& heard) : plan_(plan), dashboard_(dashboard) {
        for (const HeardMail& mail : heard) {  // of a duplicate the first one counts
            const auto [at, is_new] = heard_.emplace(mail.identity, mail.at);
            if (!is_new) at->second = std::min(at->second, mail.at);
        }
    }

    /// When the tenant sees the notice by the channel, if ever.
    [[nodiscard]] std::optional<SimTime> seen(const ChannelPlan& channel, const DashboardNotice& notice, std::uint32_t incident, std::uint32_t tenant) const {
        if (!notice.published || !DashboardPlan::gets(plan_, channel, tenant, incident)) return std::nullopt;
        if (channel.kind == ChannelPlan::Kind::email) {
            const auto mail = heard_.find(DashboardPlan::mail_identity(channel, incident, plan_.tenant_identity(tenant)));
            return mail == heard_.end() ? std::nullopt : std::optional(mail->second);
        }
        const SimTime gone = channel.kind == ChannelPlan::Kind::portal ? notice.withdrawn.value_or(plan_.end) : plan_.end;
        return first_look(DashboardPlan::phase(plan_, channel, tenant), channel.every, *notice.published, gone,
                          [&](SimTime look) { return plan_.is_site_down(dashboard_.at, look); });
    }

private:
    const Plan& plan_;
    const DashboardPlan& dashboard_;
    std::map<std::uint64_t, SimTime> heard_;
};

}  // namespace

DashboardOutcome told_by(const Plan& plan, const DashboardPlan& d, std::vector<DashboardNotice> notices, const std::vector<HeardMail>& heard) {
    DashboardOutcome outcome{.name = d.name, .pos = d.pos, .enabled = d.enabled, .channels = {}, .notices = std::move(notices), .told = {}};
    std::vector<std::uint32_t> audience;
    for (std::uint32_t t = 0; d.enabled && t < plan.tenants->size(); ++t)
        if (d.is_for(plan, t)) audience.push_back(t);
    outcome.audience = audience.size();
    std::vector<std::vector<std::uint32_t>> users;
    for (const ChannelPlan& channel : d.channels) {
        users.emplace_back();
        for (std::uint32_t t : audience)
            if (DashboardPlan::uses(plan, channel, t)) users.back().push_back(t);
        outcome.channels.push_back({channel.name, std::string(kKinds[static_cast<std::size_t>(channel.kind)]), users.back().size()});
    }
    const Telling telling(plan, d, heard);
    for (std::uint32_t n = 0; n < outcome.notices.size(); ++n)
        for (std::uint32_t c = 0; c < d.channels.size(); ++c)
            for (std::uint32_t t : users[c])
                if (const auto at = telling.seen(d.channels[c], outcome.notices[n], n, t)) outcome.told.push_back({n, c, t, *at});
    return outcome;
}

}  // namespace mailquake
