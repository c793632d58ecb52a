#include "models/cli/metric_completion.hpp"

#include <algorithm>

#include "models/expect/metric_type.hpp"
#include "models/scenario/validate.hpp"

namespace mailquake {

namespace {

constexpr std::string_view kMean = "mean(";

std::string_view without_blanks_before(std::string_view text) { return text.substr(std::min(text.find_first_not_of(' '), text.size())); }

/// The selectors that are written already, in whole or as far as the cursor: `class=gold`, `tier`.
struct Argument {
    std::string_view name, value;
    bool has_value = false;
    bool unequal = false;
};

Argument argument_of(std::string_view text) {
    text = without_blanks_before(text);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return {text, {}, false, false};
    const bool unequal = equals > 0 && text[equals - 1] == '!';
    return {text.substr(0, equals - (unequal ? 1 : 0)), text.substr(equals + 1), true, unequal};
}

/// A metric as far as it is written: `p99(delay, class=go` is named p99, has the arguments `delay` and `class=go`.
class WrittenMetric {
public:
    WrittenMetric(std::string_view written, const ScenarioSpec* scenario) : written_(written), scenario_(scenario) {
        const std::size_t open = written.find('(');
        is_open_ = open != std::string_view::npos;
        name_ = without_blanks_before(written.substr(0, open));
        before_ = written.substr(0, written.size() - (is_open_ ? 0 : name_.size()));
        if (!is_open_) return;
        std::size_t from = open + 1;
        for (std::size_t comma = written.find(',', from); comma != std::string_view::npos; comma = written.find(',', from)) {
            arguments_.push_back(argument_of(written.substr(from, comma - from)));
            from = comma + 1;
        }
        last_ = without_blanks_before(written.substr(from));
        before_ = written.substr(0, written.size() - last_.size());
    }

    std::vector<MetricContinuation> continuations() {
        if (written_.find(')') != std::string_view::npos) return {};   // it is whole
        for (const MetricType& type : metric_types()) {
            if (!has_subject(type)) continue;
            if (!is_open_) add_name(type);
            else if (type.name == name_ && arguments_.empty()) add_first_argument(type);
            else if (type.name == name_ && (type.of.empty() || type.of == arguments_.front().name)) add_selector(type, std::string(before_), last_);
        }
        return std::move(all_);
    }

private:
    void add(std::string text, std::string_view sentence) {
        const auto same = [&](const MetricContinuation& c) { return c.text == text; };
        if (std::none_of(all_.begin(), all_.end(), same)) all_.push_back({std::move(text), sentence});
    }

    /// False: the scenario has nothing that it could be of.
    [[nodiscard]] bool has_subject(const MetricType& type) const {
        if (scenario_ == nullptr) return true;
        return (!type.of_dashboards || !scenario_->dashboards.empty()) && (!type.takes(SelectorKind::clients) || !scenario_->clients.empty());
    }

    /// `affected`, and where a part of the name is there, `affected(class=`.
    void add_name(const MetricType& type) {
        const std::string title = std::string(before_) + type.title();
        if (!type.title().starts_with(name_)) return;
        add(title, type.sentence);
        if (name_.empty()) return;
        if (type.of.empty()) add_selector(type, title + "(", {});
        else add_selector(type, title.substr(0, title.size() - 1) + ",", {});
    }

    void add_first_argument(const MetricType& type) {
        const std::string before(before_);
        if (type.of.empty()) {
            if (last_.empty()) add(before + ")", type.sentence);
            add_selector(type, before, last_);
        } else if (type.of.starts_with(last_)) {
            add(before + std::string(type.of) + ")", type.sentence);
            if (!last_.empty()) add_selector(type, before + std::string(type.of) + ",", {});
        }
    }

    /// `class=`, or what may stand behind it.
    void add_selector(const MetricType& type, const std::string& before, std::string_view last) {
        const Argument argument = argument_of(last);
        for (const SelectorKind kind : type.selectors) {
            const SelectorType& selector = selector_type(kind);
            const std::string name(selector.name);
            if (!argument.has_value && name.starts_with(argument.name) && is_free(kind)) add(before + name + "=", selector.noun);
            if (!argument.has_value || name != argument.name) continue;
            for (const std::string& value : values_of(kind)) {
                if (!value.starts_with(argument.value)) continue;
                const std::string whole = before + name + (argument.unequal ? "!=" : "=") + value;
                add(whole + ")", selector.noun);
                if (argument.value.empty()) continue;
                for (const SelectorKind next : type.selectors)
                    if (next != kind && is_free(next)) add(whole + "," + std::string(selector_type(next).name) + "=", selector_type(next).noun);
            }
        }
    }

    [[nodiscard]] const Argument* written(SelectorKind kind) const {
        const auto found = std::find_if(arguments_.begin(), arguments_.end(), [&](const Argument& a) { return a.has_value && a.name == selector_type(kind).name; });
        return found == arguments_.end() ? nullptr : &*found;
    }

    /// Not written yet, and the scenario has some.
    [[nodiscard]] bool is_free(SelectorKind kind) const { return written(kind) == nullptr && (scenario_ == nullptr || !values_of(kind).empty()); }

    [[nodiscard]] std::vector<std::string> values_of(SelectorKind kind) const {
        if (scenario_ == nullptr) return {};
        switch (kind) {
            case SelectorKind::tenant_class: return names_of(scenario_->tenants);
            case SelectorKind::tier: return names_of(scenario_->tiers);
            case SelectorKind::site: return tier() != nullptr ? tier()->at : names_of(scenario_->sites);
            case SelectorKind::partition: return partitions();
            case SelectorKind::fault: return names_of(scenario_->faults);
            case SelectorKind::flaw: return names_of(scenario_->flaws);
            case SelectorKind::mitigation: return names_of(scenario_->mitigations);
            case SelectorKind::clients: return names_of(scenario_->clients);
        }
        return {};
    }

    [[nodiscard]] std::vector<std::string> partitions() const {
        if (tier() != nullptr) return tier()->partitions;
        std::vector<std::string> all;
        for (const TierSpec& one : scenario_->tiers) all.insert(all.end(), one.partitions.begin(), one.partitions.end());
        return all;
    }

    /// The tier that is selected before the cursor, which says what sites and partitions there are.
    [[nodiscard]] const TierSpec* tier() const {
        const Argument* argument = written(SelectorKind::tier);
        return argument == nullptr || argument->unequal ? nullptr : find_entry(scenario_->tiers, argument->value);
    }

    std::string_view written_, name_, before_, last_;   // `last_`: the argument at the cursor; `before_`: all that comes before what is completed
    bool is_open_ = false;
    std::vector<Argument> arguments_;                   // those before the last one
    const ScenarioSpec* scenario_;
    std::vector<MetricContinuation> all_;
};

/// Behind the `/` of a quotient, outside of parentheses.
std::size_t begin_of_last_metric(std::string_view text) {
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth == 0 && text[i] == '/') begin = i + 1;
    }
    return begin;
}

}  // namespace

std::vector<MetricContinuation> continue_metric(std::string_view written, const ScenarioSpec* scenario) {
    const std::size_t begin = begin_of_last_metric(written);
    auto all = WrittenMetric(written.substr(begin), scenario).continuations();
    for (MetricContinuation& one : all) one.text.insert(0, written.substr(0, begin));
    return all;
}

std::vector<MetricContinuation> continue_expectation(std::string_view written, const ScenarioSpec* scenario) {
    if (!written.starts_with(kMean)) return continue_metric(written, scenario);
    auto all = continue_metric(written.substr(kMean.size()), scenario);
    for (MetricContinuation& one : all) one.text.insert(0, kMean);
    return all;
}

}  // namespace mailquake
