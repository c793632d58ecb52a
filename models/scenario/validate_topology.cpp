// Links that make sense, calls without cycles, and a way from everyone to everyone they must reach.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

constexpr SimDuration least_lookahead = 100_us;

class Topology {
public:
    Topology(const ReadScenario& scenario, Diagnostics& diagnostics)
        : scenario_(scenario), diagnostics_(diagnostics), tiers_(name_index(scenario.spec.tiers)) {}

    void run() {
        check_links();
        find_routes();
        check_ways_back();
        check_call_cycles();
        check_calls();
        check_paths();
        check_senders();
        check_clients();
        check_dashboards();
    }

private:
    void check_links() {
        std::map<std::pair<std::string, std::string>, const LinkSpec*> directed;
        for (const LinkSpec& link : scenario_.spec.links) {
            const std::string path = "links." + link.name;
            if (link.from == link.to) {
                diagnostics_.error(scenario_.at(path + ".to"), fmt::format("link '{}' leads from '{}' to itself", link.name, link.from));
                continue;
            }
            std::vector<std::pair<std::string, std::string>> ways{{link.from, link.to}};
            if (link.two_way) ways.emplace_back(link.to, link.from);
            for (const auto& way : ways) {
                const auto [first, is_new] = directed.emplace(way, &link);
                if (is_new) continue;
                diagnostics_.error(link.pos, fmt::format("there is a link from '{}' to '{}' already; two are one with the sum of their bandwidths{}", way.first,
                                                         way.second, link.two_way || first->second->two_way ? ", and a link holds for both directions unless `two_way: false`" : ""));
                diagnostics_.also(first->second->pos, "the first one is here");
                break;
            }
            if (link.latency < least_lookahead)
                diagnostics_.notice(scenario_.at(path + ".latency"),
                                    fmt::format("sites less than {} apart, as '{}' and '{}', are simulated as one process", print(least_lookahead), link.from, link.to));
        }
    }

    /// By the sites' places in the list; what can be reached from one is found when it is asked for, since there may be 10,000.
    void find_routes() {
        const auto& sites = scenario_.spec.sites;
        for (std::size_t k = 0; k < sites.size(); ++k) places_.emplace(sites[k].name, k);
        next_.resize(sites.size());
        reach_.resize(sites.size());
        for (const LinkSpec& link : scenario_.spec.links) {
            const auto from = places_.find(link.from), to = places_.find(link.to);
            if (from == places_.end() || to == places_.end()) continue;
            next_[from->second].push_back(to->second);
            if (link.two_way) next_[to->second].push_back(from->second);
        }
    }

    /// All sites that this one has a way to, itself included.
    [[nodiscard]] const std::vector<bool>& reached_from(std::size_t site) const {
        std::vector<bool>& reached = reach_[site];
        if (!reached.empty()) return reached;
        reached.assign(next_.size(), false);
        reached[site] = true;
        std::vector<std::size_t> open{site};
        while (!open.empty()) {
            const std::size_t at = open.back();
            open.pop_back();
            for (const std::size_t to : next_[at])
                if (!reached[to]) {
                    reached[to] = true;
                    open.push_back(to);
                }
        }
        return reached;
    }

    void check_ways_back() {
        for (const LinkSpec& link : scenario_.spec.links)
            if (!link.two_way && !reaches(link.to, link.from))
                diagnostics_.warning(link.pos, fmt::format("link '{}' is one-way, and no links lead from '{}' back to '{}': without a reply nothing is handed over along it", link.name, link.to, link.from));
    }

    [[nodiscard]] bool reaches(const std::string& from, const std::string& to) const {
        const auto from_there = places_.find(from), there = places_.find(to);
        return from_there != places_.end() && there != places_.end() && reached_from(from_there->second)[there->second];
    }
    /// There and back: an attempt, a call or a sign-in needs both.
    [[nodiscard]] bool are_joined(const std::string& from, const std::string& to) const { return reaches(from, to) && reaches(to, from); }
    [[nodiscard]] bool is_joined_to_any(const std::string& from, const std::vector<std::string>& sites) const {
        return std::any_of(sites.begin(), sites.end(), [&](const std::string& to) { return are_joined(from, to); });
    }
    /// Why none of these sites can be talked to from there.
    [[nodiscard]] std::string why_not(const std::string& from, const std::vector<std::string>& sites) const {
        const auto there = std::find_if(sites.begin(), sites.end(), [&](const std::string& to) { return reaches(from, to); });
        if (there == sites.end()) return fmt::format("no links lead to {}", listed(sites));
        return fmt::format("no links lead from '{}' back to '{}', and without a reply nothing is handed over", *there, from);
    }
    [[nodiscard]] const TierSpec& tier(const std::string& name) const { return scenario_.spec.tiers[*tiers_.find(name)]; }

    [[nodiscard]] static std::string listed(const std::vector<std::string>& names) {
        std::string result;
        for (const std::string& name : names) result += (result.empty() ? "" : ", ") + name;
        return result;
    }

    /// The first site of `from` from which no site of `to` can be reached, if any.
    [[nodiscard]] const std::string* cut_off_site(const TierSpec& from, const TierSpec& to) {
        const TierSpec* first = scenario_.spec.tiers.data();
        const auto pair = static_cast<std::size_t>(&from - first) * scenario_.spec.tiers.size() + static_cast<std::size_t>(&to - first);
        const auto [known, is_new] = cut_off_.try_emplace(pair, nullptr);
        if (!is_new) return known->second;
        const auto site = std::find_if(from.at.begin(), from.at.end(), [&](const std::string& at) { return !is_joined_to_any(at, to.at); });
        return known->second = site == from.at.end() ? nullptr : &*site;
    }

    void check_call_cycles() {
        std::map<std::string, int> state;  // 0 new, 1 on the way, 2 done
        std::vector<std::string> way;
        for (const TierSpec& from : scenario_.spec.tiers) visit(from, state, way);
    }

    void visit(const TierSpec& from, std::map<std::string, int>& state, std::vector<std::string>& way) {
        if (state[from.name] != 0) return;
        state[from.name] = 1;
        way.push_back(from.name);
        for (const CallSpec& call : from.calls) {
            const SourcePos pos = scenario_.at(fmt::format("tiers.{}.calls.{}.to", from.name, call.name));
            if (call.to == from.name) {
                diagnostics_.error(pos, fmt::format("tier '{}' calls itself", from.name));
            } else if (state[call.to] == 1) {
                std::string cycle;
                for (auto step = std::find(way.begin(), way.end(), call.to); step != way.end(); ++step) cycle += *step + " -> ";
                diagnostics_.error(pos, fmt::format("a cycle of calls: {}{}; each would wait for the other", cycle, call.to));
            } else {
                visit(tier(call.to), state, way);
            }
        }
        way.pop_back();
        state[from.name] = 2;
    }

    void check_calls() {
        for (const TierSpec& from : scenario_.spec.tiers)
            for (const CallSpec& call : from.calls)
                if (const std::string* site = cut_off_site(from, tier(call.to)))
                    diagnostics_.error(scenario_.at(fmt::format("tiers.{}.calls.{}.to", from.name, call.name)),
                                       fmt::format("tier '{}' cannot be reached from '{}@{}': {}", call.to, from.name, *site, why_not(*site, tier(call.to).at)));
    }

    void check_paths() {
        for (const TenantClassSpec& tenants : scenario_.spec.tenants) {
            check_path(tenants, "inbound", tenants.paths.inbound);
            check_path(tenants, "outbound", tenants.paths.outbound);
            check_path(tenants, "internal", tenants.paths.internal);
        }
    }

    void check_path(const TenantClassSpec& tenants, std::string_view direction, const std::vector<std::string>& path) {
        const auto there = [&](std::size_t i) { return scenario_.at(fmt::format("tenants.{}.paths.{}.{}", tenants.name, direction, i)); };
        std::vector<const TierSpec*> passed;
        passed.reserve(path.size());
        const TierSpec* last = nullptr;
        for (std::size_t i = 0; i < path.size(); ++i) {
            const TierSpec* before = last;
            last = &tier(path[i]);
            const bool again = std::find(passed.begin(), passed.end(), last) != passed.end();
            passed.push_back(last);
            if (again) {
                diagnostics_.error(there(i), fmt::format("tier '{}' stands twice in the {} path", path[i], direction));
                continue;
            }
            if (before == nullptr) continue;
            if (before->hand_over == HandOver::direct && last->hand_over == HandOver::held && i + 1 < path.size())
                diagnostics_.error(there(i), fmt::format("tier '{}' hands over `direct`, which takes no time, but '{}' is a proxy, which takes the time of all behind it; hand over `queued` or `held`",
                                                         path[i - 1], path[i]));
            if (const std::string* site = cut_off_site(*before, *last))
                diagnostics_.error(there(i), fmt::format("tier '{}' cannot be reached from '{}@{}': {}", path[i], path[i - 1], *site, why_not(*site, last->at)));
        }
    }

    /// Every population of senders must have a way to the entry of each class that takes mail from it.
    void check_senders() {
        for (const TenantClassSpec& tenants : scenario_.spec.tenants) {
            if (tenants.directions.inbound.value <= 0 || tenants.paths.inbound.empty()) continue;
            std::vector<std::string> entry = tier(tenants.paths.inbound.front()).at;
            if (!tenants.mx.empty()) entry = names_of(tenants.mx);
            for (const SenderSpec& sender : scenario_.spec.senders) {
                if (!tenants.senders.empty() && find_entry(tenants.senders, sender.name) == nullptr) continue;
                if (is_joined_to_any(sender.at, entry) || !said_.insert(sender.name).second) continue;
                diagnostics_.error(scenario_.at(fmt::format("senders.{}.at", sender.name)),
                                   fmt::format("sender '{}' at '{}' has no way to the entry of tenant class '{}': {}", sender.name, sender.at,
                                               tenants.name, why_not(sender.at, entry)));
            }
        }
    }

    void check_clients() {
        for (const ClientSpec& client : scenario_.spec.clients) {
            const std::string path = "clients." + client.name;
            if (!contains(tier(client.tier).at, client.site)) {
                diagnostics_.error(scenario_.at(path + ".site"), fmt::format("tier '{}', where they sign in, is not at '{}'; its sites are: {}", client.tier,
                                                                             client.site, listed(tier(client.tier).at)));
            } else if (!are_joined(client.at, client.site)) {
                diagnostics_.error(scenario_.at(path + ".site"), fmt::format("site '{}' cannot be reached from '{}': {}", client.site, client.at, why_not(client.at, {client.site})));
            }
        }
    }

    /// Reports must come to a dashboard, its requests to what it needs and back, and its mail to the tenants' entry.
    void check_dashboards() {
        for (const DashboardSpec& board : scenario_.spec.dashboards) {
            const std::string path = "dashboards." + board.name;
            for (const SignalSpec& signal : board.signals) check_signal(board, signal, fmt::format("{}.signals.{}", path, signal.name));
            for (std::size_t i = 0; i < board.publish.needs.size(); ++i) {
                const PlaceText place = split_place(board.publish.needs[i]);
                const std::vector<std::string> sites = place.site.empty() ? tier(place.tier).at : std::vector{place.site};
                if (std::none_of(sites.begin(), sites.end(), [&](const std::string& site) { return reaches(board.at, site) && reaches(site, board.at); }))
                    diagnostics_.error(scenario_.at(fmt::format("{}.publish.needs.{}", path, i)),
                                       fmt::format("'{}' cannot be asked from '{}': no links lead there and back", board.publish.needs[i], board.at));
            }
            for (const ChannelSpec& channel : board.channels)
                if (channel.enabled && std::holds_alternative<EmailChannel>(channel.body)) check_mailer(board, fmt::format("{}.channels.{}", path, channel.name));
        }
    }

    void check_signal(const DashboardSpec& board, const SignalSpec& signal, const std::string& path) {
        const auto check = [&](const std::string& key, const std::string& site) {
            if (!reaches(site, board.at))
                diagnostics_.error(scenario_.at(path + key), fmt::format("what is seen at '{}' cannot be reported to the dashboard at '{}': no links lead there", site, board.at));
        };
        if (const auto* sign_ins = std::get_if<SignInSignal>(&signal.body))
            for (const ClientSpec& client : scenario_.spec.clients)
                if (client.name == sign_ins->clients) check(".clients", client.at);
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { body.target; }) {
                    const PlaceText place = split_place(body.target);
                    const auto& sites = tier(place.tier).at;
                    for (const std::string& site : sites)
                        if (place.site.empty() || place.site == site) check(".target", site);
                }
            },
            signal.body);
    }

    void check_mailer(const DashboardSpec& board, const std::string& path) {
        for (const TenantClassSpec& tenants : scenario_.spec.tenants) {
            const auto& classes = board.audience.classes;
            if (tenants.paths.inbound.empty() || (!classes.empty() && !contains(classes, tenants.name))) continue;
            const std::vector<std::string>& entry = tier(tenants.paths.inbound.front()).at;
            if (is_joined_to_any(board.at, entry)) continue;
            diagnostics_.error(scenario_.at(path), fmt::format("mail from '{}' has no way to the entry of tenant class '{}': {}", board.at, tenants.name, why_not(board.at, entry)));
        }
    }

    const ReadScenario& scenario_;
    Diagnostics& diagnostics_;
    NameIndex tiers_;
    std::map<std::string_view, std::size_t, std::less<>> places_;
    std::vector<std::vector<std::size_t>> next_;
    mutable std::vector<std::vector<bool>> reach_;   // empty until it is asked for
    std::unordered_map<std::size_t, const std::string*> cut_off_;   // by two tiers' places in the list
    std::set<std::string> said_;
};

}  // namespace

void validate_topology(const ReadScenario& scenario, Diagnostics& diagnostics) { Topology(scenario, diagnostics).run(); }

}  // namespace mailquake
