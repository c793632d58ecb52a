// What one run leaves behind, merged over its sites: raw counts, sums, histograms and series, no opinions. Everything
// here is deterministic (same build, scenario and seed: same bytes) but `wall`. models/results turns it into figures.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/entry.hpp"
#include "models/world/dashboard_outcome.hpp"
#include "models/world/lives_outcome.hpp"
#include "models/world/transition.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/fingerprint.hpp"
#include "sim/stats/histogram.hpp"

namespace mailquake {

/// Counts of copies by where they came from and how they ended, over the whole run. Conservation (design 4.7):
/// accepted + generated + duplicated = delivered + delivered_again + delivered_reports + bounced + expired + dropped + filtered + discarded + in_system.
/// And of accepted mail (mail_fates.hpp): accepted = delivered + lost + returned + under_way.
struct MessageCounts {
    std::uint64_t accepted = 0, generated = 0, duplicated = 0;
    std::uint64_t delivered = 0;          // accepted mail that arrived
    std::uint64_t delivered_again = 0;    // further copies of mail that arrived: duplicates, and what a Safety Net sent again
    std::uint64_t delivered_reports = 0;  // bounces, delay notices, advisories
    std::uint64_t bounced = 0, expired = 0, dropped = 0, filtered = 0, discarded = 0, in_system = 0;
    std::uint64_t wrongly_bounced = 0;    // part of `bounced`: the recipient exists
    std::uint64_t lost = 0, returned = 0; // mail no copy of which arrived: dropped or expired, and bounced
    std::uint64_t false_failures = 0;     // copies that expired, were bounced or dropped though their mail arrived

    MessageCounts& operator+=(const MessageCounts& other);
    /// Copies whose life is over.
    [[nodiscard]] std::uint64_t ended() const {
        return delivered + delivered_again + delivered_reports + bounced + expired + dropped + filtered + discarded;
    }
    /// Accepted mail that has not come to its end.
    [[nodiscard]] std::uint64_t under_way() const { return accepted - delivered - lost - returned; }
    [[nodiscard]] bool conserved() const;
};

/// One clock hour (from the scenario's start) of one tenant, by hour of acceptance; measured copies only.
struct HourTally {
    std::uint32_t hour = 0;
    std::uint32_t accepted = 0;
    std::uint32_t late = 0;   // over the objective, by age if still under way, and not excused (own outside destination, greylisting); or bad
    std::uint32_t bad = 0;    // lost or wrongly bounced
    SimTime trouble_from = SimTime::never();   // when the first of these was over the objective, or lost or bounced
    SimTime trouble_to = SimTime::zero();      // when the last one was through, lost or bounced, or the run ended
};

/// Of the copies of an hour those that name a place that is hit within the run: their own outside destination, or the MX list.
struct HitHour {
    std::uint32_t hour = 0;
    std::uint32_t accepted = 0, late = 0, bad = 0;
    std::uint32_t bad_there = 0;   // of the bad ones: their outside destination was hit while they were under way
};

/// One tenant. "Own healthy": no site, partition or destination of its own was hit by a fault at any time.
struct TenantOutcome {
    std::uint32_t tenant_class = 0;     // index into Outcome::classes
    std::uint32_t rank = 0;             // from 0 within its class
    std::uint32_t home = 0;             // index into Outcome::sites
    bool own_healthy = true;
    MessageCounts counts;
    TimeArea      delay_sum = 0;        // over measured delivered copies [ns]
    SimDuration   delay_max{0};         // over measured copies, those under way by age so far
    std::uint64_t measured = 0;         // measured copies that were accepted
    std::uint64_t measured_delivered = 0;
    std::uint64_t late = 0;             // of the measured ones
    std::vector<std::uint16_t> partitions;  // per entry of Outcome::partitioned_tiers: index of the tenant's partition
    std::vector<HourTally> hours;       // ascending
    std::vector<HitHour> hit_hours;     // ascending; none where no place is hit that mail names
};

struct PartitionedTier {
    std::string tier;
    std::vector<std::string> partitions;
};

struct ClassOutcome {
    std::string   name;
    std::uint32_t tenants = 0;
    Histogram     delay;                // measured copies: delivered ones, and those under way at their age so far [ns]
    std::uint64_t censored = 0;         // of these, how many were still under way
    Histogram     under_way;            // of these alone: their ages [ns]
    std::uint64_t lost = 0;             // measured mail that was lost or bounced; in neither of the two
    std::uint64_t excused_destination = 0, excused_greylisting = 0;   // measured copies that were over the objective for that alone
    std::optional<std::uint64_t> worst; // identity of the measured copy with the longest delay
    SimDuration   worst_delay{0};
};

/// Bands of delay in which slow copies are counted, each from its bound to the next: for pictures of a day.
inline constexpr std::array<SimDuration, 4> kSlowBounds{1_min, 10_min, 1_h, 4_h};

/// One minute from the start; copies by minute of acceptance (measured or not), ages by minute of the clock.
struct MinuteTally {
    std::uint32_t accepted = 0;
    std::uint32_t late = 0;            // of those accepted in this minute; not excused, or bad
    std::uint32_t overdue = 0;         // copies in the system at the end of this minute that are older than the objective
    std::uint32_t retries = 0;         // attempts in this minute that are not a message's first at that hop
    std::array<std::uint32_t, kSlowBounds.size()> slow{};   // of those accepted, by band of delay; under way at the end: by age so far
    std::uint32_t bad = 0;             // of those accepted, lost or wrongly bounced
};

/// A tier at a site (and partition): its input queue and its workers. Counts and greatest values are the whole run's;
/// utilization, wait and queue_mean are measured from the end of the warm-up on.
struct StationOutcome {
    std::string tier, site, partition;  // partition empty if none
    std::uint32_t servers = 0;          // at the start
    std::uint32_t workers = 0;          // per server
    double utilization = 0;             // busy worker time / worker time; calls and flaw-held time count as busy
    std::uint64_t arrivals = 0;         // messages and requests that entered the queue or a worker
    std::uint64_t served = 0;
    std::uint64_t refused = 0;          // by a full queue
    std::uint64_t swallowed = 0;        // by a fault that does not answer
    std::uint64_t timed_out = 0;        // of the calls that it made, those that timed out
    std::uint64_t wasted = 0;           // requests served in vain: the caller had given up
    Histogram     wait;                 // time in the input queue [ns]
    double        queue_mean = 0;
    std::uint64_t queue_max = 0;
    SimTime       queue_max_at;
};

/// A queue over time, a point a minute (the end of each minute): input queue of a station, or next-hop queue of a
/// tier at a site ("transport@dfw > mailbox", all destinations sites and partitions of that next tier together).
struct QueueSeries {
    std::string name;
    std::string tier, site;
    bool        next_hop = false;
    std::vector<std::uint32_t> waiting;
    std::vector<float> oldest;           // age in this queue of the oldest one [s]; 0 when empty
};

/// What waited at a tier of a site, in all its queues (models/mta/backlog_count.hpp).
struct BacklogOutcome {
    std::string   tier, site;
    std::uint64_t most = 0;              // at once, exact
    SimTime       most_at;               // when that was reached first
};

/// What waited at a tier of a site when a fault ended (without faults: when the run began), and how it left.
struct DrainOutcome {
    std::string   tier, site;
    std::string   fault;                 // empty: the start
    SimTime       from;
    std::uint64_t waiting = 0;           // then, in all queues there
    std::optional<SimTime> drained;      // when at most 5 % of these were left; none: not within the run
    std::optional<SimTime> empty;        // when the last one had left
};

inline constexpr SimDuration kClientPoint = 10_s;

struct ClientOutcome {
    std::string   name;
    std::uint64_t count = 0;
    std::uint64_t tried = 0, succeeded = 0, given_up = 0, trying = 0;  // sign-ins; tried = the sum of the others
    std::uint64_t attempts = 0;
    Histogram     sign_in;               // first try to session [ns]
    std::vector<std::uint32_t> signed_in;  // a point every kClientPoint, the first at its end
    std::uint64_t min_signed_in = 0;
    SimDuration   below_90{0};           // time with fewer than 90 % signed in
};

/// A fault, flaw or mitigation as it acted.
struct DisturbanceOutcome {
    std::string name, kind, target;
    SourcePos   pos;
    bool        enabled = true;
    std::optional<SimTime> start, end;   // end: none for "to the end of the run"
    std::uint64_t touched = 0;           // messages, requests, attempts or sign-ins that it touched
    std::optional<double> probability;   // of a random fault: that a run has it at all
    std::optional<std::uint64_t> times;  // of a random fault: how often it happened
    std::vector<std::pair<SimTime, SimTime>> acts{};  // of a fault: all its times
};

/// Delay booked to a cause at a place, per class. Parts of all measured and unmeasured copies.
struct LedgerRow {
    std::uint32_t tenant_class = 0;
    std::string   place;                 // "transport@dfw", "senders-east > edge@sat", ...
    std::string   cause;                 // "service", "busy", "call directory", "flaw lookup-hang", "retry", "transfer", ...
    TimeArea      time = 0;              // [ns]
};

/// Age x row, in Postfix's qshape columns: up to 5, 10, 20, 40, 80, 160, 320, 640, 1280 minutes, and older.
struct Qshape {
    static constexpr std::size_t kAges = 10;
    struct Row {
        std::string name;
        std::array<std::uint32_t, kAges> by_age{};
    };
    SimTime at;
    std::vector<Row> destinations;       // next-hop queues and input queues by destination
    std::vector<Row> classes;
};

/// One line of a followed message's story.
struct StoryLine {
    SimTime       at;
    std::uint64_t message = 0;
    std::string   text;                  // of the two below
    Transition    what{};
    std::string   place{};
};

/// A copy that goes on under another identity: it was accepted after a time-out, or has used up the numbers of its passes.
struct Repeated {
    std::uint64_t before = 0, after = 0;
};

struct FaultWindow {                     // when the first and last enabled fault acts, within the run
    std::optional<SimTime> first_start, last_end;
};

struct Outcome;
/// When the first fault acts; without faults, the first mitigation that did anything: what operators do may do harm by itself.
[[nodiscard]] std::optional<SimTime> first_disturbance(const Outcome& outcome);

struct Outcome {
    std::uint64_t seed = 0;
    std::uint32_t replication = 0;
    Fingerprint   fingerprint;
    std::uint64_t events = 0;            // logical events, by the design's definition
    SimTime       end;                   // simulated
    double        wall = 0;              // [s]; the one value that differs between equal runs
    bool          interrupted = false;

    MessageCounts messages;
    std::vector<std::string>     sites;
    std::vector<std::pair<std::string, std::string>> populations;  // of senders, users and clients: where each stands
    std::vector<PartitionedTier> partitioned_tiers;
    std::vector<ClassOutcome>    classes;
    std::vector<TenantOutcome>   tenants;
    std::vector<StationOutcome>  stations;
    std::vector<QueueSeries>     queues;
    std::vector<BacklogOutcome>  backlogs;
    std::vector<DrainOutcome>    drains;     // by place, then by fault; those where something waited
    std::vector<ClientOutcome>   clients;
    std::vector<MinuteTally>     minutes;
    std::vector<DisturbanceOutcome> faults, flaws, mitigations;
    std::vector<DashboardOutcome> dashboards;
    std::vector<LedgerRow>       ledger;
    std::optional<LivesOutcome>  lives;   // of runs that kept them apart
    std::vector<Qshape>          qshapes; // one every 10 minutes, and at the times asked for
    std::vector<StoryLine>       story;
    std::vector<Repeated>        repeated;   // where a story was told; in no order
    FaultWindow                  fault_window;
    SimDuration   oldest{0};             // greatest age that any measured copy reached
    std::uint64_t retry_attempts = 0;
    std::uint64_t notices = 0, bounces = 0;
    std::optional<SimTime> first_notice, first_bounce;
    std::vector<std::string> warnings;   // with file:line:col where they have one
};

}  // namespace mailquake
