#include "models/cli/completion.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "models/cli/metric_completion.hpp"
#include "models/cli/verbs.hpp"
#include "models/fault/condition.hpp"
#include "models/scenario/effective.hpp"
#include "models/scenario/load.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/spec/visible_text.hpp"
#include "models/study/what_if.hpp"

namespace mailquake {

namespace {

namespace fs = std::filesystem;

/// Fills in candidates that begin as the word does, each once.
class Offer {
public:
    Offer(Completion& to, std::string word, std::string before) : to_(to), word_(std::move(word)), before_(std::move(before)) {}

    void add(std::string_view text, std::string_view sentence = {}) {
        if (!text.starts_with(word_) || visible(text) != text) return;   // what a terminal would obey is not put on a line
        const std::string whole = before_ + std::string(text);
        const auto same = [&](const Completion::Candidate& c) { return c.text == whole; };
        if (std::none_of(to_.candidates.begin(), to_.candidates.end(), same)) to_.candidates.push_back({whole, first_line(sentence)});
    }
    void add_files() { to_.files = true; }

    [[nodiscard]] const std::string& word() const { return word_; }

private:
    static std::string first_line(std::string_view text) { return visible(text.substr(0, text.find('\n'))); }

    Completion& to_;
    std::string word_, before_;   // `before`: of the same shell word, as `--set=`
};

const OptionInfo* option_of(const std::vector<OptionInfo>& options, std::string_view word) {
    const auto found = std::find_if(options.begin(), options.end(), [&](const OptionInfo& o) { return word == o.name || (!o.letter.empty() && word == o.letter); });
    return found == options.end() ? nullptr : &*found;
}

/// What the words before the cursor say of the scenario that the line is about.
struct Line {
    std::optional<LoadRequest> scenario;   // the first word that is neither an option nor the value of one
    std::vector<std::string> varied;       // texts of --vary
};

void take_option(Line& line, LoadRequest& request, const std::string& name, const std::string& value) {
    if (name == "--variant") request.variants.push_back(value);
    if (name == "--set") request.sets.push_back(value);
    if (name == "--cut") request.cut = true;
    if (name == "--vary") line.varied.push_back(value);
}

Line read_line(const std::vector<std::string>& words, const std::vector<OptionInfo>& options, const std::vector<fs::path>& search) {
    Line line;
    LoadRequest request;
    request.search = search;
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const std::string& word = words[i];
        if (!word.starts_with('-') || word == "-") {
            if (!line.scenario) line.scenario = LoadRequest{}, request.file = word;
            continue;
        }
        const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
        const OptionInfo* option = option_of(options, word.substr(0, equals));
        if (option == nullptr) continue;
        if (equals != std::string::npos) take_option(line, request, option->name, word.substr(equals + 1));
        else if (option->value.empty()) take_option(line, request, option->name, {});
        else if (i + 2 < words.size()) take_option(line, request, option->name, words[++i]);
        else ++i;   // its value is what is completed
    }
    if (line.scenario) line.scenario = std::move(request);
    return line;
}

std::optional<LoadedScenario> load_quietly(const LoadRequest& request) {
    Diagnostics unsaid;
    auto scenario = load_scenario(request, unsaid);
    return unsaid.has_errors() ? std::nullopt : std::move(scenario);
}

/// With what the line lays over it; where some of that is wrong, with as much as goes: a wrong --set is no reason to offer nothing.
std::optional<LoadedScenario> load_quietly(const Line& line) {
    if (!line.scenario || line.scenario->file == "-") return std::nullopt;   // what comes through a pipe is not read for this
    LoadRequest request = *line.scenario;
    const auto variants = std::exchange(request.variants, {});
    const auto sets = std::exchange(request.sets, {});
    auto scenario = load_quietly(request);
    const auto lay = [&](std::vector<std::string>& over, const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
            over.push_back(text);
            if (auto more = load_quietly(request)) scenario = std::move(more);
            else over.pop_back();
        }
    };
    if (variants.empty() && sets.empty()) return scenario;
    request.variants = variants;
    request.sets = sets;
    if (auto whole = load_quietly(request)) return whole;
    request.variants.clear();
    request.sets.clear();
    lay(request.variants, variants);
    lay(request.sets, sets);
    return scenario;
}

/// `tiers.tr` -> `tiers.transport.`; `tiers.transport.ser` -> `tiers.transport.servers=`, then `...servers=3`, as it is now.
void offer_paths(Offer& offer, const LoadedScenario& scenario) {
    const std::string& word = offer.word();
    for (const EffectiveValue& value : effective_listing(scenario)) {
        if (value.is_inert || !(value.path + "=").starts_with(word.substr(0, word.find('=') == std::string::npos ? word.size() : word.find('=') + 1))) continue;
        if (word.find('=') != std::string::npos) {
            offer.add(value.path + "=" + value.value, value.origin);
            if (value.value == "true" || value.value == "false") offer.add(value.path + (value.value == "true" ? "=false" : "=true"));
            continue;
        }
        const std::size_t dot = value.path.find('.', word.size());
        if (dot == std::string::npos) offer.add(value.path + "=", value.value);
        else offer.add(value.path.substr(0, dot + 1));
    }
}

/// `mitigations.cut.when=queue(` -> `...=queue(transport)`, `...=queue(transport@dfw)`, `...=queue(transport@*)`.
void offer_conditions(Offer& offer, const ScenarioSpec& scenario) {
    const std::string& word = offer.word();
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || !word.starts_with("mitigations.") || !word.substr(0, equals).ends_with(".when")) return;
    for (const LookedText& looked : kLookedTexts)
        for (const TierSpec& tier : scenario.tiers) {
            const std::string begin = word.substr(0, equals + 1) + std::string(looked.word) + tier.name;
            offer.add(begin + ")", "at each site for itself");
            for (const std::string& site : tier.at) offer.add(begin + "@" + site + ")", "everywhere, if it is so at that site");
            offer.add(begin + "@" + std::string(kTogether) + ")", "everywhere, if it is so of all sites together");
        }
}

/// What --where compares: axes, as the line or else the scenario's `sweep:` has them.
void offer_axes(Offer& offer, const std::vector<std::string>& varied) {
    const std::string before = offer.word().substr(0, offer.word().find_last_of(" <>=!") + 1);
    for (const std::string& text : varied) offer.add(before + text.substr(0, text.find('=')));
}

void offer_metrics(Offer& offer, const std::vector<MetricContinuation>& metrics) {
    for (const MetricContinuation& one : metrics) offer.add(one.text, one.sentence);
}

void offer_scenarios(Offer& offer, const std::vector<fs::path>& search) {
    for (const std::string& name : bundled_scenarios(search)) offer.add(name, "a bundled scenario");
    offer.add_files();
}

/// `sites|links`: those words.
void offer_words(Offer& offer, std::string_view words) {
    while (!words.empty()) {
        const std::size_t bar = std::min(words.find('|'), words.size());
        offer.add(words.substr(0, bar));
        words.remove_prefix(std::min(bar + 1, words.size()));
    }
}

void offer_fault_kinds(Offer& offer) {
    const auto& keys = scenario_type().keys;
    const auto faults = std::find_if(keys.begin(), keys.end(), [](const KeyType& key) { return key.name == "faults"; });
    if (faults == keys.end() || faults->type == nullptr) return;
    for (const KeyType& key : faults->type->keys)
        for (const Alternative& alternative : key.alternatives) offer.add(alternative.kind);
}

/// What a scenario is asked for.
void offer_of_scenario(Offer& offer, const OptionInfo& option, const LoadedScenario& scenario) {
    if (option.value.starts_with("PATH=")) {
        offer_paths(offer, scenario);
        offer_conditions(offer, scenario.spec);
    } else if (option.name == "--variant") {
        for (const VariantInfo& variant : scenario.variants) offer.add(variant.name, variant.description);
    } else {
        for (const Switch& s : all_switches(scenario.spec))   // --without takes what is on, --with what is off
            if (s.on == (option.name == "--without")) offer.add(s.name, s.list);
    }
}

/// The value of an option, by what stands for it in the help.
void offer_value(Offer& offer, const OptionInfo& option, const Line& line) {
    const std::string& value = option.value;
    if (value.find('|') != std::string::npos) return offer_words(offer, value);
    if (value.starts_with("FILE")) return offer.add_files();
    if (value == "FAULT") return offer_fault_kinds(offer);
    if (value == "WHICH") return offer.add("worst", "the copy that took longest");
    const bool is_metric = value == "METRIC", is_expectation = value == "EXPECTATION", is_where = value == "CONDITION";
    if (!is_metric && !is_expectation && !is_where && !value.starts_with("PATH=") && value != "NAME") return;
    const auto scenario = load_quietly(line);
    const ScenarioSpec* spec = scenario ? &scenario->spec : nullptr;
    if (is_metric) return offer_metrics(offer, continue_metric(offer.word(), spec));
    if (is_expectation) return offer_metrics(offer, continue_expectation(offer.word(), spec));
    if (is_where) return offer_axes(offer, !line.varied.empty() || spec == nullptr || !spec->sweep ? line.varied : spec->sweep->vary);
    if (scenario) offer_of_scenario(offer, option, *scenario);
}

void offer_verbs(Offer& offer) {
    for (const Verb& verb : verbs()) offer.add(verb.name, verb.sentence);
    if (!offer.word().starts_with('-')) return;
    offer.add("--help", "what there is");
    offer.add("--version", "which version this is");
}

void offer_operand(Offer& offer, const std::string& operand, const std::vector<fs::path>& search) {
    if (operand.find('|') != std::string::npos) offer_words(offer, operand);
    else if (operand == "NAME") offer.add_files();
    else if (operand != "nothing") offer_scenarios(offer, search);
}

}  // namespace

Completion complete(const std::vector<std::string>& words, const std::vector<fs::path>& search) {
    Completion completion;
    if (words.empty()) return completion;
    std::string word = words.back();
    if (words.size() == 1) {
        Offer offer(completion, word, {});
        offer_verbs(offer);
        return completion;
    }
    const auto verb = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& v) { return v.name == words.front(); });
    if (verb == verbs().end()) return completion;
    const Options options = verb->options();
    const std::vector<OptionInfo> declared = options.declared();
    const OptionInfo* option = option_of(declared, words[words.size() - 2]);
    std::string before;
    if (option != nullptr && (option->value.empty() || words.size() == 2)) option = nullptr;
    if (const std::size_t equals = word.find('='); option == nullptr && word.starts_with("--") && equals != std::string::npos) {
        option = option_of(declared, word.substr(0, equals));
        if (option == nullptr || option->value.empty()) return completion;
        before = word.substr(0, equals + 1);
        word.erase(0, equals + 1);
    }
    Offer offer(completion, word, before);
    if (option != nullptr) offer_value(offer, *option, read_line(words, declared, search));
    else if (word.starts_with('-'))
        for (const OptionInfo& o : declared) offer.add(o.name, o.sentence);
    else offer_operand(offer, options.operand_name(), search);
    return completion;
}

}  // namespace mailquake
