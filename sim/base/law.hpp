// Laws of a random length of time: a value type that is chosen when the world is built and drawn from ever after.
//
// Parameters are the mean of the law itself and one measure of spread: cv (standard deviation / mean) or the textbook's
// shape. Every draw is a unit-mean variate times the mean, so a law scaled by f gives f times the same draws (to the
// rounding of a nanosecond): variants stay paired. Draws are stateless: nothing is kept from one draw to the next.
// A draw is rounded to the nanosecond, never negative, and saturates at SimDuration::max(). Values are computed in
// doubles, so beyond 2^53 ns (104 days) even a deterministic law is rounded to the next double.
//
// Sources: exponential and normal variates by ziggurat.hpp; gamma by Marsaglia and Tsang, ACM TOMS 26(3), 2000; Weibull as a
// power of an exponential, lognormal as exp of a normal, Pareto (type I) by inversion; two-phase hyperexponential with balanced
// means, as in Tijms, Stochastic Models, 1994, B.2: p = (1 + sqrt((c^2 - 1) / (c^2 + 1))) / 2, rates 2p/m and 2(1-p)/m.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// Exponential variate of mean 1; for unit-rate arrivals that a rate rescales.
[[nodiscard]] double draw_unit_exponential(RandomStream& stream);
/// The first draw of RandomStream(key, identity, attempt), faster.
[[nodiscard]] double draw_unit_exponential(StreamKey key, std::uint64_t identity, std::uint32_t attempt = 0);
/// The same, of the stream whose first word is known already (first_words.hpp).
[[nodiscard]] double draw_unit_exponential(std::uint64_t first_word, StreamKey key, std::uint64_t identity, std::uint32_t attempt = 0);

/// A law of durations. Means are > 0 but for deterministic and empirical laws (>= 0).
class Law {
public:
    Law() = default;  // deterministic zero

    [[nodiscard]] static Law deterministic(SimDuration value);
    [[nodiscard]] static Law exponential(SimDuration mean);
    [[nodiscard]] static Law lognormal(SimDuration mean, double cv);         // cv > 0
    [[nodiscard]] static Law gamma(SimDuration mean, double cv);             // cv > 0; shape 1 / cv^2
    [[nodiscard]] static Law weibull(SimDuration mean, double shape);        // shape > 0; 1 is exponential
    [[nodiscard]] static Law pareto(SimDuration mean, double shape);         // shape > 1; cv is infinite up to 2
    [[nodiscard]] static Law hyperexponential(SimDuration mean, double cv);  // cv >= 1
    [[nodiscard]] static Law empirical(std::vector<SimDuration> values);     // each equally likely; not empty, none negative

    [[nodiscard]] SimDuration draw(RandomStream& stream) const;
    /// The first draw of RandomStream(key, identity, attempt), faster where the law is exponential.
    [[nodiscard]] SimDuration draw(StreamKey key, std::uint64_t identity, std::uint32_t attempt) const;

    [[nodiscard]] SimDuration mean() const;
    /// Standard deviation / mean; infinite where the second moment is; 0 for a law that is always 0.
    [[nodiscard]] double cv() const { return cv_; }
    /// The law of `factor` times the value; factor >= 0. The same stream gives `factor` times the same draws.
    [[nodiscard]] Law scaled(double factor) const;

private:
    enum class Kind : std::uint8_t {
        deterministic, exponential, lognormal, gamma, weibull, pareto, hyperexponential, empirical
    };

    Law(Kind kind, double mean_ns, double cv, double first, double second);
    [[nodiscard]] double draw_unit(RandomStream& stream) const;

    Kind   kind_ = Kind::deterministic;
    double mean_ns_ = 0;  // mean [ns]; for empirical laws the scale of the values instead (1 unless scaled)
    double cv_ = 0;
    double first_ = 0;    // parameters of the unit-mean variate, by kind: see draw_unit
    double second_ = 0;
    std::shared_ptr<const std::vector<SimDuration>> values_;  // empirical only; immutable, shared between copies
};

}  // namespace mailquake
