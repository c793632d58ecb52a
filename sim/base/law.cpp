#include "sim/base/law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/special_functions.hpp"
#include "sim/base/ziggurat.hpp"

namespace mailquake {

namespace {

/// To the nearest nanosecond, within [0, max].
SimDuration rounded(double ns) {
    if (!(ns > 0)) return SimDuration::zero();
    if (ns >= 0x1p63) return SimDuration::max();
    return {static_cast<std::int64_t>(ns < 0x1p52 ? ns + 0.5 : ns)};
}

/// One of n, each equally likely but for a bias below n / 2^64; takes one word.
std::size_t pick_index(RandomStream& stream, std::size_t n) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>((Wide{stream()} * n) >> 64);
}

double mean_of(const std::vector<SimDuration>& values) {
    TimeArea sum = 0;
    for (SimDuration v : values) sum += v.ns;
    return static_cast<double>(sum) / static_cast<double>(values.size());
}

double cv_of(const std::vector<SimDuration>& values) {
    const double mean = mean_of(values);
    if (mean == 0) return 0;
    double squares = 0;
    for (SimDuration v : values) {
        const double d = static_cast<double>(v.ns) / mean - 1;
        squares += d * d;
    }
    return std::sqrt(squares / static_cast<double>(values.size()));
}

/// 98 of 100 first words need no second look, and those are decided here.
[[gnu::always_inline]] inline double unit_exponential(std::uint64_t word, StreamKey key, std::uint64_t identity, std::uint32_t attempt) {
    const double x = place_in_layer(word);
    if (is_inside(word, x)) [[likely]] return x;
    RandomStream stream = RandomStream::after_first_word(key, identity, attempt);
    return draw_unit_exponential(stream);
}
[[gnu::always_inline]] inline double unit_exponential(StreamKey key, std::uint64_t identity, std::uint32_t attempt) {
    return unit_exponential(RandomStream::first_word(key, identity, attempt), key, identity, attempt);
}

/// Gamma variate of scale 1. Below shape 1 it is one of shape + 1, times u^(1 / shape): `boost` is 1 / shape then, and 0 else.
/// `d` is the shape that is drawn, less 1/3, and `c` is 1 / sqrt(9 d).
double draw_gamma(RandomStream& stream, double d, double c, double boost) {
    for (;;) {
        const double x = draw_unit_normal(stream), root = 1 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root, u = stream.uniform_open(), square = x * x;
        const bool surely = u < 1 - 0.0331 * square * square;
        if (!surely && math::log(u) >= 0.5 * square + d * (1 - v + math::log(v))) continue;
        return boost == 0 ? d * v : d * v * math::pow(stream.uniform_open(), boost);
    }
}

}  // namespace

double draw_unit_exponential(StreamKey key, std::uint64_t identity, std::uint32_t attempt) { return unit_exponential(key, identity, attempt); }

double draw_unit_exponential(std::uint64_t first_word, StreamKey key, std::uint64_t identity, std::uint32_t attempt) {
    return unit_exponential(first_word, key, identity, attempt);
}

Law::Law(Kind kind, double mean_ns, double cv, double first, double second)
    : kind_(kind), mean_ns_(mean_ns), cv_(cv), first_(first), second_(second) {
    MQ_CHECK(mean_ns > 0 || kind == Kind::deterministic, "a random law needs a mean above zero");
}

Law Law::deterministic(SimDuration value) {
    MQ_CHECK(value.ns >= 0, "a length of time is not negative");
    return {Kind::deterministic, static_cast<double>(value.ns), 0, 0, 0};
}

Law Law::exponential(SimDuration mean) { return {Kind::exponential, static_cast<double>(mean.ns), 1, 0, 0}; }

Law Law::lognormal(SimDuration mean, double cv) {
    MQ_CHECK(cv > 0 && std::isfinite(cv), "a lognormal law needs a cv above zero");
    const double variance = math::log1p(cv * cv);  // of the logarithm
    return {Kind::lognormal, static_cast<double>(mean.ns), cv, -variance / 2, std::sqrt(variance)};
}

Law Law::gamma(SimDuration mean, double cv) {
    MQ_CHECK(cv > 0 && std::isfinite(cv), "a gamma law needs a cv above zero");
    const double shape = 1 / (cv * cv), d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    return {Kind::gamma, static_cast<double>(mean.ns), cv, d, 1 / std::sqrt(9 * d)};
}

Law Law::weibull(SimDuration mean, double shape) {
    MQ_CHECK(shape > 0 && std::isfinite(shape), "a Weibull law needs a shape above zero");
    const double log_first = math::log_gamma(1 + 1 / shape);  // logarithms of the moments of scale 1
    const double log_second = math::log_gamma(1 + 2 / shape);
    const double cv = std::sqrt(std::max(0.0, math::expm1(log_second - 2 * log_first)));
    return {Kind::weibull, static_cast<double>(mean.ns), cv, 1 / shape, math::exp(-log_first)};
}

Law Law::pareto(SimDuration mean, double shape) {
    MQ_CHECK(shape > 1 && std::isfinite(shape), "a Pareto law has a mean only with a shape above 1");
    const double cv = shape > 2 ? 1 / std::sqrt(shape * (shape - 2)) : std::numeric_limits<double>::infinity();
    return {Kind::pareto, static_cast<double>(mean.ns), cv, -1 / shape, (shape - 1) / shape};
}

Law Law::hyperexponential(SimDuration mean, double cv) {
    MQ_CHECK(cv >= 1 && std::isfinite(cv), "a hyperexponential law has a cv of at least 1");
    const double c2 = cv * cv;
    return {Kind::hyperexponential, static_cast<double>(mean.ns), cv, (1 + std::sqrt((c2 - 1) / (c2 + 1))) / 2, 0};
}

Law Law::empirical(std::vector<SimDuration> values) {
    MQ_CHECK(!values.empty(), "an empirical law needs a value");
    for (SimDuration v : values) MQ_CHECK(v.ns >= 0, "a length of time is not negative");
    Law law{Kind::empirical, 1, cv_of(values), mean_of(values), 0};
    law.values_ = std::make_shared<const std::vector<SimDuration>>(std::move(values));
    return law;
}

SimDuration Law::draw(RandomStream& stream) const { return rounded(mean_ns_ * draw_unit(stream)); }

SimDuration Law::draw(StreamKey key, std::uint64_t identity, std::uint32_t attempt) const {
    if (kind_ == Kind::exponential) return rounded(mean_ns_ * unit_exponential(key, identity, attempt));
    RandomStream stream(key, identity, attempt);
    return draw(stream);
}

SimDuration Law::mean() const { return rounded(kind_ == Kind::empirical ? mean_ns_ * first_ : mean_ns_); }

Law Law::scaled(double factor) const {
    MQ_CHECK(factor >= 0 && std::isfinite(factor), "a law is scaled by a factor of at least zero");
    Law law = *this;
    law.mean_ns_ *= factor;
    return law;
}

/// A variate of mean 1 (of an empirical law: one of the values).
double Law::draw_unit(RandomStream& stream) const {
    switch (kind_) {
        case Kind::deterministic: return 1;
        case Kind::exponential: return draw_unit_exponential(stream);
        case Kind::lognormal: return math::exp(first_ + second_ * draw_unit_normal(stream));
        case Kind::gamma: return draw_gamma(stream, first_, second_, cv_ > 1 ? cv_ * cv_ : 0) * cv_ * cv_;
        case Kind::weibull: return math::pow(draw_unit_exponential(stream), first_) * second_;
        case Kind::pareto: return second_ * math::pow(stream.uniform_open(), first_);
        case Kind::hyperexponential: {
            const double share = stream.uniform() < first_ ? first_ : 1 - first_;
            return draw_unit_exponential(stream) / (2 * share);
        }
        case Kind::empirical: return static_cast<double>((*values_)[pick_index(stream, values_->size())].ns);
    }
    check_failed("kind", __FILE__, __LINE__, "unknown law");
}

}  // namespace mailquake
