// In a run that is to be explained: what is booked to the ledger is booked to the copy's own account, too, with what came between
// (hop_trouble.hpp), and what requests and workers do is kept (lives.hpp). A part of its site; nothing here changes what happens.
// Its functions are called in such runs alone.
#pragma once

#include <cstdint>
#include <vector>

#include "models/mta/job.hpp"
#include "models/net/transfer.hpp"
#include "models/world/attempt.hpp"
#include "models/world/delay_ledger.hpp"
#include "models/world/hop_trouble.hpp"
#include "models/world/lives.hpp"
#include "models/world/parcel.hpp"
#include "models/world/plan.hpp"
#include "models/world/site_records.hpp"

namespace mailquake {

class Site;

class Explaining {
public:
    explicit Explaining(Site& site) : site_(site) {}

    // What is booked.
    void hop(std::uint32_t holder, std::uint32_t message, HopCause cause, SimDuration d);
    /// The copy has come to this station, after so long; what a link had of it is told apart.
    void transfer(std::uint32_t station, std::uint32_t message, SimDuration way);
    /// The wait in the input queue is over; the ledger divides it in the same way.
    void wait(std::uint32_t station, std::uint32_t server, std::uint32_t message);
    void work(const SiteRecords::Worker& w, SimDuration d);
    void request_wait(std::uint32_t station, std::uint32_t server, std::uint32_t request);
    void request_work(const SiteRecords::Worker& w);

    // What a copy's account goes with.
    void departure(AttemptName name, const Attempt& attempt, const TransferPlan& plan);
    void arrival(const Parcel& parcel, std::uint32_t message);
    /// Before that it has waited for its greeting for so long.
    void kept(std::uint32_t station, std::uint32_t message, SimDuration d);
    void copy(std::uint32_t from, std::uint32_t to);
    void rename(std::uint32_t message, std::uint64_t identity);
    /// A second copy leaves a worker: it has the life of the first one, and what that has spent there is booked for it now.
    void duplicate(const SiteRecords::Worker& w, std::uint32_t copy);

    // Who has a holder's connections while others wait for one. A proxy's attempt has its worker instead.
    void attempt_begins(std::uint32_t slot);
    /// It is over, or goes on with another host. If it failed, that is why the copy will have to wait for its next try.
    void attempt_is_over(std::uint32_t slot, Reply reply);

    // Why else the copy will have to wait for its next try.
    void attempt_fails(std::uint32_t message, std::uint32_t station, Reply reply, SimTime began);
    void call_fails(const SiteRecords::Worker& w);
    /// For another reason; of several, the last one counts.
    void waits_after(std::uint32_t message, HopTrouble what, std::uint32_t station, std::uint32_t fault = HopWhy::kNone);
    /// It is put off untried, because this destination did not answer others.
    void waits_for_others(std::uint32_t message, std::uint32_t station);

    /// A call begins, and so many wait behind the worker.
    void call_begins(const SiteRecords::Worker& w);
    /// A request to this station (a global id), or its answer, comes later by this, because some of it was lost.
    void way_was_lossy(const Request& request, std::uint32_t callee, SimDuration lost);
    /// The same of an answer that a fault keeps back, as others do already.
    void answer_is_late(const Request& request, std::uint32_t callee, std::uint32_t fault, SimDuration late, SimDuration more);
    /// What is left of a worker's service takes longer than drawn, by these parts; then its pace changes while so much is left.
    void service_is_slow(std::uint32_t worker, const SlowedService& parts);
    void pace_ends(std::uint32_t worker, SimDuration left);

    /// The run is over, and all that is here is booked: what proxies have in hand is laid down for its owners.
    void lay_down();

private:
    void was_in_call(const SiteRecords::Worker& w, SimDuration d);
    [[nodiscard]] const StationPlan& plan_of(std::uint32_t station) const;
    [[nodiscard]] std::uint32_t link_fault(std::uint16_t other, SimTime since, SimTime until) const;
    [[nodiscard]] std::uint32_t fault_at(std::uint32_t station, SimTime since) const;

    struct Slot {
        SimTime     since;
        std::size_t crowd = 0;        // who waited for a connection then
        LifeAccount::OnTheWay way;
    };

    Site& site_;
    std::vector<Slot> slots_;         // by attempt
};

}  // namespace mailquake
