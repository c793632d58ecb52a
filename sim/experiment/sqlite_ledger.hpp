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
    void attach(const UnitKey& key, const std::string& name, const std::string& text) override;
    [[nodiscard]] std::optional<std::string> attachment(const UnitKey& key, const std::string& name) const override;
    [[nodiscard]] std::vector<Attachment> attachments(const std::string& name) const override;


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
