#include "models/report/trace.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "models/spec/enum_text.hpp"
#include "models/world/transition.hpp"
#include "sim/base/narrow.hpp"
#include "sim/experiment/json_text.hpp"

namespace mailquake {

namespace {

constexpr int kIncident = 1;      // process of faults and the like; those of the sites follow
constexpr int kLanes = 10'000;    // numbers of tracks that a tier has

/// Whole microseconds from the start of the run. Readers take `ts` and `dur` for doubles, of which fractions of a microsecond
/// come out a nanosecond off, and then a slice that ends with its outer one sticks out of it; rounding down keeps all orders.
std::int64_t micros(SimTime at) { return at.ns / 1000; }

/// Events in any order, printed in order of time; at one time slices from the outside in, and then what lies in them.
class TraceEvents {
public:
    void slice(int pid, int tid, SimTime from, SimTime to, const std::string& name, const std::string& args = "{}") {
        const std::int64_t length = std::max<std::int64_t>(micros(to) - micros(from), 1);
        add(from, length, fmt::format(R"("ph":"X","ts":{},"dur":{},"pid":{},"tid":{},"name":{},"cat":"mail","args":{})", micros(from), length, pid,
                                      tid, json_text(name), args));
    }
    /// Perfetto shows it as `name unit`.
    void counter(int pid, SimTime at, const std::string& name, std::string_view unit, double value) {
        add(at, 0, fmt::format(R"("ph":"C","ts":{},"pid":{},"tid":0,"name":{},"args":{{"{}":{}}})", micros(at), pid, json_text(name), unit, value));
    }
    void instant(int pid, int tid, SimTime at, const std::string& name) {
        add(at, 0, fmt::format(R"("ph":"i","ts":{},"pid":{},"tid":{},"s":"p","name":{})", micros(at), pid, tid, json_text(name)));
    }
    /// `phase`: s, t or f, a flow's begin, step and end.
    void flow(char phase, int pid, int tid, SimTime at, std::size_t id) {
        add(at, 0, fmt::format(R"("ph":"{}","ts":{},"pid":{},"tid":{},"id":{},"name":"way","cat":"way"{})", phase, micros(at), pid, tid, id,
                               phase == 'f' ? R"(,"bp":"e")" : ""));
    }
    void name(std::string_view what, int pid, int tid, const std::string& name, int order) {
        names_.push_back(fmt::format(R"("ph":"M","ts":0,"pid":{},"tid":{},"name":"{}_name","args":{{"name":{}}})", pid, tid, what, json_text(name)));
        names_.push_back(fmt::format(R"("ph":"M","ts":0,"pid":{},"tid":{},"name":"{}_sort_index","args":{{"sort_index":{}}})", pid, tid, what, order));
    }

    [[nodiscard]] std::string print() {
        std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.at != b.at ? a.at < b.at : a.length > b.length; });
        std::string out;
        for (const std::string& line : names_) out += (out.empty() ? "{" : ",\n{") + line + "}";
        for (const Event& event : events_) out += (out.empty() ? "{" : ",\n{") + event.text + "}";
        return out;
    }

private:
    struct Event {
        std::int64_t at;       // [us]
        std::int64_t length;   // [us]; 0: none
        std::string  text;
    };
    void add(SimTime at, std::int64_t length, std::string text) { events_.push_back({micros(at), length, std::move(text)}); }

    std::vector<std::string> names_;
    std::vector<Event> events_;
};

/// Is the message where this step has its name, or only on the way there?
bool is_there(Transition what) {
    switch (what) {
        case Transition::attempt:
        case Transition::call:
        case Transition::refused:
        case Transition::duplicated:
        case Transition::repeated:
        case Transition::sign_in: return false;
        case Transition::accepted:
        case Transition::queued:
        case Transition::started:
        case Transition::call_answered:
        case Transition::call_failed:
        case Transition::call_timed_out:
        case Transition::held_by_flaw:
        case Transition::served:
        case Transition::deferred:
        case Transition::overflowed:
        case Transition::notice:
        case Transition::requeued:
        case Transition::crashed:
        case Transition::delivered:
        case Transition::bounced:
        case Transition::expired:
        case Transition::dropped:
        case Transition::discarded:
        case Transition::signed_in:
        case Transition::sign_in_failed:
        case Transition::gave_up:
        case Transition::session_ended:
        case Transition::session_lost: return true;
    }
    return true;
}

/// Of a copy or a client; requests have identities of their own.
bool begins_a_life(Transition what) {
    return what == Transition::accepted || what == Transition::sign_in || what == Transition::session_ended || what == Transition::session_lost;
}

bool is_end(Transition what) {
    return what == Transition::delivered || what == Transition::bounced || what == Transition::expired || what == Transition::dropped || what == Transition::discarded;
}

/// A message's time at one place, and what it did there.
struct Stay {
    std::size_t   flow;               // of the message: its number in the sample
    std::uint64_t message;
    SimTime       from, to;
    std::vector<const StoryLine*> steps;
};

class Trace {
public:
    explicit Trace(const Outcome& outcome) : o_(outcome) {
        for (std::size_t s = 0; s < o_.sites.size(); ++s) {
            pids_[o_.sites[s]] = kIncident + 1 + narrow<int>(s, "sites");
            events_.name("process", kIncident + 1 + narrow<int>(s, "sites"), 0, o_.sites[s], narrow<int>(s, "sites") + 1);
        }
        for (const auto& [name, site] : o_.populations) sites_of_[name] = site;
        for (const StationOutcome& s : o_.stations) (void)track_of(s.tier + (s.partition.empty() ? "" : "/" + s.partition) + "@" + s.site);
    }

    std::string print() {
        incident();
        counters();
        stays();
        for (const auto& [place, list] : stays_) draw(place, list);
        for (const auto& [place, track] : tracks_)
            if (!stays_.contains(place)) events_.name("thread", track.pid, track.first, track.name, track.first);
        arrows();
        return events_.print();
    }

private:
    struct Track {
        int         pid = kIncident, first = 0;
        std::string name;
    };
    struct Drawn {
        SimTime from;
        int     pid, tid;
    };

    /// The tracks of a place: `transport@dfw`, or a population.
    const Track& track_of(const std::string& place) {
        const auto found = tracks_.find(place);
        if (found != tracks_.end()) return found->second;
        const std::size_t at = place.find('@');
        const std::string name = place.substr(0, at);
        const std::string site = at != std::string::npos ? place.substr(at + 1) : sites_of_.contains(name) ? sites_of_[name] : "";
        const int pid = pids_.contains(site) ? pids_[site] : kIncident;
        return tracks_[place] = Track{pid, narrow<int>((tracks_.size() + 1) * kLanes, "lanes of the trace"), name};
    }

    void incident() {
        events_.name("process", kIncident, 0, "incident", 0);
        int tid = 0;
        const auto spans = [&](const char* what, const std::vector<DisturbanceOutcome>& list) {
            for (const DisturbanceOutcome& d : list) {
                if (!d.enabled) continue;
                if (&list == &o_.mitigations && !d.start) continue;  // its condition never held
                ++tid;
                events_.name("thread", kIncident, tid, fmt::format("{} {}", what, d.name), tid);
                const std::string args = fmt::format(R"({{"kind":{},"target":{},"touched":{}}})", json_text(d.kind), json_text(d.target), d.touched);
                std::vector<std::pair<SimTime, SimTime>> acts = d.acts;
                if (acts.empty() && !d.times) acts.emplace_back(d.start.value_or(SimTime::zero()), d.end.value_or(o_.end));
                for (const auto& [from, to] : acts)
                    if (from < o_.end) events_.slice(kIncident, tid, from, std::min(to, o_.end), d.name, args);
            }
        };
        spans("fault", o_.faults);
        spans("flaw", o_.flaws);
        spans("mitigation", o_.mitigations);
        for (const DashboardOutcome& d : o_.dashboards) {
            if (!d.enabled) continue;
            ++tid;
            events_.name("thread", kIncident, tid, "dashboard " + d.name, tid);
            for (const DashboardNotice& n : d.notices) {
                events_.instant(kIncident, tid, n.detected, d.name + ": noticed");
                if (n.published) events_.slice(kIncident, tid, *n.published, n.withdrawn.value_or(o_.end), "published");
            }
        }
    }

    void counters() {
        for (const QueueSeries& q : o_.queues) {
            const std::string name = q.name.substr(0, q.name.find_first_of("@ ")) + (q.next_hop ? ", next hop" : "");
            series(pids_[q.site], name + ": waiting", "copies", 60_s, q.waiting);
            series(pids_[q.site], name + ": oldest", "s", 60_s, q.oldest);
        }
        for (const ClientOutcome& c : o_.clients) series(kIncident, c.name + ": signed in", "clients", kClientPoint, c.signed_in);
    }

    template <class T>
    void series(int pid, const std::string& name, std::string_view unit, SimDuration step, const std::vector<T>& values) {
        const bool used = std::any_of(values.begin(), values.end(), [](T v) { return v != T{}; });
        for (std::size_t i = 0; used && i < values.size(); ++i)
            if (i == 0 || values[i] != values[i - 1]) events_.counter(pid, SimTime::zero() + step * static_cast<std::int64_t>(i + 1), name, unit, static_cast<double>(values[i]));
    }

    /// Cuts each message's story into its stays.
    void stays() {
        std::map<std::uint64_t, std::vector<const StoryLine*>> stories;
        for (const StoryLine& line : o_.story) {
            auto& story = stories[line.message];
            if (story.size() < kMostLines) story.push_back(&line);
        }
        std::size_t flow = 0;
        for (const auto& [message, story] : stories) {
            if (!begins_a_life(story.front()->what)) continue;   // a request of somebody who was not sampled
            std::vector<std::pair<std::string, Stay>> own;
            for (const StoryLine* line : story) {
                const bool moved = own.empty() || (is_there(line->what) && line->place != own.back().first);
                if (moved && !own.empty()) own.back().second.to = line->at;
                if (moved) own.emplace_back(line->place, Stay{flow, message, line->at, line->at, {}});
                own.back().second.steps.push_back(line);
            }
            Stay& last = own.back().second;
            last.to = story.size() < kMostLines && !is_end(story.back()->what) ? o_.end : story.back()->at;
            for (auto& [place, stay] : own) stays_[place].push_back(std::move(stay));
            ++flow;
        }
        flows_.resize(flow);
    }

    /// The stays at a place, on as few lanes as keep them apart.
    void draw(const std::string& place, std::vector<Stay> list) {
        std::stable_sort(list.begin(), list.end(), [](const Stay& a, const Stay& b) { return a.from < b.from; });
        const Track track = track_of(place);
        std::vector<std::int64_t> free_from;   // [us]
        for (const Stay& stay : list) {
            std::size_t lane = 0;
            while (lane < free_from.size() && free_from[lane] > micros(stay.from)) ++lane;
            if (lane == free_from.size()) free_from.emplace_back();
            free_from[lane] = std::max(micros(stay.to), micros(stay.from) + 1);
            const int tid = track.first + narrow<int>(lane, "lanes of a place");
            events_.slice(track.pid, tid, stay.from, stay.to, fmt::format("{:016x}", stay.message));
            flows_[stay.flow].push_back({stay.from, track.pid, tid});
            for (std::size_t i = 0; i < stay.steps.size(); ++i) {
                const StoryLine& step = *stay.steps[i];
                const SimTime end = i + 1 < stay.steps.size() ? stay.steps[i + 1]->at : stay.to;
                if (micros(end) > micros(step.at)) events_.slice(track.pid, tid, step.at, end, is_there(step.what) ? std::string(to_text(step.what)) : step.text);
            }
        }
        for (std::size_t lane = 0; lane < std::max<std::size_t>(free_from.size(), 1); ++lane) {
            const int tid = track.first + narrow<int>(lane, "lanes of a place");
            events_.name("thread", track.pid, tid, lane == 0 ? track.name : fmt::format("{} ({})", track.name, lane + 1), tid);
        }
    }

    void arrows() {
        for (std::size_t id = 0; id < flows_.size(); ++id) {
            auto& way = flows_[id];
            std::stable_sort(way.begin(), way.end(), [](const Drawn& a, const Drawn& b) { return a.from < b.from; });
            for (std::size_t k = 0; way.size() > 1 && k < way.size(); ++k)
                events_.flow(k == 0 ? 's' : k + 1 == way.size() ? 'f' : 't', way[k].pid, way[k].tid, way[k].from, id + 1);
        }
    }

    const Outcome& o_;
    TraceEvents events_;
    std::map<std::string, int> pids_;
    std::map<std::string, std::string> sites_of_;
    std::map<std::string, Track> tracks_;
    std::map<std::string, std::vector<Stay>> stays_;
    std::vector<std::vector<Drawn>> flows_;   // by message of the sample
};

}  // namespace

std::string trace_json(const Outcome& outcome, const About& about) {
    return fmt::format("{{\"displayTimeUnit\":\"ms\",\n\"otherData\":{{\"scenario\":{},\"start\":{},\"seed\":{},\"replication\":{},\"fingerprint\":{}}},\n"
                       "\"traceEvents\":[\n{}\n]}}\n",
                       json_text(about.name), json_text(about.start), outcome.seed, outcome.replication, json_text(outcome.fingerprint.hex()),
                       Trace(outcome).print());
}

}  // namespace mailquake
