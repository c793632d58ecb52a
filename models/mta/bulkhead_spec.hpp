// Bulkhead: at most so many of a tier's workers are busy for one partition, tenant or destination at once. What would be one
// too many waits, and others go past it in the queue (models/mta/bulkhead_queue.hpp).
//
// After M. Nygard, "Release It!" (bulkheads), and Hystrix, which gives each dependency a pool of its own (10 threads). Here the
// workers are common and the part that one group can take is bounded, so idle workers are nobody's. Counted per queue: over
// all servers that share it, or per server where each has its own. The share is of the workers at the start of the run.
// Left out: reserved pools; requests have no destination, and clients neither tenant nor partition: they pass unbounded.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

enum class BulkheadBy { partition, tenant, destination };
template <>
struct EnumText<BulkheadBy> {
    static constexpr EnumTable<BulkheadBy, 3> table{
        {{BulkheadBy::partition, "partition"}, {BulkheadBy::tenant, "tenant"}, {BulkheadBy::destination, "destination"}}};
};

struct BulkheadSpec {
    BulkheadBy by = BulkheadBy::partition;
    std::string of;
    std::optional<Ratio> share;
    std::optional<std::int64_t> workers;

    template <class S = BulkheadSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("by", &S::by).required().says("what shares a bound: the mail of one partition, of one tenant, or to one next station"),
            key("of", &S::of).naming(Refers::tier).says("the tier whose partitions are meant; unsaid: the first partitioned one that this tier calls"),
            key("share", &S::share).above(0).at_most(1).says("part of the workers of a queue that may be busy for one of them, at least one worker"),
            key("workers", &S::workers).at_least(1).says("how many workers may be busy for one of them, instead of a share")};
    }
};

}  // namespace mailquake
