// A ledger in a PostgreSQL database (14 and later), for campaigns of many programs on many machines: the content of the SQLite ledger, in
// fewer and wider rows (postgres_schema.hpp). Each unit is written in one transaction. Two programs that run the same unit at the same
// time both end: the second one finds the first one's and compares.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/campaign/postgres.hpp"
#include "sim/experiment/ledger.hpp"

namespace mailquake {

class PostgresLedger final : public Ledger {
public:
    /// Connects, and creates the tables if need be. Throws LedgerError.
    PostgresLedger(const std::string& url, const LedgerFormat& format);
    /// One whose tables must be there already.
    [[nodiscard]] static PostgresLedger open_existing(const std::string& url, const LedgerFormat& format);

    /// Whether the name is the URL of a database.
    [[nodiscard]] static bool is_one(std::string_view name) { return name.starts_with("postgresql://") || name.starts_with("postgres://"); }

    [[nodiscard]] std::vector<HeldUnit> held(const std::string& scenario_hash, std::uint64_t seed) const override;
    [[nodiscard]] std::optional<RunRecord> read(const UnitKey& key, RecordParts parts = {}) const override;
    void save(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail) override;
    [[nodiscard]] std::vector<HeldPoint> points() const override;
    void attach(const UnitKey& key, const std::string& name, const std::string& text) override;
    [[nodiscard]] std::optional<std::string> attachment(const UnitKey& key, const std::string& name) const override;
    [[nodiscard]] std::vector<Attachment> attachments(const std::string& name) const override;

    [[nodiscard]] const std::string& shown() const { return connection_.shown(); }

private:
    struct Connected {};
    PostgresLedger(const std::string& url, const LedgerFormat& format, Connected);

    struct There;
    /// What the arrays of a unit are of.
    struct Shape {
        std::vector<std::string> metrics, uoms, distributions;
        std::vector<std::vector<std::string>> labels;   // of each label column
    };
    [[nodiscard]] std::int64_t point_of(const UnitKey& key, const UnitLabel& label);
    [[nodiscard]] std::int64_t shape_of(const RunRecord& record);
    [[nodiscard]] const Shape& shape(std::int64_t id) const;
    [[nodiscard]] std::optional<There> find(std::int64_t point, std::uint32_t replication) const;
    [[nodiscard]] std::optional<std::int64_t> insert(std::int64_t point, std::int64_t shape, const UnitKey& key, const UnitLabel& label,
                                                     const RunRecord& record, Detail detail);
    void write_details(std::int64_t unit, const RunRecord& record);

    LedgerFormat format_;
    mutable postgres::Connection connection_;
    std::map<std::pair<std::string, std::uint64_t>, std::int64_t> points_;
    std::map<std::string, std::int64_t> shapes_;             // by hash
    mutable std::map<std::int64_t, Shape> known_shapes_;     // by id
};

}  // namespace mailquake
