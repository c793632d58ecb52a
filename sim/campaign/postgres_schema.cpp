#include "sim/campaign/postgres_schema.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

namespace mailquake::postgres {

namespace {

/// One of these works on the schema at a time: the number is our name in a session's locks.
constexpr const char* kAlone = "SELECT pg_advisory_xact_lock(5138907201)";

const char* const kTables = R"(
CREATE TABLE mailquake.format (application int NOT NULL, version int NOT NULL);
CREATE TABLE mailquake.point (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, scenario_hash text NOT NULL, seed bigint NOT NULL, scenario text NOT NULL,
    parameters text NOT NULL, about text NOT NULL, version text NOT NULL, sources text NOT NULL, created timestamptz NOT NULL DEFAULT now(),
    UNIQUE (scenario_hash, seed));
CREATE TABLE mailquake.unit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, point int NOT NULL REFERENCES mailquake.point, replication bigint NOT NULL,
    fingerprint text NOT NULL, events bigint NOT NULL, simulated float8 NOT NULL, wall float8 NOT NULL, version text NOT NULL,
    created timestamptz NOT NULL DEFAULT now(), host text NOT NULL, detailed bool NOT NULL, document text NOT NULL,
    shape int NOT NULL, "values" float8[] NOT NULL, histograms bytea[] NOT NULL, UNIQUE (point, replication));
CREATE TABLE mailquake.series_part (
    unit bigint NOT NULL REFERENCES mailquake.unit, name text NOT NULL, "of" text NOT NULL, times float8[] NOT NULL,
    least float8[] NOT NULL, greatest float8[] NOT NULL, PRIMARY KEY (unit, name, "of"));
CREATE TABLE mailquake.attachment (
    unit bigint NOT NULL REFERENCES mailquake.unit, name text NOT NULL, text text NOT NULL, PRIMARY KEY (unit, name));
CREATE VIEW mailquake.series AS
    SELECT unit, name, "of", t.time, t.min, t.max FROM mailquake.series_part, unnest(times, least, greatest) AS t(time, min, max);
)";

/// With one array for each label; `figure` has a column for each, null where the label is absent.
std::string tables_of_figures(const std::vector<std::string>& labels) {
    std::string arrays, columns;
    for (const std::string& label : labels) {
        arrays += fmt::format(", \"label_{}\" text[] NOT NULL", label);
        columns += fmt::format(", nullif(s.\"label_{0}\"[n.n], '') AS \"{0}\"", label);
    }
    return fmt::format(R"(
CREATE TABLE mailquake.shape (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash text NOT NULL UNIQUE, metrics text[] NOT NULL, uoms text[] NOT NULL{0},
    distributions text[] NOT NULL);
ALTER TABLE mailquake.unit ADD FOREIGN KEY (shape) REFERENCES mailquake.shape;
CREATE VIEW mailquake.figure AS
    SELECT u.id AS unit, s.metrics[n.n] AS metric{1}, u."values"[n.n] AS value, s.uoms[n.n] AS uom
    FROM mailquake.unit u JOIN mailquake.shape s ON s.id = u.shape, generate_subscripts(s.metrics, 1) AS n(n);
CREATE VIEW mailquake.distribution AS
    SELECT u.id AS unit, s.distributions[n.n] AS name, u.histograms[n.n] AS histogram
    FROM mailquake.unit u JOIN mailquake.shape s ON s.id = u.shape, generate_subscripts(s.distributions, 1) AS n(n);
)", arrays, columns);
}

/// The subject's tables are written for SQLite; PostgreSQL's types have other names, and its whole numbers half the width.
std::string in_postgres_words(std::string sql) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> words{{{" INTEGER", " bigint"}, {" REAL", " float8"}, {" BLOB", " bytea"}}};
    for (const auto& [theirs, ours] : words)
        for (std::size_t at = 0; (at = sql.find(theirs, at)) != std::string::npos; at += ours.size()) sql.replace(at, theirs.size(), ours);
    return sql;
}

/// None: there is no schema of that name.
std::optional<std::pair<std::int64_t, std::int64_t>> format_there(Connection& connection) {
    if (connection.ask("SELECT 1 FROM pg_namespace WHERE nspname = 'mailquake'").rows() == 0) return std::nullopt;
    if (connection.ask("SELECT to_regclass('mailquake.format') IS NOT NULL").integer(0, 0) == 0)
        throw LedgerError(connection.shown() + ": it has a schema 'mailquake' that is none of ours; use another database");
    const Result format = connection.ask("SELECT application, version FROM mailquake.format");
    if (format.rows() != 1) throw LedgerError(connection.shown() + ": mailquake.format has to have one row");
    return std::pair{format.integer(0, 0), format.integer(0, 1)};
}

void create(Connection& connection, const LedgerFormat& format) {
    connection.execute("CREATE SCHEMA mailquake");
    connection.execute("SET LOCAL search_path TO mailquake");
    connection.execute(kTables);
    connection.execute(tables_of_figures(format.labels));
    connection.execute(in_postgres_words(format.more_tables));
    connection.execute(fmt::format("INSERT INTO mailquake.format VALUES ({}, {})", format.application, format.version));
}

}  // namespace

bool has_schema(Connection& connection, const LedgerFormat& format) {
    const auto there = format_there(connection);
    if (!there) return false;
    if (there->first != format.application)
        throw LedgerError(connection.shown() + ": its tables are of another program; use another database");
    if (there->second != format.version)
        throw LedgerError(fmt::format("{}: tables of version {}; this program writes version {}", connection.shown(), there->second, format.version));
    return true;
}

void prepare_schema(Connection& connection, const LedgerFormat& format) {
    if (has_schema(connection, format)) return;
    Transaction all(connection);
    connection.execute(kAlone);
    if (!has_schema(connection, format)) create(connection, format);   // another program may have been faster
    all.commit();
}

}  // namespace mailquake::postgres
