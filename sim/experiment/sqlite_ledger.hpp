// A ledger in an SQLite file, in WAL mode, with long and tidy tables: readers (pandas, sqlite3) may look while units come.
//
// Synchronous is NORMAL: a killed program loses nothing that was finished; a power failure may lose the last units, which
// then are run again (sqlite.org/wal.html, "Performance Considerations"). Several processes may write to one file; they
// wait for each other up to ten seconds. A file of something else, or of another version of the tables, is left alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/experiment/ledger.hpp"

struct sqlite3;

namespace mailquake {

/// What a program's files have beyond the ledger's own tables. Constant for a version of the tables.
struct LedgerFormat {
    std::int32_t application = 0;      // PRAGMA application_id: whose files these are
    std::int32_t version = 1;          // PRAGMA user_version: of all tables together
    std::vector<std::string> labels;   // label columns of `figure`, in order
    std::string more_tables;           // SQL that creates tables and indexes; their first column is `unit`
};

class SqliteLedger final : public Ledger {
public:
    /// Opens it, and creates file and tables if need be. Throws LedgerError.
    SqliteLedger(const std::string& path, const LedgerFormat& format);
    /// Opens one that must be there already, for reading alone.
    [[nodiscard]] static SqliteLedger open_existing(const std::string& path, const LedgerFormat& format);
    SqliteLedger(SqliteLedger&&) noexcept;
    SqliteLedger& operator=(SqliteLedger&&) noexcept;
    ~SqliteLedger() override;

    /// Whether the file begins as an SQLite file does; false if it cannot be read.
    [[nodiscard]] static bool is_one(const std::string& path);

    [[nodiscard]] std::vector<HeldUnit> held(const std::string& scenario_hash, std::uint64_t seed) const override;
    [[nodiscard]] std::optional<RunRecord> read(const UnitKey& key, RecordParts parts = {}) const override;
    void save(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail) override;
    [[nodiscard]] std::vector<HeldPoint> points() const override;

    /// Texts that somebody made of a unit and wants to keep beside it, by name; they take no part in its identity. Written anew when
    /// it is there. The unit must be; its table, `attachment` (unit, name, text), comes with the first one.
    void attach(const UnitKey& key, const std::string& name, const std::string& text);
    [[nodiscard]] std::optional<std::string> attachment(const UnitKey& key, const std::string& name) const;
    struct Attachment {
        UnitKey     key;
        std::string text;
    };
    /// Of all units, in the order in which these came.
    [[nodiscard]] std::vector<Attachment> attachments(const std::string& name) const;

private:
    struct Closer {
        void operator()(sqlite3* db) const;
    };
    class Rows;   // prepared statements, one per table

    SqliteLedger(const std::string& path, const LedgerFormat& format, int flags);
    void prepare();
    [[nodiscard]] bool has_attachments() const;
    void write(const UnitKey& key, const UnitLabel& label, const RunRecord& record, Detail detail);
    void write_details(const RunRecord& record);
    void read_figures(std::int64_t unit, RunRecord& record) const;

    std::string  path_;
    LedgerFormat format_;
    std::unique_ptr<sqlite3, Closer> db_;
    std::unique_ptr<Rows> rows_;   // after db_: its statements end before the database is closed
};

}  // namespace mailquake
