// Load that can be made and mail that can arrive: shares that add up, paths for what is sent, homes and entries on them.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/fault/fault_timeline.hpp"
#include "models/scenario/backlog_tables.hpp"
#include "models/scenario/validate.hpp"
#include "models/scenario/yaml_tree.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/traffic/replay_file.hpp"

namespace mailquake {
namespace {

constexpr double share_tolerance = 1e-9;

class Traffic {
public:
    Traffic(const ReadScenario& scenario, Diagnostics& diagnostics)
        : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics), tiers_(name_index(spec_.tiers)) {}

    void run() {
        check_root();
        for (const TierSpec& tier : spec_.tiers) check_retry(tier.next_hop.retry, fmt::format("tiers.{}.next_hop.retry", tier.name));
        for (const SenderSpec& sender : spec_.senders) check_retry(sender.retry, fmt::format("senders.{}.retry", sender.name));
        for (const TenantClassSpec& tenants : spec_.tenants) check_class(tenants);
        for (const BacklogSpec& backlog : spec_.backlog) check_backlog(backlog);
    }

private:
    [[nodiscard]] const TierSpec* find_tier(std::string_view name) const {
        const auto found = tiers_.find(name);
        return found ? &spec_.tiers[*found] : nullptr;
    }
    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }

    void check_root() {
        if (spec_.tenants.empty() && spec_.clients.empty() && spec_.backlog.empty())
            diagnostics_.error(spec_.pos, "nothing happens in this scenario: it has neither tenants, nor clients, nor a backlog");
        if (spec_.warmup + spec_.cooldown >= spec_.duration)
            error(scenario_.says("warmup") ? "warmup" : "cooldown", fmt::format("warmup ({}) and cooldown ({}) leave nothing of the duration ({}) to measure",
                                                                                print(spec_.warmup), print(spec_.cooldown), print(spec_.duration)));
    }

    void check_retry(const RetrySpec& retry, const std::string& path) {
        if (const auto* postfix = std::get_if<PostfixRetrySpec>(&retry); postfix != nullptr && postfix->minimal_backoff > postfix->maximal_backoff)
            error(path + ".minimal_backoff", fmt::format("minimal_backoff ({}) is over maximal_backoff ({})", print(postfix->minimal_backoff), print(postfix->maximal_backoff)));
        if (const auto* custom = std::get_if<CustomRetrySpec>(&retry))
            for (std::size_t i = 0; i < custom->waits.size(); ++i)
                if (custom->waits[i] <= SimDuration::zero())
                    error(fmt::format("{}.waits.{}", path, i), fmt::format("a wait of {}; waits must be over 0s", print(custom->waits[i])));
    }

    void check_class(const TenantClassSpec& tenants) {
        const std::string path = "tenants." + tenants.name;
        check_directions(tenants, path);
        check_diurnal(tenants, path);
        check_entry_and_homes(tenants, path);
        check_shares(tenants.senders, path + ".senders", spec_.senders.size(), false);
        for (const PlacementSpec& placement : tenants.placement)
            if (const TierSpec* tier = find_tier(placement.name))
                check_shares(placement.shares, fmt::format("{}.placement.{}.shares", path, placement.name), tier->partitions.size(), true);
        if (const auto* mmpp = std::get_if<MmppArrivalsSpec>(&tenants.arrivals); mmpp != nullptr && spec_.duration.seconds() / (mmpp->burst + mmpp->quiet).seconds() > 5000)
            error(path + ".arrivals.quiet", fmt::format("about {:.0f} bursts in this run; at most 5000 are drawn", spec_.duration.seconds() / (mmpp->burst + mmpp->quiet).seconds()));
        if (const auto* replay = std::get_if<ReplayArrivalsSpec>(&tenants.arrivals)) return check_replay(tenants, *replay, path);
        if (tenants.rate.per_second == 0 && !scenario_.says(path + ".rate")) return error(path, fmt::format("rate is missing in {}: copies of the whole class, in all directions, as a mean over the day", path));
        const bool waits = std::any_of(spec_.backlog.begin(), spec_.backlog.end(), [&](const BacklogSpec& b) { return b.tenant_class == tenants.name; });
        if (tenants.rate.per_second == 0 && !waits) warning(path + ".rate", fmt::format("tenant class '{}' sends and receives nothing", tenants.name));
    }

    void check_directions(const TenantClassSpec& tenants, const std::string& path) {
        const DirectionsSpec& shares = tenants.directions;
        const double sum = shares.inbound.value + shares.outbound.value + shares.internal.value;
        if (std::abs(sum - 1) > share_tolerance) {  // what follows from wrong shares is no mistake of its own
            diagnostics_.error(scenario_.latest_in(path + ".directions"), fmt::format("inbound {}, outbound {} and internal {} add up to {}, not 100%{}", print(shares.inbound), print(shares.outbound),
                                                    print(shares.internal), print(Ratio{std::round(sum * 1e9) / 1e9}),
                                                    scenario_.says(path + ".directions.inbound") ? "" : "; what is not written is 100% inbound and nothing else: write inbound, too"));
            return;
        }
        check_direction(path, "inbound", shares.inbound, tenants.paths.inbound);
        check_direction(path, "outbound", shares.outbound, tenants.paths.outbound);
        check_direction(path, "internal", shares.internal, tenants.paths.internal);
        if (shares.inbound.value > 0 && spec_.senders.empty() && tenants.rate.per_second > 0)
            error(path + ".directions.inbound", fmt::format("{} of this mail comes from outside, but the scenario has no senders", print(shares.inbound)));
    }

    void check_direction(const std::string& path, std::string_view direction, Ratio share, const std::vector<std::string>& tiers) {
        if (share.value > 0 && tiers.empty())
            error(fmt::format("{}.directions.{}", path, direction),
                  fmt::format("{} of the mail is {}, but paths.{} is missing{}", print(share), direction, direction,
                              scenario_.says(fmt::format("{}.directions.{}", path, direction)) ? "" : " (100% is inbound unless `directions` says otherwise)"));
        if (share.value == 0 && !tiers.empty())
            warning(fmt::format("{}.paths.{}", path, direction), fmt::format("no mail takes the {} path: its share in `directions` is 0%", direction));
    }

    void check_diurnal(const TenantClassSpec& tenants, const std::string& path) {
        if (tenants.diurnal.empty()) return;
        constexpr std::size_t hours = 24;
        if (tenants.diurnal.size() != hours) {
            error(path + ".diurnal", fmt::format("diurnal has {} factors, but a day has {} hours", tenants.diurnal.size(), hours));
            return;
        }
        double sum = 0;
        for (const Factor factor : tenants.diurnal) sum += factor.value;
        if (sum == 0) error(path + ".diurnal", "all factors are 0; at least one hour needs mail");
    }

    void check_entry_and_homes(const TenantClassSpec& tenants, const std::string& path) {
        const PathsSpec& paths = tenants.paths;
        if (!paths.inbound.empty()) {
            const TierSpec* entry = find_tier(paths.inbound.front());
            for (const MxSpec& mx : tenants.mx)
                if (entry != nullptr && !contains(entry->at, mx.name))
                    error(fmt::format("{}.mx.{}.name", path, mx.name),
                          fmt::format("tier '{}', the first of the inbound path, is not at '{}'{}", entry->name, mx.name, suggestion(mx.name, entry->at, "its sites")));
        }
        for (const std::vector<std::string>* last_of : {&paths.inbound, &paths.internal}) {
            if (last_of->empty()) continue;
            const TierSpec* last = find_tier(last_of->back());
            for (std::size_t i = 0; last != nullptr && i < tenants.homes.size(); ++i)
                if (!contains(last->at, tenants.homes[i])) {
                    error(fmt::format("{}.homes.{}", path, i), fmt::format("tier '{}', the last of the {} path, is not at '{}'{}", last->name,
                                                                          last_of == &paths.inbound ? "inbound" : "internal", tenants.homes[i],
                                                                          suggestion(tenants.homes[i], last->at, "its sites")));
                    return;
                }
        }
    }

    /// `all` is how many there are to share among; unlisted ones take what is left if they count (`rest_counts`).
    void check_shares(const std::vector<ShareSpec>& shares, const std::string& path, std::size_t all, bool rest_counts) {
        double sum = 0;
        bool open = rest_counts && shares.size() < all;
        for (const ShareSpec& share : shares) {
            sum += share.share.value;
            open = open || share.share.value == 0;
        }
        if (shares.empty()) return;
        const std::string percent = print(Ratio{std::round(sum * 1e9) / 1e9});
        if (sum > 1 + share_tolerance) diagnostics_.error(scenario_.latest_in(path), fmt::format("the shares add up to {}, over 100%", percent));
        else if (sum < 1 - share_tolerance && !open) diagnostics_.error(scenario_.latest_in(path), fmt::format("the shares add up to {}, and nobody is left to take the rest", percent));
    }

    /// When mail comes, how much of it and at which hours is what the file says.
    void check_replay(const TenantClassSpec& tenants, const ReplayArrivalsSpec& replay, const std::string& path) {
        const SourcePos pos = scenario_.at(path + ".arrivals.file");
        for (const char* key : {"rate", "diurnal"}) {
            const std::string written = path + "." + key;
            if (scenario_.says(written)) error(written, fmt::format("'{}' beside replayed arrivals: their file says when mail comes; leave it out, or take back an inherited one with `{}: ~`", key, key));
        }
        for (const FaultSpec& fault : spec_.faults) {
            const std::vector<std::string> targets = targets_of(fault);
            if (std::holds_alternative<LoadSurgeFault>(fault.body) && fault.enabled && std::find(targets.begin(), targets.end(), tenants.name) != targets.end())
                error("faults." + fault.name, fmt::format("a surge of the replayed mail of '{}': it comes as its file says; put the surge into the file, or take drawn arrivals", tenants.name));
        }
        const auto text = read_text(replay.file, 1'000'000'000, pos, diagnostics_);
        if (!text) return;
        const auto parsed = parse_replay(*text);
        if (const auto* wrong = std::get_if<ReplayError>(&parsed)) {
            const std::string where = wrong->line > 0 ? fmt::format("{}:{}", replay.file, wrong->line) : replay.file;
            return diagnostics_.error(pos, fmt::format("{}: {}", where, wrong->message));
        }
        check_replayed_times(replay, std::get<std::vector<SimDuration>>(parsed), pos);
    }

    void check_replayed_times(const ReplayArrivalsSpec& replay, const std::vector<SimDuration>& offsets, const SourcePos& pos) {
        const auto after = std::lower_bound(offsets.begin(), offsets.end(), spec_.duration);
        const auto late = offsets.end() - after;
        if (after == offsets.begin()) {
            constexpr SimDuration ten_years = 3650_d;
            const char* why = offsets.front() > ten_years ? "; these look like seconds since 1970; subtract the start of the run from each" : "; a longer `duration` would reach them";
            diagnostics_.error(pos, fmt::format("{}: nothing comes in this run of {}: the first arrival is at {:.0f} s{}", replay.file, print(spec_.duration), offsets.front().seconds(), why));
        } else if (late > 0) {
            diagnostics_.warning(pos, fmt::format("{}: {} of {} arrivals come after the end of the run, at {}, and are left out", replay.file, late, offsets.size(), print(spec_.duration)));
        }
    }

    void check_backlog(const BacklogSpec& backlog) {
        const std::string path = path_of(backlog);
        const PlaceText place = split_place(backlog.at);
        if (place.site.empty()) error(path + ".at", fmt::format("'{}' names no site; write it as {}@SITE", backlog.at, backlog.at));
        if (const TenantClassSpec* tenants = find_entry(spec_.tenants, backlog.tenant_class)) check_backlog_path(backlog, place, *tenants);
        if (!backlog.qshape.empty()) return check_table(backlog, path);
        if (!backlog.qshape_file.empty()) return;  // which cannot be read: said before
        if (backlog.count == 0) error(path, "a backlog of nothing: give it `count` and `oldest`, or a table of `qshape`");
        if (backlog.tenant_class.empty()) error(path, fmt::format("class is missing in {}: tenant class that they belong to", path));
        if (!backlog.classes.empty()) error(path + ".classes", "`classes` say whose mail the rows of a table are, but this has no table");
    }

    /// Entries that the loader has made of one are checked as that one.
    static std::string path_of(const BacklogSpec& backlog) { return "backlog." + (backlog.written_as.empty() ? backlog.name : backlog.written_as); }

    void check_table(const BacklogSpec& backlog, const std::string& path) {
        const bool in_file = scenario_.says(path + ".qshape_file");
        const std::string table = path + (in_file ? ".qshape_file" : ".qshape");
        if (backlog.count != 0 || backlog.oldest != SimDuration::zero()) error(table, "qshape says how many and how old; leave out `count` and `oldest`");
        const auto split = split_backlog(backlog, spec_.tenants);
        const auto* wrong = std::get_if<QshapeError>(&split);
        if (wrong == nullptr) return;
        const bool has_lines = std::count(backlog.qshape.begin(), backlog.qshape.end(), '\n') > 1;
        const std::string line = has_lines && wrong->line > 0 ? fmt::format("line {} of the table: ", wrong->line) : "";
        if (in_file && wrong->line > 0) diagnostics_.error({.file = backlog.qshape_file, .line = wrong->line, .column = 1}, "qshape: " + wrong->message);
        else error(table, fmt::format("qshape: {}{}", line, wrong->message));
    }

    /// It stands on the way of its class's mail; behind a tier it waits only where mail is handed over by a queue.
    void check_backlog_path(const BacklogSpec& backlog, const PlaceText& place, const TenantClassSpec& tenants) {
        const std::string path = path_of(backlog);
        const std::string_view direction = to_text(backlog.direction);
        const auto& tiers = tenants.paths.of(backlog.direction);
        if (!contains(tiers, place.tier)) {
            error(path + ".at", fmt::format("tier '{}' is not on the {} path of tenant class '{}'{}", place.tier, direction, backlog.tenant_class,
                                            suggestion(place.tier, tiers, "its tiers")));
            return;
        }
        if (backlog.queue == BacklogQueue::input) return;
        const TierSpec* tier = find_entry(spec_.tiers, place.tier);
        if (tiers.back() == place.tier)
            error(path + ".queue", fmt::format("'{}' is the last tier of the {} path: nothing waits behind it", place.tier, direction));
        else if (tier != nullptr && tier->hand_over != HandOver::queued)
            error(path + ".queue", fmt::format("'{}' hands mail over `{}`: nothing waits behind it", place.tier, to_text(tier->hand_over)));
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
    NameIndex tiers_;
};

}  // namespace

void validate_traffic(const ReadScenario& scenario, Diagnostics& diagnostics) { Traffic(scenario, diagnostics).run(); }

}  // namespace mailquake
