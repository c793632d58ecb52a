// Exchange's back pressure on the length of a submission queue: levels with hysteresis, a tarpit at the middle one, refusal at
// the highest.
//
//   low --> medium at more than 9999 --> high at more than 15000;  high --> medium below 10000;  medium --> low below 2000
//
// Looked at every 2 s. At medium whoever offers mail waits for its reply, 10 s at first and 5 s more at each look, up to 55 s;
// at high it gets a 4yz. Defaults: Microsoft's table (OfficeDocs-Exchange, back pressure). Left out: the history of 300 samples
// (pressure falls at once here), the other resources (version buckets, memory, disks), refusing outside mail before internal,
// and that pickup and deferred mail are no longer loaded.
#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct BackPressureSpec {
    std::int64_t medium_above = 9999;
    std::int64_t high_above = 15000;
    std::int64_t medium_below = 10000;
    std::int64_t low_below = 2000;
    SimDuration  poll = 2_s;
    SimDuration  tarpit = 10_s;
    SimDuration  tarpit_step = 5_s;
    SimDuration  tarpit_most = 55_s;

    template <class S = BackPressureSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("medium_above", &S::medium_above).at_least(0).says("from low to medium, when more wait (Exchange: 9999)"),
            key("high_above", &S::high_above).at_least(0).says("from medium to high, when more wait (Exchange: 15000)"),
            key("medium_below", &S::medium_below).at_least(0).says("back from high to medium, when fewer wait (Exchange: 10000)"),
            key("low_below", &S::low_below).at_least(0).says("back from medium to low, when fewer wait (Exchange: 2000)"),
            key("poll", &S::poll).at_least(0.001).says("how often the queue is looked at (Exchange: 2s)"),
            key("tarpit", &S::tarpit).at_least(0).says("how long an offer waits at medium, at first (Exchange: 10s)"),
            key("tarpit_step", &S::tarpit_step).at_least(0).says("how much longer at each further look (Exchange: 5s)"),
            key("tarpit_most", &S::tarpit_most).at_least(0).says("and no longer than this (Exchange: 55s)")};
    }
};

class BackPressure {
public:
    enum class Level : std::uint8_t { low, medium, high };

    explicit BackPressure(const BackPressureSpec& spec) : spec_(&spec) {}

    /// When the queue is looked at, and this many wait.
    void look(std::int64_t waiting) {
        const Level before = level_;
        level_ = next(waiting);
        if (level_ == Level::low) tarpit_ = SimDuration::zero();
        else tarpit_ = before == Level::low ? spec_->tarpit : std::min(spec_->tarpit_most, tarpit_ + spec_->tarpit_step);
    }
    [[nodiscard]] Level level() const { return level_; }
    /// How long an offer is kept waiting now.
    [[nodiscard]] SimDuration tarpit() const { return level_ == Level::medium ? tarpit_ : SimDuration::zero(); }

private:
    [[nodiscard]] Level next(std::int64_t waiting) const {
        switch (level_) {
            case Level::low: return waiting > spec_->high_above ? Level::high : waiting > spec_->medium_above ? Level::medium : Level::low;
            case Level::medium: return waiting > spec_->high_above ? Level::high : waiting < spec_->low_below ? Level::low : Level::medium;
            case Level::high: return waiting >= spec_->medium_below ? Level::high : waiting < spec_->low_below ? Level::low : Level::medium;
        }
        return level_;
    }

    const BackPressureSpec* spec_;
    Level       level_ = Level::low;
    SimDuration tarpit_{0};
};

}  // namespace mailquake
