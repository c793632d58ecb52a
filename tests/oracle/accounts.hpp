// What figures are made from after a run of the second world: what became of mail, and what happened at stations.
// Invariant: nothing in a run is decided by what is written down here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/mail/message.hpp"
#include "sim/base/time.hpp"

namespace mailquake::oracle {

using Waits = std::function<bool()>;  // does the sender still wait for the reply?

/// What became of a tenant's copies.
struct Account {
    std::uint64_t accepted = 0, generated = 0, duplicated = 0;
    std::uint64_t delivered = 0, bounced = 0, expired = 0, dropped = 0, discarded = 0;
    friend bool operator==(const Account&, const Account&) = default;
    [[nodiscard]] std::uint64_t in_system() const { return accepted + generated + duplicated - delivered - bounced - expired - dropped - discarded; }
};

/// A piece of mail from its acceptance on: what figures are made from (figures.hpp). A duplicate is one more copy of it.
struct Mail {
    MailKind      kind = MailKind::mail;
    Direction     direction = Direction::inbound;
    std::size_t   tenant_class = 0;
    std::uint32_t tenant = 0;
    SimTime       accepted;
    std::string   to;                 // the outside site that it goes to; empty: none
    std::size_t   copies = 1;
    std::vector<std::pair<SimTime, std::string>> ends;  // when a copy ended, and how
    std::map<std::shared_ptr<bool>, Waits> unheard;  // acceptances whose replies are on their way
    bool          at_start = false;   // it waits when the run begins
};

/// What happened at a station, and its workers and queue after each event that changed them.
struct StationRecord {
    struct Moment {
        SimTime time;
        std::size_t busy = 0, waiting = 0, workers = 0;
    };
    std::uint64_t arrivals = 0, refused = 0, swallowed = 0, wasted = 0;
    std::vector<std::pair<SimTime, SimDuration>> waits;  // when they ended, and how long they were
    std::vector<Moment> moments{Moment{}};
};

}  // namespace mailquake::oracle
