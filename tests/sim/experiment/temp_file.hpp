// A path in a folder of its own, which goes with it; and numbers that queries give.
#pragma once

#include "tests/catch.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace mailquake::testing {

struct TempFile {
    std::filesystem::path folder;
    TempFile() {
        std::string name = (std::filesystem::temp_directory_path() / "mailquake-ledger-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    TempFile(const TempFile&) = delete;
    TempFile& operator=(const TempFile&) = delete;
    ~TempFile() { std::filesystem::remove_all(folder); }
    [[nodiscard]] std::string path() const { return (folder / "results.db").string(); }
};

/// The one number, or text, that a query gives.
inline std::string ask(const std::string& path, const std::string& sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    std::string answer = text == nullptr ? "" : text;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

}  // namespace mailquake::testing
