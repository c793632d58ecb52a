#include "tests/oracle/generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "tests/oracle/generator_dice.hpp"

namespace mailquake::oracle {
namespace {

std::string list_of(const std::vector<std::string>& items) { return fmt::format("[{}]", fmt::join(items, ", ")); }

/// The first five are continuous.
std::string service_law(Dice& dice, std::size_t kinds) {
    const std::string mean = dice.millis(1, 150);
    if (dice.ties()) return fmt::format("{{law: deterministic, mean: {}}}", mean);
    switch (dice.below(kinds)) {
        case 0: return fmt::format("{{law: lognormal, mean: {}, cv: 1.5}}", mean);
        case 1: return fmt::format("{{law: gamma, mean: {}, cv: 0.7}}", mean);
        case 2: return fmt::format("{{law: weibull, mean: {}, shape: 0.8}}", mean);
        case 3: return fmt::format("{{law: pareto, mean: {}, shape: 2.2}}", mean);
        case 4: return fmt::format("{{law: hyperexponential, mean: {}, cv: 2}}", mean);
        case 5: return fmt::format("{{law: empirical, values: [{}, {}, {}]}}", mean, dice.millis(1, 90), dice.micros(1, 9));
        case 6: return fmt::format("{{law: deterministic, mean: {}}}", mean);
        default: return fmt::format("{{law: exponential, mean: {}}}", mean);
    }
}

std::string retry(Dice& dice) {
    const std::string jitter = dice.ties() ? "0%" : dice.one_of({"0%", "10%", "50%"});
    switch (dice.ties() ? 5 : dice.below(6)) {
        case 0: return "exim";
        case 1: return "exchange";
        case 2: return "opensmtpd";
        case 3: return fmt::format("{{schedule: kumomta, retry_interval: {}, jitter: {}}}", dice.millis(500, 5000), jitter);
        default:
            return fmt::format("{{schedule: custom, waits: [{}, {}, {}], jitter: {}, expire: {}}}", dice.millis(20, 3000),
                               dice.millis(20, 9000), dice.millis(200, 20000), jitter, dice.millis(3000, 90000));
    }
}

/// The same schedule with a life that ends in the run, in one way or another.
std::string with_life(const std::string& schedule, Dice& dice) {
    if (schedule == "exim" || !dice.chance(35)) return schedule;
    const std::string ways = dice.one_of({"after-attempt", "before-attempt", "before-attempt", "by-timer", "by-timer"});
    const std::string life = fmt::format("expire: {}, expires: {}}}", dice.millis(300, 15'000), ways);
    if (schedule.front() != '{') return fmt::format("{{schedule: {}, {}", schedule, life);
    const std::size_t expire = schedule.find("expire: ");
    return (expire == std::string::npos ? schedule.substr(0, schedule.size() - 1) + ", " : schedule.substr(0, expire)) + life;
}

std::string queue(Dice& dice) {
    if (dice.chance(60)) return "{}";
    return fmt::format("{{limit: {}, on_full: {}}}", dice.between(0, 12), dice.one_of({"defer", "defer", "bounce", "drop"}));
}

/// Draws a draft section by section.
class Author {
public:
    Author(std::uint64_t seed, int stage, bool ties)
        : dice_(seed * 100 + static_cast<std::uint64_t>(stage), ties), lives_(seed * 100 + static_cast<std::uint64_t>(stage) + 50, ties), stage_(stage) {}

    Draft write() {
        draft_.top = {{"name", "drawn"}, {"duration", dice_.millis(stage_ < 3 ? 10'000 : 15'000, 60'000)}};
        many_ = stage_ >= 2 && dice_.chance(40);
        slow_links_ = stage_ >= 3 && dice_.chance(30);
        if (stage_ >= 2) {
            draft_.top.emplace_back("network", fmt::format("{{convergence: {}, connect_timeout: {}, data_timeout: {}, reply_timeout: {}, greeting_timeout: {}}}",
                                                           dice_.millis(1, 4000), dice_.millis(1000, 9000), dice_.millis(1000, 9000),
                                                           dice_.millis(1000, 9000), dice_.millis(1000, 6000)));
        }
        notices_ = stage_ == 5 && dice_.chance(20);
        if (notices_) draft_.top[1].second = dice_.millis(130'000, 200'000);
        sites();
        if (stage_ == 6) limits_ = dice_.below(3);
        tiers();
        is_mail_ = stage_ != 7 || dice_.chance(75);
        if (stage_ == 7) clients();
        if (is_mail_) senders();
        if (is_mail_) tenants();
        if (stage_ == 7 && is_mail_) backlog();
        if (stage_ >= 3) faults();
        if (stage_ >= 3) flaws();
        if (stage_ == 6) mitigations();
        return draft_;
    }

private:
    Entry& add(const std::string& section, Entry entry) {
        draft_.section(section).push_back(std::move(entry));
        return draft_.section(section).back();
    }

    void sites() {
        const std::size_t inside = stage_ >= 2 ? dice_.between(1, 3) : 1;
        for (std::size_t i = 0; i < inside; ++i) inside_.push_back(fmt::format("dc{}", i));
        for (std::size_t i = 0; i < (dice_.chance(50) ? 1U : 2U); ++i) outside_.push_back(fmt::format("out{}", i));
        for (const std::string& s : inside_) add("sites", {{{"name", s}, {"latency", dice_.micros(0, 900)}}});
        for (const std::string& s : outside_) add("sites", {{{"name", s}, {"outside", "true"}, {"latency", dice_.micros(0, 900)}}});
        std::vector<std::string> all = inside_;
        all.insert(all.end(), outside_.begin(), outside_.end());
        for (std::size_t i = 1; i < all.size(); ++i) link(all[dice_.below(i)], all[i]);
        const bool ring = links_.back() != all.front() + "--" + all.back();
        if (stage_ >= 2 && ring && dice_.chance(50)) link(all.back(), all.front(), "spare");
    }

    void link(const std::string& from, const std::string& to, const std::string& name = "") {
        Entry& entry = add("links", {{{"from", from}, {"to", to}, {"latency", dice_.micros(300, 40'000)}}});
        links_.push_back(name.empty() ? from + "--" + to : name);
        if (!name.empty()) entry.keys.emplace_back("name", name);
        if (stage_ < 2 || dice_.ties()) return;
        if (dice_.chance(50)) entry.keys.emplace_back("jitter", dice_.micros(1, 30'000));
        if (dice_.chance(50)) entry.keys.emplace_back("bandwidth", dice_.one_of({"300kbps", "2Mbps", "10Mbps"}));
        if (dice_.chance(30)) entry.keys.emplace_back("loss", dice_.one_of({"0.3%", "1%", "2%"}));
    }

    std::vector<std::string> places() {
        if (many_) return inside_;
        return {inside_[dice_.below(inside_.size())]};
    }

    void faults() {
        const std::size_t count = dice_.between(0, 2);
        for (std::size_t i = 0; i < count; ++i) {
            Entry& fault = add("faults", {{{"name", fmt::format("fault{}", i)},
                                         {"at", dice_.millis(500 + 10'000 * i, 4000 + 10'000 * i)},
                                         {"for", dice_.millis(300, 5900)}}});
            if (stage_ == 5 && dice_.chance(70)) {
                fault_in_part(fault);
            } else if (stage_ >= 4 && dice_.chance(70)) {
                dice_.chance(50) ? fault_of_servers(fault) : fault_of_links(fault);
            } else if (!slow_links_ || dice_.chance(50)) {
                fault_of_calls(fault);
            } else {
                fault.keys.emplace_back("target", dice_.one_of(links_));
                fault.keys.emplace_back("kind", "link-latency");
                fault.keys.emplace_back("added", dice_.millis(1, 300));
            }
        }
        if (count == 2 && dice_.chance(stage_ >= 4 ? 30 : 50)) together(draft_.section("faults"));
    }

    /// The second fault begins while the first one acts, unless they are of one kind; two of calls often hit the same callee then.
    void together(std::vector<Entry>& both) {
        const auto value = [](Entry& fault, const std::string& name) -> std::string& {
            return std::find_if(fault.keys.begin(), fault.keys.end(), [&](const auto& key) { return key.first == name; })->second;
        };
        const bool of_calls = value(both[0], "kind").ends_with("-answer") && value(both[1], "kind").ends_with("-answer");
        if (value(both[0], "kind") == value(both[1], "kind")) return;
        value(both[1], "at") = dice_.millis(500, 6000);
        if (of_calls && dice_.chance(70)) value(both[1], "target") = value(both[0], "target");
    }

    void tiers() {
        const std::size_t count = dice_.between(1, 4);
        for (std::size_t i = 0; i < count; ++i) {
            path_.push_back(fmt::format("tier{}", i));
            hand_over_.push_back(i + 1 < count ? dice_.one_of({"queued", "queued", "held", "direct"}) : "queued");
            if (i > 0 && hand_over_[i] == "held" && hand_over_[i - 1] == "direct") hand_over_[i] = "queued";  // refused by the loader
            at_.push_back(i > 0 && hand_over_[i - 1] == "direct" ? at_[i - 1] : places());
            tier(path_.back(), at_.back(), hand_over_.back());
        }
        tier("remote", outside_, "queued");
        if (stage_ >= 3) callees();
    }

    /// A directory that some tiers of the path ask, and a store that the directory asks.
    void callees() {
        callees_ = dice_.chance(50) ? std::vector<std::string>{"directory", "store"} : std::vector<std::string>{"directory"};
        auto& all = draft_.section("tiers");
        for (std::size_t i = 0; i + 1 < all.size(); ++i) {
            if (i > 0 && dice_.chance(50)) continue;
            all[i].keys.emplace_back("calls", call("directory"));
            callers_.push_back(path_[i]);
        }
        for (const std::string& name : callees_) {
            tier(name, places(), "queued");
            Entry& entry = draft_.section("tiers").back();
            std::erase_if(entry.keys, [](const auto& key) { return key.first == "hand_over" || key.first == "next_hop"; });
            if (dice_.chance(30)) entry.keys.emplace_back("partitions", "[p0, p1]");
            if (name == "directory" && callees_.size() > 1) entry.keys.emplace_back("calls", call("store"));
        }
        if (callees_.size() > 1) callers_.push_back("directory");
    }

    std::string call(const std::string& to) {
        return fmt::format("[{{to: {}, timeout: {}, attempts: {}, on_failure: {}}}]", to, dice_.millis(50, 2500), dice_.between(1, 3),
                           dice_.one_of({"defer", "defer", "bounce", "continue"}));
    }

    void flaws() {
        if (dice_.chance(60)) return;
        Entry& flaw = add("flaws", {{{"name", "flaw0"}, {"in", dice_.one_of(callers_)}}});
        switch (dice_.below(3)) {
            case 0: flaw.keys.emplace_back("kind", "hold-worker"); break;
            case 1: flaw.keys.emplace_back("kind", "requeue-at-head"); break;
            default: flaw.keys.emplace_back("kind", "retry-in-place"); break;
        }
        const std::string kind = flaw.keys.back().second;
        const std::vector<std::string> triggers = {"call-hangs", "call-fails", "call-hangs-or-fails"};
        flaw.keys.emplace_back("trigger", kind == "retry-in-place" ? dice_.one_of(triggers) : "call-hangs");
        if (kind == "hold-worker") flaw.keys.emplace_back("hold", dice_.millis(2600, 6000));
        if (stage_ == 5 && dice_.chance(50)) flaw.keys.emplace_back("share", dice_.one_of({"34%", "50%", "67%"}));
        if (kind == "retry-in-place") flaw.keys.emplace_back("attempts", fmt::format("{}", dice_.between(1, 5)));
    }

    void fault_of_servers(Entry& fault) {
        fault.keys.emplace_back("target", dice_.one_of(path_and_callees()));
        fault.keys.emplace_back("kind", dice_.one_of({"server-crash", "server-pause"}));
    }

    /// What hits a share of servers, or of the work; or a whole site.
    void fault_in_part(Entry& fault) {
        switch (dice_.between(1, 4)) {
            case 4:
                fault.keys.emplace_back("target", dice_.one_of(path_and_callees()));
                fault.keys.emplace_back("kind", "server-slow");
                fault.keys.emplace_back("factor", dice_.one_of({"1.7", "12"}));
                fault.keys.emplace_back("share", dice_.one_of({"34%", "50%", "100%"}));
                break;
            case 1:
                fault_of_servers(fault);
                fault.keys.emplace_back("share", dice_.one_of({"20%", "34%", "50%", "67%"}));
                break;
            case 2:
                fault.keys.emplace_back("target", dice_.one_of(path_and_callees()));
                fault.keys.emplace_back("kind", "gray");
                fault.keys.emplace_back("dropped", dice_.one_of({"0%", "10%", "60%"}));
                fault.keys.emplace_back("slowed", dice_.one_of({"5%", "30%"}));
                fault.keys.emplace_back("factor", dice_.one_of({"1.7", "12"}));
                break;
            default: site_down(fault); break;
        }
    }

    void site_down(Entry& fault) {
        fault.keys.emplace_back("target", dice_.one_of(inside_));
        fault.keys.emplace_back("kind", "site-down");
    }

    std::vector<std::string> path_and_callees() const {
        std::vector<std::string> tiers = path_;
        tiers.insert(tiers.end(), callees_.begin(), callees_.end());
        return tiers;
    }

    void fault_of_links(Entry& fault) {
        fault.keys.emplace_back("target", dice_.one_of(links_));
        switch (dice_.below(5)) {
            case 4: fault.keys.emplace_back("kind", "link-black-hole"); break;
            case 0: fault.keys.emplace_back("kind", "link-down"); break;
            case 3:
                fault.keys.emplace_back("kind", "link-loss");
                fault.keys.emplace_back("loss", dice_.one_of({"3%", "10%"}));
                break;
            case 1:
                fault.keys.emplace_back("kind", "link-bandwidth");
                fault.keys.emplace_back("bandwidth", dice_.one_of({"64kbps", "256kbps", "1Mbps"}));
                break;
            default:
                fault.keys.emplace_back("kind", "link-flap");
                fault.keys.emplace_back("down", dice_.millis(100, 900));
                fault.keys.emplace_back("up", dice_.millis(100, 900));
                break;
        }
    }

    /// They sign in at a tier of their own, at one that is called, or at one that mail passes; where a tier has partitions, at their own,
    /// since a client has no tenant.
    void clients() {
        tier("login", places(), "queued");
        Entry& login = draft_.section("tiers").back();
        std::erase_if(login.keys, [](const auto& key) { return key.first == "hand_over" || key.first == "next_hop"; });
        std::vector<std::string> asked = path_;
        asked.insert(asked.end(), callees_.begin(), callees_.end());
        for (const Entry& entry : draft_.section("tiers"))
            for (const auto& [key, value] : entry.keys)
                if (key == "partitions") asked.clear();
        if (!asked.empty() && dice_.chance(60)) login.keys.emplace_back("calls", call(asked.back()));
        const std::size_t count = dice_.between(is_mail_ ? 0 : 1, 2);
        for (std::size_t i = 0; i < count; ++i) population(i, dice_.chance(50) || asked.empty() ? "login" : dice_.one_of(asked));
        callees_.emplace_back("login");
    }

    void population(std::size_t i, const std::string& at) {
        const std::string jitter = dice_.ties() ? "none" : dice_.one_of({"none", "full"});
        const std::string law = dice_.ties() ? "deterministic" : dice_.one_of({"exponential", "exponential", "deterministic", "gamma", "lognormal"});
        add("clients", {{{"name", fmt::format("folk{}", i)},
                         {"at", dice_.one_of(outside_)},
                         {"tier", at},
                         {"site", dice_.one_of(stands_at_[at])},
                         {"count", fmt::format("{}", dice_.between(1, 30))},
                         {"timeout", dice_.millis(50, 4000)},
                         {"session", fmt::format("{{law: {}, mean: {}}}", law, dice_.millis(300, 30'000))},
                         {"notice_loss", dice_.one_of({"0s", dice_.millis(10, 3000)})},
                         {"retry", fmt::format("{{base: {}, factor: {}, cap: {}, jitter: {}, attempts: {}}}", dice_.millis(20, 2000),
                                               dice_.one_of({"1", "1.5", "2", "3"}), dice_.millis(1000, 9000), jitter, dice_.one_of({"0", "0", "1", "3", "6"}))}}});
    }

    /// Behind a tier that has next-hop queues, or in front of one that is no proxy: what waits at a proxy is its upstream's.
    void backlog() {
        const std::size_t count = dice_.between(0, 2);
        for (std::size_t i = 0; i < count; ++i) {
            const bool goes_out = dice_.chance(40);
            const std::size_t c = dice_.below(outbound_.size());
            const std::vector<std::string>& path = goes_out ? outbound_[c] : path_;
            const std::size_t hop = dice_.below(path.size());
            const bool is_last = hop + 1 == path.size();
            const std::string hands_over = is_last ? "queued" : hand_over_[hop];
            if (hands_over == "held" || (is_last && goes_out && stands_at_[path[hop]].size() > 1)) continue;  // a recipient has one place
            const bool behind = !is_last && hands_over == "queued" && dice_.chance(60);
            add("backlog", {{{"name", fmt::format("old{}", i)},
                             {"at", path[hop] + "@" + dice_.one_of(stands_at_[path[hop]])},
                             {"queue", behind ? "next-hop" : "input"},
                             {"class", fmt::format("class{}", c)},
                             {"direction", goes_out ? "outbound" : "inbound"},
                             {"count", fmt::format("{}", dice_.between(1, 40))},
                             {"oldest", dice_.millis(1, dice_.chance(50) ? 20'000 : 2'000'000)}}});
        }
    }

    void fault_of_calls(Entry& fault) {
        fault.keys.emplace_back("target", dice_.one_of(callees_));
        switch (dice_.below(4)) {
            case 0:
                fault.keys.emplace_back("kind", "no-answer");
                if (dice_.chance(50)) {
                    fault.keys.emplace_back("probability", dice_.one_of({"100%", "60%", "20%"}));
                } else {
                    fault.keys.emplace_back("on", dice_.millis(100, 900));
                    fault.keys.emplace_back("off", dice_.millis(100, 900));
                }
                break;
            case 1:
                fault.keys.emplace_back("kind", "late-answer");
                fault.keys.emplace_back("added", dice_.millis(10, 3000));
                fault.keys.emplace_back("probability", dice_.one_of({"100%", "40%"}));
                break;
            default:
                fault.keys.emplace_back("kind", "wrong-answer");
                fault.keys.emplace_back("answer", dice_.one_of({"error", "no-such-recipient"}));
                fault.keys.emplace_back("probability", dice_.one_of({"100%", "40%", "10%"}));
                break;
        }
    }

    void tier(const std::string& name, const std::vector<std::string>& at, const std::string& hand_over) {
        stands_at_[name] = at;
        const bool is_called = name == "login" || name == "directory" || name == "store";  // all requests of an instant would end together
        add("tiers", {{{"name", name},
                       {"at", list_of(at)},
                       {"servers", fmt::format("{}", dice_.between(1, 3))},
                       {"workers", fmt::format("{}", dice_.between(1, 4))},
                       {"spread", dice_.one_of({"shared", "shared", "random", "round-robin", "least-loaded", "two-choices"})},
                       {"service", service_law(dice_, is_called ? 5 : 8)},
                       {"queue", stage_ == 5 ? with_discipline(queue(dice_)) : queue(dice_)},
                       {"hand_over", hand_over},
                       {"next_hop", fmt::format("{{per: {}, connections: {}, active: {}, retry: {}{}}}", stage_ == 6 ? "server" : "place", dice_.between(1, 6), dice_.between(1, 9),
                                                with_life(retry(dice_), lives_), stage_ == 6 ? limits() : stage_ == 5 ? fallback() : "")}}});
        if (notices_) tells_of_delays(draft_.section("tiers").back());
    }

    /// After which failures an attempt goes on at the next site, and how often.
    std::string fallback() {
        if (!dice_.chance(50)) return "";
        const std::string after = dice_.one_of({"none", "connect", "greeting", "4yz", "connect, greeting, 4yz", "connect, greeting, 4yz"});
        const std::size_t addresses = dice_.between(1, 4), sessions = dice_.between(1, 3);
        return fmt::format(", fallback_on: [{}], addresses: {}, sessions: {}", after, addresses, sessions);
    }

    /// Of its next-hop queues.
    std::string limits() {
        std::string text;
        if (limits_ == 1) {
            const auto feedback = [&] { return dice_.one_of({"one", "inverse", "inverse-root"}); };
            text += fmt::format(", concurrency: {{initial: {}, positive: {}, negative: {}, failed_cohorts: {}, dead_for: {}}}", dice_.between(1, 6),
                                feedback(), feedback(), dice_.one_of({"0", "0.5", "1", "1.7", "4"}), dice_.millis(1000, 6000));
        }
        if (limits_ == 2) text += fmt::format(", throttle: {{rate: {}/s, burst: {}}}", dice_.between(1, 20), dice_.between(1, 4));
        return text;
    }

    void mitigations() {
        std::vector<std::string> kinds = {"cut-off", "add-servers", "throttle", "hold", "flush"}, senders, holders;
        for (std::size_t i = 0; i < path_.size(); ++i) {
            if (hand_over_[i] != "held") holders.push_back(path_[i]);
            if (hand_over_[i] == "queued" && i + 1 < path_.size()) senders.push_back(path_[i]);  // the last one may have nobody to hand mail to
        }
        if (!senders.empty()) kinds.push_back("suspend");
        const std::size_t count = dice_.between(1, 2);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string kind = kinds[dice_.below(kinds.size())];
            std::erase_if(kinds, [&](const std::string& k) { return k == kind || (kind == "hold" && k == "throttle") || (kind == "throttle" && k == "hold"); });
            Entry& act = add("mitigations", {{{"name", fmt::format("act{}", i)}, {"at", dice_.millis(500 + 6000 * i, 6000 + 6000 * i)}, {"kind", kind}}});
            act.keys.emplace_back("target", dice_.one_of(kind == "cut-off" ? callees_ : kind == "suspend" ? senders : kind == "hold" ? holders : path_));
            if (kind == "add-servers") act.keys.emplace_back("servers", fmt::format("{}", dice_.between(1, 3)));
            if (kind == "throttle") act.keys.emplace_back("rate", fmt::format("{}/s", dice_.between(1, 20)));
            if (kind == "throttle" && dice_.chance(50)) act.keys.emplace_back("burst", fmt::format("{}", dice_.between(2, 6)));
            if (kind == "hold" && dice_.chance(50)) act.keys.emplace_back("release", fmt::format("{}/s", dice_.between(1, 20)));
            if (kind == "hold" && dice_.chance(30)) act.keys.emplace_back("direction", dice_.one_of({"inbound", "outbound", "internal"}));
            if (kind == "hold" && dice_.chance(30)) act.keys.emplace_back("larger_than", "10kB");
            if (kind != "add-servers" && kind != "flush") act.keys.emplace_back("for", dice_.millis(300, 7900));
        }
    }

    void senders() {
        const std::size_t count = dice_.between(1, 2);
        for (std::size_t i = 0; i < count; ++i) {
            add("senders", {{{"name", fmt::format("world{}", i)},
                             {"at", outside_[dice_.below(outside_.size())]},
                             {"share", dice_.one_of({"100%", "30%"})},
                             {"retry", with_life(retry(dice_), lives_)}}});
            if (notices_) draft_.section("senders").back().keys.emplace_back("notice_after", dice_.millis(1000, 2900));
        }
    }

    void tenants() {
        const std::size_t count = dice_.between(1, 2);
        for (std::size_t i = 0; i < count; ++i) {
            const std::vector<std::string> internal(path_.begin() + static_cast<std::ptrdiff_t>(dice_.below(path_.size())), path_.end());
            std::size_t ours = dice_.between(1, path_.size());
            while (hand_over_[ours - 1] == "direct") ++ours;  // out of the site it takes time
            std::vector<std::string> outbound(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(ours));
            outbound.push_back("remote");
            outbound_.push_back(outbound);
            add("tenants", {{{"name", fmt::format("class{}", i)},
                             {"count", fmt::format("{}", dice_.between(1, 5))},
                             {"rate", fmt::format("{}/s", dice_.between(1, notices_ ? 3 : 12))},
                             {"skew", dice_.one_of({"even", "zipf"})},
                             {"arrivals", dice_.ties() ? "{law: batch, mean_size: 4}" : dice_.one_of({"poisson", "{law: weibull, shape: 0.6}", "{law: weibull, shape: 3}"})},
                             {"sizes", dice_.one_of({"table", "{law: fixed, size: 9999B}", "{law: lognormal, mean: 75kB, cv: 3}"})},
                             {"homes", list_of(at_.back())},
                             {"directions", dice_.one_of({"{inbound: 100%}", "{inbound: 50%, outbound: 30%, internal: 20%}"})},
                             {"paths", fmt::format("{{inbound: {}, outbound: {}, internal: {}}}", list_of(path_), list_of(outbound),
                                                   list_of(internal))}}});
            if (stage_ == 5) draft_.section("tenants").back().keys.emplace_back("priority", fmt::format("{}", dice_.below(4)));
        }
    }

    void tells_of_delays(Entry& tier) {
        const auto value = [&](const std::string& name) -> std::string& {
            return std::find_if(tier.keys.begin(), tier.keys.end(), [&](const auto& key) { return key.first == name; })->second;
        };
        value("next_hop").insert(value("next_hop").size() - 1, ", notice_after: " + dice_.millis(1000, 2900));
    }

    std::string with_discipline(const std::string& queue) {
        if (dice_.chance(50)) return queue;
        const std::string rest = queue == "{}" ? "}" : ", " + queue.substr(1);
        return dice_.chance(60) ? "{discipline: priority" + rest : fmt::format("{{discipline: lifo-under-overload, lifo: {{above: {}}}{}", dice_.between(0, 4), rest);
    }

    Dice dice_;
    Dice lives_;               // of mail: all else is drawn as it would be without
    int  stage_;
    Draft draft_;
    bool notices_ = false;
    bool slow_links_ = false;  // latencies change
    std::size_t limits_ = 0;   // of next-hop queues: none, feedback, throttles
    bool many_ = false;        // tiers stand at several sites
    std::vector<std::string> inside_, outside_, links_, path_, hand_over_, callees_, callers_;
    std::vector<std::vector<std::string>> at_, outbound_;
    std::map<std::string, std::vector<std::string>> stands_at_;
    bool is_mail_ = true;
};

std::string map_of(const Entry& entry) {
    std::vector<std::string> texts;
    for (const auto& [key, value] : entry.keys) texts.push_back(key + ": " + value);
    return fmt::format("{{{}}}", fmt::join(texts, ", "));
}

}  // namespace

std::vector<Entry>& Draft::section(const std::string& name) {
    for (auto& [own, entries] : sections) {
        if (own == name) return entries;
    }
    sections.push_back({name, {}});
    return sections.back().second;
}

std::string Draft::yaml() const {
    std::string text;
    for (const auto& [key, value] : top) text += key + ": " + value + "\n";
    for (const auto& [name, entries] : sections) {
        if (entries.empty()) continue;
        text += name + ":\n";
        for (const Entry& entry : entries) text += "  - " + map_of(entry) + "\n";
    }
    return text;
}

Draft draft(std::uint64_t seed, int stage, bool ties) { return Author(seed, stage, ties).write(); }

}  // namespace mailquake::oracle
