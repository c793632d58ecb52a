#include "models/results/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/results/json.hpp"
#include "models/results/mail_tables.hpp"
#include "sim/campaign/postgres_ledger.hpp"
#include "sim/experiment/json_text.hpp"
#include "sim/experiment/sources.hpp"
#include "sim/experiment/sqlite_ledger.hpp"

namespace mailquake {

namespace {

std::string json_list(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& w : words) out += (out.empty() ? "" : ",") + json_text(w);
    return "[" + out + "]";
}

constexpr RecordParts kDocumentAlone{.figures = false, .distributions = false, .document = true};

ReplicationResult result_of(const HeldUnit& unit, std::uint64_t seed, const RunRecord& record) {
    return {seed, unit.replication, unit.fingerprint, unit.version, read_figures(record.document), {}};
}

}  // namespace

std::string parameters_json(const About& a) {
    return fmt::format("{{\"variant\":{},\"set\":{},\"until\":{},\"cut\":{}}}", json_list(a.variants), json_list(a.sets),
                       json_list(a.until.empty() ? std::vector<std::string>{} : std::vector<std::string>{a.until}), a.cut);
}

const LedgerFormat& results_format() {
    static const LedgerFormat format{0x4d51554b /* "MQUK" */, 5, {"class", "tier", "site", "partition", "name"}, kMailTables};
    return format;
}

std::string identity_text(const std::string& canonical_text, const std::string& until) { return canonical_text + "\nuntil " + until; }

std::string scenario_hash(const std::string& canonical_text, const std::string& until) {
    return point_hash(sources_hash(), identity_text(canonical_text, until));
}

RunRecord record_of(const Figures& figures, const std::string& fingerprint, const Outcome& outcome, Detail detail) {
    RunRecord record;
    record.fingerprint = fingerprint;
    record.events = outcome.events;
    record.simulated = figures.simulated;
    record.wall = figures.wall;
    record.figures = labelled_figures(figures);
    record.document = figures_json(figures);
    for (const ClassOutcome& c : outcome.classes) {
        record.distributions.push_back({"delay." + c.name, c.delay});
        record.distributions.push_back({"under_way." + c.name, c.under_way});
    }
    for (const StationOutcome& s : outcome.stations)
        record.distributions.push_back({"wait." + (s.partition.empty() ? s.tier : s.tier + "/" + s.partition) + "@" + s.site, s.wait});
    const std::vector<Histogram> notified = times_to_notify(outcome, tenant_notices(outcome));
    for (std::size_t c = 0; c < notified.size(); ++c) record.distributions.push_back({"time_to_notify." + outcome.classes[c].name, notified[c]});
    for (const ClientOutcome& c : outcome.clients) record.distributions.push_back({"sign_in." + c.name, c.sign_in});
    if (detail == Detail::figures) return record;
    record.series = all_series(outcome);
    record.more_rows = [&outcome, &figures](RowSink& rows) { write_mail_tables(rows, outcome, figures); };
    return record;
}

ResultsFile::ResultsFile(const std::string& name) {
    if (PostgresLedger::is_one(name)) ledger_ = std::make_unique<PostgresLedger>(name, results_format());
    else ledger_ = std::make_unique<SqliteLedger>(name, results_format());
}

ResultsFile ResultsFile::open_existing(const std::string& name) {
    if (PostgresLedger::is_one(name)) return ResultsFile(std::make_unique<PostgresLedger>(PostgresLedger::open_existing(name, results_format())));
    return ResultsFile(std::make_unique<SqliteLedger>(SqliteLedger::open_existing(name, results_format())));
}

std::string ResultsFile::shown(const std::string& name) {
    if (!PostgresLedger::is_one(name)) return name;
    const std::size_t begin = name.find("://") + 3, question = std::min(name.find('?', begin), name.size());
    const std::string head = name.substr(begin, question - begin);   // user:password@host:port/database
    const std::size_t at = head.rfind('@'), colon = head.find(':');
    std::string out = name.substr(0, begin) + (at == std::string::npos || colon > at ? head : head.substr(0, colon) + head.substr(at));
    for (std::size_t from = question; from < name.size();) {
        const std::size_t end = std::min(name.find('&', from + 1), name.size());
        const std::string part = name.substr(from, end - from);
        out += part.find("password") == std::string::npos ? part : part.substr(0, part.find('=') + 1) + "...";
        from = end;
    }
    return out;
}

bool ResultsFile::is_one(const std::string& name) { return PostgresLedger::is_one(name) || SqliteLedger::is_one(name); }

std::optional<ReplicationResult> ResultsFile::find(const UnitKey& key) const {
    for (const HeldUnit& unit : ledger_->held(key.scenario_hash, key.seed)) {
        if (unit.replication != key.replication) continue;
        if (const auto record = ledger_->read(key, kDocumentAlone)) return result_of(unit, key.seed, *record);
    }
    return std::nullopt;
}

void ResultsFile::save(const UnitKey& key, const About& about, const ReplicationResult& unit, const Outcome& outcome) {
    const UnitLabel label{about.name, parameters_json(about), about_json(about), unit.version, std::string(sources_hash())};
    ledger_->save(key, label, record_of(unit.figures, unit.fingerprint, outcome), Detail::everything);
}

std::vector<ReplicationResult> ResultsFile::units(const std::string& scenario_hash, std::uint64_t seed) const {
    std::vector<ReplicationResult> all;
    for (const HeldUnit& unit : ledger_->held(scenario_hash, seed))
        if (const auto record = ledger_->read({scenario_hash, seed, unit.replication}, kDocumentAlone))
            all.push_back(result_of(unit, seed, *record));
    return all;
}

std::vector<Campaign> ResultsFile::campaigns() const {
    std::vector<Campaign> list;
    for (const HeldPoint& point : ledger_->points())
        list.push_back({point.scenario_hash, read_about(point.about), point.seed, units(point.scenario_hash, point.seed), point.version, point.sources});
    return list;
}

}  // namespace mailquake
