#include "models/results/store.hpp"

#include <fmt/format.h>

#include <ctime>
#include <fstream>

#include "models/results/json.hpp"
#include "models/results/mail_tables.hpp"
#include "models/results/sqlite.hpp"
#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"

namespace mailquake {

namespace {

constexpr int kTablesVersion = 1;              // PRAGMA user_version
constexpr int kApplication = 0x4d51554b;       // "MQUK": PRAGMA application_id

const char* const kUnitTable = R"(
CREATE TABLE IF NOT EXISTS unit (
    id INTEGER PRIMARY KEY, scenario_hash TEXT NOT NULL, scenario TEXT NOT NULL, parameters TEXT NOT NULL,
    seed INTEGER NOT NULL, replication INTEGER NOT NULL, fingerprint TEXT NOT NULL, events INTEGER NOT NULL,
    simulated REAL NOT NULL, wall REAL NOT NULL, version TEXT NOT NULL, created TEXT NOT NULL, about TEXT NOT NULL,
    figures TEXT NOT NULL, UNIQUE (scenario_hash, seed, replication));
)";

std::int64_t pragma(sqlite3* db, const char* name) {
    sqlite::Statement ask(db, std::string("PRAGMA ") + name);
    return ask.step() ? ask.integer(0) : 0;
}

std::string now_utc() {   // of the unit's row alone; nothing simulated sees it
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::string json_list(const std::vector<std::string>& words) {
    std::string out = "[";
    for (const std::string& w : words) {
        out += out.size() > 1 ? ",\"" : "\"";
        for (char c : w) {
            if (c == '"' || c == '\\') out += '\\';
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
        out += '"';
    }
    return out + "]";
}

std::string parameters_json(const About& a) {
    return fmt::format("{{\"variant\":{},\"set\":{},\"until\":{},\"cut\":{}}}", json_list(a.variants), json_list(a.sets),
                       json_list(a.until.empty() ? std::vector<std::string>{} : std::vector<std::string>{a.until}), a.cut);
}

constexpr const char* kUnitColumns = "seed, replication, fingerprint, version, figures";

ReplicationResult read_unit(const sqlite::Statement& row) {
    return {static_cast<std::uint64_t>(row.integer(0)), static_cast<std::uint32_t>(row.integer(1)), row.text(2), row.text(3),
            read_figures(row.text(4))};
}

/// The same unit came out otherwise.
[[noreturn]] void contradiction(const ReplicationResult& there, const ReplicationResult& unit, const std::string& path) {
    const std::string text = fmt::format(
        "{}: seed {} replication {} has fingerprint {} there and came out as {} now", path, unit.seed, unit.replication,
        there.fingerprint, unit.fingerprint);
    if (there.version == unit.version) throw EngineError("not deterministic: " + text);
    throw ResultsError(text + fmt::format(" (version {} there, {} now); use another results file", there.version, unit.version));
}

}  // namespace

std::string scenario_hash(const std::string& canonical_text, const std::string& until) {
    const std::string text = canonical_text + "\nuntil " + until;
    return fmt::format("{:016x}{:016x}", hash_name(text), hash_name("scenario\n" + text));
}

void ResultsFile::Closer::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

ResultsFile::ResultsFile(const std::string& path, int flags) : path_(path) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    db_.reset(raw);
    if (code != SQLITE_OK)
        throw ResultsError(path + ": cannot be opened as a results file: " + (raw != nullptr ? sqlite3_errmsg(raw) : "no memory"));
    sqlite3_busy_timeout(raw, 10'000);   // another campaign may write to the same file
}

ResultsFile::ResultsFile(const std::string& path) : ResultsFile(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) { prepare(); }

ResultsFile ResultsFile::open_existing(const std::string& path) {
    ResultsFile file(path, SQLITE_OPEN_READWRITE);   // write access, since WAL needs it to read
    if (pragma(file.db_.get(), "application_id") != kApplication)
        throw ResultsError(path + ": an SQLite file, but not a results file of mailquake");
    file.prepare();
    return file;
}

void ResultsFile::prepare() {
    sqlite3* db = db_.get();
    const std::int64_t application = pragma(db, "application_id"), version = pragma(db, "user_version");
    if (application == kApplication && version == kTablesVersion) return;
    if (application == kApplication)
        throw ResultsError(fmt::format("{}: tables of version {}; this program writes version {}", path_, version, kTablesVersion));
    sqlite::Statement others(db, "SELECT count(*) FROM sqlite_master");
    if (others.step() && others.integer(0) > 0)
        throw ResultsError(path_ + ": an SQLite file of something else; results go into a file of their own");
    others.reset();
    sqlite::execute(db, "PRAGMA journal_mode = WAL");
    sqlite::Transaction all(db);
    sqlite::execute(db, kUnitTable);
    sqlite::execute(db, kMailTables);
    sqlite::execute(db, fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplication, kTablesVersion).c_str());
    all.commit();
}

bool ResultsFile::is_one(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    char head[16] = {};
    return in.read(head, sizeof head) && std::string_view(head, 15) == "SQLite format 3";
}

std::optional<ReplicationResult> ResultsFile::find(const UnitKey& key) const {
    sqlite::Statement ask(db_.get(), fmt::format("SELECT {} FROM unit WHERE scenario_hash = ? AND seed = ? AND replication = ?", kUnitColumns));
    ask.bind_all(key.scenario_hash, key.seed, key.replication);
    if (!ask.step()) return std::nullopt;
    return read_unit(ask);
}

void ResultsFile::save(const UnitKey& key, const About& about, const ReplicationResult& unit, const Outcome& outcome) {
    sqlite3* db = db_.get();
    sqlite::Transaction all(db);
    if (const auto there = find(key)) {
        if (there->fingerprint != unit.fingerprint) contradiction(*there, unit, path_);
        return;
    }
    const Figures& f = unit.figures;
    sqlite::Statement add(db, "INSERT INTO unit VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    add.insert(key.scenario_hash, about.name, parameters_json(about), key.seed, key.replication, unit.fingerprint,
               outcome.events, f.simulated, f.wall, unit.version, now_utc(), about_json(about), figures_json(f));
    write_mail_tables(db, sqlite3_last_insert_rowid(db), outcome, f);
    all.commit();
}

std::vector<ReplicationResult> ResultsFile::units(const std::string& scenario_hash, std::uint64_t seed) const {
    constexpr auto sql = "SELECT {} FROM unit WHERE scenario_hash = ? AND seed = ? ORDER BY replication";
    sqlite::Statement rows(db_.get(), fmt::format(sql, kUnitColumns));
    rows.bind_all(scenario_hash, seed);
    std::vector<ReplicationResult> all;
    while (rows.step()) all.push_back(read_unit(rows));
    return all;
}

std::vector<Campaign> ResultsFile::campaigns() const {
    std::vector<Campaign> list;
    sqlite::Statement groups(db_.get(), "SELECT scenario_hash, seed, about FROM unit GROUP BY scenario_hash, seed ORDER BY min(id)");
    while (groups.step()) {
        Campaign c{groups.text(0), read_about(groups.text(2)), static_cast<std::uint64_t>(groups.integer(1)), {}};
        c.units = units(c.scenario_hash, c.seed);
        list.push_back(std::move(c));
    }
    return list;
}

}  // namespace mailquake
