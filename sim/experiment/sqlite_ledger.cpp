#include "sim/experiment/sqlite_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "sim/base/narrow.hpp"
#include "sim/experiment/sqlite.hpp"
#include "sim/stats/histogram_bytes.hpp"

namespace mailquake {

namespace {

const char* const kUnitTable = R"(
CREATE TABLE IF NOT EXISTS unit (
    id INTEGER PRIMARY KEY, scenario_hash TEXT NOT NULL, scenario TEXT NOT NULL, parameters TEXT NOT NULL,
    seed INTEGER NOT NULL, replication INTEGER NOT NULL, fingerprint TEXT NOT NULL, events INTEGER NOT NULL,
    simulated REAL NOT NULL, wall REAL NOT NULL, version TEXT NOT NULL, created TEXT NOT NULL, about TEXT NOT NULL,
    figures TEXT NOT NULL, sources TEXT NOT NULL, detailed INTEGER NOT NULL, UNIQUE (scenario_hash, seed, replication));
)";

// Rows come by unit, so an index by unit alone is appended to and small; series lie in the order in which they are read.
const char* const kFigureTables = R"(
CREATE TABLE IF NOT EXISTS figure (
    unit INTEGER NOT NULL REFERENCES unit(id), metric TEXT NOT NULL, {}value REAL NOT NULL, uom TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS series (
    unit INTEGER NOT NULL REFERENCES unit(id), name TEXT NOT NULL, "of" TEXT NOT NULL, time REAL NOT NULL,
    min REAL NOT NULL, max REAL NOT NULL, PRIMARY KEY (unit, name, "of", time)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS distribution (
    unit INTEGER NOT NULL REFERENCES unit(id), name TEXT NOT NULL, histogram BLOB NOT NULL, PRIMARY KEY (unit, name));
CREATE INDEX IF NOT EXISTS figure_by_unit ON figure(unit);
)";

std::string figure_tables(const std::vector<std::string>& labels) {
    std::string columns;
    for (const std::string& label : labels) columns += label + " TEXT, ";
    return fmt::format(fmt::runtime(kFigureTables), columns);
}

std::int64_t pragma(sqlite3* db, const char* name) {
    sqlite::Statement ask(db, std::string("PRAGMA ") + name);
    return ask.step() ? ask.integer(0) : 0;
}

}  // namespace

/// Statements that are used for every unit: prepared when they are first used, and kept. One per table inserts.
class SqliteLedger::Rows final : public RowSink {
public:
    explicit Rows(sqlite3* db) : db_(db) {}

    std::int64_t unit = 0;   // the number that stands in front of every row

    void insert(std::string_view table, std::initializer_list<Cell> cells) override {
        cells_.assign(1, Cell(unit));
        cells_.insert(cells_.end(), cells);
        insert_all(table, cells_.size(), cells_);
    }
    /// Rows of `width` cells each, one behind the other. Many go into one statement, as starting one costs more than the
    /// row that it writes.
    void insert_all(std::string_view table, std::size_t width, const std::vector<Cell>& cells) {
        constexpr std::size_t kAtOnce = 25;
        for (std::size_t done = 0; done < cells.size();) {
            const std::size_t rows = (cells.size() - done) / width >= kAtOnce ? kAtOnce : 1;
            sqlite::Statement& statement = inserting(table, width, rows);
            for (std::size_t i = 0; i < rows * width; ++i) statement.bind(narrow<int>(i + 1, "cells of a statement"), cells[done + i]);
            statement.step();
            statement.reset();
            done += rows * width;
        }
    }

    /// The row of a unit, if it is there.
    struct Held {
        std::string fingerprint, version;
        std::int64_t id = 0;
        bool detailed = false;
    };
    std::optional<Held> find(const UnitKey& key) {
        if (!find_) find_.emplace(db_, "SELECT fingerprint, version, id, detailed FROM unit WHERE scenario_hash = ? AND seed = ? AND replication = ?");
        find_->bind_all(key.scenario_hash, key.seed, key.replication);
        std::optional<Held> held;
        if (find_->step()) held = Held{find_->text(0), find_->text(1), find_->integer(2), find_->integer(3) != 0};
        find_->reset();
        return held;
    }
    template <class... Values>
    void insert_unit(const Values&... values) {
        if (!add_) add_.emplace(db_, "INSERT INTO unit VALUES (NULL,?,?,?,?,?,?,?,?,?,?,strftime('%Y-%m-%dT%H:%M:%SZ','now'),?,?,?,?)");
        add_->insert(values...);
        unit = sqlite3_last_insert_rowid(db_);
    }

private:
    sqlite::Statement& inserting(std::string_view table, std::size_t width, std::size_t rows) {
        auto& of_table = inserts_[rows == 1 ? 0 : 1];
        auto found = of_table.find(table);
        if (found == of_table.end()) {
            std::string row, all;
            for (std::size_t i = 0; i < width; ++i) row += i == 0 ? "?" : ",?";
            for (std::size_t i = 0; i < rows; ++i) all += fmt::format("{}({})", i == 0 ? "" : ",", row);
            found = of_table.emplace(std::string(table), sqlite::Statement(db_, fmt::format("INSERT INTO {} VALUES {}", table, all))).first;
        }
        return found->second;
    }

    sqlite3* db_;
    std::map<std::string, sqlite::Statement, std::less<>> inserts_[2];   // by table: of one row, of many
    std::optional<sqlite::Statement> find_, add_;
    std::vector<Cell> cells_;
};

void SqliteLedger::Closer::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

SqliteLedger::SqliteLedger(const std::string& path, const LedgerFormat& format, int flags) : path_(path), format_(format) {
    // No mutexes and no accounts of memory: a ledger is used by one thread at a time. The latter is refused, and does not
    // matter, once the library is in use.
    [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    db_.reset(raw);
    if (code != SQLITE_OK)
        throw LedgerError(path + ": cannot be opened as a results file: " + (raw != nullptr ? sqlite3_errmsg(raw) : "no memory"));
    sqlite3_busy_timeout(raw, 10'000);   // another process may write to the same file
    rows_ = std::make_unique<Rows>(raw);
}

SqliteLedger::SqliteLedger(const std::string& path, const LedgerFormat& format)
    : SqliteLedger(path, format, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) {
    prepare();
}

SqliteLedger::SqliteLedger(SqliteLedger&&) noexcept = default;
SqliteLedger& SqliteLedger::operator=(SqliteLedger&&) noexcept = default;
SqliteLedger::~SqliteLedger() = default;

SqliteLedger SqliteLedger::open_existing(const std::string& path, const LedgerFormat& format) {
    SqliteLedger ledger(path, format, SQLITE_OPEN_READWRITE);   // write access, since WAL needs it to read
    if (pragma(ledger.db_.get(), "application_id") != format.application)
        throw LedgerError(path + ": an SQLite file, but not a results file of this program");
    ledger.prepare();
    return ledger;
}

void SqliteLedger::prepare() {
    sqlite3* db = db_.get();
    sqlite::execute(db, "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000");
    const std::int64_t application = pragma(db, "application_id"), version = pragma(db, "user_version");
    if (application == format_.application && version == format_.version) return;
    if (application == format_.application)
        throw LedgerError(fmt::format("{}: tables of version {}; this program writes version {}", path_, version, format_.version));
    {
        sqlite::Statement others(db, "SELECT count(*) FROM sqlite_master");
        if (others.step() && others.integer(0) > 0)
            throw LedgerError(path_ + ": an SQLite file of something else; results go into a file of their own");
    }
    sqlite::execute(db, "PRAGMA journal_mode = WAL");
    sqlite::Transaction all(db);
    sqlite::execute(db, kUnitTable);
    sqlite::execute(db, figure_tables(format_.labels).c_str());
    sqlite::execute(db, format_.more_tables.c_str());
    sqlite::execute(db, fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", format_.application, format_.version).c_str());
    all.commit();
}

bool SqliteLedger::is_one(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    char head[16] = {};
    return in.read(head, sizeof head) && std::string_view(head, 15) == "SQLite format 3";
}

std::vector<HeldUnit> SqliteLedger::held(const std::string& scenario_hash, std::uint64_t seed) const {
    sqlite::Statement ask(db_.get(), "SELECT replication, fingerprint, version, wall, detailed FROM unit WHERE scenario_hash = ? AND seed = ? "
                                     "ORDER BY replication");
    ask.bind_all(scenario_hash, seed);
    std::vector<HeldUnit> units;
    while (ask.step())
        units.push_back({narrow<std::uint32_t>(ask.integer(0), "replications"), ask.text(1), ask.text(2), ask.real(3), ask.integer(4) != 0});
    return units;
}

std::optional<RunRecord> SqliteLedger::read(const UnitKey& key, RecordParts parts) const {
    sqlite::Statement ask(db_.get(), fmt::format("SELECT id, fingerprint, events, simulated, wall, {} FROM unit "
                                                 "WHERE scenario_hash = ? AND seed = ? AND replication = ?",
                                                 parts.document ? "figures" : "''"));
    ask.bind_all(key.scenario_hash, key.seed, key.replication);
    if (!ask.step()) return std::nullopt;
    const std::int64_t unit = ask.integer(0);
    RunRecord record;
    record.fingerprint = ask.text(1);
    record.events = static_cast<std::uint64_t>(ask.integer(2));
    record.simulated = ask.real(3);
    record.wall = ask.real(4);
    record.document = ask.text(5);
    if (parts.figures) read_figures(unit, record);
    if (parts.distributions) {
        sqlite::Statement rows(db_.get(), "SELECT name, histogram FROM distribution WHERE unit = ? ORDER BY rowid");
        rows.bind_all(unit);
        while (rows.step()) {
            auto values = histogram_from_bytes(rows.blob(1));
            if (!values) throw LedgerError(fmt::format("{}: the distribution '{}' of unit {} cannot be read", path_, rows.text(0), unit));
            record.distributions.push_back({rows.text(0), std::move(*values)});
        }
    }
    return record;
}

void SqliteLedger::read_figures(std::int64_t unit, RunRecord& record) const {
    std::string labels;
    for (const std::string& label : format_.labels) labels += ", " + label;
    sqlite::Statement rows(db_.get(), fmt::format("SELECT metric, value, uom{} FROM figure WHERE unit = ? ORDER BY rowid", labels));
    rows.bind_all(unit);
    while (rows.step()) {
        Figure f{rows.text(0), {}, rows.real(1), rows.text(2)};
        for (std::size_t i = 0; i < format_.labels.size(); ++i) f.labels.push_back(rows.text(narrow<int>(3 + i, "columns")));
        while (!f.labels.empty() && f.labels.back().empty()) f.labels.pop_back();
        record.figures.push_back(std::move(f));
    }
}

void SqliteLedger::save(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail) {
    sqlite::Transaction all(db_.get());
    if (const auto there = rows_->find(key)) {
        if (there->fingerprint != record.fingerprint)
            contradiction(path_, key, there->fingerprint, there->version, record, label.version);
        if (detail == Detail::figures || there->detailed) return;
        rows_->unit = there->id;
        write_details(record);
        sqlite::Statement now_detailed(db_.get(), "UPDATE unit SET detailed = 1 WHERE id = ?");
        now_detailed.insert(rows_->unit);
    } else {
        write(key, label, record, detail);
    }
    all.commit();
}

void SqliteLedger::write(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail) {
    rows_->insert_unit(key.scenario_hash, label.scenario, label.parameters, key.seed, key.replication, record.fingerprint, record.events,
                       record.simulated, record.wall, label.version, label.about, record.document, label.sources, detail == Detail::everything);
    const std::size_t width = 4 + format_.labels.size();
    std::vector<Cell> rows;
    rows.reserve(record.figures.size() * width);
    for (const Figure& f : record.figures) {
        MQ_CHECK(f.labels.size() <= format_.labels.size(), "a figure has no more labels than the ledger has columns for them");
        rows.insert(rows.end(), {Cell(rows_->unit), Cell(f.metric)});
        for (std::size_t i = 0; i < format_.labels.size(); ++i)
            rows.push_back(i < f.labels.size() ? Cell::of_some(f.labels[i]) : Cell(std::nullopt));
        rows.insert(rows.end(), {Cell(f.value), Cell(f.uom)});
    }
    rows_->insert_all("figure", width, rows);
    for (const Distribution& d : record.distributions) {
        const std::string bytes = histogram_bytes(d.values);
        rows_->insert("distribution", {d.name, Cell::of_bytes(bytes)});
    }
    if (detail == Detail::everything) write_details(record);
}

void SqliteLedger::write_details(const RunRecord& record) {
    std::vector<Cell> rows;
    for (const Series& s : record.series)
        for (const Series::Stretch& p : s.stretches) rows.insert(rows.end(), {rows_->unit, s.name, s.of, p.time, p.min, p.max});
    rows_->insert_all("series", 6, rows);
    if (record.more_rows) record.more_rows(*rows_);
}

std::vector<HeldPoint> SqliteLedger::points() const {
    sqlite::Statement groups(db_.get(), "SELECT scenario_hash, seed, about, parameters, version, sources, (SELECT count(*) FROM unit "
                                        "WHERE scenario_hash = u.scenario_hash AND seed = u.seed) FROM unit AS u WHERE id = (SELECT min(id) FROM unit "
                                        "WHERE scenario_hash = u.scenario_hash AND seed = u.seed) ORDER BY id");
    std::vector<HeldPoint> list;
    while (groups.step())
        list.push_back({groups.text(0), static_cast<std::uint64_t>(groups.integer(1)), groups.text(2), groups.text(3), groups.text(4), groups.text(5),
                        static_cast<std::uint64_t>(groups.integer(6))});
    return list;
}

bool SqliteLedger::has_attachments() const {
    sqlite::Statement ask(db_.get(), "SELECT count(*) FROM sqlite_master WHERE name = 'attachment'");
    return ask.step() && ask.integer(0) > 0;
}

void SqliteLedger::attach(const UnitKey& key, const std::string& name, const std::string& text) {
    sqlite::Transaction all(db_.get());
    sqlite::execute(db_.get(), "CREATE TABLE IF NOT EXISTS attachment (unit INTEGER NOT NULL REFERENCES unit(id), name TEXT NOT NULL, "
                               "text TEXT NOT NULL, PRIMARY KEY (unit, name))");
    const auto unit = rows_->find(key);
    if (!unit) throw LedgerError(fmt::format("{}: nothing can be kept beside a unit that is not there", path_));
    sqlite::Statement add(db_.get(), "INSERT OR REPLACE INTO attachment VALUES (?,?,?)");
    add.insert(unit->id, name, text);
    all.commit();
}

std::optional<std::string> SqliteLedger::attachment(const UnitKey& key, const std::string& name) const {
    if (!has_attachments()) return std::nullopt;
    sqlite::Statement ask(db_.get(), "SELECT text FROM attachment JOIN unit ON unit.id = attachment.unit WHERE scenario_hash = ? AND seed = ? "
                                     "AND replication = ? AND name = ?");
    ask.bind_all(key.scenario_hash, key.seed, key.replication, name);
    return ask.step() ? std::optional(ask.text(0)) : std::nullopt;
}

std::vector<Attachment> SqliteLedger::attachments(const std::string& name) const {
    std::vector<Attachment> all;
    if (!has_attachments()) return all;
    sqlite::Statement ask(db_.get(), "SELECT scenario_hash, seed, replication, text FROM attachment JOIN unit ON unit.id = attachment.unit "
                                     "WHERE name = ? ORDER BY unit.id");
    ask.bind_all(name);
    while (ask.step())
        all.push_back({{ask.text(0), static_cast<std::uint64_t>(ask.integer(1)), narrow<std::uint32_t>(ask.integer(2), "replications")},
                       ask.text(3)});
    return all;
}

}  // namespace mailquake
