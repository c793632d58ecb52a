#include "models/results/metric_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "models/results/delay_bounds.hpp"
#include "sim/base/check.hpp"

namespace mailquake {

namespace {

/// Of a stored row or distribution; in the order of the ledger's label columns.
enum Column : std::size_t { kClass, kTier, kSite, kPartition, kName, kColumns };
using Labels = std::array<std::string_view, kColumns>;

Column column_of(SelectorKind kind) {
    switch (kind) {
        case SelectorKind::tenant_class: return kClass;
        case SelectorKind::tier: return kTier;
        case SelectorKind::site: return kSite;
        case SelectorKind::partition: return kPartition;
        case SelectorKind::fault:
        case SelectorKind::flaw:
        case SelectorKind::mitigation:
        case SelectorKind::clients: return kName;
    }
    return kName;
}

Labels labels_of(const Figure& figure) {
    Labels labels;
    for (std::size_t i = 0; i < figure.labels.size() && i < kColumns; ++i) labels[i] = figure.labels[i];
    return labels;
}

/// `delay.gold`, `wait.directory/p3@dfw`, `sign_in.lync`; none if it is of something else.
std::optional<Labels> labels_of(std::string_view distribution, std::string_view of) {
    if (!distribution.starts_with(of) || distribution.substr(of.size(), 1) != ".") return std::nullopt;
    std::string_view entity = distribution.substr(of.size() + 1);
    Labels labels;
    if (of == "delay" || of == "under_way" || of == "time_to_notify") labels[kClass] = entity;
    if (of == "sign_in") labels[kName] = entity;
    if (of != "wait") return labels;
    const std::size_t at = entity.find('@'), slash = entity.find('/');
    labels[kSite] = entity.substr(at + 1);
    labels[kTier] = entity.substr(0, std::min(at, slash));
    if (slash != std::string_view::npos) labels[kPartition] = entity.substr(slash + 1, at - slash - 1);
    return labels;
}

bool matches(const MetricText& metric, const Labels& labels) {
    return std::all_of(metric.selectors.begin(), metric.selectors.end(), [&](const Selector& s) {
        return (labels[column_of(s.kind)] == s.value) != s.unequal;
    });
}

/// f(value, labels) for each row of the figure that is selected.
template <class F>
void for_each_row(const RunRecord& record, std::string_view figure, const MetricText& metric, F&& f) {
    for (const Figure& row : record.figures) {
        if (row.metric != figure) continue;
        const Labels labels = labels_of(row);
        if (matches(metric, labels)) f(row.value, labels);
    }
}

std::optional<double> sum_of(const RunRecord& record, std::string_view figure, const MetricText& metric) {
    std::optional<double> sum;
    for_each_row(record, figure, metric, [&](double value, const Labels&) { sum = sum.value_or(0) + value; });
    return sum;
}

std::optional<double> value_at(const RunRecord& record, std::string_view figure, const Labels& labels) {
    for (const Figure& row : record.figures)
        if (row.metric == figure && labels_of(row) == labels) return row.value;
    return std::nullopt;
}

std::optional<Reading> exactly(const std::optional<double>& value) {
    if (!value) return std::nullopt;
    return Reading{*value, false, nullptr};
}

// ---- one way of reading each -------------------------------------------------------------------------------------

std::shared_ptr<Histogram> pooled_distribution(const MetricText& metric, const RunRecord& record, std::string_view stored) {
    auto pooled = std::make_shared<Histogram>();
    for (const Distribution& d : record.distributions) {
        const auto labels = labels_of(d.name, stored);
        if (labels && matches(metric, *labels)) pooled->merge(d.values);
    }
    return pooled;
}

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Delays have bounds: of mail that is under way, and of mail that was lost.
std::optional<Reading> read_delay(const MetricText& metric, const RunRecord& record) {
    const auto all = pooled_distribution(metric, record, "delay"), under_way = pooled_distribution(metric, record, "under_way");
    const auto lost = static_cast<std::uint64_t>(sum_of(record, "tenants.delay.lost", metric).value_or(0));
    if (metric.type->source == MetricSource::mean) {
        if (all->count() == 0) return std::nullopt;
        return Reading{all->mean() / 1e9, under_way->count() > 0, nullptr};
    }
    if (all->count() + lost == 0) return std::nullopt;
    const bool is_max = metric.type->source == MetricSource::greatest;
    const DelayBounds bounds = delay_bounds(*all, *under_way, lost, is_max ? 1 : metric.type->q);
    Reading reading{bounds.least ? static_cast<double>(*bounds.least) / 1e9 : kNever, bounds.least && !bounds.exact(), nullptr};
    if (!is_max) reading.sample = all;
    if (bounds.most) reading.greatest = static_cast<double>(*bounds.most) / 1e9;
    reading.beyond = lost;
    return reading;
}

std::optional<Reading> read_distribution(const MetricText& metric, const RunRecord& record) {
    if (metric.type->stored == "delay") return read_delay(metric, record);
    auto pooled = pooled_distribution(metric, record, metric.type->stored);
    if (pooled->count() == 0) return std::nullopt;
    const double censored = metric.type->stored == "time_to_notify" ? sum_of(record, "tenants.never_told", metric).value_or(0) : 0;   // lower bounds
    const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) / 1e9; };
    if (metric.type->source == MetricSource::mean) return Reading{pooled->mean() / 1e9, censored > 0, nullptr};
    if (metric.type->source == MetricSource::greatest) return Reading{seconds(pooled->max()), censored > 0, nullptr};
    const double q = metric.type->q;
    const std::int64_t value = pooled->quantile(q);
    // However old the copies under way become, no quantile of all is greater than this one with their ages so far.
    const double q_of_done = q + censored / static_cast<double>(pooled->count());
    const std::int64_t most = pooled->quantile(std::min(1.0, q_of_done));
    // Who was never told has the greatest values: a quantile beyond those told rests on bounds, whatever lies beside it.
    const bool among_bounds = q > 1 - censored / static_cast<double>(pooled->count());
    Reading reading{seconds(value), censored > 0 && (among_bounds || most > value), std::move(pooled)};
    if (reading.at_least && !among_bounds && q_of_done <= 1) reading.greatest = seconds(most);
    return reading;
}

/// The figure's sum over classes, or over classes on partitions where one is selected.
std::optional<double> tenants_sum(const MetricText& metric, const RunRecord& record, std::string_view name) {
    const std::string column(name == "tenants" ? "count" : name);
    const char* list = metric.find(SelectorKind::partition) != nullptr ? "class_partitions." : "tenants.";
    return sum_of(record, list + column, metric);
}

std::optional<Reading> read_share(const MetricText& metric, const RunRecord& record) {
    const auto part = tenants_sum(metric, record, metric.type->stored), whole = tenants_sum(metric, record, metric.type->base);
    if (!part || !whole || *whole == 0) return std::nullopt;
    return Reading{*part / *whole, false, nullptr};
}

template <class Better>
std::optional<Reading> read_extreme(const MetricText& metric, const RunRecord& record, Better better) {
    std::optional<double> best;
    for_each_row(record, metric.type->stored, metric, [&](double value, const Labels& labels) {
        if (!metric.type->base.empty()) {
            const auto base = value_at(record, metric.type->base, labels);
            if (!base || *base == 0) return;
            value /= *base;
        }
        if (!best || better(value, *best)) best = value;
    });
    return exactly(best);
}

std::optional<Reading> read_recovery(const MetricText& metric, const RunRecord& record) {
    std::optional<Reading> longest;
    const auto take = [&](double value, bool at_least) {
        if (!longest) longest = Reading{value, at_least, nullptr};
        longest->value = std::max(longest->value, value);
        longest->at_least |= at_least;
    };
    for_each_row(record, "recovered.too_soon", metric, [&](double, const Labels&) {
        take(0, true);
        longest->open = true;
    });
    for_each_row(record, "recovered.after", metric, [&](double value, const Labels&) { take(value, false); });
    for_each_row(record, "recovered.not_before", metric, [&](double value, const Labels&) { take(value, true); });
    return longest;
}

std::optional<Reading> read_drain(const MetricText& metric, const RunRecord& record) {
    std::optional<Reading> longest;
    for_each_row(record, "backlogs.max", metric, [&](double, const Labels& labels) {
        if (!longest) longest = Reading{0, false, nullptr};
        const auto drain = value_at(record, "backlogs.drain", labels);
        const double at_least = value_at(record, "backlogs.drain_at_least", labels).value_or(0);
        const bool is_open = value_at(record, "backlogs.not_drained", labels).value_or(0) > 0;
        longest->value = std::max(longest->value, is_open ? at_least : drain.value_or(0));
        longest->at_least |= is_open;
    });
    return longest;
}

std::optional<Reading> read_oldest(const MetricText& metric, const RunRecord& record) {
    const auto age = sum_of(record, metric.type->stored, {metric.type, {}});
    const auto censored = sum_of(record, "messages.censored", {metric.type, {}});
    if (!age) return std::nullopt;
    return Reading{*age, censored.value_or(0) > 0, nullptr};
}

std::optional<Reading> read_touched(const MetricText& metric, const RunRecord& record) {
    const SelectorKind kind = metric.selectors.front().kind;
    const char* figure = kind == SelectorKind::fault ? "faults.touched" : kind == SelectorKind::flaw ? "flaws.touched" : "mitigations.touched";
    return exactly(sum_of(record, figure, metric));
}

std::optional<Reading> read_metric(const MetricText& metric, const RunRecord& record) {
    switch (metric.type->source) {
        case MetricSource::quantile:
        case MetricSource::mean:
        case MetricSource::greatest: return read_distribution(metric, record);
        case MetricSource::tenants: return exactly(tenants_sum(metric, record, metric.type->stored));
        case MetricSource::tenant_share: return read_share(metric, record);
        case MetricSource::sum: return exactly(sum_of(record, metric.type->stored, metric));
        case MetricSource::most: return read_extreme(metric, record, [](double a, double b) { return a > b; });
        case MetricSource::least_share: return read_extreme(metric, record, [](double a, double b) { return a < b; });
        case MetricSource::recovery: return read_recovery(metric, record);
        case MetricSource::drain: return read_drain(metric, record);
        case MetricSource::oldest: return read_oldest(metric, record);
        case MetricSource::touched: return read_touched(metric, record);
    }
    return std::nullopt;
}

class MailMetric final : public Metric {
public:
    explicit MailMetric(Measure measure) : measure_(std::move(measure)) {}

    [[nodiscard]] std::string text() const override { return measure_.text(); }
    [[nodiscard]] std::string uom() const override { return std::string(uom_of(measure_.unit())); }
    [[nodiscard]] std::string group() const override {
        const Selector* of_class = measure_.metric.find(SelectorKind::tenant_class);
        return of_class == nullptr ? std::string() : (of_class->unequal ? "!=" : "") + of_class->value;
    }
    [[nodiscard]] std::optional<double> quantile() const override {
        if (measure_.over || measure_.metric.type->source != MetricSource::quantile) return std::nullopt;
        return measure_.metric.type->q;
    }
    [[nodiscard]] bool reads_distributions() const override { return from_distributions(measure_.metric) || (measure_.over && from_distributions(*measure_.over)); }
    [[nodiscard]] double sample_unit() const override { return 1e-9; }
    [[nodiscard]] std::optional<Reading> of(const RunRecord& record) const override {
        auto reading = read_metric(measure_.metric, record);
        if (!measure_.over || !reading) return reading;
        const auto by = read_metric(*measure_.over, record);
        if (!by || by->at_least || by->value == 0) return std::nullopt;
        return Reading{reading->value / by->value, reading->at_least, nullptr};
    }

private:
    [[nodiscard]] static bool from_distributions(const MetricText& metric) {
        const MetricSource source = metric.type->source;
        return source == MetricSource::quantile || source == MetricSource::mean || source == MetricSource::greatest;
    }

    Measure measure_;
};

}  // namespace

std::shared_ptr<const Metric> make_metric(Measure measure) { return std::make_shared<MailMetric>(std::move(measure)); }

}  // namespace mailquake
