#include "models/results/run_result.hpp"

#include <fmt/format.h>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

std::string fingerprint_of(const std::vector<std::string>& fingerprints) {
    if (fingerprints.size() == 1) return fingerprints.front();
    std::uint64_t hash = 0;
    for (const std::string& one : fingerprints) hash = combine64(hash, hash_name(one));
    return fmt::format("{:016x}", hash);
}

RunResult combine(const About& about, const std::vector<ReplicationResult>& units) {
    MQ_CHECK(!units.empty(), "a result is of at least one replication");
    RunResult result;
    result.about = about;
    result.version = units.front().version;
    result.seed = units.front().seed;
    result.wanted = narrow<std::uint32_t>(units.size(), "replications");
    std::vector<Figures> figures;
    for (const ReplicationResult& u : units) {
        result.fingerprints.push_back(u.fingerprint);
        figures.push_back(u.figures);
    }
    result.fingerprint = fingerprint_of(result.fingerprints);
    result.figures = mean_of(figures);
    result.intervals = intervals_of(figures);
    return result;
}

}  // namespace mailquake
