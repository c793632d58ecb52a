#include "sim/kernel/event_list.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// From one time to a later one [ns]: more than an int64 holds when it is from before the start to never().
std::uint64_t distance(std::int64_t from, std::int64_t to) {
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

/// How many bits a number takes; std::bit_width has had several types.
int bits_of(std::uint64_t n) { return narrow<int>(std::bit_width(n), "bits"); }

constexpr unsigned kPlaceBits = 6;
constexpr std::size_t kRanked = 1 << kPlaceBits;
constexpr int kCoarseBits = 31 - kPlaceBits;

/// For the heap whose top acts first.
bool acts_later(const Event& x, const Event& y) { return before(y, x); }

/// Vectors of GCC and Clang: whatever the processor has.
using Four [[gnu::vector_size(16)]] = std::int32_t;

/// How many of n <= kRanked events come before each of them, by coarse times; by place among the equal, so that all ranks
/// differ. Every one is compared to every one, four at a time: no branch depends on the events. `first` is no later than
/// any event, `shift` brings the times after it below 2^kCoarseBits; `events` is read up to the next multiple of four.
void rank_all(const Event* events, std::size_t n, std::int64_t first, unsigned shift, Four* rank) {
    Four keys[kRanked / 4];         // four events' keys side by side
    Four repeated[kRanked / 4][4];  // one event's key, four times
    const std::size_t fours = (n + 3) / 4;
    for (std::size_t f = 0; f < fours; ++f) {
        const auto key = [&](std::size_t i) {
            const std::uint64_t coarse = distance(first, events[i].time.ns) >> shift;
            return i < n ? std::bit_cast<std::int32_t>(truncated<std::uint32_t>(coarse << kPlaceBits | i)) : std::numeric_limits<std::int32_t>::max();
        };
        const std::int32_t four[4] = {key(4 * f), key(4 * f + 1), key(4 * f + 2), key(4 * f + 3)};
        keys[f] = Four{four[0], four[1], four[2], four[3]};
        for (std::size_t k = 0; k < 4; ++k) repeated[f][k] = Four{four[k], four[k], four[k], four[k]};
    }
    for (std::size_t f = 0; f < fours; ++f) {
        Four before_these = {0, 0, 0, 0};
        for (std::size_t g = 0; g < fours; ++g) {
            before_these -= ((repeated[g][0] < keys[f]) + (repeated[g][1] < keys[f])) +
                            ((repeated[g][2] < keys[f]) + (repeated[g][3] < keys[f]));
        }
        rank[f] = before_these;
    }
}

/// What a bag's times are like: all of them between `least` and `most`, and half of them up to about `median`.
class Spread {
public:
    explicit Spread(std::size_t events) : gap_(events / std::clamp<std::size_t>(events / 16, 6, kSamples)) {}

    void add(std::int64_t time) {
        ++count_;
        least_ = std::min(least_, time);
        most_ = std::max(most_, time);
        if (until_ > 0) --until_;
        else take(time);
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::int64_t least() const { return least_; }
    [[nodiscard]] std::uint64_t span() const { return distance(least_, most_); }

    /// From the least to the median; if that is the least too, to a later sample, or to the last. Positive if the span is.
    [[nodiscard]] std::uint64_t to_median() {
        const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(taken_);
        const auto middle = samples_.begin() + static_cast<std::ptrdiff_t>(taken_ / 2);
        std::nth_element(samples_.begin(), middle, end);
        if (*middle > least_) return distance(least_, *middle);
        const auto later = std::find_if(middle, end, [this](std::int64_t time) { return time > least_; });
        return later == end ? span() : distance(least_, *later);
    }

private:
    static constexpr std::size_t kSamples = 32;

    /// Samples are taken at uneven distances, so that they don't go in step with what was scheduled by turns.
    void take(std::int64_t time) {
        if (taken_ == samples_.size()) return;
        samples_[taken_++] = time;
        dice_ = dice_ * 6364136223846793005U + 1442695040888963407U;
        until_ = gap_ == 0 ? 0 : (dice_ >> 33) % (2 * gap_);
    }

    std::array<std::int64_t, 2 * kSamples> samples_;
    std::size_t   taken_ = 0;
    std::size_t   count_ = 0;
    std::uint64_t gap_;        // between two samples, on average
    std::uint64_t until_ = 0;  // the next sample
    std::uint64_t dice_ = 1;
    std::int64_t  least_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t  most_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

EventList::EventList(std::uint32_t origin) : origin_(origin), bottom_(8 * kBottom) {
    MQ_CHECK(origin <= kMaxOrigin, "an origin has 16 bits");
    head_ = end_ = bottom_.data();
}

/// Makes the bottom's head the next event to act, after the one that was there was taken or cancelled.
void EventList::settle() {
    for (;;) {
        while (head_ != end_ && drop_if_dead(*head_)) ++head_;
        while (!beside_.empty() && drop_if_dead(beside_.front())) pop_beside();
        if (!beside_.empty()) {
            if (head_ != end_ && before(*head_, beside_.front())) return;
            *--head_ = beside_.front();
            pop_beside();
            return;
        }
        if (head_ != end_ || !refill()) return;
    }
}

/// Opens bags until the bottom has events; false when there are none.
bool EventList::refill() {
    if (has_too_many_dead()) sweep();
    while (depth_ > 0) {
        Rung& rung = rungs_[depth_ - 1];
        std::uint32_t at = rung.next;
        while (at < rung.final && rung.bags[at].empty()) ++at;
        EventBag bag = std::exchange(rung.bags[at], EventBag());
        const std::int64_t last = rung.last_of(at);
        rung.next = at + 1;
        if (at == rung.final) --depth_;
        else rung.bags[at + 1].prefetch();
        if (bag.empty()) continue;
        if (bag.size() <= kSorted) sort_few_into_bottom(bag, rung.first_of(at), last);
        else spread(bag, last);
        if (head_ != end_) return true;
    }
    bottom_last_ = std::numeric_limits<std::int64_t>::max();
    return false;
}

/// The bottom, used up, takes the at most kSorted events of a bag, which are all there are from `first` to `last`.
void EventList::sort_few_into_bottom(EventBag& bag, std::int64_t first, std::int64_t last) {
    static_assert(kSorted <= kRanked && kSorted % 4 == 0 && kSorted <= 8 * kBottom);
    Event* end = few_.data();
    bag.drain(pool_, [&](const Event* event, const Event* run_end) {
        for (; event != run_end; ++event) {
            *end = *event;
            end += dead_ == 0 || !drop_if_dead(*event) ? 1 : 0;
        }
    });
    const auto n = static_cast<std::size_t>(end - few_.data());
    int bits = bits_of(distance(first, last));
    if (bits > kCoarseBits) {  // a rung's last bag reaches far beyond its events
        std::int64_t most = first;
        for (std::size_t i = 0; i < n; ++i) most = std::max(most, few_[i].time.ns);
        bits = bits_of(distance(first, most));
    }
    Four ranks[kRanked / 4];
    rank_all(few_.data(), n, first, bits > kCoarseBits ? narrow<unsigned>(bits - kCoarseBits, "bits") : 0, ranks);
    head_ = bottom_.data();
    end_ = head_ + n;
    bottom_last_ = last;
    for (std::size_t i = 0; i < n; ++i) head_[ranks[i / 4][i % 4]] = few_[i];
    bool sorted = true;
    for (std::size_t i = 1; i < n; ++i) sorted &= before(head_[i - 1], head_[i]);
    if (!sorted) [[unlikely]] std::sort(head_, end_, before);
}

/// The same of any number of events: slower for a few, but without moving those that are in order already.
void EventList::sort_into_bottom(EventBag& bag, std::int64_t last) {
    const std::size_t room = bag.size() + kBottom;
    if (bottom_.size() < room) bottom_.resize(room);
    head_ = end_ = bottom_.data();
    bag.drain(pool_, [&](const Event* event, const Event* run_end) {
        for (; event != run_end; ++event) {
            if (!drop_if_dead(*event)) *end_++ = *event;
        }
    });
    if (!std::is_sorted(head_, end_, before)) std::sort(head_, end_, before);
    bottom_last_ = last;
}

/// Puts a bag's events, which are all there are up to `last`, on a new rung; or into the bottom, used up, when they are
/// of one instant or the rungs are too many.
void EventList::spread(EventBag& bag, std::int64_t last) {
    Spread times(bag.size());
    bag.for_each([&](const Event& event) {
        if (dead_ == 0 || !is_dead(event)) times.add(event.time.ns);
    });
    if (depth_ == kRungs || times.count() == 0) return sort_into_bottom(bag, last);
    if (times.span() == 0) {
        sort_into_bottom(bag, times.least());
        if (times.least() < last) push_rung(times.least() + 1, last, 0, 1);
        return;
    }
    const std::uint64_t early = std::clamp<std::uint64_t>(times.count() / (2 * kBagEvents), 1, kWidest);
    const std::uint64_t width = std::max<std::uint64_t>(times.to_median() / early, 1);
    const auto shift = narrow<unsigned>(bits_of(width) - 1, "bits");
    Rung& rung = push_rung(times.least(), last, shift, std::min(times.span() >> shift, 8 * early) + 1);
    bag.drain(pool_, [&](const Event* event, const Event* end) {
        for (; event != end; ++event) {
            if (dead_ != 0 && drop_if_dead(*event)) continue;
            rung.bags[rung.bag_of(event->time.ns)].push(*event, pool_);
        }
    });
}

/// All bags of a rung that is used up are empty, so that the next one in its place finds them so.
EventList::Rung& EventList::push_rung(std::int64_t start, std::int64_t last, unsigned shift, std::uint64_t bags) {
    Rung& rung = rungs_[depth_++];
    if (rung.bags.size() < bags) rung.bags.resize(bags);
    rung.start = start;
    rung.last = last;
    rung.shift = shift;
    rung.next = 0;
    rung.final = narrow<std::uint32_t>(bags - 1, "bags of a rung");
    return rung;
}

/// An event that belongs into a bottom that is full. The bottom is spread when its events are of several instants and
/// those that came late are so many that they pay for it.
void EventList::insert_crowded(const Event event) {
    const std::ptrdiff_t crowd = end_ - head_;
    if (depth_ < kRungs && head_->time != end_[-1].time && 8 * std::ssize(beside_) + kBottom >= crowd) {
        spread_bottom();
        return place(event);
    }
    if (depth_ == kRungs && 2 * beside_.size() > alive_) {
        spread_all();
        return place(event);
    }
    if (before(event, end_[-1])) return insert_beside(event);
    if (end_ == bottom_.data() + bottom_.size()) make_room();
    *end_++ = event;
}

/// Keeps an event of a crowded bottom's times in the heap, but the next one to act at the bottom's head.
void EventList::insert_beside(const Event& event) {
    Event later = event;
    if (before(event, *head_)) {
        if (head_ != bottom_.data()) {
            *--head_ = event;
            return;
        }
        later = std::exchange(*head_, event);
    }
    beside_.push_back(later);
    std::push_heap(beside_.begin(), beside_.end(), acts_later);
}

void EventList::pop_beside() {
    std::pop_heap(beside_.begin(), beside_.end(), acts_later);
    beside_.pop_back();
}

/// The bottom has reached the end of its memory: moves it back to the start, in memory twice as long if need be.
void EventList::make_room() {
    const auto n = static_cast<std::size_t>(end_ - head_);
    const auto at = static_cast<std::size_t>(head_ - bottom_.data());
    if (bottom_.size() < 2 * n + kBottom) bottom_.resize(4 * n);
    std::copy_n(bottom_.data() + at, n, bottom_.data());
    head_ = bottom_.data();
    end_ = head_ + n;
}

/// Moves all of the bottom into `bag`.
void EventList::empty_bottom_into(EventBag& bag) {
    for (; head_ != end_; ++head_) bag.push(*head_, pool_);
    for (const Event& event : beside_) bag.push(event, pool_);
    beside_.clear();
}

void EventList::spread_bottom() {
    EventBag bag;
    empty_bottom_into(bag);
    spread(bag, bottom_last_);
    settle();
}

/// Starts anew with one rung. Paid for by the events that came late, half of all.
void EventList::spread_all() {
    EventBag all;
    empty_bottom_into(all);
    while (depth_ > 0) {
        Rung& rung = rungs_[--depth_];
        for (std::uint32_t at = rung.next; at <= rung.final; ++at) {
            rung.bags[at].drain(pool_, [&](const Event* event, const Event* end) {
                for (; event != end; ++event) all.push(*event, pool_);
            });
        }
    }
    spread(all, std::numeric_limits<std::int64_t>::max());
    settle();
}

/// Takes out all that is dead. The bottom's head is alive, or the bottom used up.
void EventList::sweep() {
    const auto drop = [this](const Event& event) { return drop_if_dead(event); };
    end_ = std::remove_if(head_, end_, drop);
    std::erase_if(beside_, drop);
    std::make_heap(beside_.begin(), beside_.end(), acts_later);
    for (std::size_t depth = 0; depth < depth_; ++depth) {
        Rung& rung = rungs_[depth];
        for (std::uint32_t at = rung.next; at <= rung.final; ++at) {
            EventBag alive;
            rung.bags[at].drain(pool_, [&](const Event* event, const Event* end) {
                for (; event != end; ++event) {
                    if (!drop_if_dead(*event)) alive.push(*event, pool_);
                }
            });
            rung.bags[at] = alive;
        }
    }
}

/// Whether the entry was cancelled; then it is gone for the books.
bool EventList::drop_if_dead(const Event& entry) {
    if (!is_dead(entry)) return false;
    slots_.release(entry.a);
    --dead_;
    return true;
}

}  // namespace mailquake
