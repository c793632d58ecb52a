// The tables that a database of ours has, in a schema named `mailquake`, and how they come into being. Their version stands in
// `mailquake.format`; a database of another version, or a schema of that name that is none of ours, is refused.
//
//   point         id, scenario_hash, seed, scenario, parameters, about, version, sources, created
//   shape         id, hash, metrics, uoms, an array for each label column, distributions: what the arrays of a unit are of. Units of a
//                 point mostly share one, so a unit is one row, however many figures it has.
//   unit          id, point, replication, fingerprint, events, simulated, wall, version, created, host, detailed, document, shape, values,
//                 histograms
//   series_part   unit, name, of, times, least, greatest
//   attachment    unit, name, text
// Views with one row a number, as those of an SQLite ledger (sim/experiment/ledger.hpp): figure, series, distribution.
// And the subject's own tables.
#pragma once

#include "sim/campaign/postgres.hpp"
#include "sim/experiment/ledger.hpp"

namespace mailquake::postgres {

/// Creates what is not there. Throws LedgerError.
void prepare_schema(Connection& connection, const LedgerFormat& format);

/// Whether it is there already, in this version.
[[nodiscard]] bool has_schema(Connection& connection, const LedgerFormat& format);

}  // namespace mailquake::postgres
