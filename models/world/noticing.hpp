// What a site does for dashboards: it looks at its signals, and where a dashboard stands it hears what all sites report, decides,
// publishes and sends mail. A part of its site, with state of its own; its handlers are called by the site's loop.
//
//   on_monitor  --report-->  hear_report  -->  on_announce: decided, try_it, timed_out  -->  publish  -->  send_advisory
//                            close_incident                       |    ^ on_need_answered
//                                                                ask --'
// A report between sites is a parcel: it takes the links' latency, never less than the lookahead, and a broken link loses it.
// Left out: who sees what is published (telling.hpp); monitoring of a site that is down, which says nothing.
// Invariants: nothing here draws from a stream of mail, calls or clients; without dashboards there is no event.
#pragma once

#include <cstdint>
#include <vector>

#include "models/world/dashboard_plan.hpp"
#include "models/world/dashboard_watch.hpp"

namespace mailquake {

class Site;
struct Message;
struct Parcel;

class Noticing {
public:
    explicit Noticing(Site& site) : site_(site) {}

    /// The first looks are scheduled.
    void begin();
    void on_monitor(std::uint32_t dashboard);
    void on_announce(std::uint32_t dashboard, std::uint64_t what);
    void hear_report(std::uint32_t dashboard, std::uint16_t from, std::uint64_t speaking);
    void on_need_answered(const Parcel& answer);
    [[gnu::noinline]] void hear_by_mail(const Message& advisory, SimTime now);

    [[nodiscard]] const std::vector<HeardMail>& heard() const { return heard_; }
    [[nodiscard]] const std::vector<DashboardNotice>& notices(std::size_t dashboard) const { return watches_[dashboard].notices; }

private:
    [[nodiscard]] bool is_so(const SignalPlan& signal, SignalWatch& watch) const;
    void close_incident(std::uint32_t dashboard);
    void try_to_publish(std::uint32_t dashboard);
    void try_to_publish_failed(std::uint32_t dashboard);
    void ask(std::uint32_t dashboard, std::uint32_t need);
    void publish(std::uint32_t dashboard);
    void send_advisory(const ChannelPlan& channel, std::uint32_t incident, std::uint32_t tenant);

    Site& site_;
    std::vector<DashboardWatch> watches_;   // by dashboard of the plan
    std::vector<HeardMail>      heard_;
};

}  // namespace mailquake
