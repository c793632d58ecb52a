#include "sim/experiment/ledger.hpp"

#include <fmt/format.h>

namespace mailquake {

void contradiction(const std::string& where, const UnitKey& key, const std::string& fingerprint, const std::string& version, const RunRecord& now,
                   const std::string& version_now) {
    const std::string text = fmt::format("{}: seed {} replication {} has fingerprint {} there and came out as {} now", where, key.seed, key.replication,
                                         fingerprint, now.fingerprint);
    if (version == version_now) throw DeterminismAlarm("not deterministic: " + text);
    throw LedgerError(text + fmt::format(" (version {} there, {} now); use another results file", version, version_now));
}

}  // namespace mailquake
