// Fault: servers of a tier crash and are back when the fault ends. Work in service starts anew at the head of the queue;
// calls and attempts that find no server up fail fast. Accepted mail is on disk and survives, unless `disk: lost`: then of the
// mail that the tier holds at that place (waiting, in service there, or behind it for its next hop) the crashed servers'
// share is gone, counted as dropped; which copies is drawn by their identity. What is on its way in an attempt is spared.
// Elsewhere: Chaos Mesh PodChaos (pod-kill); AWS FIS aws:ec2:stop-instances, with a lost disk aws:ec2:terminate-instances.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class Disk { kept, lost };
template <>
struct EnumText<Disk> {
    static constexpr EnumTable<Disk, 2> table{{{Disk::kept, "kept"}, {Disk::lost, "lost"}}};
};

struct ServerCrashFault {
    static constexpr std::string_view kind = "server-crash";
    Ratio share{1};
    Disk  disk = Disk::kept;
    template <class S = ServerCrashFault>
    static constexpr auto keys() {
        return std::tuple{key("share", &S::share).above(0).at_most(1).says("share of the target's servers, rounded to a number of them over all its sites and partitions; which ones is drawn by seed; a greater share holds a smaller one"),
                          key("disk", &S::disk).says("kept: accepted mail survives; lost: what these servers held is gone")};
    }
};

}  // namespace mailquake
