// The metrics of a run that expectations, sweeps and searches can ask for, each declared once: its name, what it is, its
// unit, its selectors, and which stored figures it is read from. The parser, the checks of names, the reader
// (models/results/metric_reader.hpp), the generated reference and the schema are all derived from this table.
//
// A metric is written `NAME(OF, selector=value, selector!=value)`; OF is there for metrics of several things (`p99(delay)`,
// `p99(wait, tier=transport)`). A selector narrows what is looked at. Shares are of what is selected: `affected(class=gold)`
// is the share of gold tenants. What is under way when a run ends is late once it is older than the objective.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mailquake {

enum class SelectorKind : std::uint8_t { tenant_class, tier, site, partition, fault, flaw, mitigation, clients };

struct SelectorType {
    SelectorKind     kind;
    std::string_view name;       // as it is written
    std::string_view noun;       // what its value names, for messages
};
inline constexpr std::array kSelectorTypes = {
    SelectorType{SelectorKind::tenant_class, "class", "tenant class"}, SelectorType{SelectorKind::tier, "tier", "tier"},
    SelectorType{SelectorKind::site, "site", "site"},                  SelectorType{SelectorKind::partition, "partition", "partition"},
    SelectorType{SelectorKind::fault, "fault", "fault"},               SelectorType{SelectorKind::flaw, "flaw", "flaw"},
    SelectorType{SelectorKind::mitigation, "mitigation", "mitigation"}, SelectorType{SelectorKind::clients, "clients", "population of clients"}};

[[nodiscard]] constexpr const SelectorType& selector_type(SelectorKind kind) { return kSelectorTypes[static_cast<std::size_t>(kind)]; }

/// Of a metric's value; `number`: of a quotient of two alike, which may be written as a share, a factor or a plain number.
enum class MetricUnit : std::uint8_t { duration, share, count, rate, number };

/// How the value is made of what is stored.
enum class MetricSource : std::uint8_t {
    quantile,      // of the pooled distributions `stored`.X
    mean,          // of the same
    greatest,      // of the same
    tenants,       // sum of the figure `stored` over classes, or over classes on partitions
    tenant_share,  // the same, over the sum of the figure `base`
    sum,           // of the figure `stored` over its rows
    most,          // greatest of its rows
    least_share,   // least of its rows, each over the row's figure `base`
    recovery,      // greatest of `recovered.after`; not seen: a lower bound
    drain,         // greatest of `backlogs.drain`; not seen: `backlogs.drain_at_least`, a lower bound
    oldest,        // the figure `stored`; a lower bound when copies are still under way
    touched,       // of the one fault, flaw or mitigation that is selected
};

/// Which way a change is a worsening, for `compare --fail-on`.
enum class Better : std::uint8_t { lower, higher, neither };

struct MetricType {
    std::string_view name;
    std::string_view of;                    // `delay`, `wait`, ...; empty: takes selectors alone
    MetricUnit       unit = MetricUnit::count;
    MetricSource     source = MetricSource::sum;
    std::string_view stored;                // distribution or figure
    std::string_view base;                  // what a share is of
    double           q = 0;                 // of a quantile
    Better           better = Better::lower;
    std::vector<SelectorKind> selectors;
    std::string_view sentence;
    bool of_dashboards = false;             // it has no value in a scenario without one

    /// `p99(delay)`, `affected`.
    [[nodiscard]] std::string title() const;
    [[nodiscard]] bool takes(SelectorKind kind) const;
};

/// All of them, in the order of the reference.
[[nodiscard]] std::span<const MetricType> metric_types();

/// `s`, `1/s` or `1`: as a ledger has it.
[[nodiscard]] std::string_view uom_of(MetricUnit unit);

/// The tables of scenarios/README.md, in Markdown.
[[nodiscard]] std::string metrics_markdown();

}  // namespace mailquake
