// Dashboards that can notice something, can publish it, and have somebody to tell. What only a run shows (one that detected nothing)
// is said after it, loudly.
#include <algorithm>

#include <fmt/format.h>

#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

class Dashboards {
public:
    Dashboards(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        for (const DashboardSpec& board : spec_.dashboards) {
            const std::string path = "dashboards." + board.name;
            check_signals(board, path);
            check_times(board, path);
            check_publishing(board.publish, path + ".publish");
            check_audience(board.audience, path + ".audience");
            check_channels(board, path);
        }
    }

private:
    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }
    [[nodiscard]] SimDuration end() const { return scenario_.until ? std::min(*scenario_.until, spec_.duration) : spec_.duration; }
    /// Of what can never be: an error, but only a warning where --until has cut the run.
    void never(const std::string& path, const std::string& message) {
        if (scenario_.until) warning(path, message);
        else error(path, message);
    }

    void check_signals(const DashboardSpec& board, const std::string& path) {
        if (board.signals.size() > kMostSignals) error(path + ".signals", fmt::format("a dashboard has at most {} signals", kMostSignals));
        for (const SignalSpec& signal : board.signals) {
            const std::string there = fmt::format("{}.signals.{}", path, signal.name);
            std::visit([&](const auto& body) { check(body, board, there); }, signal.body);
        }
    }

    void check(const OldestSignal& signal, const DashboardSpec&, const std::string& path) {
        check_behind(signal.target, signal.queue, path);
        SimDuration oldest = SimDuration::zero();
        for (const BacklogSpec& backlog : spec_.backlog) oldest = std::max(oldest, backlog.qshape.empty() ? backlog.oldest : SimDuration::max() / 2);
        if (signal.over >= end() + oldest) never(path + ".over", fmt::format("this signal can never speak: nothing gets that old in {}", print(end())));
    }

    void check(const QueueSignal& signal, const DashboardSpec&, const std::string& path) {
        check_behind(signal.target, signal.queue, path);
        const TierSpec* tier = find_entry(spec_.tiers, split_place(signal.target).tier);
        if (tier == nullptr || signal.queue != BacklogQueue::input || !tier->queue.limit || tier->spread != Spread::shared) return;
        if (*tier->queue.limit <= signal.over)
            error(path + ".over", fmt::format("this signal can never speak: no more than {} can wait in '{}' (`queue.limit`)", *tier->queue.limit, tier->name));
    }

    /// Behind a tier waits mail that it hands over, or that it defers itself.
    void check_behind(const std::string& target, BacklogQueue queue, const std::string& path) {
        if (queue != BacklogQueue::next_hop) return;
        const std::string name = split_place(target).tier;
        const auto passes = [&](const std::vector<std::string>& way) { return std::find(way.begin(), way.end(), name) != way.end(); };
        const bool on_path = std::any_of(spec_.tenants.begin(), spec_.tenants.end(), [&](const TenantClassSpec& c) { return passes(c.paths.inbound) || passes(c.paths.outbound) || passes(c.paths.internal); });
        if (!on_path) error(path + ".queue", fmt::format("this signal can never speak: no mail passes tier '{}', so nothing waits behind it", name));
    }

    void check(const LateMailSignal& signal, const DashboardSpec& board, const std::string& path) {
        if (spec_.tenants.empty()) error(path, "this signal can never speak: there are no tenants, so no mail");
        if (signal.over.value >= 1) error(path + ".over", "this signal can never speak: no more than all mail is late");
        check_window(signal.window, board, path);
    }

    void check(const FailedCallsSignal& signal, const DashboardSpec& board, const std::string& path) {
        const TierSpec* tier = find_entry(spec_.tiers, split_place(signal.target).tier);
        if (tier != nullptr && tier->calls.empty()) error(path + ".target", fmt::format("this signal can never speak: tier '{}' makes no calls", tier->name));
        check_window(signal.window, board, path);
    }

    void check(const SignInSignal& signal, const DashboardSpec& board, const std::string& path) { check_window(signal.window, board, path); }

    void check_window(SimDuration window, const DashboardSpec& board, const std::string& path) {
        if (window < board.look) error(path + ".window", fmt::format("the window is shorter than the {} from one look to the next (`look`)", print(board.look)));
    }

    void check_times(const DashboardSpec& board, const std::string& path) {
        if (!board.enabled) return;
        if (board.look >= end()) never(path + ".look", fmt::format("this dashboard can never detect anything: its first look is at {}, but the run ends at {}", print(board.look), print(end())));
        else if (board.look + board.decide + board.publish.delay >= end())
            never(path + ".decide", fmt::format("this dashboard can never publish anything: `look`, `decide` and `publish.delay` take {} together, but the run ends at {}",
                                                print(board.look + board.decide + board.publish.delay), print(end())));
    }

    void check_publishing(const PublishSpec& publish, const std::string& path) {
        for (std::size_t i = 0; i < publish.needs.size(); ++i) {
            const PlaceText place = split_place(publish.needs[i]);
            const TierSpec* tier = find_entry(spec_.tiers, place.tier);
            if (tier != nullptr && !tier->partitions.empty() && place.partition.empty())
                error(fmt::format("{}.needs.{}", path, i), fmt::format("tier '{}' has partitions; say which one must answer, as {}/{}", tier->name, tier->name, tier->partitions.front()));
        }
        if (publish.needs.empty() && scenario_.says(path + ".timeout")) warning(path + ".timeout", "no effect: publishing needs no answer of anybody");
        if (publish.needs.empty() && publish.fails.value == 0 && !publish.broken && scenario_.says(path + ".retry"))
            warning(path + ".retry", "no effect: nothing is said that could make a try fail but the site's own trouble");
        if (publish.fails.value >= 1) warning(path + ".fails", "nothing is ever published: every try fails");
        if (publish.broken) check_begins_in_run(scenario_, true, publish.broken->at, "publishing breaks", path + ".broken.at", diagnostics_);
    }

    void check_audience(const AudienceSpec& audience, const std::string& path) {
        if (spec_.tenants.empty()) error(path, "nobody can be told: the scenario has no tenants");
        if (audience.partition.empty()) return;
        const PlaceText place = split_place(audience.partition);
        if (place.partition.empty()) error(path + ".partition", fmt::format("'{}' names no partition; one is written as TIER/PARTITION", audience.partition));
        else if (!place.site.empty()) error(path + ".partition", "tenants are on a partition, whatever the site; leave out '@" + place.site + "'");
    }

    void check_channels(const DashboardSpec& board, const std::string& path) {
        const auto none_is = [&](const auto& what) { return std::none_of(board.channels.begin(), board.channels.end(), what); };
        if (none_is([](const ChannelSpec& c) { return c.enabled; })) warning(path + ".channels", "nobody is told: no channel is enabled");
        else if (none_is([](const ChannelSpec& c) { return c.enabled && c.reach.value > 0; })) warning(path + ".channels", "nobody is told: no enabled channel reaches anybody");
        for (const ChannelSpec& channel : board.channels)
            if (channel.enabled && std::holds_alternative<EmailChannel>(channel.body)) check_mail(board, fmt::format("{}.channels.{}", path, channel.name));
    }

    void check_mail(const DashboardSpec& board, const std::string& path) {
        for (const TenantClassSpec& tenants : spec_.tenants) {
            const auto& classes = board.audience.classes;
            if ((classes.empty() || contains(classes, tenants.name)) && tenants.paths.inbound.empty())
                warning(path, fmt::format("tenants of class '{}' get no mail: they have no inbound path", tenants.name));
        }
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_dashboards(const ReadScenario& scenario, Diagnostics& diagnostics) { Dashboards(scenario, diagnostics).run(); }

}  // namespace mailquake
