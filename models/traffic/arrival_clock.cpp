#include "models/traffic/arrival_clock.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

constexpr SimDuration kHour{3'600'000'000'000};
constexpr SimDuration kDay{24 * kHour.ns};
constexpr SimTime     kEndless{3660 * kDay.ns};  // no run is longer: a window that ends later never ends
constexpr std::int64_t kMostDays = 106'000;             // what SimTime can hold

/// The first instant after t at which an hour of the UTC day begins.
SimTime next_hour(SimTime t, SimDuration offset) {
    const SimDuration into = {(t.ns + offset.ns) % kHour.ns};
    return t + (kHour - into);
}

/// Factor of the hour at t, in units of the mean over the day.
double hourly_factor(std::span<const double> hourly, SimDuration offset, SimTime t) {
    if (hourly.empty()) return 1;
    double sum = 0;
    for (double factor : hourly) sum += factor;
    const std::int64_t hour = (t.ns + offset.ns) / kHour.ns % 24;
    return hourly[static_cast<std::size_t>(hour)] * 24 / sum;
}

}  // namespace

ArrivalClock::ArrivalClock(double mean_per_second, std::span<const double> hourly, SimDuration start_of_day_offset,
                           std::vector<Window> windows) {
    MQ_CHECK(mean_per_second >= 0, "a rate is not negative");
    MQ_CHECK(hourly.empty() || hourly.size() == 24, "there are 24 hourly factors, or none");
    MQ_CHECK(hourly.empty() || std::any_of(hourly.begin(), hourly.end(), [](double f) { return f > 0; }),
             "some hour has mail");
    MQ_CHECK(start_of_day_offset >= SimDuration::zero() && start_of_day_offset < kDay, "the start lies within its day");
    for (Window& window : windows) {
        MQ_CHECK(window.factor >= 0, "a factor is not negative");
        if (window.to > kEndless) window.to = SimTime::never();
        for (SimTime end : {window.from, window.to}) {
            if (end <= kEndless) days_from_ = std::max(days_from_, end);
        }
    }
    ArrivalCount total;
    const auto add_until = [&](SimTime begin, SimTime end) {
        for (SimTime t = begin; t < end;) {
            double rate = mean_per_second * hourly_factor(hourly, start_of_day_offset, t);
            SimTime until = std::min(next_hour(t, start_of_day_offset), end);
            for (const Window& window : windows) {
                if (window.from <= t && t < window.to) rate *= window.factor;
                if (window.from > t) until = std::min(until, window.from);
                if (window.to > t) until = std::min(until, window.to);
            }
            segments_.push_back({t, until, rate * 1e-9, total});
            total += ArrivalCount::of(rate * 1e-9 * static_cast<double>((until - t).ns));
            t = until;
        }
    };
    add_until(SimTime::zero(), days_from_);
    daily_ = segments_.size();
    days_before_ = total;
    add_until(days_from_, days_from_ + kDay);
    per_day_ = total - days_before_;
}

std::int64_t ArrivalClock::whole_days(ArrivalCount count) const {
    if (count <= days_before_) return 0;
    if (per_day_ == ArrivalCount{}) return kMostDays;
    const ArrivalCount rest = count - days_before_;
    const std::int64_t days = rest / per_day_;
    // A count that is reached with the last arrival of a day belongs to that day.
    return days > 0 && rest == per_day_ * days ? days - 1 : days;
}

SimTime ArrivalClock::move(Cursor& cursor, ArrivalCount count) const {
    const std::int64_t days = whole_days(count);
    if (days >= kMostDays) return SimTime::never();
    if (days != cursor.day) {
        cursor.segment = daily_;
        cursor.day = days;
    }
    const ArrivalCount before_day = per_day_ * days;
    const ArrivalCount in_day = count - before_day;
    while (cursor.segment + 1 < segments_.size() && segments_[cursor.segment + 1].before < in_day) ++cursor.segment;
    const Segment& segment = segments_[cursor.segment];
    // Of a day's last segment, whose end the rounding of the whole day decides, each count comes back here.
    const bool is_last = cursor.segment + 1 == segments_.size();
    cursor.before = segment.before + before_day;
    cursor.up_to = is_last ? cursor.before : segments_[cursor.segment + 1].before + before_day;
    cursor.from = segment.from + kDay * days;
    cursor.per_ns = segment.per_ns;
    cursor.longest = segment.longest();
    return within(cursor.segment, in_day) + kDay * days;
}

SimTime ArrivalClock::at(ArrivalCount count) const {
    const std::int64_t days = whole_days(count);
    if (days >= kMostDays) return SimTime::never();
    const ArrivalCount in_day = count - per_day_ * days;
    const auto later = std::partition_point(segments_.begin(), segments_.end(),
                                            [&](const Segment& segment) { return segment.before < in_day; });
    const std::size_t index = later == segments_.begin() ? 0 : static_cast<std::size_t>(later - segments_.begin()) - 1;
    return within(index, in_day) + kDay * days;
}

std::pair<std::size_t, std::int64_t> ArrivalClock::place_of(SimTime t) const {
    const std::int64_t days = t < days_from_ ? 0 : (t - days_from_) / kDay;
    const SimTime in_day = t - kDay * days;
    const auto later = std::partition_point(segments_.begin(), segments_.end(),
                                            [&](const Segment& segment) { return segment.from <= in_day; });
    return {static_cast<std::size_t>(later - segments_.begin()) - 1, days};
}

ArrivalCount ArrivalClock::count(SimTime t) const {
    const auto [index, days] = place_of(t);
    const Segment& segment = segments_[index];
    const SimDuration into = t - kDay * days - segment.from;
    return segment.before + ArrivalCount::of(segment.per_ns * static_cast<double>(into.ns)) + per_day_ * days;
}

double ArrivalClock::rate_at(SimTime t) const { return segments_[place_of(t).first].per_ns * 1e9; }

SimTime ArrivalClock::after(SimTime previous, double unit_exponential) const {
    return std::max(previous, at(count(previous) + ArrivalCount::of(unit_exponential)));
}

}  // namespace mailquake
