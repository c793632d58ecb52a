// Mail that is given up for its age where no attempt has failed: schedules that expire `before-attempt` or `by-timer`
// (models/mta/retry_schedule.hpp has what real systems do). A part of its site.
//
//   deferred, put aside    its due time is no later than the end of its life (RetrySchedule::next_look, no_later): looked at when due
//   waits for its turn     before-attempt: looked at when its turn comes, before it has cost a connection or a turn of a throttle
//                          by-timer: in an index by the end of its life, with one timer for all
//
// A waiting copy has no event. In the index are those that could not start at once; what has left its queue meanwhile is thrown away when its
// time comes, or when such entries make up half of the index. Copies that wait for a worker are not looked at; nor is an attempt cut short.
// Invariants: of schedules that expire after an attempt nothing is in here, and nothing is asked; every entry's time is yet to come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

class Site;
struct Message;

class Expiring {
public:
    explicit Expiring(Site& site) : site_(site) {}

    /// When a copy begins to wait in a next-hop queue whose schedule expires by a timer, then it waits no longer than its life.
    void begins_to_wait(std::uint32_t message, std::uint32_t queue);
    /// When lives of copies that wait end, then they are given up, one by one: what else happens at this instant may come between.
    void on_due();
    /// When the turn of a queue's first copy has come and it is too old, then it is given up, and the turn is the next one's.
    [[nodiscard]] bool gives_up_first(std::uint32_t queue);
    /// When a deferred copy is due and too old, then it is given up.
    [[nodiscard]] bool gives_up_due(std::uint32_t message, std::uint32_t queue);
    /// What is due then is to be looked at before, if its life ends before.
    [[nodiscard]] SimTime no_later(SimTime due, const Message& m, std::uint32_t holder) const;
    /// The same of what operators hold.
    [[nodiscard]] SimTime held_no_later(SimTime until, const Message& m, std::uint32_t holder) const;

private:
    struct Entry {
        SimTime       at;        // the end of its life, or when it came, if that was later
        std::uint64_t identity;
        std::uint32_t message;
        std::uint32_t queue;
    };
    static constexpr std::size_t kFew = 1024;
    static bool later(const Entry& a, const Entry& b) { return a.at != b.at ? a.at > b.at : a.identity > b.identity; }

    [[nodiscard]] bool is_too_old(const Message& m, std::uint32_t holder) const;
    [[nodiscard]] bool may_wait(const Entry& entry) const;
    void give_up_if_waiting(const Entry& entry);
    void give_up(std::uint32_t message, std::uint32_t holder);
    void throw_away_old();
    void set_timer();

    Site& site_;
    std::vector<Entry> heap_;      // the first one is at its front
    std::size_t many_ = kFew;      // at so many it is looked through
    EventHandle timer_ = EventHandle::none();
    SimTime     timer_at_ = SimTime::never();
    std::uint64_t timer_for_ = 0;
};

}  // namespace mailquake
