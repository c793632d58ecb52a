// The delay ledger of the second world: each ns of each copy's life, by class, place and cause.
//
// A copy always has a name for what it goes through; when that changes, the time up to then is added to its past under the name that it
// had. What the workers of each queue do is written down after each event; a wait in a queue is divided by integrating over that.
// Pasts are lists with common beginnings: two copies of one mail share what was before they parted. When a copy comes to its end, or the
// run does, then its past is booked; what is shared is booked once. What a proxy does with a copy for an upstream that never hears of
// its failure is nobody's past, and is not booked.
// Source: design.md 4.8; the names are those of models/world/delay_ledger.hpp and outcome.hpp.
// Invariant: a copy's past sums to the time since its acceptance.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
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

struct Past;

/// What a copy goes through since then, and what was before.
struct Life {
    SimTime     since;
    std::string place, cause;
    bool        elsewhere = false;  // who was offered the copy has it by now, and goes on with its life
    std::shared_ptr<Past> past = nullptr;
    std::function<bool()> waits = nullptr;  // of a copy that a proxy has: does its upstream wait, still?
};

class Ledger {
public:
    struct Row {
        std::size_t tenant_class = 0;
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
    /// An offer of `copy` is taken: up to now it was on its way, or `kept` waiting for servers that stand still; `here` it goes on.
    void taken(const CopyPtr& copy, const CopyPtr& here, const std::string& place, SimTime now, SimDuration kept);
    /// The sender of `copy` hears what became of its offer; `about`: as it was with who decided.
    static void heard(Copy& copy, const Copy& about, bool is_accepted);
    static void close(Copy& copy, SimTime now);
    /// A proxy has the copy no more; its past may be its upstream's, or that of who has it now.
    void leave(const CopyPtr& copy, SimTime now);
    /// Its own end.
    void end(const CopyPtr& copy, SimTime now);
    /// All that are alive; waits in input queues are over.
    void close_all(SimTime now);

    /// The workers that serve a queue, after an event.
    void look(const void* queue, SimTime now, const States& states);
    /// The wait of a job in a queue is over.
    void waited(const Job& job, const void* queue, SimTime now);

    [[nodiscard]] const std::map<Row, Sum>& rows() const { return rows_; }

private:
    void book(const Life& life);

    std::map<Row, Sum> rows_;
    std::set<CopyPtr>  alive_;
    std::map<const void*, std::vector<std::pair<SimTime, States>>> looks_;  // of a queue's workers: from when they did what
};

/// A part of a copy's life, after what was before.
struct Past {
    Ledger::Row row;
    Ledger::Sum sum;
    std::shared_ptr<Past> before;
    bool is_booked = false;
};

}  // namespace mailquake::oracle
