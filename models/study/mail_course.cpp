#include "models/study/mail_course.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "models/scenario/canonical.hpp"

namespace mailquake {

bool only_watches(const DashboardSpec& dashboard) {
    if (!dashboard.enabled) return true;
    return dashboard.publish.needs.empty() && std::none_of(dashboard.channels.begin(), dashboard.channels.end(), [](const ChannelSpec& channel) {
        return channel.enabled && std::holds_alternative<EmailChannel>(channel.body);
    });
}

std::string mail_course(ScenarioSpec scenario) {
    std::erase_if(scenario.dashboards, only_watches);
    return canonical_text(scenario);
}

}  // namespace mailquake
