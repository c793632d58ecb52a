// What a run leaves that kept the lives of its copies apart: delay by class, place and column of the ledger, for all copies,
// for late ones and for late ones whose tenant's own was all healthy; what requests of each call met at the callee; and whose
// jobs held the workers. Raw sums with what their indices mean; report/explanation.hpp makes sense of them.
//
// Invariants: the rows sum to the delay of all copies, late ones, and collateral ones, to the ns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/world/hop_trouble.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// What a worker may be doing; the states of a place's workers are a list of these.
struct WorkerDoing {
    enum class Kind : std::uint8_t { idle, service, absent, stalled, handing_over, call, no_answer, flaw, slowed };
    Kind        kind = Kind::idle;
    std::string name;                  // of the call, or of the flaw
    std::string callee;                // tier that the call is to; of a flaw that a call wakes, of that call
    std::uint16_t call = 0;            // index of the call
};

/// What services of a place that took longer than drawn were made of: as drawn, what a fault added, or the load.
struct SlowedBy {
    enum class What : std::uint8_t { own, fault, load };
    What          what = What::own;
    std::string   fault;
    TimeArea      time = 0;            // [worker x ns]
};

/// A place of the ledger: a station, or a population of senders or users. Its columns are the states of its workers for the
/// queue, once more for the workers themselves, and HopCause.
struct BookedPlace {
    std::string name, tier, site, partition;   // the last three empty for a population, but the site
    bool users = false;                // a population of users; else of senders outside
    bool bulkhead = false, throttle = false, tarpit = false;   // policies that keep copies waiting
    std::vector<WorkerDoing> states;
    std::vector<std::string> absent_by, stalled_by;            // names of faults on its servers
    std::vector<SlowedBy> slowed;      // of services that took longer than drawn
    [[nodiscard]] bool is_station() const { return !states.empty(); }
};

/// The column is the ledger's; rows of one column are told apart by what came between the copy and its next hop.
struct BookedRow {
    std::uint32_t tenant_class = 0, place = 0, column = 0;
    HopWhy why{};
    TimeArea all = 0, late = 0, collateral = 0;
};

/// Where requests were while their callers waited for them.
struct CallTimes {
    std::vector<TimeArea> columns;     // at the callee: states for the queue, once more for the worker
    std::map<HopWhy, TimeArea> ways;   // what came between on the ways there and back
};

/// Time of the requests of one call of one caller: as it was for the caller itself, and for those who waited behind it.
struct CallBook {
    std::uint32_t caller = 0;          // place
    std::uint16_t call = 0;            // of the caller's tier
    std::uint32_t callee = 0;          // place
    std::uint32_t tenant_class = 0;    // whose; as many as there are classes: of clients
    CallTimes own;                     // [ns]
    CallTimes behind;                  // each request times those who waited at the caller when the call began [copy x ns]
};

/// Time of workers in a call, times those who waited behind them when it began.
struct CallHold {
    std::uint32_t place = 0;
    std::uint16_t call = 0;
    TimeArea time = 0;                 // [copy x ns]
};

/// Time for which attempts had the connections of a holder, times those who waited for one when they began: of those that
/// succeeded what came between, of those that failed why.
struct SlotUse {
    std::uint32_t place = 0;
    HopWhy why{};
    std::uint32_t to = HopWhy::kNone;  // the destination (a place), where connections are processes that all destinations share
    TimeArea time = 0;                 // [copy x ns]
};

/// Time for which jobs of a class (and partition of the tier that is called) kept workers of a place in a state.
struct WorkerHold {
    std::uint32_t place = 0, state = 0;
    std::uint32_t tenant_class = 0;    // as above
    std::string   partition;           // `directory/p3`, of states that wait for a partitioned tier; else empty
    TimeArea      time = 0;            // [worker x ns]
};

struct CopyTotal {
    std::uint64_t copies = 0, censored = 0;
    TimeArea      delay = 0;           // [copy x ns]
};
/// Totals of a class.
struct ClassLives {
    CopyTotal all, late, collateral;
};

struct LivesOutcome {
    std::vector<BookedPlace> places;   // stations as the plan has them, then populations
    std::vector<BookedRow>   rows;     // by place, class, column, why
    std::vector<CallBook>    calls;    // by callee, caller, call, class
    std::vector<CallHold>    behind;   // by place, call; one for each site that has some
    std::vector<SlotUse>     slots;    // by place, why, destination
    std::vector<WorkerHold>  holds;    // by place, state, class, partition
    std::vector<ClassLives>  classes;
};

}  // namespace mailquake
