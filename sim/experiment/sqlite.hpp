// The little of SQLite that the ledger needs: prepared statements with typed parameters in order, and errors as
// exceptions that name the file. Left out: everything else of its C interface, which stays private to this folder.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sim/experiment/rows.hpp"

namespace mailquake::sqlite {

/// Throws LedgerError with the database's own words.
[[noreturn]] void fail(sqlite3* db, const std::string& what);

void execute(sqlite3* db, const char* sql);

class Statement {
public:
    Statement(sqlite3* db, std::string_view sql);

    /// Binds all parameters in order, runs, and is ready for the next row.
    template <class... Values>
    void insert(const Values&... values) {
        bind_all(values...);
        step();
        reset();
    }
    template <class... Values>
    void bind_all(const Values&... values) {
        int at = 0;
        (bind(++at, values), ...);
    }

    void bind(int at, const Cell& cell);

    /// True: a row is there to be read.
    bool step();
    void reset();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;
    /// Bytes as they are.
    [[nodiscard]] std::string blob(int column) const;

private:
    void bind(int at, double value);
    void bind(int at, std::int64_t value);
    void bind(int at, std::uint64_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, std::uint32_t value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, bool value) { bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, std::string_view value);
    void bind(int at, const std::string& value) { bind(at, std::string_view(value)); }
    void bind(int at, const char* value) { bind(at, std::string_view(value)); }

    struct Finalizer {
        void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
    };
    sqlite3* db_;
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// Rolled back unless committed.
class Transaction {
public:
    explicit Transaction(sqlite3* db) : db_(db) { execute(db_, "BEGIN IMMEDIATE"); }
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    sqlite3* db_;
    bool done_ = false;
};

}  // namespace mailquake::sqlite
