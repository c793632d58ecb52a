// The tidy tables of a results file that hold one unit's mail: their definitions, and how an outcome fills them; and the
// figures and series that go into the ledger's own tables. store.hpp documents all of them.
#pragma once

#include <vector>

#include "models/results/figures.hpp"
#include "models/world/outcome.hpp"
#include "sim/experiment/rows.hpp"
#include "sim/experiment/run_record.hpp"

namespace mailquake {

/// SQL that creates the mail tables where they are not there yet.
extern const char* const kMailTables;

/// All numbers, with the labels class, tier, site, partition, name.
[[nodiscard]] std::vector<Figure> labelled_figures(const Figures& figures);

/// Down-sampled by least and greatest; stretches that equal both neighbours are left out.
[[nodiscard]] std::vector<Series> all_series(const Outcome& outcome);

/// Called inside the unit's transaction.
void write_mail_tables(RowSink& rows, const Outcome& outcome, const Figures& figures);

}  // namespace mailquake
