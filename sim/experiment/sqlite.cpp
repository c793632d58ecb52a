#include "sim/experiment/sqlite.hpp"

#include "sim/experiment/ledger.hpp"

namespace mailquake::sqlite {

void fail(sqlite3* db, const std::string& what) {
    const char* file = sqlite3_db_filename(db, "main");
    throw LedgerError(std::string(file != nullptr ? file : "results file") + ": " + what + ": " + sqlite3_errmsg(db));
}

void execute(sqlite3* db, const char* sql) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(db, "cannot be used as a results file");
}

Statement::Statement(sqlite3* db, std::string_view sql) : db_(db) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(db, std::string(sql).c_str(), -1, &raw, nullptr) != SQLITE_OK)
        fail(db, "cannot be used as a results file");
    statement_.reset(raw);
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(db_, "cannot be read or written");
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string Statement::blob(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::string Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

void Statement::bind(int at, double value) { sqlite3_bind_double(statement_.get(), at, value); }
void Statement::bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_.get(), at, value); }
void Statement::bind(int at, std::string_view value) {
    sqlite3_bind_text64(statement_.get(), at, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}
/// Texts are not copied: they must live until the row was written.
void Statement::bind(int at, const Cell& cell) {
    sqlite3_stmt* statement = statement_.get();
    switch (cell.kind()) {
        case Cell::Kind::none: sqlite3_bind_null(statement, at); break;
        case Cell::Kind::integer: sqlite3_bind_int64(statement, at, cell.integer()); break;
        case Cell::Kind::real: sqlite3_bind_double(statement, at, cell.real()); break;
        case Cell::Kind::text:
            sqlite3_bind_text64(statement, at, cell.text().data(), cell.text().size(), SQLITE_STATIC, SQLITE_UTF8);
            break;
        case Cell::Kind::bytes:
            sqlite3_bind_blob64(statement, at, cell.text().data(), cell.text().size(), SQLITE_STATIC);
            break;
    }
}

Transaction::~Transaction() {
    if (!done_) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    execute(db_, "COMMIT");
    done_ = true;
}

}  // namespace mailquake::sqlite
