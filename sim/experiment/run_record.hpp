// What one run of a subject leaves behind, in words that mean nothing to the experiment: named numbers with units, series,
// distributions, a fingerprint. It is what a ledger keeps and what metrics are read from, fresh or out of the ledger.
//
// Times are seconds from the start of the run. Series, and rows for the subject's own tables, go into the ledger and are
// not read back; everything else is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/stats/histogram.hpp"

namespace mailquake {

class RowSink;

/// One number. The labels say of what, in the order of the ledger's label columns; an empty one is absent, and missing
/// ones at the end are, too.
struct Figure {
    std::string metric;
    std::vector<std::string> labels;
    double      value = 0;
    std::string uom;   // `s`, `1/s`, or `1` for counts and shares
    friend bool operator==(const Figure&, const Figure&) = default;
};

/// Least and greatest value of stretches that begin at `time` [s].
struct Series {
    struct Stretch {
        double time = 0, min = 0, max = 0;
    };
    std::string name;
    std::string of;   // the entity; empty: of the whole
    std::vector<Stretch> stretches;
};

/// All values of one kind, for quantiles that are pooled over replications.
struct Distribution {
    std::string name;
    Histogram   values;
};

struct RunRecord {
    std::string   fingerprint;     // hexadecimal, of all logical transitions
    std::uint64_t events = 0;
    double        simulated = 0;   // [s]
    double        wall = 0;        // wall clock that the run took [s]; for estimates alone, no figure rests on it
    std::vector<Figure> figures;
    std::vector<Distribution> distributions;
    std::string   document;        // the subject's own text, from which it reads what figures cannot say
    std::vector<Series> series;                    // not read back
    std::function<void(RowSink&)> more_rows;       // rows of the subject's own tables, in the same transaction; may be empty
};

}  // namespace mailquake
