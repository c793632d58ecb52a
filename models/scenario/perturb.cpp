#include "models/scenario/perturb.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "models/scenario/canonical.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/scenario/validate.hpp"

namespace mailquake {
namespace {

/// Proposes other values for each written key, and keeps the first with which the scenario still loads.
class Perturber {
public:
    Perturber(const LoadRequest& request, const LoadedScenario& scenario, Change change) : request_(request), scenario_(scenario), change_(change) {}

    void walk(const SpecType& type, const void* spec, const YamlNode& written, const std::string& path) {
        const Owner outer = std::exchange(owner_, Owner{&type, spec, &written, path});
        for (const KeyType& key : type.keys) {
            const void* value = key.in(spec);
            if (key.inert || value == nullptr) continue;
            if (key.flattened()) {
                walk(*key.alternatives[key.access.chosen(value)].type, key.access.body(value), written, path);
                continue;
            }
            const YamlNode* node = written.find(key.name);
            if (node != nullptr) walk_key(key, value, *node, path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name));
        }
        owner_ = outer;
    }

    std::vector<Perturbation> found;

private:
    void walk_key(const KeyType& key, const void* value, const YamlNode& written, const std::string& path) {
        switch (key.form) {
            case KeyForm::scalar:
                settle(path, yaml_scalar(print_scalar(key, value)), other_scalars(key, value));
                if (found.back().to.empty() && key.scalar == ScalarKind::ratio) shift_share(key, value);
                return;
            case KeyForm::list: perturb_list(key, value, path); return;
            case KeyForm::map: walk(*key.type, value, written, path); return;
            case KeyForm::entries:
                for (std::size_t i = 0; i < key.access.size(value); ++i)
                    walk(*key.type, key.access.item(value, i), written.children[i], fmt::format("{}.{}", path, written.children[i].entry_name()));
                return;
            case KeyForm::one_of: walk(*key.alternatives[key.access.chosen(value)].type, key.access.body(value), written, path); return;
        }
    }

    /// Shares that must add up: what this one gains, another one beside it loses.
    void shift_share(const KeyType& key, const void* value) {
        const double share = static_cast<const Ratio*>(value)->value;
        std::vector<std::string> candidates;
        for (const KeyType& other : owner_.type->keys) {
            if (other.name == key.name || other.form != KeyForm::scalar || other.scalar != ScalarKind::ratio || owner_.written->find(other.name) == nullptr) continue;
            const double rest = static_cast<const Ratio*>(other.in(owner_.spec))->value;
            const double moved = std::min(0.1, rest / 2);
            if (moved > 0) candidates.push_back(fmt::format("{{{}: {}, {}: {}}}", key.name, print_base(key, rounded(share + moved)), other.name, print_base(other, rounded(rest - moved))));
        }
        if (candidates.empty()) return;
        Perturbation failed = std::move(found.back());
        found.pop_back();
        settle(owner_.path, failed.from, candidates);
        if (found.back().to.empty()) found.back() = std::move(failed);
    }
    static double rounded(double share) { return std::round(share * 1e6) / 1e6; }

    void settle(const std::string& path, const std::string& from, const std::vector<std::string>& candidates) {
        Perturbation result{.path = path, .from = from, .to = {}, .skipped = candidates.empty() ? "there is no other value to try" : "", .changed = nullptr};
        for (const std::string& candidate : candidates) {
            LoadRequest trial = request_;
            trial.sets.push_back(fmt::format("{}={}", path, candidate));
            Diagnostics said;
            auto loaded = load_scenario(trial, said);
            if (loaded && loaded->canonical_text != scenario_.canonical_text) {
                result.to = candidate;
                result.skipped.clear();
                result.changed = std::make_shared<const LoadedScenario>(std::move(*loaded));
                break;
            }
            const auto& all = said.all();
            const auto error = std::find_if(all.begin(), all.end(), [](const Diagnostic& one) { return one.severity == Severity::error; });
            if (result.skipped.empty()) result.skipped = error == all.end() ? "it changes nothing" : error->message;
        }
        found.push_back(std::move(result));
    }

    [[nodiscard]] std::vector<std::string> other_scalars(const KeyType& key, const void* value) const {
        switch (key.scalar) {
            case ScalarKind::duration:
            case ScalarKind::instant:
            case ScalarKind::ratio:
            case ScalarKind::rate:
            case ScalarKind::bandwidth:
            case ScalarKind::bytes:
            case ScalarKind::factor:
            case ScalarKind::integer:
            case ScalarKind::number: return change_ == Change::small ? near_numbers(key, *base_value(key, value)) : far_numbers(key, *base_value(key, value));
            case ScalarKind::boolean: return {*static_cast<const bool*>(value) ? "false" : "true"};
            case ScalarKind::choice: return in_order(other_choices(key, value));
            case ScalarKind::text: return in_order(other_names(key, *static_cast<const std::string*>(value)));
        }
        return {};
    }

    [[nodiscard]] std::vector<std::string> in_order(std::vector<std::string> candidates) const {
        if (change_ == Change::bold) std::reverse(candidates.begin(), candidates.end());
        return candidates;
    }

    /// Larger by a third, else smaller by as much, else a step up or down.
    static std::vector<std::string> near_numbers(const KeyType& key, double value) {
        const bool timed = key.scalar == ScalarKind::duration || key.scalar == ScalarKind::instant;
        const double step = key.scalar == ScalarKind::ratio ? 0.1 : timed ? 60 : 1;
        return within_range(key, value, {value * 1.3, value * 0.7, value + step, value - step, value + 3 * step});
    }

    /// As low as the key may be, else smaller or larger by orders of magnitude.
    static std::vector<std::string> far_numbers(const KeyType& key, double value) {
        return within_range(key, value, {key.lowest.value_or(value / 1000), value / 1000, value / 100, value / 10, value * 10});
    }

    static std::vector<std::string> within_range(const KeyType& key, double value, const std::vector<double>& others) {
        std::vector<std::string> result;
        for (double other : others) {
            other = std::strtod(fmt::format("{:.6g}", other).c_str(), nullptr);
            const bool low = key.lowest && (key.lowest_excluded ? other <= *key.lowest : other < *key.lowest);
            if (low || (key.highest && other > *key.highest) || other < 0) continue;
            const std::string text = print_base(key, other);
            if (text != print_base(key, value)) result.push_back(text);
        }
        return result;
    }

    static std::vector<std::string> other_choices(const KeyType& key, const void* value) {
        std::vector<std::string> result;
        const std::size_t now = key.access.get_choice(value);
        for (std::size_t n = 1; n < key.texts.size(); ++n) result.emplace_back(key.texts[(now + n) % key.texts.size()]);
        return result;
    }

    [[nodiscard]] std::vector<std::string> other_names(const KeyType& key, const std::string& value) const {
        if (const auto start = parse_utc(value); std::holds_alternative<UtcInstant>(start))
            return {print(utc_at(std::get<UtcInstant>(start), 5_min)), print(utc_at(std::get<UtcInstant>(start), -5_min))};
        std::vector<std::string> names = candidates(key.refers);
        names.erase(std::remove(names.begin(), names.end(), value), names.end());
        return names;
    }

    [[nodiscard]] std::vector<std::string> candidates(Refers what) const {
        const ScenarioSpec& spec = scenario_.spec;
        switch (what) {
            case Refers::nothing:
            case Refers::partition: return {};
            case Refers::site:
            case Refers::outside_site: return names_of(spec.sites);
            case Refers::link: return names_of(spec.links);
            case Refers::tier: return names_of(spec.tiers);
            case Refers::tenant_class: return names_of(spec.tenants);
            case Refers::sender: return names_of(spec.senders);
            case Refers::client: return names_of(spec.clients);
            case Refers::flaw: return names_of(spec.flaws);
            case Refers::mitigation: return names_of(spec.mitigations);
            case Refers::tier_place: return places();
            case Refers::fault_target: {
                std::vector<std::string> all = names_of(spec.links);
                for (const auto& more : {names_of(spec.sites), names_of(spec.tenants), places()}) all.insert(all.end(), more.begin(), more.end());
                return all;
            }
        }
        return {};
    }

    [[nodiscard]] std::vector<std::string> places() const {
        std::vector<std::string> result;
        for (const TierSpec& tier : scenario_.spec.tiers) {
            for (const std::string& partition : tier.partitions) result.push_back(tier.name + "/" + partition);
            for (const std::string& site : tier.at) result.push_back(tier.name + "@" + site);
            result.push_back(tier.name);
        }
        return result;
    }

    /// Lists of quantities get another first item; lists of names lose their last or gain one.
    void perturb_list(const KeyType& key, const void* list, const std::string& path) {
        std::vector<std::string> items;
        for (std::size_t i = 0; i < key.access.size(list); ++i) items.push_back(yaml_scalar(print_scalar(key, key.access.item(list, i))));
        std::vector<std::string> others;
        if (!items.empty() && key.scalar != ScalarKind::text) {
            for (const std::string& first : other_scalars(key, key.access.item(list, 0))) {
                std::vector<std::string> changed = items;
                changed.front() = first;
                others.push_back(joined(changed));
            }
        } else if (key.scalar == ScalarKind::text) {
            if (items.size() > 1) others.push_back(joined({items.begin(), items.end() - 1}));
            if (items.size() > 1) others.push_back(joined({items.begin() + 1, items.end()}));
            if (items.size() > 2) {
                std::vector<std::string> changed = items;
                changed.erase(changed.end() - 2);
                others.push_back(joined(changed));
            }
            for (const std::string& name : candidates(key.refers)) {
                if (std::find(items.begin(), items.end(), name) != items.end()) continue;
                std::vector<std::string> changed = items;
                changed.push_back(name);
                others.push_back(joined(changed));
            }
        }
        settle(path, joined(items), others);
    }

    static std::string joined(const std::vector<std::string>& items) {
        std::string result = "[";
        for (std::size_t i = 0; i < items.size(); ++i) result += (i == 0 ? "" : ", ") + items[i];
        return result + "]";
    }

    /// The map that is walked now.
    struct Owner {
        const SpecType* type = nullptr;
        const void* spec = nullptr;
        const YamlNode* written = nullptr;
        std::string path;
    };

    const LoadRequest& request_;
    const LoadedScenario& scenario_;
    Change change_;
    Owner owner_;
};

}  // namespace

std::vector<Perturbation> perturbations(const LoadRequest& request, Change change) {
    Diagnostics said;
    LoadRequest often = request;
    if (often.parsed == nullptr) often.parsed = std::make_shared<ParsedTexts>();
    const auto scenario = load_scenario(often, said);
    if (!scenario) return {};
    Perturber perturber(often, *scenario, change);
    perturber.walk(scenario_type(), &scenario->spec, *scenario->tree, "");
    return std::move(perturber.found);
}

}  // namespace mailquake
