// The delay ledger of the second world: each ns of each copy's life, by class, place and cause.
//
// A copy always has a name for what it goes through; when that changes, the time up to then is booked to the name that it had. What the
// workers of each queue do is written down after each event; a wait in a queue is divided by integrating over that.
// Source: design.md 4.8; the names are those of models/world/delay_ledger.hpp and outcome.hpp.
// Invariant: what is booked of a copy sums to the time from its acceptance to its end.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake::oracle {

struct Copy;
struct Job;
using CopyPtr = std::shared_ptr<Copy>;
using JobPtr = std::shared_ptr<Job>;

/// What a copy goes through since then; what was before is booked.
struct Life {
    SimTime     since;
    std::string place, cause;
    bool        elsewhere = false;  // who was offered the copy has it by now, and books its life
};

class Ledger {
public:
    struct Row {
        std::size_t tenant_class;
        std::string place, cause;
        friend auto operator<=>(const Row&, const Row&) = default;
    };
    struct Sum {
        TimeArea time = 0;    // [ns]
        TimeArea error = 0;   // by which an engine that knows the workers at some instants only may be wrong [ns]
    };
    using States = std::map<std::string, std::int64_t>;  // workers, by what they do

    /// From now on the copy goes through something else.
    void next(const CopyPtr& copy, const std::string& place, const std::string& cause, SimTime now);
    /// An offer of `copy` is taken: from its last booking up to now it was on its way, and `here` it goes on.
    void taken(const CopyPtr& copy, const CopyPtr& here, const std::string& place, SimTime now);
    /// The sender of `copy` hears what became of its offer; `about`: as it was with who decided.
    static void heard(Copy& copy, const Copy& about, bool is_accepted);
    void close(Copy& copy, SimTime now);
    void end(const CopyPtr& copy, SimTime now);
    /// All that are alive; waits in input queues are over.
    void close_all(SimTime now);

    /// The workers that serve a queue, after an event.
    void look(const void* queue, SimTime now, const States& states);
    /// The wait of a job in a queue is over.
    void waited(const Job& job, const void* queue, SimTime now);

    [[nodiscard]] const std::map<Row, Sum>& rows() const { return rows_; }

private:
    std::map<Row, Sum> rows_;
    std::set<CopyPtr>  alive_;
    std::map<const void*, std::vector<std::pair<SimTime, States>>> looks_;  // of a queue's workers: from when they did what
};

}  // namespace mailquake::oracle
