// Start state: copies that wait already when the run begins, by count and age, or as a qshape table has them. They wait
// in a tier's input queue, or behind it for its next hop, where each is tried again when the tier's retry schedule has it
// due at its age: as if the tier had had them, and failed to hand them over, since they were accepted.
//
// A table of several destinations is split over tenant classes: a row goes to the class that `classes` has for it, else to the
// class of that name (mail.example: mail-example), else to `class`. The loader makes an entry of its own for each class
// (models/scenario/backlog_tables.hpp), so that what is run has one class an entry.
//
// Left out: what happened to them before (deferrals in other tiers, delay notices that went out).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/mail/message.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class BacklogQueue : std::uint8_t { input, next_hop };
template <>
struct EnumText<BacklogQueue> {
    static constexpr EnumTable<BacklogQueue, 2> table{{{BacklogQueue::input, "input"}, {BacklogQueue::next_hop, "next-hop"}}};
};

struct BacklogSpec : Entry {
    std::string  at;                          // tier@site
    BacklogQueue queue = BacklogQueue::input;
    std::string  tenant_class;                // whose copies they are
    Direction    direction = Direction::inbound;
    std::int64_t count = 0;
    SimDuration  oldest = SimDuration::zero();  // ages are uniform from 0 to this
    std::string  qshape;                      // or: as qshape prints them; see qshape_table.hpp
    std::string  qshape_file;                 // or: in a file
    std::vector<std::string> classes;         // DESTINATION=CLASS
    std::string  written_as{};                // no key: the entry of the scenario that this one is part of

    template <class S = BacklogSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("at", &S::at).required().naming(Refers::tier_place).says("tier@site that has them"),
                key("queue", &S::queue).says("whether they wait for this tier's workers, or behind it for its next try to hand them over"),
                key("class", &S::tenant_class).naming(Refers::tenant_class).says("tenant class that they belong to; required, but with a table whose rows all have a class of their own"),
                key("direction", &S::direction).says("which mail of that class they are"),
                key("count", &S::count).at_least(0).at_most(1e9).says("how many"),
                key("oldest", &S::oldest).at_least(0).at_most(365.0 * 86400).says("ages are uniform from 0 to this"),
                key("qshape", &S::qshape).says("instead of count and oldest: what qshape prints, whole or a line, `NAME T 5 10 20 40 80 160 320 640 1280 1280+`"),
                key("qshape_file", &S::qshape_file).says("instead of qshape: text file beside the scenario with what qshape prints"),
                key("classes", &S::classes).says("tenant classes of the table's rows, `DESTINATION=CLASS` each; a row that is not named here goes to the class of its name (mail.example: mail-example), else to `class`")});
    }
};

}  // namespace mailquake
