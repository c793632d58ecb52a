// The tidy tables of a results file that hold one unit's mail: their definitions, and how an outcome fills them.
// store.hpp documents them. Called inside the unit's transaction.
#pragma once

#include <cstdint>

#include "models/results/figures.hpp"
#include "models/world/outcome.hpp"

struct sqlite3;

namespace mailquake {

/// SQL that creates tables and indexes where they are not there yet.
extern const char* const kMailTables;

void write_mail_tables(sqlite3* db, std::int64_t unit, const Outcome& outcome, const Figures& figures);

}  // namespace mailquake
