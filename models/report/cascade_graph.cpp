#include "models/report/cascade_graph.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "models/fault/fault_timeline.hpp"
#include "models/report/cascade.hpp"
#include "models/report/cascade_topology.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

constexpr double kLeastBlame = 0.01;

/// What copies waited in an input queue, by what its workers did; late ones if there are any.
struct Blame {
    const BookedPlace* place = nullptr;
    std::vector<double> by_state;  // share of the wait
    template <class Is>
    [[nodiscard]] double share(const Is& is) const {
        double sum = 0;
        for (std::size_t s = 0; s < by_state.size(); ++s)
            if (is(place->states[s])) sum += by_state[s];
        return sum;
    }
};

struct Candidate {
    std::size_t from;  // node
    CascadeWay way;
    double blame = 0;  // share of the wait in `to`'s queue that is booked to it
};

class Drawing {
public:
    Drawing(const ScenarioSpec& scenario, const Outcome& outcome)
        : topology_(scenario), scenario_(scenario), outcome_(outcome) {}
    CascadeGraph draw();

private:
    void add_queues();
    void add_causes();
    void add_wakings();
    void fill(std::size_t to);
    void fill_by_queues(std::size_t to, const Blame& blame, std::vector<Candidate>& found) const;
    void fill_by_causes(std::size_t to, const Blame& blame, std::vector<Candidate>& found) const;
    void hang(std::size_t to);
    [[nodiscard]] bool leads_to(std::size_t from, std::size_t to) const;
    [[nodiscard]] Blame blame_of(const CascadeNode& queue) const;
    [[nodiscard]] CascadeGraph without_idle_causes() const;

    CascadeTopology topology_;
    const ScenarioSpec& scenario_;
    const Outcome& outcome_;
    CascadeGraph graph_;
    std::vector<std::size_t> spec_;  // by node: index of the fault or flaw in the scenario
    std::vector<double> blames_;     // beside the edges
};

void Drawing::add_causes() {
    const auto add = [&](CascadeKind kind, const std::vector<DisturbanceOutcome>& list) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            const DisturbanceOutcome& d = list[i];
            if (!d.enabled || d.touched == 0) continue;
            const SimTime begin = d.start.value_or(outcome_.fault_window.first_start.value_or(SimTime::zero()));
            CascadeNode node;
            node.kind = kind;
            node.name = d.name;
            node.at = (begin - SimTime::zero()).seconds();
            if (d.end && *d.end < outcome_.end) node.end = (*d.end - SimTime::zero()).seconds();
            graph_.nodes.push_back(std::move(node));
            spec_.push_back(i);
        }
    };
    add(CascadeKind::fault, outcome_.faults);
    add(CascadeKind::flaw, outcome_.flaws);
    add(CascadeKind::mitigation, outcome_.mitigations);
}

/// A flaw is there from the first fault on that wakes it; a mitigation may bring a fault about.
void Drawing::add_wakings() {
    for (std::size_t to = 0; to < graph_.nodes.size(); ++to) {
        for (std::size_t from = 0; graph_.nodes[to].kind == CascadeKind::fault && from < graph_.nodes.size(); ++from) {
            if (graph_.nodes[from].kind != CascadeKind::mitigation ||
                scenario_.faults[spec_[to]].with != graph_.nodes[from].name)
                continue;
            graph_.edges.push_back({from, to, CascadeWay::wakes, graph_.nodes[to].at - graph_.nodes[from].at, true});
            blames_.push_back(0);
        }
        if (graph_.nodes[to].kind != CascadeKind::flaw) continue;
        std::optional<double> first;
        for (std::size_t from = 0; from < graph_.nodes.size(); ++from) {
            if (graph_.nodes[from].kind != CascadeKind::fault) continue;
            if (!topology_.wakes(scenario_.faults[spec_[from]], scenario_.flaws[spec_[to]])) continue;
            graph_.edges.push_back({from, to, CascadeWay::wakes, 0, !first});
            blames_.push_back(0);
            if (!first) first = graph_.nodes[from].at;
        }
        if (first) graph_.nodes[to].at = *first;
        for (CascadeEdge& e : graph_.edges)
            if (e.to == to) e.lag = std::max(0.0, graph_.nodes[to].at - graph_.nodes[e.from].at);
    }
}

void Drawing::add_queues() {
    for (const OnsetFigures& onset : cascade_of(outcome_)) {
        const auto q = std::find_if(outcome_.queues.begin(), outcome_.queues.end(),
                                    [&](const QueueSeries& s) { return s.name == onset.queue; });
        CascadeNode node;
        node.name = onset.queue;
        node.tier = q->tier;
        node.site = q->site;
        node.next_hop = q->next_hop;
        node.at = onset.at;
        node.oldest = onset.oldest;
        node.waiting = onset.waiting;
        graph_.nodes.push_back(std::move(node));
        spec_.push_back(0);
    }
}

Blame Drawing::blame_of(const CascadeNode& queue) const {
    Blame blame;
    if (!outcome_.lives || queue.next_hop) return blame;
    const LivesOutcome& lives = *outcome_.lives;
    const auto place = std::find_if(lives.places.begin(), lives.places.end(),
                                    [&](const BookedPlace& p) { return p.name == queue.name; });
    if (place == lives.places.end()) return blame;
    const auto index = narrow<std::uint32_t>(place - lives.places.begin(), "places");
    std::vector<TimeArea> late(place->states.size(), 0), all = late;
    TimeArea late_sum = 0, all_sum = 0;
    for (const BookedRow& row : lives.rows) {
        if (row.place != index || row.column >= late.size()) continue;
        late[row.column] += row.late;
        all[row.column] += row.all;
        late_sum += row.late;
        all_sum += row.all;
    }
    if (all_sum == 0) return blame;
    blame.place = &*place;
    for (std::size_t s = 0; s < all.size(); ++s)
        blame.by_state.push_back(late_sum > 0 ? static_cast<double>(late[s]) / static_cast<double>(late_sum)
                                              : static_cast<double>(all[s]) / static_cast<double>(all_sum));
    return blame;
}

void Drawing::fill_by_causes(std::size_t to, const Blame& blame, std::vector<Candidate>& found) const {
    using Kind = WorkerDoing::Kind;
    const CascadeNode& b = graph_.nodes[to];
    const bool booked = blame.place != nullptr;
    for (std::size_t from = 0; from < graph_.nodes.size(); ++from) {
        const CascadeNode& a = graph_.nodes[from];
        if (a.kind == CascadeKind::queue || a.at > b.at) continue;
        if (a.kind == CascadeKind::mitigation) {
            if (topology_.keeps_back(scenario_.mitigations[spec_[from]], b)) found.push_back({from, CascadeWay::hits});
            else if (topology_.lets_go(scenario_.mitigations[spec_[from]], b)) found.push_back({from, CascadeWay::flood});
            continue;
        }
        if (a.kind == CascadeKind::flaw) {
            const FlawSpec& flaw = scenario_.flaws[spec_[from]];
            const double held =
                blame.share([&](const WorkerDoing& d) { return d.kind == Kind::flaw && d.name == a.name; });
            const double other = blame.share([&](const WorkerDoing& d) { return topology_.shows(flaw, d); });
            if (flaw.in == b.tier && held >= kLeastBlame)
                found.push_back({from, CascadeWay::holds_workers, held});
            else if (topology_.hits(flaw, b) && (!booked || other >= kLeastBlame))
                found.push_back({from, CascadeWay::hits, other});
            continue;
        }
        const FaultSpec& fault = scenario_.faults[spec_[from]];
        if (topology_.hits(fault, b)) {
            const double down =
                blame.share([](const WorkerDoing& d) { return d.kind == Kind::absent || d.kind == Kind::stalled; });
            if (!booked || !topology_.is_on_servers(fault) || down >= kLeastBlame)
                found.push_back({from, CascadeWay::hits, down});
        } else if (topology_.cuts_off_clients(fault, b)) {
            found.push_back({from, CascadeWay::come_back});
        } else if (topology_.hits_callee(fault, b)) {
            const double calls = blame.share([&](const WorkerDoing& d) {
                return (d.kind == Kind::call || d.kind == Kind::no_answer) && topology_.is_target(fault, d.callee);
            });
            if (!booked || calls >= kLeastBlame) found.push_back({from, CascadeWay::call, calls});
        }
    }
}

void Drawing::fill_by_queues(std::size_t to, const Blame& blame, std::vector<Candidate>& found) const {
    using Kind = WorkerDoing::Kind;
    const CascadeNode& b = graph_.nodes[to];
    const bool booked = blame.place != nullptr;
    for (std::size_t from = 0; from < graph_.nodes.size(); ++from) {
        const CascadeNode& a = graph_.nodes[from];
        if (a.kind != CascadeKind::queue || a.next_hop || a.at > b.at || from == to) continue;
        if (topology_.calls(b, a)) {
            const double calls =
                blame.share([&](const WorkerDoing& d) { return d.kind == Kind::call && d.callee == a.tier; });
            if (!booked || calls >= kLeastBlame) found.push_back({from, CascadeWay::call, calls});
        }
        if (b.next_hop && topology_.hands_to(b, a)) found.push_back({from, CascadeWay::next_hop});
        if (!b.next_hop && topology_.holds_for(b, a)) {
            const double held = blame.share([](const WorkerDoing& d) { return d.kind == Kind::handing_over; });
            if (!booked || held >= kLeastBlame) found.push_back({from, CascadeWay::held_hand_over, held});
        }
    }
    const bool nothing_else = found.empty();
    for (std::size_t from = 0; nothing_else && from < graph_.nodes.size(); ++from) {
        const CascadeNode& a = graph_.nodes[from];
        if (a.kind != CascadeKind::queue || a.next_hop == b.next_hop || a.at > b.at) continue;
        if (!b.next_hop && topology_.hands_to(a, b)) found.push_back({from, CascadeWay::flood});
        if (b.next_hop && a.tier == b.tier && a.site == b.site) found.push_back({from, CascadeWay::own_queue});
    }
}

void Drawing::fill(std::size_t to) {
    const Blame blame = blame_of(graph_.nodes[to]);
    std::vector<Candidate> found;
    fill_by_causes(to, blame, found);
    fill_by_queues(to, blame, found);
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.from < b.from; });
    for (const Candidate& c : found) {
        graph_.edges.push_back({c.from, to, c.way, graph_.nodes[to].at - graph_.nodes[c.from].at, false});
        blames_.push_back(c.blame);
    }
}

bool Drawing::leads_to(std::size_t from, std::size_t to) const {
    for (std::size_t steps = 0; steps <= graph_.nodes.size(); ++steps) {
        if (from == to) return true;
        const auto up = std::find_if(graph_.edges.begin(), graph_.edges.end(),
                                     [&](const CascadeEdge& e) { return e.to == from && e.in_tree; });
        if (up == graph_.edges.end()) return false;
        from = up->from;
    }
    return true;
}

/// Of all edges to a queue, the one by which its story is told.
void Drawing::hang(std::size_t to) {
    static constexpr std::array kOrder{CascadeWay::holds_workers, CascadeWay::hits,           CascadeWay::come_back,
                                       CascadeWay::wakes,         CascadeWay::call,           CascadeWay::held_hand_over,
                                       CascadeWay::next_hop,      CascadeWay::flood,          CascadeWay::own_queue};
    const auto rank = [&](std::size_t e) {
        return std::find(kOrder.begin(), kOrder.end(), graph_.edges[e].way) - kOrder.begin();
    };
    std::optional<std::size_t> best;
    for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
        const CascadeEdge& edge = graph_.edges[e];
        if (edge.to != to || leads_to(edge.from, to)) continue;
        const bool better = !best || blames_[e] > blames_[*best] ||
                            (blames_[e] == blames_[*best] &&
                             (rank(e) < rank(*best) || (rank(e) == rank(*best) && edge.lag < graph_.edges[*best].lag)));
        if (better) best = e;
    }
    if (best) graph_.edges[*best].in_tree = true;
}

/// Faults, flaws and mitigations that filled nothing are left out.
CascadeGraph Drawing::without_idle_causes() const {
    std::set<std::size_t> kept;
    for (bool more = true; more;) {
        more = false;
        for (const CascadeEdge& e : graph_.edges)
            if ((graph_.nodes[e.to].kind == CascadeKind::queue || kept.contains(e.to)) && kept.insert(e.from).second)
                more = true;
    }
    CascadeGraph graph;
    std::vector<std::size_t> number(graph_.nodes.size(), 0);
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
        if (graph_.nodes[n].kind != CascadeKind::queue && !kept.contains(n)) continue;
        number[n] = graph.nodes.size();
        graph.nodes.push_back(graph_.nodes[n]);
    }
    for (CascadeEdge e : graph_.edges) {
        if (graph_.nodes[e.to].kind != CascadeKind::queue && !kept.contains(e.to)) continue;
        e.from = number[e.from];
        e.to = number[e.to];
        graph.edges.push_back(e);
    }
    return graph;
}

CascadeGraph Drawing::draw() {
    add_causes();
    add_wakings();
    add_queues();
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
        if (graph_.nodes[n].kind == CascadeKind::queue) fill(n);
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
        if (graph_.nodes[n].kind == CascadeKind::queue) hang(n);
    return without_idle_causes();
}

}  // namespace

CascadeGraph cascade_graph(const ScenarioSpec& scenario, const Outcome& outcome) {
    return Drawing(scenario, outcome).draw();
}

}  // namespace mailquake
