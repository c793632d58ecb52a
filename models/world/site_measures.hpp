// What a site measures: the ledger of delay, tallies by tenant, class and minute, touches of faults and flaws, series, stories of
// those who are followed. Nothing here changes what happens. What becomes of it after the run: Site::collect (measuring.cpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/mta/backlog_count.hpp"
#include "models/world/delay_ledger.hpp"
#include "models/world/lives.hpp"
#include "models/world/outcome.hpp"
#include "models/world/plan.hpp"
#include "models/world/proxy_books.hpp"
#include "models/world/site_joints.hpp"
#include "models/world/tenant_ledger.hpp"
#include "sim/base/time.hpp"
#include "sim/base/time_grid.hpp"
#include "sim/kernel/fingerprint_batch.hpp"
#include "sim/stats/histogram.hpp"

namespace mailquake {

struct SiteMeasures {
    SiteMeasures(const Plan& plan, std::uint16_t site, const SiteWatch& watch)
        : ledger_(plan.classes.size()),
          tenants_(plan.tenants->size()),
          backlogs_(plan.tiers.size() + 1),
          fault_touches_(plan.faults.size(), 0),
          flaw_touches_(plan.flaws.size(), 0),
          mitigation_touches_(plan.mitigations.size(), 0),
          late_answers_(plan.stations.size(), 0),
          class_delay_(plan.classes.size(), Histogram(0.001)),
          censored_(plan.classes.size(), 0),
          more_(plan.classes.size()),
          class_worst_(plan.classes.size()),
          minutes_(static_cast<std::size_t>(plan.end.ns / (60_s).ns) + 2),
          noted_delay_(std::min(plan.objective, kSlowBounds.front())),
          follow_(watch.follow.begin(), watch.follow.end()),
          sample_(watch.sample >= 1 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(watch.sample * 0x1p63) * 2),
          lives_(watch.lives == nullptr ? nullptr : std::make_unique<Lives>(plan, site, *watch.lives)) {
        if (sample_ > 0) follow_.push_back(0);  // so that note() asks at all
        std::sort(follow_.begin(), follow_.end());
        tells_ = !follow_.empty();
        if (tells_) transitions_.ask_each_time();
    }

    DelayLedger   ledger_;
    ProxyBooks    proxy_books_{ledger_};
    TenantLedger  tenants_;
    std::vector<BacklogCount> backlogs_;       // by tier, of all that the site has of it; the last one of those who send
    FingerprintBatch transitions_;
    std::uint64_t event_count_ = 0, late_ended_ = 0;  // measured late copies whose life is over
    std::vector<std::uint64_t> fault_touches_, flaw_touches_, mitigation_touches_;
    std::vector<std::uint64_t> late_answers_;  // by global station: answers that came after their caller had given up
    std::vector<Histogram> class_delay_;
    std::vector<std::uint64_t> censored_;      // by class: measured copies that were still under way
    struct ClassTally { Histogram under_way = Histogram(0.001); std::uint64_t lost = 0, excused_destination = 0, excused_greylisting = 0; };
    std::vector<ClassTally> more_;             // by class, as ClassOutcome has it
    struct Worst { SimDuration delay{-1}; std::uint64_t identity = 0; };
    std::vector<Worst> class_worst_;
    struct Minute { std::uint32_t accepted = 0, late = 0, retries = 0, bad = 0; std::int32_t overdue_change = 0; std::array<std::uint32_t, kSlowBounds.size()> slow{}; };
    std::vector<Minute> minutes_;
    TimeGrid minute_{60_s}, hour_{1_h};        // of those who are accepted
    SimDuration   noted_delay_;                // from where on a copy's delay is looked at more closely: the least of all bounds
    std::uint64_t retry_attempts_ = 0, notices_ = 0, bounces_ = 0;
    std::optional<SimTime> first_notice_, first_bounce_;
    std::vector<QueueSeries> series_;          // input queues, then next-hop queues of the holders
    std::vector<Qshape> qshapes_;
    bool tells_ = false;                       // is anybody followed?
    std::vector<std::uint64_t> follow_;        // ascending; not empty where stories are sampled
    std::uint64_t sample_;                     // of 2^64 identities, so many have their story told
    std::vector<StoryLine> story_;
    std::vector<Repeated> repeated_;           // where anybody is followed
    std::unique_ptr<Lives> lives_;             // of runs that are to be explained
    struct Baseline { TimeArea busy = 0, all = 0, waiting = 0; std::uint64_t arrivals = 0, served = 0; };
    std::vector<Baseline> baseline_;           // by station, at the end of the warm-up
};

}  // namespace mailquake
