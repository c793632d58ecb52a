// The ledger of units: what was run stays, and is never run again. A unit is one replication of one point with one seed;
// its identity is the point's hash (sources of the program and canonical text of the point, sources.hpp), the seed, and
// the number of the replication. More replications, more points or wider ranges therefore never invalidate what is there.
//
// A unit is written in one transaction: a program that is killed loses the units in flight and no other, and none is there
// twice or by half. A unit that comes out with another fingerprint than the one that is there is a determinism alarm.
//
// Columns of the tables that every ledger has (times in seconds; the subject may add tables of its own):
//   unit          id, scenario_hash, scenario, parameters (JSON), seed, replication, fingerprint, events, simulated, wall,
//                 version, created (UTC), about (JSON), figures (the subject's document), sources, detailed
//   figure        unit, metric, the subject's label columns, value, uom
//   series        unit, name, of (empty: of the whole), time, min, max
//   distribution  unit, name, histogram (bytes; sim/stats/histogram_bytes.hpp)
// Series and the subject's own tables are details: thousands of units of a sweep can do without them. A unit that was
// saved without them and is run again with them, because somebody needs them, gets them then.
//
// This is the interface; sqlite_ledger.hpp keeps it in a file, sim/campaign/postgres_ledger.hpp in a server's database. Calls are made by
// one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/experiment/run_record.hpp"

namespace mailquake {

/// The ledger cannot be opened, read or written, or is none of ours; the text says which and why.
class LedgerError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The same unit came out otherwise, by the same version: never to be gone on from.
class DeterminismAlarm : public EngineError {
public:
    using EngineError::EngineError;
};

/// Which unit: the same three always give the same fingerprint.
struct UnitKey {
    std::string   scenario_hash;   // of the point, 32 hexadecimal digits
    std::uint64_t seed = 1;
    std::uint32_t replication = 0;
    friend auto operator<=>(const UnitKey&, const UnitKey&) = default;
};

/// What people need to know of a unit; no part of its identity.
struct UnitLabel {
    std::string scenario;
    std::string parameters;   // JSON
    std::string about;        // JSON
    std::string version;
    std::string sources;
};

/// A unit that is there, in short.
struct HeldUnit {
    std::uint32_t replication = 0;
    std::string   fingerprint;
    std::string   version;
    double        wall = 0;   // [s]
    bool          detailed = false;
};

/// What of a record is saved.
enum class Detail : std::uint8_t {
    figures,      // figures, distributions, document
    everything,   // also series and the subject's own tables
};

/// The units of one point and seed. All are of one build, since the hash is of its sources, too.
struct HeldPoint {
    std::string   scenario_hash;
    std::uint64_t seed = 1;
    std::string   about;        // of the first unit
    std::string   parameters;
    std::string   version, sources;   // of the build that ran them
    std::uint64_t units = 0;
};

/// A text that somebody made of a unit and keeps beside it; it takes no part in the unit's identity.
struct Attachment {
    UnitKey     key;
    std::string text;
};

/// What a program's ledgers have beyond the tables that every ledger has. Constant for a version of the tables.
struct LedgerFormat {
    std::int32_t application = 0;      // whose ledgers these are
    std::int32_t version = 1;          // of all tables together
    std::vector<std::string> labels;   // label columns of `figure`, in order
    std::string more_tables;           // SQL that creates tables and indexes, in SQLite's words; their first column is `unit`
};

/// Which parts of a record are read back; the others stay empty.
struct RecordParts {
    bool figures = true;
    bool distributions = false;
    bool document = true;
};

/// The same unit came out otherwise than the one of `fingerprint` and `version` that is there: a DeterminismAlarm, or a LedgerError if
/// another version wrote that one.
[[noreturn]] void contradiction(const std::string& where, const UnitKey& key, const std::string& fingerprint, const std::string& version,
                                const RunRecord& now, const std::string& version_now);

class Ledger {
public:
    Ledger() = default;
    virtual ~Ledger() = default;

    /// All units of a point and seed, by replication.
    [[nodiscard]] virtual std::vector<HeldUnit> held(const std::string& scenario_hash, std::uint64_t seed) const = 0;

    /// None if the unit is not there.
    [[nodiscard]] virtual std::optional<RunRecord> read(const UnitKey& key, RecordParts parts = {}) const = 0;

    /// Writes a unit in one transaction. One that is there already with the same fingerprint is left as it is, but for details
    /// that it lacks; with another one by the same version: DeterminismAlarm, by another version: LedgerError.
    virtual void save(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail) = 0;

    /// All that is in the ledger, in the order in which points and seeds came.
    [[nodiscard]] virtual std::vector<HeldPoint> points() const = 0;

    /// Keeps a text beside a unit that is there, by name; one of that name is replaced.
    virtual void attach(const UnitKey& key, const std::string& name, const std::string& text) = 0;
    [[nodiscard]] virtual std::optional<std::string> attachment(const UnitKey& key, const std::string& name) const = 0;
    /// Those of a name of all units, in the order in which these came.
    [[nodiscard]] virtual std::vector<Attachment> attachments(const std::string& name) const = 0;

protected:
    Ledger(const Ledger&) = default;
    Ledger(Ledger&&) = default;
    Ledger& operator=(const Ledger&) = default;
    Ledger& operator=(Ledger&&) = default;
};

}  // namespace mailquake
