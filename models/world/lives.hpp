// Lives of single copies, kept apart from the ledger: in a run that is to be explained, each copy has an account of where its
// time went, and when its life is over the account goes to the books of all copies, and to those of late ones if it was late.
// A run without this pays a branch where it books.
//
// The account is beside the record, by its index, and takes its ways: a proxy works on a copy of it, a copy that a lost reply
// doubled has the same past, a transfer takes it to another site, a proxy's refusal brings it back. So the account of a copy
// sums to its delay to the ns, which is checked for each when its life is over.
//
// Requests have books, too: what they met at the callee while their caller still waited, by the caller's call and class; and once
// more times the crowd behind the caller, since a queue waits for the calls that are made while it is long. What they were served
// in vain is not in them. And workers: whose jobs kept them in which state.
//
// Sites are processes of their own: what travels between them is laid down at the transfer's name (LivesOnTheWay) before the
// parcel is sent, and taken up when it is there. All sums are of integers, so they come out the same on any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "models/mail/message.hpp"
#include "models/mta/job.hpp"
#include "models/mta/worker_states.hpp"
#include "models/world/attempt.hpp"
#include "models/world/hop_trouble.hpp"
#include "models/world/lives_outcome.hpp"
#include "models/world/plan.hpp"

namespace mailquake {

/// What is left of a service that takes longer than drawn: its own work, and what a fault (none: the load) adds.
struct SlowedService {
    std::uint32_t station = 0;
    SimDuration   own{0};
    std::vector<std::pair<std::uint32_t, SimDuration>> by;
    void shrink(double factor) {
        own.ns = static_cast<std::int64_t>(static_cast<double>(own.ns) * factor);
        for (auto& part : by) part.second.ns = static_cast<std::int64_t>(static_cast<double>(part.second.ns) * factor);
    }
    [[nodiscard]] SimDuration whole() const {
        SimDuration sum = own;
        for (const auto& part : by) sum += part.second;
        return sum;
    }
};

/// Where a copy's time went so far, and what the transfer that it is on, or its last failed attempt, had to do with.
struct LifeAccount {
    struct Entry {
        std::uint32_t place, column;
        HopWhy        why;
        std::int64_t  ns;
    };
    /// Parts of a transfer that are told apart.
    struct OnTheWay {
        SimDuration   lost{0}, stalled{0}, queued{0};
        std::uint32_t fault = HopWhy::kNone;   // of the links
    };
    std::uint64_t identity = 0;
    std::vector<Entry> entries;
    OnTheWay way;
    HopWhy   failed;

    void add(std::uint32_t place, std::uint32_t column, HopWhy why, std::int64_t ns);
};

/// Accounts between sites, by the attempt that they go with. Shared by all sites of a run.
class LivesOnTheWay {
public:
    enum class Way : std::uint8_t { offer, refusal, in_hand };
    void put(Way way, AttemptName name, LifeAccount account);
    /// Takes it away; false if there is none.
    bool take(Way way, AttemptName name, LifeAccount& account);
    /// At the end: the attempt is in the hands of a proxy, whose own attempt `next` goes on.
    void link(AttemptName name, AttemptName next);
    /// At the end: the account of the last one in the chain that begins with `name`; null if nobody has it in hand.
    [[nodiscard]] const LifeAccount* in_hand(AttemptName name) const;

private:
    std::mutex mutex_;
    std::map<std::pair<Way, AttemptName>, LifeAccount> accounts_;
    std::map<AttemptName, AttemptName> next_;
};

class Lives {
public:
    /// Of one site. Both must outlive it.
    Lives(const Plan& plan, std::uint16_t site, LivesOnTheWay& on_the_way);

    /// `d` more of a copy's life went to this column of a holder of this site; what is taken back is negative.
    void book(std::uint32_t message, std::uint64_t identity, std::uint32_t holder, std::size_t column, SimDuration d);
    /// The same of an attempt that has failed, or of the wait for the next one.
    void book_failure(std::uint32_t message, std::uint64_t identity, std::uint32_t holder, std::size_t column, SimDuration d);
    /// Why the copy's attempt failed: what it is booked to from then on, until another one fails.
    void fail(std::uint32_t message, std::uint64_t identity, HopWhy why) { account(message, identity).failed = why; }
    [[nodiscard]] HopWhy failure_of(std::uint32_t message, std::uint64_t identity) { return account(message, identity).failed; }
    /// A transfer that has got here, and what came between on its way. A new holder has nothing to do with old failures.
    void book_transfer(std::uint32_t message, std::uint64_t identity, std::uint32_t holder, std::size_t column, SimDuration d);
    /// The record `to` goes on with the life of `from`.
    void copy(std::uint32_t from, std::uint64_t from_identity, std::uint32_t to, std::uint64_t to_identity);
    /// A transfer takes the copy to another site; there it arrives.
    void leave(AttemptName attempt, std::uint32_t message, std::uint64_t identity, const LifeAccount::OnTheWay& way);
    void arrive(AttemptName attempt, std::uint32_t message, std::uint64_t identity);
    /// A proxy gives the copy up, which its upstream party goes on with.
    void give_up(const Message& proxied, std::uint32_t message);
    void come_back(AttemptName attempt, std::uint32_t message);   // when it hears of that, and only then
    /// At the end of the run: a proxy has the copy of its upstream party's attempt in hand.
    void have_in_hand(const Message& proxied, std::uint32_t message);
    /// At the end of the run: the proxy makes this attempt for it.
    void hand_on(const Message& proxied, AttemptName own);
    /// The life of the copy is over, or the run is.
    void end(const Message& m, std::uint32_t message, SimDuration delay, bool censored, bool late);
    void end_in_hand(const Message& m, AttemptName attempt, std::uint32_t message, SimDuration delay, bool late);

    /// How many wait behind a worker, to twelve bits: so it fits into a request.
    [[nodiscard]] static std::uint16_t crowd_of(std::size_t waiting);
    [[nodiscard]] static std::int64_t size_of(std::uint16_t crowd) { return std::int64_t{crowd & 0xfffU} << (crowd >> 12U); }
    /// The worker that has this job begins a call while so many wait behind it.
    void call_begins(JobRef job, std::uint16_t crowd);
    [[nodiscard]] std::uint16_t behind(JobRef job) const { return behind_[job.is_request()][job.index()]; }
    /// So long it was in a call.
    void was_in_call(std::uint32_t station, std::uint16_t call, JobRef job, SimDuration d);
    /// An attempt of this holder has had a connection for so long, while so many waited for one. `to`: the destination (a place), where
    /// it had a process that all destinations share; else HopWhy::kNone.
    void had_slot(std::uint32_t holder, HopWhy why, SimDuration d, std::size_t crowd, std::uint32_t to);
    /// A request has come to a station of this site.
    void request_came(std::uint32_t index, SimTime now);
    [[nodiscard]] SimTime request_since(std::uint32_t index) const { return requests_[index].since; }
    /// From its last booking up to now it waited in the queue there, as these parts say; or a worker had it in this state.
    void book_request_wait(std::uint32_t index, const Request& request, std::uint32_t station, std::span<const WorkerStates::Part> parts, SimTime now);
    void book_request_work(std::uint32_t index, const Request& request, std::uint32_t station, std::size_t state, SimTime now);
    /// What came between from then on, on the way of a request to this callee (a place), or of its answer.
    void book_request_way(const Request& request, std::uint32_t callee, HopWhy why, SimTime from, SimDuration d);
    /// What is left of a worker's service takes longer than drawn, by these parts.
    void service_is_slow(std::uint32_t worker, const SlowedService& parts);
    /// So much of that is left when its pace changes.
    void pace_ends(std::uint32_t worker, SimDuration left);
    /// A worker of a station was in a state for a job of this tenant (kClients: a sign-in).
    void hold(std::uint32_t station, std::size_t state, std::uint32_t tenant, SimDuration d);

    /// Adds what this site has seen; describe_lives has been there.
    void collect(LivesOutcome& outcome) const;

    static constexpr std::uint32_t kClients = 0xffff'ffffU;   // as Request::tenant

private:
    struct Cell {
        TimeArea all = 0, late = 0, collateral = 0;
    };
    struct RequestLife {
        SimTime came, since;
    };
    static constexpr std::uint32_t kNone = 0xffff'ffffU;
    struct CallKey {
        std::uint32_t callee, caller;  // places
        std::uint16_t call;
        std::uint32_t tenant_class;
        friend auto operator<=>(const CallKey&, const CallKey&) = default;
    };
    struct CallBooks {
        CallTimes own, behind;
    };
    struct HoldKey {
        std::uint32_t place, state, tenant_class, partition;
        friend auto operator<=>(const HoldKey&, const HoldKey&) = default;
    };
    LifeAccount& account(std::uint32_t message, std::uint64_t identity);
    void close(const Message& m, const LifeAccount& account, SimDuration delay, bool censored, bool late);
    [[nodiscard]] bool own_healthy(std::uint32_t tenant);
    [[nodiscard]] std::uint32_t class_of(std::uint32_t tenant) const;
    [[nodiscard]] SimDuration patience(const Request& request) const;
    [[nodiscard]] CallBooks& books_of(const Request& request, std::uint32_t callee);

    const Plan&    plan_;
    LivesOnTheWay& on_the_way_;
    std::vector<std::uint32_t> places_;        // by holder of this site: place
    std::vector<std::vector<std::uint32_t>> waits_for_;   // by station and state: the partitioned tier that is called, or kNone
    std::vector<LifeAccount> accounts_;        // by message
    std::vector<RequestLife> requests_;        // by request
    std::vector<std::uint8_t> own_healthy_;    // by tenant: 0 not asked yet, 1 no, 2 yes
    using Column = std::pair<std::uint32_t, HopWhy>;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::map<Column, Cell>> cells_;   // by place and class
    std::map<CallKey, CallBooks> calls_;
    std::array<std::vector<std::uint16_t>, 2> behind_;    // of messages, of requests: the crowd when the call began
    std::map<std::pair<std::uint32_t, std::uint16_t>, TimeArea> behind_calls_;   // by place and call
    std::map<std::tuple<std::uint32_t, HopWhy, std::uint32_t>, TimeArea> slots_;   // by place, why and destination
    struct Slowness {
        TimeArea own = 0;
        std::map<std::uint32_t, TimeArea> by;    // by fault; HopWhy::kNone: the load
    };
    std::map<std::uint32_t, Slowness> slowed_;   // by place
    std::map<std::uint32_t, SlowedService> slow_services_;   // by worker: as last said
    std::map<HoldKey, TimeArea> holds_;
    std::vector<ClassLives> classes_;
};

/// The places of a plan's ledger, and the classes.
void describe_lives(const Plan& plan, LivesOutcome& outcome);

/// Rows of several sites for one place, class and column become one; all in their order.
void merge_rows(LivesOutcome& outcome);

}  // namespace mailquake
