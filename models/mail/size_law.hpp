// How large a message is.
//
// table: the sizes of one server's mail, as a distribution over powers of two (johannes.jakeapp.com): below 2 KiB .2353,
// 4K .4917, 8K .676, 16K .7958, 32K .8536, 64K .9047, 128K .933, 256K .9574, 512K .9724, 1M .9849, 2M .9996; the median is
// about 4 KiB. Inside a bin sizes are log-uniform. The ends are ours: the least bin begins at 512 octets, and what lies
// above 2M ends at 4M. fixed: one size. lognormal: by mean and coefficient of variation.
// Left out: size limits of receivers; the Pareto tail beyond the table (Shah, Noble 2007).
//
// Invariants: at least one octet; one draw a size (none if fixed), a greater uniform is never a smaller size.
#pragma once

#include "models/mail/sizes_spec.hpp"
#include "models/spec/quantity.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {

class SizeLaw {
public:
    explicit SizeLaw(const SizesSpec& spec);

    [[nodiscard]] Bytes draw(RandomStream& luck) const { return kind_ == Kind::fixed ? fixed_ : quantile(luck.uniform()); }
    /// The first draw of RandomStream(key, identity).
    [[nodiscard]] Bytes draw(StreamKey key, std::uint64_t identity) const {
        if (kind_ == Kind::fixed) return fixed_;
        RandomStream luck(key, identity);
        return draw(luck);
    }
    /// The size that a share u in [0, 1) of all messages does not exceed.
    [[nodiscard]] Bytes quantile(double u) const;
    /// Mean size [octets].
    [[nodiscard]] double mean() const;

private:
    enum class Kind : std::uint8_t { table, fixed, lognormal };

    Kind   kind_ = Kind::table;
    Bytes  fixed_{};
    double log_mean_ = 0;    // lognormal: mean of the logarithm
    double log_sd_ = 0;      // lognormal: standard deviation of the logarithm
    double mean_ = 0;        // [octets]
};

}  // namespace mailquake
