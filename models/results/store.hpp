// A results file: the ledger of units (sim/experiment/ledger.hpp) in SQLite, one file per campaign, or in a PostgreSQL database, with the
// tables of a mail world beside the ledger's own. In PostgreSQL all of it stands in the schema `mailquake`: SET search_path TO mailquake. A unit is one replication of one scenario (as composed: its canonical text is its
// identity, with the sources of the program) with one seed, written in one transaction. A unit that is there is never run
// again; a unit that comes out otherwise than the one that is there is an error of the engine, and said so loudly.
//
// Times are seconds from the start of the run, shares 0 to 1, counts plain. Tables, each row of a unit but `unit`'s own:
//   unit         id, scenario_hash, scenario, parameters (JSON: --variant, --set, --until), seed, replication,
//                fingerprint, events, simulated, wall, version, created (UTC), about (JSON), figures (JSON), sources,
//                detailed (1, or 0 where series and the tables from `tenant` on are left out)
//   figure       unit, metric (`tenants.delay.p99`), class, tier, site, partition, name (the entry of another list),
//                value, uom (`s`, `1/s`, or `1`): every number of --json, as it came out in this replication
//   series       unit, name (`waiting`, `oldest`, `accepted`, `late`, `overdue`, `retries`, `signed_in`), of (queue or
//                clients, or empty), time, min, max: down-sampled to at most 1440 stretches; a point equal to both neighbours is
//                left out
//   distribution unit, name (`delay.CLASS`, of these `under_way.CLASS`, `wait.TIER@SITE`, `sign_in.CLIENTS`, `time_to_notify.CLASS`), histogram [ns]
//                (sim/stats/histogram_bytes.hpp): for quantiles pooled over replications
//   tenant       unit, class, rank, home, own_healthy, affected, collateral, counts of copies (of accepted mail: accepted =
//                delivered + lost + returned + what is under way), delay_sum, delay_max, measured, late, partitions (`directory/p3 mailbox/db1`)
//   tenant_hour  unit, class, rank, hour, accepted, late, bad
//   tier         unit, tier, site, partition, servers, workers, utilization, arrivals, served, refused, swallowed,
//                timed_out, wasted, wait_mean, wait_p99, queue_mean, queue_max, queue_max_at
//   partition    unit, tier, name, tenants, affected, collateral
//   disturbance  unit, what (`fault`, `flaw`, `mitigation`), name, kind, target, enabled, start, end, touched
//   notice       unit, dashboard, number, detected, published, withdrawn, failed_tries: incidents, as dashboards had them
//   told         unit, dashboard, notice (its number), channel, class, rank, at: who saw it, and when
//   ledger       unit, class, place, cause, time: delay summed over copies
//   attachment   unit, name (`explanation`), text (what `explain --json` prints); there with the first one
//   qshape       unit, at, axis (`destination`, `class`), name, age (of its column, at least; minutes), copies
//
//   SELECT seed, replication, value FROM figure JOIN unit ON unit.id = figure.unit WHERE metric = 'affected.tenants';
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/results/run_result.hpp"
#include "models/world/outcome.hpp"
#include "sim/experiment/ledger.hpp"

namespace mailquake {

using ResultsError = LedgerError;

/// The tables that a results file has beyond those of every ledger.
[[nodiscard]] const LedgerFormat& results_format();

/// What a run rests on but for seed and replication: the canonical text of the scenario, and where --until ends it.
[[nodiscard]] std::string identity_text(const std::string& canonical_text, const std::string& until);

/// 32 hexadecimal digits of the text that identifies a scenario and of the program's sources; `until` is part of it, since
/// it changes what comes out.
[[nodiscard]] std::string scenario_hash(const std::string& canonical_text, const std::string& until);

/// What a replication leaves in a ledger. The rows of the mail tables are written from `outcome`, which must live as long.
/// Detail::figures leaves series and mail tables out.
[[nodiscard]] RunRecord record_of(const Figures& figures, const std::string& fingerprint, const Outcome& outcome,
                                  Detail detail = Detail::everything);

/// What kept a unit's parameters tell a reader: JSON of --variant, --set, --until and --cut.
[[nodiscard]] std::string parameters_json(const About& about);

/// The units of one scenario and seed in a file.
struct Campaign {
    std::string scenario_hash;
    About about;
    std::uint64_t seed = 1;
    std::vector<ReplicationResult> units;   // by replication
    std::string version, sources;           // of the build that ran them
};

class ResultsFile {
public:
    /// Opens the file, or the database if it is a URL, and creates file and tables if need be. Throws ResultsError.
    explicit ResultsFile(const std::string& name);
    /// Opens one that must be there already, for reading alone.
    [[nodiscard]] static ResultsFile open_existing(const std::string& name);

    /// Whether the name is the URL of a database, or that of a file that begins as an SQLite file does; false if it cannot be read.
    [[nodiscard]] static bool is_one(const std::string& name);
    /// The name as it may be printed: a URL without its passwords.
    [[nodiscard]] static std::string shown(const std::string& name);

    [[nodiscard]] std::optional<ReplicationResult> find(const UnitKey& key) const;

    /// All units of a scenario and seed, by replication.
    [[nodiscard]] std::vector<ReplicationResult> units(const std::string& scenario_hash, std::uint64_t seed) const;

    /// Writes a unit in one transaction. A unit that is there already with the same fingerprint is left as it is; with
    /// another one by the same version: DeterminismAlarm, by another version: ResultsError.
    void save(const UnitKey& key, const About& about, const ReplicationResult& unit, const Outcome& outcome);

    /// All that is in the file, in the order in which scenarios and seeds came.
    [[nodiscard]] std::vector<Campaign> campaigns() const;

    /// For experiments, which know nothing of mail.
    [[nodiscard]] Ledger& ledger() { return *ledger_; }
    [[nodiscard]] const Ledger& ledger() const { return *ledger_; }

private:
    explicit ResultsFile(std::unique_ptr<Ledger> ledger) : ledger_(std::move(ledger)) {}

    std::unique_ptr<Ledger> ledger_;
};

}  // namespace mailquake
