#include "sim/campaign/postgres_ledger.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "sim/base/narrow.hpp"
#include "sim/campaign/postgres_schema.hpp"
#include "sim/experiment/rows.hpp"
#include "sim/experiment/sources.hpp"
#include "sim/stats/histogram_bytes.hpp"

namespace mailquake {

using postgres::Parameters;
using postgres::Result;

namespace {

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

/// The subject's rows, gathered by table, in the text form of COPY.
class CopiedRows final : public RowSink {
public:
    explicit CopiedRows(std::int64_t unit) : unit_(unit) {}

    void insert(std::string_view table, std::initializer_list<Cell> cells) override {
        std::string& lines = tables_[std::string(table)];
        lines += std::to_string(unit_);
        for (const Cell& cell : cells) lines += '\t', append(lines, cell);
        lines += '\n';
    }
    void write(postgres::Connection& connection) const {
        for (const auto& [table, lines] : tables_) connection.copy_in("mailquake." + table, lines);
    }

private:
    static void append(std::string& lines, const Cell& cell) {
        switch (cell.kind()) {
            case Cell::Kind::none: lines += "\\N"; return;
            case Cell::Kind::integer: lines += std::to_string(cell.integer()); return;
            case Cell::Kind::real: lines += fmt::format("{}", cell.real()); return;   // as short as can be, and exact
            case Cell::Kind::text: append_text(lines, cell.text()); return;
            case Cell::Kind::bytes:
                lines += "\\\\x";
                for (const char c : cell.text()) lines += fmt::format("{:02x}", static_cast<unsigned char>(c));
                return;
        }
    }
    static void append_text(std::string& lines, std::string_view text) {
        for (const char c : text) {
            if (c == '\\') lines += "\\\\";
            else if (c == '\t') lines += "\\t";
            else if (c == '\n') lines += "\\n";
            else if (c == '\r') lines += "\\r";
            else lines += c;
        }
    }

    std::int64_t unit_;
    std::map<std::string, std::string> tables_;
};

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

struct PostgresLedger::There {
    std::int64_t id = 0;
    std::string  fingerprint, version;
    bool         detailed = false;
};

PostgresLedger::PostgresLedger(const std::string& url, const LedgerFormat& format, Connected) : format_(format), connection_(url) {
    if (connection_.server_version() < 140'000)
        throw LedgerError(fmt::format("{}: PostgreSQL {}; 14 or later is needed", shown(), connection_.server_version() / 10'000));
}

PostgresLedger::PostgresLedger(const std::string& url, const LedgerFormat& format) : PostgresLedger(url, format, Connected{}) {
    postgres::prepare_schema(connection_, format_);
}

PostgresLedger PostgresLedger::open_existing(const std::string& url, const LedgerFormat& format) {
    PostgresLedger ledger(url, format, Connected{});
    if (!postgres::has_schema(ledger.connection_, format)) throw LedgerError(ledger.shown() + ": holds no results of mailquake");
    return ledger;
}

std::vector<HeldUnit> PostgresLedger::held(const std::string& scenario_hash, std::uint64_t seed) const {
    const Result rows = connection_.ask("SELECT replication, fingerprint, u.version, wall, detailed FROM mailquake.unit u JOIN mailquake.point p "
                                        "ON p.id = u.point WHERE scenario_hash = $1 AND seed = $2 ORDER BY replication",
                                        Parameters().add(scenario_hash).add(whole(seed)));
    std::vector<HeldUnit> units;
    for (int r = 0; r < rows.rows(); ++r)
        units.push_back({narrow<std::uint32_t>(rows.integer(r, 0), "replications"), rows.text(r, 1), rows.text(r, 2), rows.real(r, 3), rows.integer(r, 4) != 0});
    return units;
}

const PostgresLedger::Shape& PostgresLedger::shape(std::int64_t id) const {
    if (const auto found = known_shapes_.find(id); found != known_shapes_.end()) return found->second;
    std::string labels;
    for (const std::string& label : format_.labels) labels += fmt::format(", \"label_{}\"", label);
    const Result row = connection_.ask(("SELECT metrics, uoms, distributions" + labels + " FROM mailquake.shape WHERE id = $1").c_str(), Parameters().add(id));
    MQ_CHECK(row.rows() == 1, "what a unit's arrays are of is there");
    Shape shape{row.texts(0, 0), row.texts(0, 1), row.texts(0, 2), {}};
    for (std::size_t i = 0; i < format_.labels.size(); ++i) shape.labels.push_back(row.texts(0, narrow<int>(3 + i, "columns")));
    return known_shapes_.emplace(id, std::move(shape)).first->second;
}

std::optional<RunRecord> PostgresLedger::read(const UnitKey& key, RecordParts parts) const {
    const Result row = connection_.ask("SELECT fingerprint, events, simulated, wall, shape, CASE WHEN $4 = 1 THEN document ELSE '' END, "
                                       "CASE WHEN $5 = 1 THEN \"values\" END, CASE WHEN $6 = 1 THEN histograms END "
                                       "FROM mailquake.unit u JOIN mailquake.point p ON p.id = u.point "
                                       "WHERE scenario_hash = $1 AND seed = $2 AND replication = $3",
                                       Parameters().add(key.scenario_hash).add(whole(key.seed)).add(std::int64_t{key.replication})
                                           .add(std::int64_t{parts.document}).add(std::int64_t{parts.figures}).add(std::int64_t{parts.distributions}));
    if (row.rows() == 0) return std::nullopt;
    RunRecord record;
    record.fingerprint = row.text(0, 0);
    record.events = static_cast<std::uint64_t>(row.integer(0, 1));
    record.simulated = row.real(0, 2);
    record.wall = row.real(0, 3);
    record.document = row.text(0, 5);
    if (!parts.figures && !parts.distributions) return record;
    const Shape& shape = this->shape(row.integer(0, 4));
    if (parts.figures) {
        const std::vector<double> values = row.reals(0, 6);
        MQ_CHECK(values.size() == shape.metrics.size(), "a unit has a value for each figure of its shape");
        for (std::size_t i = 0; i < values.size(); ++i) {
            Figure f{shape.metrics[i], {}, values[i], shape.uoms[i]};
            for (const auto& label : shape.labels) f.labels.push_back(label[i]);
            while (!f.labels.empty() && f.labels.back().empty()) f.labels.pop_back();
            record.figures.push_back(std::move(f));
        }
    }
    if (parts.distributions) {
        const std::vector<std::string> histograms = row.texts(0, 7);
        for (std::size_t i = 0; i < histograms.size(); ++i) {
            auto values = histogram_from_bytes(histograms[i]);
            if (!values) throw LedgerError(fmt::format("{}: the distribution '{}' of a unit cannot be read", shown(), shape.distributions[i]));
            record.distributions.push_back({shape.distributions[i], std::move(*values)});
        }
    }
    return record;
}

/// Rows that are there are never changed, so what was looked up once is known.
std::int64_t PostgresLedger::point_of(const UnitKey& key, const UnitLabel& label) {
    const std::pair name{key.scenario_hash, key.seed};
    if (const auto found = points_.find(name); found != points_.end()) return found->second;
    connection_.ask("INSERT INTO mailquake.point (scenario_hash, seed, scenario, parameters, about, version, sources) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                    "ON CONFLICT DO NOTHING",
                    Parameters().add(key.scenario_hash).add(whole(key.seed)).add(label.scenario).add(label.parameters).add(label.about).add(label.version).add(label.sources));
    const Result row = connection_.ask("SELECT id FROM mailquake.point WHERE scenario_hash = $1 AND seed = $2", Parameters().add(key.scenario_hash).add(whole(key.seed)));
    MQ_CHECK(row.rows() == 1, "a point that was written is there");
    return points_.emplace(name, row.integer(0, 0)).first->second;
}

std::int64_t PostgresLedger::shape_of(const RunRecord& record) {
    Shape shape;
    shape.labels.resize(format_.labels.size());
    std::string all;
    const auto put = [&all](std::vector<std::string>& list, const std::string& text) {
        list.push_back(text);
        all += text + '\n';
    };
    for (const Figure& f : record.figures) {
        MQ_CHECK(f.labels.size() <= format_.labels.size(), "a figure has no more labels than the ledger has columns for them");
        put(shape.metrics, f.metric);
        put(shape.uoms, f.uom);
        for (std::size_t i = 0; i < shape.labels.size(); ++i) put(shape.labels[i], i < f.labels.size() ? f.labels[i] : std::string());
    }
    all += '\n';
    for (const Distribution& d : record.distributions) put(shape.distributions, d.name);
    const std::string hash = point_hash("shape", all);
    if (const auto found = shapes_.find(hash); found != shapes_.end()) return found->second;

    std::string columns, places;
    Parameters values;
    values.add(hash).add_list(shape.metrics).add_list(shape.uoms).add_list(shape.distributions);
    for (std::size_t i = 0; i < shape.labels.size(); ++i) {
        columns += fmt::format(", \"label_{}\"", format_.labels[i]);
        places += fmt::format(", ${}", 5 + i);
        values.add_list(shape.labels[i]);
    }
    connection_.ask(fmt::format("INSERT INTO mailquake.shape (hash, metrics, uoms, distributions{}) VALUES ($1, $2, $3, $4{}) ON CONFLICT DO NOTHING", columns, places).c_str(), values);
    const Result row = connection_.ask("SELECT id FROM mailquake.shape WHERE hash = $1", Parameters().add(hash));
    MQ_CHECK(row.rows() == 1, "a shape that was written is there");
    known_shapes_.emplace(row.integer(0, 0), std::move(shape));
    return shapes_.emplace(hash, row.integer(0, 0)).first->second;
}

std::optional<PostgresLedger::There> PostgresLedger::find(std::int64_t point, std::uint32_t replication) const {
    const Result row = connection_.ask("SELECT id, fingerprint, version, detailed FROM mailquake.unit WHERE point = $1 AND replication = $2",
                                       Parameters().add(point).add(std::int64_t{replication}));
    if (row.rows() == 0) return std::nullopt;
    return There{row.integer(0, 0), row.text(0, 1), row.text(0, 2), row.integer(0, 3) != 0};
}

std::optional<std::int64_t> PostgresLedger::insert(std::int64_t point, std::int64_t shape, const UnitKey& key, const UnitLabel& label, const RunRecord& record,
                                                   Detail detail) {
    static const std::string host = host_name();
    std::vector<double> values;
    for (const Figure& f : record.figures) values.push_back(f.value);
    std::vector<std::string> histograms;
    for (const Distribution& d : record.distributions) histograms.push_back(histogram_bytes(d.values));
    const Result row = connection_.ask(
        "INSERT INTO mailquake.unit (point, replication, fingerprint, events, simulated, wall, version, host, detailed, document, shape, \"values\", histograms) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 = 1, $10, $11, $12, $13) ON CONFLICT DO NOTHING RETURNING id",
        Parameters().add(point).add(std::int64_t{key.replication}).add(record.fingerprint).add(whole(record.events)).add(record.simulated).add(record.wall)
            .add(label.version).add(host).add(std::int64_t{detail == Detail::everything}).add(record.document).add(shape).add_list(values)
            .add_byte_list(histograms));
    return row.rows() == 0 ? std::nullopt : std::optional(row.integer(0, 0));
}

void PostgresLedger::write_details(std::int64_t unit, const RunRecord& record) {
    for (const Series& s : record.series) {
        std::vector<double> times, least, greatest;
        for (const Series::Stretch& p : s.stretches) times.push_back(p.time), least.push_back(p.min), greatest.push_back(p.max);
        connection_.ask("INSERT INTO mailquake.series_part VALUES ($1, $2, $3, $4, $5, $6)",
                        Parameters().add(unit).add(s.name).add(s.of).add_list(times).add_list(least).add_list(greatest));
    }
    if (!record.more_rows) return;
    CopiedRows rows(unit);
    record.more_rows(rows);
    rows.write(connection_);
}

void PostgresLedger::save(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail) {
    const std::int64_t point = point_of(key, label);   // and the shape: they stay, whatever becomes of the unit
    const std::int64_t shape = shape_of(record);
    postgres::Transaction all(connection_);
    if (const auto unit = insert(point, shape, key, label, record, detail)) {
        if (detail == Detail::everything) write_details(*unit, record);
    } else {
        const auto there = find(point, key.replication);
        MQ_CHECK(there.has_value(), "a unit that could not be written is there already");
        if (there->fingerprint != record.fingerprint) contradiction(shown(), key, there->fingerprint, there->version, record, label.version);
        if (detail == Detail::figures || there->detailed) return;
        const Result row = connection_.ask("UPDATE mailquake.unit SET detailed = true WHERE id = $1 AND NOT detailed RETURNING id", Parameters().add(there->id));
        if (row.rows() == 0) return;   // another program was faster
        write_details(there->id, record);
    }
    all.commit();
}

std::vector<HeldPoint> PostgresLedger::points() const {
    const Result rows = connection_.ask("SELECT scenario_hash, seed, about, parameters, version, sources, n FROM mailquake.point p JOIN (SELECT point, count(*) AS n "
                                        "FROM mailquake.unit GROUP BY point) u ON u.point = p.id ORDER BY id");
    std::vector<HeldPoint> list;
    for (int r = 0; r < rows.rows(); ++r) list.push_back({rows.text(r, 0), static_cast<std::uint64_t>(rows.integer(r, 1)), rows.text(r, 2), rows.text(r, 3), rows.text(r, 4), rows.text(r, 5),
                        static_cast<std::uint64_t>(rows.integer(r, 6))});
    return list;
}

void PostgresLedger::attach(const UnitKey& key, const std::string& name, const std::string& text) {
    const Result row = connection_.ask("INSERT INTO mailquake.attachment SELECT u.id, $4, $5 FROM mailquake.unit u JOIN mailquake.point p ON p.id = u.point "
                                       "WHERE scenario_hash = $1 AND seed = $2 AND replication = $3 "
                                       "ON CONFLICT (unit, name) DO UPDATE SET text = excluded.text RETURNING unit",
                                       Parameters().add(key.scenario_hash).add(whole(key.seed)).add(std::int64_t{key.replication}).add(name).add(text));
    if (row.rows() == 0) throw LedgerError(fmt::format("{}: nothing can be kept beside a unit that is not there", shown()));
}

std::optional<std::string> PostgresLedger::attachment(const UnitKey& key, const std::string& name) const {
    const Result row = connection_.ask("SELECT a.text FROM mailquake.attachment a JOIN mailquake.unit u ON u.id = a.unit JOIN mailquake.point p ON p.id = u.point "
                                       "WHERE scenario_hash = $1 AND seed = $2 AND replication = $3 AND name = $4",
                                       Parameters().add(key.scenario_hash).add(whole(key.seed)).add(std::int64_t{key.replication}).add(name));
    return row.rows() == 0 ? std::nullopt : std::optional(row.text(0, 0));
}

std::vector<Attachment> PostgresLedger::attachments(const std::string& name) const {
    const Result rows = connection_.ask("SELECT scenario_hash, seed, replication, a.text FROM mailquake.attachment a JOIN mailquake.unit u ON u.id = a.unit "
                                        "JOIN mailquake.point p ON p.id = u.point WHERE name = $1 ORDER BY u.id",
                                        Parameters().add(name));
    std::vector<Attachment> all;
    for (int r = 0; r < rows.rows(); ++r)
        all.push_back({{rows.text(r, 0), static_cast<std::uint64_t>(rows.integer(r, 1)), narrow<std::uint32_t>(rows.integer(r, 2), "replications")}, rows.text(r, 3)});
    return all;
}

}  // namespace mailquake
