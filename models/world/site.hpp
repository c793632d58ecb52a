// A site as a logical process: its stations, next-hop queues, sources and clients, its clock and event list. It reads the
// shared plan and its own state, nothing of another site's; what it says to others travels as parcels over channels.
//
// The handlers are grouped by theme, a file each, in the order of the declarations below; ARCHITECTURE.md, section 4, follows a
// message through them. Themes with state of their own are parts: Noticing, Deciding, Replaying, Explaining, Losing, Draining, ListenBacklog, Expiring.
//
// Simplifications: within a site the way to a callee and back is taken at once, with the answer; an answer to a hop within
// a site comes with the offer. Both keep their length.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/mta/next_hop_queue.hpp"
#include "models/mta/station.hpp"
#include "models/world/attempt.hpp"
#include "models/world/deciding.hpp"
#include "models/world/draining.hpp"
#include "models/world/expiring.hpp"
#include "models/world/explaining.hpp"
#include "models/world/lives.hpp"
#include "models/world/listen_backlog.hpp"
#include "models/world/losing.hpp"
#include "models/world/noticing.hpp"
#include "models/world/outcome.hpp"
#include "models/world/parcel.hpp"
#include "models/world/plan.hpp"
#include "models/world/replaying.hpp"
#include "models/world/site_agenda.hpp"
#include "models/world/site_joints.hpp"
#include "models/world/site_measures.hpp"
#include "models/world/site_policies.hpp"
#include "models/world/site_populations.hpp"
#include "models/world/site_records.hpp"
#include "models/world/transition.hpp"
#include "sim/base/first_words.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/slab.hpp"
#include "sim/base/draw_log.hpp"
#include "sim/base/stable_vector.hpp"
#include "sim/kernel/channel.hpp"
#include "sim/kernel/fingerprint_batch.hpp"
#include "sim/kernel/logical_process.hpp"

namespace mailquake {

class Site final : public LogicalProcess, private SiteAgenda, private SiteRecords, private SitePolicies, private SitePopulations, private SiteMeasures {
public:
    Site(const Plan& plan, std::uint16_t id, SiteChannels channels, const SiteWatch& watch);

    [[nodiscard]] SimTime next_time() const override { return events_.next_time(); }
    void run_until(SimTime horizon) override;
    bool receive() override, receive_from(std::size_t process) override;
    [[nodiscard]] bool list_receivers(std::vector<std::uint32_t>& receivers) override;
    /// As receive(), from one other site alone.
    bool receive_from_site(std::uint32_t site);

    // After the run, in this order:
    /// Attempts of any site: those whose acceptance is on its way here, and those for which a proxy here is at work.
    void list_hand_overs(std::vector<AttemptName>& accepted, std::vector<AttemptName>& in_hand);
    /// Of these (sorted) accepted attempts, those that a proxy here makes are accepted on behalf of others: adds these.
    void pass_up(std::span<const AttemptName> accepted, std::vector<AttemptName>& more) const;
    /// Counts the copies under way, and books their lives up to now. Both lists are sorted: what is in hand, who has it books the rest.
    void finish(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand);
    /// On whose behalf this attempt of the site is made: its own name if on its sender's; none if nobody waits for it any more.
    [[nodiscard]] std::optional<AttemptName> behind(std::uint64_t key) const;
    /// What proxies here have in hand goes to the ledger, if it is somebody's; `have`: (sorted) attempts that others have accepted or in hand.
    ProxyBooks& finish_proxies(std::span<const AttemptName> have, const std::function<bool(AttemptName)>& waits);
    /// In a run that is to be explained, when all sites have finished: ends the lives of copies that are still under way.
    void end_lives(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand, LivesOutcome& outcome);
    /// Adds what this site has seen to the outcome of all.
    void collect(Outcome& outcome) const;
    /// How many copies of each tenant this site owns right now; for the conservation check.
    void add_holdings(std::vector<std::uint64_t>& owned_by_tenant) const;
    [[nodiscard]] const TenantLedger& tenants() const { return tenants_; }
    [[nodiscard]] const std::vector<Qshape>& qshapes() const { return qshapes_; }
    [[nodiscard]] const std::vector<std::uint64_t>& late_answers() const { return late_answers_; }
    [[nodiscard]] const Noticing& noticing() const { return noticing_; }
    [[nodiscard]] Losing& losing() { return losing_; }
    [[nodiscard]] const DrawLog& draws() const { return draws_; }
    [[nodiscard]] Fingerprint fingerprint() const { return transitions_.total(); }

private:
    friend class Noticing; friend class Deciding; friend class Replaying; friend class Explaining; friend class Losing; friend class Draining; friend class ListenBacklog; friend class Expiring;

    // site.cpp
    [[gnu::always_inline]] inline void handle(const Event& event);
    void drain(Channel<Parcel>& channel);
    void on_parcel(std::uint32_t index);
    void handle_parcel(const Parcel& parcel);
    void send(std::uint16_t to, SimTime arrival, const Parcel& parcel);
    void note(Transition what, std::uint64_t identity, Fingerprint::Entity place, const std::string& place_name) {
        if (transitions_.put(now_, place, static_cast<std::uint64_t>(what), identity)) [[unlikely]] noted(what, identity, place_name);
    }
    [[gnu::cold]] void noted(Transition what, std::uint64_t identity, const std::string& place_name);
    [[gnu::cold]] void tell(Transition what, std::uint64_t identity, const std::string& place_name);
    /// At a holder of this site (a station or a population); of any site, by the station's global id.
    void note_here(Transition what, std::uint64_t identity, std::uint32_t holder) {
        note(what, identity, holder_prints_[holder], holders_[holder].name);
    }
    void note_there(Transition what, std::uint64_t identity, std::uint32_t station) {
        note(what, identity, station_prints_[station], plan_.stations[station].place);
    }
    void touch_fault(std::uint32_t fault) { ++fault_touches_[fault]; }
    void touch_links(std::uint16_t other);
    [[nodiscard]] bool meets_link_fault(std::uint32_t fault, std::uint16_t other, SimTime since, SimTime until) const;
    void add_stations();
    void add_holder(const HolderPlan& plan, const std::string& name, BacklogCount& backlog);
    void add_populations_and_sources();
    void schedule_plan(std::span<const SimTime> qshape_at);

    // accepting.cpp
    void on_arrival(std::uint32_t source);
    void schedule_arrival(std::uint32_t index, Source& source);
    void draw_arrivals(Source& source) const;
    void draw_tenants(Source& source, const SourcePlan& plan) const;
    void accept_new(Source& source, const SourcePlan& plan, std::uint64_t identity, std::uint32_t tenant);
    void accept_another(Source& source, const SourcePlan& plan, std::uint64_t identity, std::uint32_t tenant);
    void find_straight_way(Source& source);
    void begin_life(const Message& m) { begin_life(m.kind == MailKind::mail, m.tenant, m.accepted, m.measured != 0); }
    void begin_life(bool is_mail, std::uint32_t tenant, SimTime accepted, bool measured);
    void deliver(std::uint32_t message, std::uint32_t station) { deliver(messages_[message], message, station); }
    void deliver(Message& m, std::uint32_t message, std::uint32_t station);
    void deliver_report(std::uint32_t message, std::uint32_t station);
    void bounce(std::uint32_t message, std::uint32_t holder);
    void expire(std::uint32_t message, std::uint32_t holder);
    void return_to_sender(std::uint32_t message, std::uint32_t holder, Transition why);
    void drop(std::uint32_t message, std::uint32_t station);
    void drop_for_good(std::uint32_t message, std::uint32_t station);
    void send_report(const Message& about, MailKind kind, std::uint32_t n, std::uint32_t holder);
    void end_life(std::uint32_t message, bool bad);
    void end_life(const Message& m, std::uint32_t message, TenantAccount& account, bool bad);
    void count_hour(const Message& m, TenantAccount& account, SimDuration delay);
    [[nodiscard]] bool count_slow(const Message& m, SimDuration delay);
    [[nodiscard]] bool is_late(const Message& m, SimDuration delay) const;
    void count_late_minutes(SimTime accepted, SimDuration excuse, SimDuration delay);
    void check_conservation() const;

    // starting.cpp
    void put_backlog();
    void put_waiting(const BacklogPlan& plan, SimTime accepted, std::uint64_t number);
    void put_behind(std::uint32_t message, std::uint32_t station);

    // handing_over.cpp
    void send_on(std::uint32_t message, std::uint32_t holder);
    void send_to(StationId next, std::uint32_t message, std::uint32_t holder, std::uint32_t server);
    [[nodiscard]] bool goes_straight(const Message& m, StationId next, const HopQueue& queue) const;
    [[nodiscard]] bool is_free_way(const HopQueue& queue) const {
        return !site_is_down() && !queue.pumping && queue.queue.nobody_waits();
    }
    [[nodiscard]] Reply refuse(std::uint32_t station, std::uint32_t message, std::uint64_t identity, Entered why);
    void enter_straight(const Message& m, std::uint32_t message, std::uint32_t holder, StationId next);
    void keep_refused(std::uint32_t message, std::uint32_t holder, StationId next, Reply reply, std::uint32_t server = 0);
    /// The station that gets the message next.
    [[nodiscard]] StationId next_station(Message& m, bool users) {
        const StationId fixed = fixed_station(m);
        return fixed.valid() ? fixed : choose_station(m, users);
    }
    [[nodiscard]] StationId choose_station(Message& m, bool users);
    [[nodiscard]] StationId station_of(const Message& m, bool users);
    void fix_stations();
    [[nodiscard]] StationId fixed_home(std::size_t tenant_class, const TierPlan& tier) const;
    [[nodiscard]] StationId fixed_station(const Message& m) const {
        return fixed_stations_[path_begins_[path_number(m)] + m.hop];
    }
    [[nodiscard]] std::uint16_t entry_site(const Message& m);
    std::uint32_t queue_to(std::uint32_t holder, std::uint32_t station, std::uint32_t server = 0);
    std::uint32_t servers_queue_to(std::uint32_t holder, std::uint32_t station, std::uint32_t server);
    [[nodiscard]] bool has_servers_queues(std::uint32_t holder) const;
    [[nodiscard]] std::uint32_t some_server(std::uint32_t holder, std::uint64_t identity) const;
    void pump(std::uint32_t queue);
    void start_attempt(std::uint32_t message, std::uint32_t queue, std::uint32_t worker, std::uint32_t station, std::uint32_t holder);
    void start_transfer(std::uint32_t slot, std::uint32_t holder);
    [[nodiscard]] TransferPlan plan_mail_to_dead_site(std::uint16_t to, const Message& m, RandomStream& luck);
    void on_offer(std::uint32_t slot), on_remote_offer(const Parcel& parcel);
    [[nodiscard]] Reply offer(std::uint32_t station, std::uint32_t message, std::uint64_t upstream, std::uint16_t from);
    [[nodiscard]] Reply offer_again(std::uint32_t station, std::uint32_t message), offer_from_proxy(std::uint32_t record, const Parcel& parcel);
    [[nodiscard]] Reply turn_away(std::uint32_t station, std::uint32_t message, const Message& before, Entered why);
    [[nodiscard]] Reply offer_to_proxy(std::uint32_t station, std::uint32_t message, std::uint64_t upstream, std::uint16_t from);
    [[nodiscard]] std::uint32_t attempt_number(const Message& m, std::uint32_t station) const;
    void take_over(Message& m, std::uint32_t message, std::uint32_t station);
    void become_another(Message& m, std::uint32_t message, std::uint32_t station), rename(std::uint32_t message, std::uint64_t identity);
    void note_repeat(const Message& offered, std::uint32_t station);
    void on_proxys_offer(std::uint32_t slot), wait_for_reply(std::uint32_t slot, std::uint64_t key);
    void leave_duplicate(const Message& copy, std::uint32_t station, AttemptName attempt);
    void on_reply(const Parcel& parcel), wait_for_greeting(std::uint32_t slot, SimDuration patience);
    void on_reply_time_out(std::uint32_t slot), end_attempt(std::uint32_t slot, Reply reply, SimTime booked_up_to);
    void end_held_attempt(const Attempt& attempt, AttemptName name, const Message& as_sent, Reply reply);
    [[nodiscard]] static AttemptName upstream_of(const Message& proxied) { return {proxied.failures, static_cast<std::uint64_t>(proxied.arrived.ns)}; }
    void reply_upstream(const Message& proxied, Reply reply, std::uint32_t station);
    SimTime send_reply(std::uint16_t to, std::uint64_t key, const Message& about, Reply reply, std::uint32_t station);
    [[nodiscard]] bool waits_for(std::uint64_t key) const;

    // trying_hosts.cpp
    [[nodiscard]] std::uint32_t host_of(const Message& m, std::uint32_t station, std::uint32_t failed) const;
    [[nodiscard]] std::optional<std::uint32_t> next_address(const Attempt& attempt, const Message& m, std::uint32_t holder) const;
    [[nodiscard]] bool goes_on_elsewhere(std::uint32_t slot, Reply reply, SimTime booked_up_to);
    // remembering_hosts.cpp
    void learn_of_host(std::uint32_t queue, Reply reply);
    void wait_for_host(std::uint32_t message, std::uint32_t queue);
    [[nodiscard]] bool host_rests(std::uint32_t queue);
    // sharing_processes.cpp
    void pump_shared(std::uint32_t queue), count_processes(std::uint32_t queue), stand_in_line(std::uint32_t queue);
    // adapting.cpp
    [[nodiscard]] bool can_send(const HopQueue& q) const;
    void send_again(std::uint32_t holder);
    void lay_aside(std::uint32_t queue), set_revival_timer(std::uint32_t queue), on_revival(std::uint32_t queue);
    void set_throttle_timer(std::uint32_t owner), on_throttle_end(std::uint32_t owner);
    [[nodiscard]] bool is_throttled(std::uint32_t queue);
    // readying.cpp
    void make_ready(std::uint32_t message, std::uint32_t queue, bool is_new);
    void look_again(std::uint32_t queue);
    void send_back(std::uint32_t message, std::uint32_t queue), delay(std::uint32_t message, std::uint32_t queue);
    void book_wait(std::uint32_t message, std::uint32_t holder);
    std::uint64_t delay_waiting(std::uint32_t queue);
    [[nodiscard]] const MeasurePlan* suspension_of(std::uint32_t queue) const;
    // deferring.cpp
    void attempt_failed(std::uint32_t message, std::uint32_t queue, Reply reply);
    void defer(std::uint32_t message, std::uint32_t queue);
    void put_off(std::uint32_t message, std::uint32_t queue, SimTime due);
    [[nodiscard]] std::optional<SimTime> next_try(const Message& m, std::uint32_t holder, FailedTry failed, std::uint32_t server) const;
    [[nodiscard]] SimTime scan_phase(std::uint32_t holder, std::uint64_t identity, std::uint32_t server) const;
    void try_again(std::uint32_t message, std::uint32_t holder, std::uint32_t server);
    void let_out(std::uint32_t message, std::uint32_t holder);
    void set_retry_timer(std::uint32_t queue), on_retry_due(std::uint32_t queue); void enter_holder(std::uint32_t message, std::uint32_t holder), leave_holder(std::uint32_t message, std::uint32_t holder), leave_holder(SimTime arrived, Holder& holder);
    /// The message has come to this party: remember it for a delay notice, where the party sends any.
    void watch(std::uint32_t message, std::uint32_t holder) {
        if (sends_notices_ && holders_[holder].plan->notice_after) add_to_watched(message, holder);
    }
    void add_to_watched(std::uint32_t message, std::uint32_t holder);
    void forget_watched(std::uint32_t message, std::uint32_t holder);
    void sweep_notices();
    [[nodiscard]] std::uint32_t number_of_notice(const Message& m, std::uint32_t holder) const;

    // serving.cpp
    [[nodiscard]] Entered enter(std::uint32_t station, JobRef job, bool even_if_full = false);
    struct JobLuck { std::uint64_t identity; std::uint32_t pass; };
    /// `offer`: which offer of a copy at this hop it is; one that was turned away before may find another server.
    [[nodiscard]] Entered enter(std::uint32_t station, Station& s, JobRef job, JobLuck luck, bool even_if_full = false, std::uint32_t offer = 0);
    void start(std::uint32_t station, Station& s, std::uint32_t server, JobRef job, JobLuck luck);
    void serve(std::uint32_t worker, Worker& w, const Server& server, SimDuration service, std::uint64_t identity);
    [[nodiscard]] SimDuration own_service(std::uint32_t station, JobLuck luck) const;
    void end_wait(std::uint32_t station, std::uint32_t server, JobRef job);
    void end_wait(std::uint32_t station, Station& s, std::uint32_t server, Message& m, std::uint32_t message);
    [[nodiscard]] bool goes_on(std::uint32_t worker, Worker& w, Station& s);
    template <class EndWait>
    void go_on_with(std::uint32_t worker, Worker& w, Station& s, JobRef job, JobLuck luck, EndWait end_wait);
    [[nodiscard]] static JobLuck luck_of(const Message& m) { return {m.identity, pass_of(m)}; }
    /// What keys a job's draws in a tier: whose they are, and which pass through it this is.
    [[nodiscard]] JobLuck luck_of(JobRef job) const;
    void start_waiting(std::uint32_t station, std::uint32_t server) {
        if (!stations_[station].queue_of(server).empty()) start_those_waiting(station, server);
    }
    void start_those_waiting(std::uint32_t station, std::uint32_t server);
    void next_step(std::uint32_t worker);
    void on_service_end(std::uint32_t worker, std::uint32_t token);
    void end_request(std::uint32_t worker);
    void end_service_at(std::uint32_t worker, SimTime when);
    void end_service_at(std::uint32_t worker, Worker& w, SimTime when, std::uint64_t identity);
    void hand_over(std::uint32_t worker, Worker& w, Station& s, Message& m);
    void hand_over_direct(std::uint32_t message, std::uint32_t holder, StationId next, std::uint32_t server = 0);
    void set_state(std::uint32_t worker, std::size_t state);
    void book_worker(const Worker& w);
    void book_worker(const Worker& w, Message& m);
    void book_queue(std::uint32_t station, std::uint32_t server, std::uint32_t message);
    void book_queue(std::uint32_t station, Station& s, std::uint32_t server, Message& m, std::uint32_t message);
    void book_hop(std::uint32_t holder, std::uint32_t message, HopCause cause, SimDuration d);
    void free_worker(std::uint32_t worker);
    void free_worker(std::uint32_t worker, Worker& w, Station& s);
    [[nodiscard]] std::uint64_t identity_of(JobRef job) const;
    [[nodiscard]] std::uint32_t tenant_of(JobRef job) const;
    [[nodiscard]] std::size_t priority_of(JobRef job) const;

    // queueing.cpp
    [[nodiscard]] std::uint64_t shard_identity(JobRef job) const;
    [[nodiscard]] std::uint32_t bulkhead_group(const BulkheadPlan& bulkhead, JobRef job);
    [[nodiscard]] std::uint32_t message_key(JobRef job) const;
    [[nodiscard]] WaitingJob waiting_job(std::uint32_t station, JobRef job);
    [[nodiscard]] bool sheds(std::uint32_t station, std::uint32_t queue, JobRef job);
    [[nodiscard]] Entered wait_by_policy(std::uint32_t station, std::uint32_t queue, JobRef job, bool even_if_full);
    void wait_again(std::uint32_t station, std::uint32_t server, JobRef job);
    [[nodiscard]] bool waited_too_long(std::uint32_t station, std::uint32_t server, SimTime since) const;
    [[nodiscard]] bool turned_away(std::uint32_t station, std::uint32_t server, JobRef job);
    void join_bulkhead(std::uint32_t worker);
    void leave_bulkhead(std::uint32_t worker);
    [[nodiscard]] SimTime deadline_of(std::uint32_t request) const;
    void remember_deadline(std::uint32_t station, std::uint32_t request, SimTime deadline, SimDuration cancel_after);
    void on_given_up(std::uint32_t request, std::uint32_t station);

    // scaling.cpp
    void begin_scaling();
    [[nodiscard]] double scale_signal(std::uint32_t station);
    void on_autoscale(std::uint32_t station);
    void on_scale_out(std::uint32_t station, std::uint32_t n);
    void drain_servers(std::uint32_t station, std::uint32_t n);
    void grow(std::uint32_t station, std::uint32_t n);

    // admitting.cpp
    void begin_looking();
    void on_look_at_pressure(std::uint32_t station);
    [[nodiscard]] SimDuration tarpit_at(std::uint32_t station) const;
    [[nodiscard]] bool is_tarpitted(const Parcel& parcel), is_delayed(const Parcel& parcel);
    [[nodiscard]] bool is_tarpitted(std::uint32_t slot), is_delayed(std::uint32_t slot);
    [[nodiscard]] std::optional<Reply> put_off_at_door(std::uint32_t station, const Message& m, std::uint16_t from);
    [[nodiscard]] bool is_first_contact(std::uint32_t station, const Message& m);
    [[nodiscard]] SimDuration greylisted_for(const Message& m, SimDuration age) const;
    [[nodiscard]] std::uint32_t let_in_after(const Message& m) const;

    // guarding.cpp
    void on_hedge(std::uint32_t worker, std::uint32_t token);
    void add_guards();
    [[nodiscard]] bool may_call(std::uint32_t worker, StationId callee);
    void learn(std::uint32_t worker, bool answered);
    [[nodiscard]] SimDuration patience(const Worker& w) const;
    [[nodiscard]] SimTime deadline_for(const Worker& w) const;
    [[nodiscard]] SimDuration cancel_after(const Worker& w) const;

    // calling.cpp
    void make_call(std::uint32_t worker);
    [[nodiscard]] StationId callee_of(const Worker& w, TierId tier);
    [[nodiscard]] bool send_request(std::uint32_t worker, StationId callee, bool hedged = false);
    /// Its caller waits until `deadline` and `cancel_after`, when it takes it back, as far as the callee is told.
    void receive_request(std::uint32_t station, const Request& request, SimTime deadline = SimTime::never(), SimDuration cancel_after = SimDuration::max());
    void answer(std::uint32_t station, const Request& request, Answer answer);
    void on_answer(std::uint32_t worker, std::uint32_t token, Answer answer, std::uint32_t station);
    [[nodiscard]] std::uint64_t request_identity(const Worker& w, bool hedged) const;
    void on_call_timer(std::uint32_t worker);
    void call_failed(std::uint32_t worker, bool hung);
    void give_up_call(std::uint32_t worker);
    void defer_in_tier(std::uint32_t worker);
    [[nodiscard]] std::optional<std::size_t> awake_flaw(const Worker& w, bool hung) const;
    [[nodiscard]] bool act_flaw(std::uint32_t worker, bool hung);
    [[nodiscard]] std::optional<std::uint32_t> swallowed_by(const StationPlan& station, const Request& request, SimTime arrival) const;
    void requeue_at_head(std::uint32_t worker);
    void begin_pass(std::uint32_t message);
    void renew(std::uint32_t message);
    void fail_job(std::uint32_t worker, OnFailure on_failure);

    // answering_badly.cpp
    [[nodiscard]] SimDuration spoil_answer(std::uint32_t station, const Request& request, Answer& answer);
    [[nodiscard]] bool cache_answers(const Worker& w, const CallPlan& call);
    [[nodiscard]] bool grayly_dropped(std::uint32_t station, JobRef job);
    void look_at_new(const Message& m);

    // slowing.cpp
    template <class F>
    void each_slowing(std::uint32_t worker, F&& slows) const;
    void meet_grays(std::uint32_t worker, std::uint32_t only);
    [[nodiscard]] SimDuration odd_service(std::uint32_t worker, SimDuration drawn);
    [[nodiscard]] SimDuration slowed_work(std::uint32_t worker, SimDuration own, SimDuration work, bool begins);
    void change_pace(std::uint32_t station, std::uint32_t server, const ServerFaultPlan& fault, bool begins);
    [[nodiscard]] std::size_t service_state(std::uint32_t worker) const;

    // flawing.cpp
    [[nodiscard]] bool is_awake(const FlawPlan& flaw, std::uint32_t station, JobRef job, const StreamKey& key) const;
    [[nodiscard]] bool start_flawed(std::uint32_t worker);
    [[nodiscard]] bool behave(std::uint32_t worker, std::size_t position);
    void touch_flaw(std::uint32_t flaw);
    [[nodiscard]] std::uint32_t pen_of(std::uint32_t station);
    void put_aside(std::uint32_t worker);
    void pass_unworked(std::uint32_t worker);
    void send_duplicate(std::uint32_t worker, std::uint32_t flaw);
    [[nodiscard]] const FlawPlan* holders_flaw(std::uint32_t holder, std::uint32_t message, FlawKind kind, FlawKind or_kind);
    [[nodiscard]] Reply misread(std::uint32_t holder, std::uint32_t message, Reply reply);
    [[nodiscard]] std::optional<SimTime> flawed_due(std::uint32_t holder, std::uint32_t message, std::uint32_t server);
    void forget_timers(std::uint32_t station);
    std::size_t all_due_now(std::uint32_t queue);
    /// What becomes of who comes to a station that looks at who comes; nothing: as ever.
    [[nodiscard]] std::optional<Entered> met_at_entry(std::uint32_t station, JobRef job, bool even_if_full);
    // refusing.cpp
    [[nodiscard]] bool refuses_all(std::uint32_t station);
    [[nodiscard]] bool goes_on_refusing(const FlawPlan& flaw, SimTime& since, std::size_t waiting) const;
    [[nodiscard]] bool all_servers_refuse(std::uint32_t station, std::size_t position);

    // mitigating.cpp
    [[nodiscard]] SimTime begin_of(const MeasurePlan& measure) const { return measure.at != SimTime::never() ? measure.at : deciding_.since(measure.mitigation); }
    [[nodiscard]] std::optional<Entered> met_by_measures(std::uint32_t station, JobRef job);
    [[nodiscard]] bool lets_in(std::uint32_t station, std::size_t measure);
    [[nodiscard]] bool holds(const MeasurePlan& measure, const Message& m) const;
    void pass_by(std::uint32_t message, std::uint32_t station);
    [[nodiscard]] const MeasurePlan* bypass_at(StationId station) const;
    void skip_lost_tiers(Message& m);
    [[nodiscard]] bool is_passed_by(std::uint32_t station, const Message& m) const;
    void hold_back(std::uint32_t message, std::uint32_t station, SimTime until);
    void book_held_back(std::uint32_t message, std::uint32_t station);
    void on_measure(std::uint32_t station, std::size_t measure);
    std::uint64_t drain_aside(std::uint32_t station, const MeasurePlan& measure);
    void touch_avoided(TierId tier);
    void schedule_measures();

    // losing_disks.cpp
    [[nodiscard]] double disk_share(const ServerFaultPlan& fault, const Message& m) const;
    void lose_disks(std::uint32_t station, const ServerFaultPlan& fault);
    void lose_waiting(std::uint32_t station, std::uint32_t server, const ServerFaultPlan& fault, double share, bool has_shadow);
    void send_again_from_shadow(std::uint32_t message, std::uint32_t queue, std::uint32_t fault);
    [[nodiscard]] std::uint64_t lose_behind(std::uint32_t station, const ServerFaultPlan& fault, double share, bool has_shadow);

    // signing_in.cpp
    void sign_in(std::uint32_t population, std::uint32_t client);
    void on_client_answer(std::uint16_t population, std::uint32_t client, std::uint32_t token, bool ok);
    void try_failed(std::uint32_t population, std::uint32_t client);
    void on_session_end(std::uint32_t population, std::uint32_t client);
    void on_client_try(std::uint32_t population, std::uint32_t client);
    void begin_sign_in(std::uint32_t population, std::uint32_t client);
    void on_network_change();
    void count_signed_in(Population& p, std::int64_t delta);
    [[nodiscard]] std::uint64_t sign_in_identity(const ClientPlan& plan, std::uint32_t client, const Client& c) const;

    // disturbing.cpp
    void on_trouble(std::uint32_t station, std::uint32_t fault, bool begins);
    void on_site_trouble(std::size_t stretch, bool begins);
    [[nodiscard]] std::vector<std::uint32_t> workers_of(std::uint32_t station, std::uint32_t server) const;
    std::uint64_t crash_server(std::uint32_t station, std::uint32_t server);
    [[nodiscard]] Message drop_connection(std::uint32_t worker);
    void join_trouble(std::uint32_t station, std::uint32_t server);
    void touch_server_faults(std::uint32_t station);
    void restart_server(std::uint32_t station, std::uint32_t server);
    void go_on_after_restart(std::uint32_t station, std::uint32_t server);
    void pause_server(std::uint32_t station, std::uint32_t server);
    void resume_server(std::uint32_t station, std::uint32_t server);
    [[nodiscard]] static bool hits(const ServerFaultPlan& fault, std::uint32_t server);
    [[nodiscard]] double ring_of(const FlawPlan& flaw, std::uint32_t station, std::size_t server) const;
    void on_add_servers(std::uint32_t station, std::size_t entry);
    void set_flaws(std::uint32_t station);

    // measuring.cpp
    void on_minute();
    void on_warm();
    void take_snapshot(), sample_clients();
    void finish_clients(Outcome& outcome) const;
    void collect_stations(Outcome& outcome) const;
    void collect_ledger(Outcome& outcome) const;
    void collect_queues(Outcome& outcome) const, collect_backlogs(Outcome& outcome) const;
    void book_rest(std::span<const AttemptName> accepted, std::span<const AttemptName> in_hand);

    [[nodiscard]] const StationPlan& plan_of(std::uint32_t local) const { return *posts_[local].plan; }
    [[nodiscard]] const TierPlan& tier_of(std::uint32_t local) const { return *posts_[local].tier; }
    [[nodiscard]] std::uint32_t population_holder(std::uint32_t population) const { return population_holder_[population]; }
    [[nodiscard]] std::span<const TierId> path_of(const Message& m) const {
        return paths_[path_number(m)];
    }
    [[nodiscard]] std::size_t path_number(const Message& m) const {
        return class_of(m) * kDirections + static_cast<std::size_t>(m.direction);
    }
    [[nodiscard]] static std::size_t class_of(const Message& m) { return m.tenant_class; }
    [[nodiscard]] bool is_population(std::uint32_t holder) const { return holder >= first_population_; }
    [[nodiscard]] bool site_is_down() const { return down_ > 0; }

    const Plan&   plan_;
    DrawLog       draws_;
    std::uint16_t id_;
    SiteChannels  channels_;
    std::vector<Channel<Parcel>*> inbox_;      // of channels_.in, those that are there
    std::vector<std::uint32_t> sent_to_;       // processes, since the executor asked; each once
    std::vector<std::uint8_t>  has_sent_to_;   // by process: is it one of these?
    SimTime       now_;
    SendingLinks  links_;
    NetworkKeys   network_;

    Slab<Message> messages_;
    Slab<Request> requests_;
    Slab<Worker>  workers_;
    Slab<Attempt> attempts_;
    Slab<Parcel>  parcels_;

    std::vector<std::uint32_t> station_ids_;   // global, by local index
    struct Post { const StationPlan* plan; const TierPlan* tier; };
    std::vector<Post>          posts_;         // what the plan says of each
    std::vector<Station>       stations_;
    std::vector<Holder>        holders_;       // the stations, then the populations
    bool sends_notices_ = false;               // does any of them?
    std::vector<Fingerprint::Entity> holder_prints_;   // beside it
    std::vector<Fingerprint::Entity> station_prints_;  // of the stations of all sites
    std::vector<std::span<const TierId>> paths_;       // by class and direction
    std::vector<std::uint32_t> path_begins_;           // beside it: in fixed_stations_
    std::vector<StationId>     fixed_stations_;        // by path and hop: where mail here goes, if always the same
    SimDuration inside_transfer_;              // how long mail takes from one station here to another [ns]
    StableVector<HopQueue>     queues_;
    std::set<std::uint64_t>    untried_;      // identities of deferred copies whose first attempt at their hop is to come
    std::vector<std::uint32_t> pen_of_;        // by station; kNone
    std::uint32_t tokens_ = 0;
    std::uint16_t down_ = 0;                   // reasons why the whole site is down

    Noticing      noticing_{*this};
    Deciding      deciding_{*this};
    Replaying     replaying_{*this};
    Explaining    explaining_{*this};
    Losing        losing_{*this};  Draining draining_{*this};  ListenBacklog listen_{*this};  Expiring expiring_{*this};
};

}  // namespace mailquake
