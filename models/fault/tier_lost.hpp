// Fault: a tier is lost for good, and its disks with it: from `at` to the end of the run none of its servers is up, and the
// mail that it had accepted is lost and counted as dropped. Mail to it stays with those who hold it, until their schedules give up.
// Left out: rebuilding it elsewhere (add-servers and fail-over are mitigations of their own).
// Source: Rackspace's hosted Exchange, December 2022. Elsewhere: Chaos Mesh PodChaos (pod-failure); AWS FIS
// aws:ec2:terminate-instances.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"

namespace mailquake {

struct TierLostFault {
    static constexpr std::string_view kind = "tier-lost";
    static constexpr auto keys() { return std::tuple<>{}; }
};

}  // namespace mailquake
