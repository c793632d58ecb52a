// The second world: a naive simulator of the same specs, to compare the engine with. One event list, objects, strings; nothing is
// fast. It is written from the design and the spec headers, not from the engine's handlers (README.md here says what it follows
// where the design is silent, and what it leaves out).
//
// A Copy is a message as one party holds it. A Party (senders outside, users of a site, a station) has mail between tiers and tries
// to hand it over. A Station is a tier at a site (and partition): servers, workers, input queues. A Work is what one worker does.
// Invariants: events run in the order of README.md; each copy has one owner.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/mail/message.hpp"
#include "models/mail/size_law.hpp"
#include "models/mta/mx_spec.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/spec/place_text.hpp"
#include "models/traffic/arrival_clock.hpp"
#include "models/traffic/tenant_directory.hpp"
#include "sim/base/law.hpp"
#include "sim/base/time.hpp"
#include "tests/oracle/accounts.hpp"
#include "tests/oracle/draws.hpp"
#include "tests/oracle/ledger.hpp"
#include "tests/oracle/network.hpp"

namespace mailquake::oracle {

/// One step in the life of a copy or request.
struct Step {
    SimTime       time;
    std::uint64_t identity = 0;
    std::string   what;
    std::string   place;
    friend auto operator<=>(const Step&, const Step&) = default;
};

/// What happens first at one instant; README.md has the table.
enum class Rank { measure, fault, reply, service, timer, scan, arrival };

/// How an attempt to hand a copy over, or to have it looked at, ended.
enum class Reply { accepted, later, never, // later: 4yz
                   no_connection, no_greeting, broken, timed_out };  // what is wrong with the site; broken: in the session

struct Copy {
    std::uint64_t identity = 0;
    MailKind      kind = MailKind::mail;
    Direction     direction = Direction::inbound;
    std::size_t   tenant_class = 0;
    std::uint32_t tenant = 0;
    Bytes         size;
    SimTime       accepted;           // by the first party that held it
    SimTime       arrived;            // at the party that holds it now
    SimTime       first_failure;      // of its attempts there
    std::size_t   hop = 0;            // the tier of its path that has it, or gets it next
    std::uint32_t failures = 0;       // attempts from there that failed
    std::uint32_t passes = 0;         // stays in its tier that were cut short
    bool          over = false;       // its party has it no more
    bool          doubted = false;    // the reply to an offer at this hop was not heard: the next tier may have it already
    std::size_t   mail = 0;           // which Mail it is a copy of
    Life          life;
    std::size_t   server = 0;         // of the tier that hands it on: the one that has it
};
using CopyPtr = std::shared_ptr<Copy>;

struct Station;
struct Server;

/// Who decides about the reply to an attempt: the receiver at its door, a proxy after work of its own, or who comes after the proxy.
enum class Decided { at_the_door, by_work, further_on };
using Respond = std::function<void(Reply, Decided, const Copy& about)>;

/// How a call was answered.
enum class Answer { good, failed, no_such_recipient };

/// A request of a call, at its callee.
struct Request {
    std::string from;                               // the caller's site
    std::function<void(Answer)> hear;               // what the caller does when the answer is back
    Waits awaited = [] { return true; };            // does the caller still wait?
    std::function<void()> wasted = [] {};           // what is counted when nobody hears it
    bool served = false, in_vain = false;
    std::shared_ptr<bool> silent = std::make_shared<bool>(false);  // a fault has swallowed it, or will
};

/// What waits for a worker: mail, or a request made for it.
struct Job {
    CopyPtr copy;
    std::uint64_t identity = 0;                     // the copy's, or the request's: keys its draws
    Respond upstream;                               // of mail at a proxy: who waits for the reply
    Waits upstream_waits;                           // and does he, still
    std::shared_ptr<Request> request;               // none: it is mail
    std::uint32_t pass = 0;                         // how often its stay here has been cut short, or put off
    bool first = false;                             // was put back at the head of its queue
    bool is_held = false;                           // by operators
    std::uint32_t offer = 0;                        // which offer of the copy at this hop it is
    SimTime since;                                  // waits from here on
    SimTime oldest;                                 // and of those who do then, the first one
};
using JobPtr = std::shared_ptr<Job>;

/// What a worker does, in words of the ledger; `of`: which call or flaw.
struct Doing {
    const char*        what = "";
    const std::string* of = nullptr;
    friend bool operator==(const Doing&, const Doing&) = default;
    [[nodiscard]] std::string text() const { return of == nullptr ? what : what + *of; }
};

/// What a worker does with one job.
struct Work {
    JobPtr      job;
    Station*    station = nullptr;
    Server*     server = nullptr;
    std::size_t call = 0;             // the call that it is in, or gets to next
    std::uint32_t attempt = 0;        // of that call
    std::uint64_t asked = 0;          // requests sent so far: tells a late answer from the one that it waits for
    bool        over = false;
    bool        in_service = false;
    bool        handing_over = false;  // its service is over; of a proxy
    bool        stalled = false;      // its server stands still, and it could go on
    SimTime     ends;                 // of its service
    double      pace = 1;             // by which that takes longer now
    SimDuration left;                 // of its service, when its server stands still
    std::uint64_t planned = 0;        // which end of service is the valid one
    std::shared_ptr<const bool> silent; // of the call that it is in: its request gets no answer
    const FlawSpec* held_by = nullptr;
    CopyPtr     hands_on;             // what a proxy offers
    Doing       doing;                // when it was looked at last
};
using WorkPtr = std::shared_ptr<Work>;

struct Server {
    std::size_t number = 0;
    std::size_t workers = 1;
    int         crashes = 0;              // reasons why it is down
    int         pauses = 0;               // reasons why it stands still
    std::vector<WorkPtr> busy;
    std::pair<int, std::size_t> looked{-1, 0};  // reasons to be down, and busy workers, when it was looked at last
    std::deque<JobPtr> queue;             // unless the tier's servers share one
    [[nodiscard]] bool can_start() const { return crashes == 0 && busy.size() < workers; }
    [[nodiscard]] bool is_held() const { return crashes == 0 && pauses > 0; }
};

/// What a party has learnt of a destination (feedback.cpp), as Postfix's queue manager does.
struct DestinationState {
    std::int64_t  window = 0;         // attempts at once
    double        success = 0, failure = 0, cohorts = 0;
    bool          dead = false;
};

/// Mail that a party has for one destination.
struct NextHop {
    Station* to = nullptr;
    std::deque<CopyPtr> fresh, due, active;
    std::size_t busy = 0;             // attempts now
    bool        due_turn = false;     // the next one into the active window is a deferred one
    std::optional<DestinationState> feedback; // none yet, or never
    std::uint64_t deaths = 0;         // tells the timer of the last one from older ones
    std::optional<std::size_t> server; // whose it is, where each server has its own
    bool        in_line = false;      // waits for a turn of the throttle
};

/// How soon a party may try one place; all of its servers together.
struct Turns {
    TimeArea    ahead = 0;            // from when one more attempt has its turn [ns]
    SimTime     looks;                // when it is looked at next
    std::deque<NextHop*> line;        // who waits for a turn
};

struct Party {
    std::string name;
    std::string site;
    std::string tier;                 // of a station
    std::uint64_t number = 0;         // stations in the scenario's order
    bool        limited = false;      // by connections and an active window; senders and users are not
    bool        users = false;        // inside their site they hand over in no time
    NextHopSpec limits;               // of senders and users only the schedule, and when they hear of a delay
    Station*    station = nullptr;    // if it is one
    std::map<std::pair<std::uint64_t, std::size_t>, NextHop> hops;  // by number of the destination, and by server where each has its own
    std::map<std::string, Turns> turns;    // of throttles, by destination
    std::map<std::pair<SimTime, std::uint64_t>, std::function<void()>> put_off;  // what comes back: when, and who
};

/// One try to hand a copy over, as its sender has it.
struct Attempt {
    CopyPtr copy;
    Copy    sent;                     // as it was then
    Party*  from;
    Station* to;
    std::function<void(Reply)> done;  // the sender knows
    WorkPtr hands_on;                 // of a proxy
    SimTime gives_up{};               // waiting for the reply; never: it waits for the greeting
    SimTime connected{}; SimDuration kept{};  // from then on it did, for so long
    std::shared_ptr<bool> open = std::make_shared<bool>(true);
    [[nodiscard]] bool waits() const { return *open && (!hands_on || (!hands_on->over && hands_on->job->upstream_waits())); }
};
using AttemptPtr = std::shared_ptr<Attempt>;

/// Who has a connection that no server has taken up.
struct Caller {
    AttemptPtr attempt;
    Server*    server;                // that it waits for; none: any
    SimTime    greeted_by;            // later a greeting comes too late
};

struct Station {
    const TierSpec* tier = nullptr;
    std::size_t planned = 0;          // servers that were there at first
    std::string name;                 // tier@site, or tier/partition@site
    std::string site;
    std::string partition;
    Law         service;
    std::deque<Server> servers;       // never moved
    std::deque<JobPtr> queue;         // of all servers, where they share one
    std::vector<std::size_t> free;    // numbers of servers with a free worker, in the order that a choice at random counts by
    std::size_t turn = 0;             // round robin
    bool        starting = false;     // gives its free workers away
    std::map<const void*, TimeArea> let_in;         // by throttle: from when one more has its turn [ns]
    std::map<const void*, std::deque<JobPtr>> held; // by hold
    int         dead = 0;             // reasons why its site is gone
    std::deque<Caller> callers;
    Party       party;
    [[nodiscard]] bool is_up() const;
};

struct Source {
    std::string name;
    std::size_t tenant_class = 0;
    Direction   direction = Direction::inbound;
    Party*      party = nullptr;
    ArrivalClock clock;
    ArrivalCount count;
    std::uint64_t next = 0;           // number of the arrival that comes next
    std::vector<std::uint32_t> tenants;
    std::optional<AliasTable> shares; // by volume
};

/// A client: it has a session, tries to get one, has not yet noticed that it lost one, or has given up.
struct Client {
    const ClientSpec* spec;
    std::uint64_t number;
    std::uint64_t sign_ins = 0;       // begun; the session of the start is number 0
    std::uint32_t tries = 0;          // of the latest one
    bool          is_signed_in = false;
    std::uint64_t plans = 0;          // the latest one is valid
    [[nodiscard]] std::string place() const { return "clients/" + spec->name; }
    /// Identity of its latest one.
    [[nodiscard]] std::uint64_t sign_in() const { return derived(derived(place_identity(place()), draws::client, number), draws::sign_in, sign_ins); }
};

/// Are figures counted, and is concurrency feedback done, as the design and Postfix have it, or as the engine is known to (expected_differences.cpp)?
enum class Rules { of_design, of_engine };

class World {
public:
    World(const ScenarioSpec& scenario, std::uint64_t seed, std::uint32_t replication, Rules rules = Rules::of_design);
    void run();

    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
    /// By tenant; those without mail are not there.
    [[nodiscard]] const std::map<std::uint32_t, Account>& accounts() const { return accounts_; }
    [[nodiscard]] const std::deque<Client>& clients() const { return clients_; }
    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] const std::vector<Mail>& mails() const { return mails_; }
    [[nodiscard]] const std::map<std::string, StationRecord>& records() const { return records_; }
    [[nodiscard]] const std::vector<SimTime>& retries() const { return retries_; }
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] const TenantDirectory& tenants() const { return *tenants_; }
    [[nodiscard]] const std::vector<FaultOccurrences>& acts() const { return acts_; }

private:
    struct When {
        SimTime       time;
        Rank          rank;
        std::uint64_t identity;
        friend auto operator<=>(const When&, const When&) = default;
    };

    // estate.cpp: what there is
    void build_stations();
    void build_station(const TierSpec& tier, const std::string& site, const std::string& partition);
    void build_parties();
    void build_sources();
    void add_source(std::size_t c, Direction direction, Party& party, double share, std::vector<std::uint32_t> tenants);
    [[nodiscard]] std::vector<std::string> homes_of(const TenantClassSpec& spec) const;
    void add_inbound(std::size_t c, const TenantClassSpec& spec);
    void add_users_mail(std::size_t c, const TenantClassSpec& spec, Direction direction);
    [[nodiscard]] std::size_t site_number(const std::string& name) const { return static_cast<std::size_t>(&named(scenario_.sites, name) - scenario_.sites.data()); }
    [[nodiscard]] bool is_outside(const std::string& site) const { return named(scenario_.sites, site).outside; }
    [[nodiscard]] const TierSpec& tier(const std::string& name) const { return named(scenario_.tiers, name); }
    [[nodiscard]] const std::vector<std::string>& path_of(const Copy& copy) const;

    // events
    void at(SimTime time, Rank rank, std::uint64_t identity, std::function<void()> what);
    void note(std::uint64_t identity, std::string what, const std::string& place);
    void begin_mail(Copy& copy);
    void look_at_stations();
    void look_at_workers(Station& station);
    [[nodiscard]] static Doing doing(const Server& server, const Work* work);
    void end_lives();
    void end_copy(const Copy& copy, const std::string& how, const std::string& place);

    // sources.cpp: how mail comes about
    void plan_arrival(Source& source);
    void arrive(Source& source, std::uint64_t k);
    void accept(Source& source, std::uint32_t tenant, std::uint64_t identity);
    void put_backlog();
    [[nodiscard]] std::vector<std::uint32_t> tenants_of(const PlaceText& place, Copy copy) const;
    void wait_behind(Party& party, const CopyPtr& copy);

    // relays.cpp: how mail gets from one party to the next
    [[nodiscard]] NextHop& hop_of(Party& party, const Copy& copy);
    [[nodiscard]] static std::size_t some_server(const Party& party, const Copy& copy);
    void send_on(Party& party, const CopyPtr& copy);
    void pump(Party& party, NextHop& hop);
    void refill(Party& party, NextHop& hop);
    void end_attempt(Party& party, NextHop& hop, const CopyPtr& copy, Reply reply);
    void defer(Party& party, const CopyPtr& copy);
    void put_off(Party& party, const CopyPtr& copy, std::function<void()> back);
    /// Tries to hand `copy` over to `to`; `done` is called when the sender knows.
    void transfer(const CopyPtr& copy, Party& from, Station& to, std::function<void(Reply)> done, const WorkPtr& hands_on = nullptr);
    void wait_for_reply(const AttemptPtr& attempt, SimTime until);
    void hear(const AttemptPtr& attempt, Reply reply, const Copy& about);
    void respond(const AttemptPtr& attempt, Reply reply, Decided by, const Copy& about);
    void connect(const AttemptPtr& attempt);
    [[nodiscard]] static bool keeps_waiting(const Station& station, const Server* server);
    void take_up(const AttemptPtr& attempt, Server* server);
    void look_at_callers(Station& station);
    [[nodiscard]] bool passes(const Station& station, const Copy& copy) const { return station.tier->hand_over == HandOver::held && copy.hop + 1 < path_of(copy).size(); }
    [[nodiscard]] JobPtr job_of(const Station& station, const Copy& copy) const;
    void offer(Station& station, const CopyPtr& copy, const Respond& respond, const Waits& waits = [] { return true; }, Server* connected = nullptr, SimDuration kept = {});
    [[nodiscard]] Reply turned_away(const Station& station, const Job& job, bool passes_through, SimDuration kept);
    [[nodiscard]] std::uint64_t identity_at(const Station& station, const Copy& offered);
    [[nodiscard]] std::uint64_t of_same_mail(const Copy& copy, const std::function<std::uint64_t(std::uint64_t)>& draw) const;
    [[nodiscard]] std::uint64_t another(const Copy& copy, const Station& station) const;
    [[nodiscard]] std::vector<MxHost> hosts_of(const Copy& copy) const;
    [[nodiscard]] std::uint32_t attempts_before(const Copy& copy) const;
    void try_again(Party& party, const CopyPtr& copy);
    void begin_attempt(Party& party, NextHop& hop);
    void pump_all(Party& party);
    void defer_all(Party& party, NextHop& hop);
    [[nodiscard]] std::vector<std::string> sites_for(const std::string& from, const Copy& copy) const;
    [[nodiscard]] Station& next_station(const std::string& from, const Copy& copy);
    void try_site(Party& party, NextHop& hop, const CopyPtr& copy, Station& to, std::size_t sessions);
    [[nodiscard]] Station* next_site(const Party& party, const Copy& copy, Reply reply, std::size_t sessions);
    [[nodiscard]] std::vector<std::string> by_distance(const std::string& from, const TierSpec& tier) const;
    [[nodiscard]] Station& station(const std::string& tier, const std::string& site, const Copy& copy);

    // expiry.cpp: what is given up for its age
    [[nodiscard]] bool is_too_old(const Party& party, const Copy& copy) const;
    void wait_no_longer(Party& party, NextHop& hop, const CopyPtr& copy);
    [[nodiscard]] bool gives_up_first(Party& party, NextHop& hop);
    void hold_no_longer(Station& station, const JobPtr& job), let_go(Station& station, const JobPtr& job);

    // stations.cpp: how it is served
    void enter(Station& station, Server* server, const JobPtr& job);
    void enter_queue(Station& station, const CopyPtr& copy);
    void wait(Station& station, Server* server, const JobPtr& job, bool at_head);
    [[nodiscard]] Server* server_for(Station& station, const Job& job);
    [[nodiscard]] bool is_full(const Station& station, const Server* server) const;
    [[nodiscard]] static std::deque<JobPtr>::iterator next_of(const Station& station, std::deque<JobPtr>& queue);
    void start_waiting(Station& station);
    void start(Station& station, Server& server, const JobPtr& job);
    static void list_if_free(Station& station, const Server& server);
    void next_step(const WorkPtr& work);

    // calls.cpp: what workers ask of other stations
    void make_call(const WorkPtr& work);
    void send_request(Station& callee, const JobPtr& job);
    void receive_request(Station& callee, const JobPtr& job);
    void answer(Station& callee, const JobPtr& job, Answer said);
    void call_ended(const WorkPtr& work, Answer said);
    void call_timed_out(const WorkPtr& work, SimTime begun);
    void call_failed(const WorkPtr& work, bool timed_out);
    void give_up_call(const WorkPtr& work);
    void bounce_job(const WorkPtr& work);
    void requeue_at_head(const WorkPtr& work);
    [[nodiscard]] const FlawSpec* awake_flaw(const Work& work, bool timed_out) const;
    [[nodiscard]] bool fault_acts(const FaultSpec& fault, const Station& station) const { return fault_acts(fault, station, now_); }
    [[nodiscard]] bool fault_acts(const FaultSpec& fault, const Station& station, SimTime at) const;
    [[nodiscard]] bool is_swallowed(const Station& callee, const Job& job, SimTime at) const;

    // clients.cpp
    void build_clients();
    void next(Client& client, SimDuration after, std::function<void()> what);
    void hold_session(Client& client);
    void lose_sessions();
    void try_to_sign_in(Client& client, bool anew);
    void sign_in_failed(Client& client);

    // faults.cpp: what happens to servers
    void plan_faults();
    void for_servers(const FaultSpec& fault, Station& station, bool begins);
    void site_is_gone(const std::string& site), site_is_back(const std::string& site);
    void pause(Server& server), resume(Server& server);
    [[nodiscard]] static std::vector<WorkPtr> in_order(std::vector<WorkPtr> works);
    void change_pace(Station& station);
    void crash(Station& station, Server& server), restart(Station& station, Server& server), go_on(Station& station);
    [[nodiscard]] bool names(const std::string& target, const Station& station) const;
    [[nodiscard]] bool hits(const FaultSpec& fault, const Station& station) const;
    [[nodiscard]] std::vector<bool> chosen_servers(const std::string& by, const std::string& target, double share, const Station& station) const;
    [[nodiscard]] std::vector<Server*> servers_hit(const FaultSpec& fault, Station& station);
    [[nodiscard]] bool is_turned_away(const Station& station, const Job& job, SimTime at) const;
    [[nodiscard]] double slowness(const Work& work);

    // feedback.cpp: how many attempts at once, and how soon
    void heard(Party& party, NextHop& hop, bool of_the_site);
    void grow(const Party& party, NextHop& hop) const;
    void shrink(Party& party, NextHop& hop);
    void revive(const Party& party, NextHop& hop) const;
    static void forget_if_empty(NextHop& hop);
    [[nodiscard]] TimeArea take_turn(TimeArea& ahead, double rate, std::int64_t burst) const;
    [[nodiscard]] bool has_connection(const Party& party, NextHop& hop) const;
    [[nodiscard]] bool may_begin(Party& party, NextHop& hop);
    [[nodiscard]] bool has_turn(Party& party, NextHop& hop);
    void look_later(Party& party, const std::string& place);
    [[nodiscard]] static TimeArea turn_of(TimeArea ahead, double rate, std::int64_t burst);

    // mitigations.cpp: what operators do at a set time
    template <class Kind> [[nodiscard]] std::vector<const Kind*> acting(const Station& station) const;
    void plan_mitigations();
    void add_servers(Station& station, std::int64_t servers);
    void flush(Party& party);
    void release_held(Station& station, const HoldMitigation& hold);
    [[nodiscard]] bool is_cut_off(const Station& callee) const;
    [[nodiscard]] bool is_let_in(Station& station);
    [[nodiscard]] const HoldMitigation* holds(const Station& station, const Copy& copy) const;
    [[nodiscard]] bool is_suspended(const Party& party, const NextHop& hop) const;

    // stations.cpp again
    void serve(const WorkPtr& work), plan_end(const WorkPtr& work), end_service(const WorkPtr& work);
    void hand_over(const WorkPtr& work), release(const WorkPtr& work), pass_through(const WorkPtr& work);

    // ends
    void deliver(const CopyPtr& copy, const std::string& place);
    void send_back(const CopyPtr& copy, Party& party, const std::string& how);
    void report(const CopyPtr& about, Party& party, MailKind kind, std::uint32_t n = 0);
    void watch(Party& party, const CopyPtr& copy);
    void drop(const Job& job, const std::string& place);
    void discard(const CopyPtr& copy, const Party& party);
    void leave_duplicate(const Copy& copy, const std::string& place);

    const ScenarioSpec& scenario_;
    const Rules rules_;
    Draws   draws_;
    SimTime now_;
    SimTime end_;
    std::multimap<When, std::function<void()>> events_;
    std::vector<Step> steps_;
    std::vector<Mail> mails_;
    std::map<std::string, StationRecord> records_;    // by station
    std::vector<SimTime> retries_;                    // attempts that are not a copy's first at that hop
    std::set<std::pair<std::uint64_t, std::size_t>> tried_;  // identity and hop
    Ledger  ledger_;

    std::optional<TenantDirectory> tenants_;
    std::map<std::string, std::size_t> partitioned_;  // tier to its number in the directory
    std::map<std::string, Station> stations_;
    std::map<std::uint32_t, Account> accounts_;
    std::vector<std::string> station_names_;   // in the scenario's order
    std::map<std::string, Party> parties_;            // senders and users
    std::deque<Client> clients_;
    std::vector<std::unique_ptr<Source>> sources_;
    std::vector<FaultOccurrences> acts_;              // of each fault
    Wires wires_;
};

}  // namespace mailquake::oracle
