// Why mail was late: of one run, every nanosecond of delay by tenant class, place and cause; the order in which queues
// filled and what filled them; who was late though all of his own was healthy, and in whose company he waited.
//
// It is made from what a run leaves that kept the lives of its copies apart (RunOptions::lives, models/world/lives.hpp).
// Waiting for a callee is unfolded with the callee's own books (unfold.hpp), the cascade is drawn by the rule of
// cascade_graph.hpp, the neighbours by that of collateral.hpp. A plain struct: the terminal, --json, results files and the
// report page are made from it. What the blame means, and what it does not, is told in scenarios/README.md.
//
// Invariants: over all parts, `all`, `late` and `collateral` sum to the delay of the copies in `mail`, `late` and
// `collateral`, to the ns; copies under way at the end count by their age so far; collateral <= late <= all in each part.
// Bounces and notices are in `all`, and are never late. What slowed a service divides the waits behind it by its mean over the
// run, not at their time. Left out: loss and stalls of replies, which only proxies wait for, are handing over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "models/spec/enum_text.hpp"
#include "models/world/hop_trouble.hpp"
#include "models/world/outcome.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// Where a copy was: waiting in the input queue of a place, in the hands of a worker there, or in between, held by the place
/// for its next hop or on the way to it.
enum class Whereabouts : std::uint8_t { queue, worker, between };
template <>
struct EnumText<Whereabouts> {
    static constexpr EnumTable<Whereabouts, 3> table{
        {{Whereabouts::queue, "queue"}, {Whereabouts::worker, "worker"}, {Whereabouts::between, "between"}}};
};

/// What kept it there. In a queue: what the queue's workers did meanwhile; in a worker: what that worker did.
enum class DelayCause : std::uint8_t {
    service,         // own service in a worker; in a queue: service of those in front
    call,            // of a call: the way there and back, which no queue and no worker of the callee had
    fault,           // a fault: workers that are absent or stalled, calls that no answer can follow
    flaw,            // workers held by a flaw
    policy,          // a policy or an operator: held back, throttled, idle workers behind a bulkhead
    slot,            // waiting for a connection to the next hop; `after`: what others' attempts had to do with, that had one
    transit,         // an attempt that succeeded: dialogue, data, flight
    loss,            // what loss added to it, or to a call's way: sent again, or slower
    bandwidth,       // waiting for the link, which others' mail had
    failed_attempt,  // an attempt that did not succeed
    back_off,        // waiting for the next try, by the schedule of a tier here
    sender_wait,     // the same of an outside sender, or of users
    handing_over,    // a proxy's worker that waits for the next tier's reply
    before_start,    // age that a copy of the backlog came with
};
template <>
struct EnumText<DelayCause> {
    static constexpr EnumTable<DelayCause, 14> table{{{DelayCause::service, "service"},
                                                      {DelayCause::call, "call"},
                                                      {DelayCause::fault, "fault"},
                                                      {DelayCause::flaw, "flaw"},
                                                      {DelayCause::policy, "policy"},
                                                      {DelayCause::slot, "connection-slot"},
                                                      {DelayCause::transit, "transit"},
                                                      {DelayCause::loss, "loss"},
                                                      {DelayCause::bandwidth, "bandwidth"},
                                                      {DelayCause::failed_attempt, "failed-attempt"},
                                                      {DelayCause::back_off, "back-off"},
                                                      {DelayCause::sender_wait, "sender-wait"},
                                                      {DelayCause::handing_over, "handing-over"},
                                                      {DelayCause::before_start, "before-start"}}};
};

/// One cell of the matrix tenant class x place x cause, unfolded.
struct DelayPart {
    std::string tenant_class;
    std::string place;  // where the copy was: `transport@na-east`, a population of senders or users
    Whereabouts in = Whereabouts::queue;
    std::vector<std::string> calls;  // through which calls the cause was met, from `place` on: `directory`
    std::string at;  // where the cause stood: `place`, the last callee's `directory/p3@na-east`, or where an attempt failed; a way: empty
    Whereabouts at_in = Whereabouts::queue;  // of a call: whether the request was in the queue there, or in a worker
    DelayCause cause = DelayCause::service;
    std::string name;         // of the fault, flaw or policy; of a fault in a call: `no answer from directory`
                              // of a call: the callee's tier; of loss and failed attempts: of a fault that acted there then
    std::string had_by;       // of a wait for a process that all destinations share: the one whose attempts had it
    HopTrouble after = HopTrouble::none;  // of failed attempts, and of waits for the next: how the last one failed; of slots
    TimeArea all = 0;         // delay of all copies [copy x ns]
    TimeArea late = 0;        // of late ones alone
    TimeArea collateral = 0;  // of late ones whose tenant's own was all healthy
};

/// Copies and their delay: from acceptance to the end of their lives, or to the end of the run.
struct DelayTotal {
    std::uint64_t copies = 0;
    std::uint64_t censored = 0;  // of these, under way at the end
    TimeArea delay = 0;          // [copy x ns]
};

/// A queue that filled, or what began it: a fault, a flaw, a mitigation.
enum class CascadeKind : std::uint8_t { fault, flaw, mitigation, queue };
template <>
struct EnumText<CascadeKind> {
    static constexpr EnumTable<CascadeKind, 4> table{{{CascadeKind::fault, "fault"},
                                                      {CascadeKind::flaw, "flaw"},
                                                      {CascadeKind::mitigation, "mitigation"},
                                                      {CascadeKind::queue, "queue"}}};
};
struct CascadeNode {
    CascadeKind kind = CascadeKind::queue;
    std::string name;  // of the fault, flaw, mitigation or queue (`transport@na-east`, `filter@na-east (next hop)`)
    std::string tier, site;     // of a queue
    bool next_hop = false;      // of a queue
    double at = 0;              // begin, or onset [s]
    std::optional<double> end;  // of a fault or mitigation [s]
    double oldest = 0;          // of a queue: greatest age of its oldest copy [s]
    double waiting = 0;         // of a queue: most copies
};
/// How one filled the other.
enum class CascadeWay : std::uint8_t { hits, wakes, holds_workers, come_back, call, next_hop, held_hand_over, flood, own_queue };
template <>
struct EnumText<CascadeWay> {
    static constexpr EnumTable<CascadeWay, 9> table{{{CascadeWay::hits, "hits"},
                                                     {CascadeWay::wakes, "wakes"},
                                                     {CascadeWay::holds_workers, "holds-workers"},
                                                     {CascadeWay::come_back, "come-back"},
                                                     {CascadeWay::call, "call"},
                                                     {CascadeWay::next_hop, "next-hop"},
                                                     {CascadeWay::held_hand_over, "held-hand-over"},
                                                     {CascadeWay::flood, "flood"},
                                                     {CascadeWay::own_queue, "own-queue"}}};
};
struct CascadeEdge {
    std::size_t from = 0, to = 0;  // in `nodes`
    CascadeWay way = CascadeWay::hits;
    double lag = 0;        // from the one's onset to the other's [s]
    bool in_tree = false;  // the one edge by which the text tells how `to` filled
};
struct CascadeGraph {
    std::vector<CascadeNode> nodes;  // causes first, by name; then queues by onset
    std::vector<CascadeEdge> edges;  // by `to`, then `from`
};

/// Who held the workers in front of somebody's late mail.
struct Neighbour {
    std::string tenant_class;  // `clients` for sign-ins; empty: nobody's job, as of absent workers
    std::string partition;     // `directory/p3`; empty where no partition tells them apart
    TimeArea late = 0;         // of the collateral mail's waiting behind them [copy x ns]
};
/// A class's late mail of tenants whose own was all healthy.
struct CollateralDelay {
    std::string tenant_class;
    double tenants = 0;                 // collateral ones, by the rule of affected.hpp
    std::uint64_t copies = 0;           // late ones of tenants whose own was all healthy
    TimeArea delay = 0;                 // theirs [copy x ns]
    std::string place;                  // the queue in which most of it was spent; empty if none was in a queue
    TimeArea there = 0;                 // so much
    std::vector<Neighbour> neighbours;  // of that queue, most first; they sum to `there`
};

struct Explanation {
    std::string scenario, start;  // name, UTC instant
    std::string version;
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;
    std::string fingerprint;
    double simulated = 0;  // [s]
    double objective = 0;  // late is over it [s]
    DelayTotal mail, late, collateral;
    std::vector<DelayPart> parts;  // most late first, then most at all
    CascadeGraph cascade;
    std::vector<CollateralDelay> collaterals;  // most first
};

/// From what a run with RunOptions::lives leaves of this scenario.
[[nodiscard]] Explanation explain(const ScenarioSpec& scenario, const Outcome& outcome);

inline constexpr int kExplanationSchema = 2;

/// One JSON object, indented, with a newline at the end; times in seconds. And back, sums as exact as a double has them; throws
/// std::runtime_error on text that is none of its own.
[[nodiscard]] std::string explanation_json(const Explanation& explanation);
[[nodiscard]] Explanation read_explanation(const std::string& text);

/// `in a queue behind workers held by flaw lookup-hang`: what kept copies there, as a phrase.
[[nodiscard]] std::string cause_text(const DelayPart& part);

struct ExplanationStyle {
    bool colour = false;
};
/// What `explain` prints.
[[nodiscard]] std::string explanation_text(const Explanation& explanation, const ExplanationStyle& style = {});

}  // namespace mailquake
