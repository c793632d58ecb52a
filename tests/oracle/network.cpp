#include "tests/oracle/network.hpp"

#include <cmath>

#include "models/net/tcp.hpp"

namespace mailquake::oracle {

Wires::Wires(const ScenarioSpec& scenario, const std::vector<FaultOccurrences>& occurrences) : scenario_(scenario) {
    for (const LinkSpec& link : scenario.links) {
        links_.push_back({link.name, link.from, link.to, &link, SimTime::zero()});
        if (link.two_way) links_.push_back({link.name, link.to, link.from, &link, SimTime::zero()});
    }
    for (std::size_t f = 0; f < scenario.faults.size(); ++f) {
        const FaultSpec& fault = scenario.faults[f];
        if (!fault.enabled) continue;
        for (const Stretch& acts : occurrences[f].acts) {
            for (const std::string& target : targets_of(fault)) add_effects(fault, target, acts);
        }
    }
}

void Wires::add_effects(const FaultSpec& fault, const std::string& link, Stretch acts) {
    if (std::holds_alternative<SiteDownFault>(fault.body)) dead_.emplace_back(link, acts);
    const bool is_link = std::any_of(links_.begin(), links_.end(), [&](const Link& l) { return l.name == link; });
    const auto* flap = std::get_if<LinkFlapFault>(&fault.body);
    if (!is_link || acts.from >= SimTime::zero() + scenario_.duration) return;
    const auto add = [&](SimTime from, SimTime to) {
        effects_.push_back({link, {from, to}, &fault});
        for (const SimTime t : {from, to}) {
            changes_.insert(t);
            changes_.insert(saturating_add(t, scenario_.network.convergence));
        }
    };
    if (flap == nullptr) return add(acts.from, acts.to);
    for (SimTime t = acts.from; t < acts.to; t += flap->down + flap->up) add(t, std::min(t + flap->down, acts.to));
}

Wires::LinkState Wires::state(const Link& link, SimTime t) const {
    LinkState s{Mode::up, link.spec->latency, link.spec->jitter, link.spec->bandwidth.bits_per_second, link.spec->loss.value};
    for (const Effect& effect : effects_) {
        if (effect.link != link.name || !effect.acts.covers(t)) continue;
        const FaultBody& body = effect.fault->body;
        if (std::holds_alternative<LinkDownFault>(body) || std::holds_alternative<LinkFlapFault>(body))
            s.mode = std::max(s.mode, Mode::refused);
        if (std::holds_alternative<LinkBlackHoleFault>(body)) s.mode = Mode::black_hole;
        if (const auto* loss = std::get_if<LinkLossFault>(&body)) s.loss = std::max(s.loss, loss->loss.value);
        if (const auto* slow = std::get_if<LinkLatencyFault>(&body)) s.latency += slow->added;
        if (const auto* narrow = std::get_if<LinkBandwidthFault>(&body))
            s.bandwidth = std::min(s.bandwidth, narrow->bandwidth.bits_per_second);
    }
    return s;
}

void Wires::extend(std::vector<std::vector<std::size_t>>& found, std::vector<std::size_t>& links, std::set<std::string>& seen,
                   const std::string& at, const std::string& to, SimTime t, Mode worst) const {
    if (at == to) {
        found.push_back(links);
        return;
    }
    seen.insert(at);
    for (std::size_t l = 0; l < links_.size(); ++l) {
        if (links_[l].from != at || seen.contains(links_[l].to) || !passes(state(links_[l], t).mode, worst)) continue;
        links.push_back(l);
        extend(found, links, seen, links_[l].to, to, t, worst);
        links.pop_back();
    }
    seen.erase(at);
}

std::vector<std::size_t> Wires::route(const std::string& from, const std::string& to, SimTime t) const {
    const SimTime seen_at = t - scenario_.network.convergence;  // routes follow the links late
    std::vector<std::vector<std::size_t>> ways;
    std::vector<std::size_t> links;
    std::set<std::string> seen;
    extend(ways, links, seen, from, to, seen_at, Mode::up);
    if (ways.empty()) extend(ways, links, seen, from, to, seen_at, Mode::black_hole);  // a hole tells nobody
    const auto cost = [&](const std::vector<std::size_t>& w) {
        SimDuration sum;
        std::vector<std::string> names;
        for (const std::size_t l : w) {
            sum += state(links_[l], seen_at).latency;
            names.insert(names.begin(), links_[l].name);  // the last links' names decide first
        }
        return std::tuple(sum, w.size(), names);
    };
    const auto best = std::min_element(ways.begin(), ways.end(), [&](const auto& a, const auto& b) { return cost(a) < cost(b); });
    return best == ways.end() ? std::vector<std::size_t>{} : *best;
}

Wires::Way Wires::way(const std::string& from, const std::string& to, SimTime t) const {
    Way w;
    if (from == to) {
        w.found = true;
        w.latency = named(scenario_.sites, from).latency;
        w.bandwidth = std::numeric_limits<double>::infinity();
        return w;
    }
    const std::vector<std::size_t> links = route(from, to, t);
    w.found = !links.empty();
    for (const std::size_t l : links) {
        const LinkState s = state(links_[l], t);
        if (l == links.front()) w.first = l;
        if (w.mode == Mode::up && s.mode != Mode::up) {
            w.mode = s.mode;
            w.to_break = w.latency;
        }
        w.latency += s.latency;
        w.jitter += s.jitter;
        w.bandwidth = l == links.front() ? s.bandwidth : std::min(w.bandwidth, s.bandwidth);
        w.loss = tcp::combined_loss(w.loss, s.loss);
    }
    return w;
}

bool Wires::is_dead(const std::string& site, SimTime t) const {
    return std::any_of(dead_.begin(), dead_.end(), [&](const auto& d) { return d.first == site && d.second.covers(t); });
}

Wires::Both Wires::both(const std::string& from, const std::string& to, SimTime t) const {
    return {way(from, to, t), way(to, from, t)};
}

SimTime Wires::next_change(SimTime t) const {
    const auto next = changes_.upper_bound(t);
    return next == changes_.end() ? SimTime::never() : *next;
}

SimTime Wires::works_from(const std::string& from, const std::string& to, SimTime t) const {
    while (t != SimTime::never() && !both(from, to, t).work()) t = next_change(t);
    return t;
}

SimDuration Wires::distance(const std::string& from, const std::string& to) const {
    return way(from, to, SimTime{-1'000'000'000'000'000}).latency;
}

}  // namespace mailquake::oracle
