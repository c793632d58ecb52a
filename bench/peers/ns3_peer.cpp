// The three models of compare.py on ns-3's event loop and random variables: callbacks that are scheduled, queues by hand.
//
//   ns3_peer MODEL SECONDS SEED     prints one JSON object
//
// `seconds` is the time that the event loop took, `events` the logical events by mailquake's definition (an arrival, a
// service end, a call sent, served and answered, an attempt, a transfer's end). Delays are those of customers who come
// between the first second and the last one. ns-3's network stack is not used.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "ns3/core-module.h"

namespace {

using ns3::Simulator;
using ns3::Time;

constexpr double kHop = 0.00225;   // a hop within a site: nine one-way latencies of 250 us [s]
constexpr double kWay = 0.00025;   // a packet within a site [s]

Time in(double seconds) { return ns3::NanoSeconds(static_cast<std::int64_t>(seconds * 1e9)); }

double exponential(double mean) {
    static const auto draw = ns3::CreateObject<ns3::ExponentialRandomVariable>();
    return draw->GetValue(mean, 0);
}

double uniform() {
    static const auto draw = ns3::CreateObject<ns3::UniformRandomVariable>();
    return draw->GetValue(0, 1);
}

double lognormal(double mean, double cv) {
    static const auto draw = ns3::CreateObject<ns3::LogNormalRandomVariable>();
    const double variance = std::log(1 + cv * cv);
    return draw->GetValue(std::log(mean) - variance / 2, std::sqrt(variance));
}

struct Measure {
    std::uint64_t left = 0, measured = 0;
    double delay = 0;   // of those measured [s], summed
};

struct Customer {
    Time born;
    std::uint32_t tenant = 0;
    std::uint32_t hop = 0;
    std::uint32_t server = 0;
    ns3::EventId time_out;
};

/// Workers with one queue. What a worker does, and who gets it next, are the owner's.
class Station {
public:
    Station(std::uint32_t workers, std::function<void(Customer*)> begin) : free_(workers), begin_(std::move(begin)) {}

    void enter(Customer* c) {
        if (free_ == 0) {
            waiting_.push_back(c);
            return;
        }
        --free_;
        ++busy_;
        begin_(c);
    }
    void leave() {
        if (waiting_.empty()) {
            ++free_;
            --busy_;
            return;
        }
        Customer* next = waiting_.front();
        waiting_.pop_front();
        begin_(next);
    }
    [[nodiscard]] std::size_t load() const { return busy_ + waiting_.size(); }

private:
    std::uint32_t free_, busy_ = 0;
    std::function<void(Customer*)> begin_;
    std::deque<Customer*> waiting_;
};

class Model {
public:
    Model(double rate, Time span) : gap_(1 / rate), last_(span - in(1)) {}
    virtual ~Model() = default;
    void start() { Simulator::Schedule(in(exponential(gap_)), &Model::arrive, this); }
    [[nodiscard]] const Measure& measure() const { return measure_; }
    [[nodiscard]] virtual int events_per_customer() const = 0;

protected:
    virtual void enter(Customer* c) = 0;
    void leave(Customer* c) {
        ++measure_.left;
        if (c->born >= in(1) && c->born < last_) {
            ++measure_.measured;
            measure_.delay += (Simulator::Now() - c->born).GetSeconds();
        }
        delete c;
    }

private:
    void arrive() {
        start();
        auto* c = new Customer;
        c->born = Simulator::Now();
        enter(c);
    }

    double gap_;
    Time last_;
    Measure measure_;
};

/// M/M/c in a row, 1000 customers a second.
class Row : public Model {
public:
    Row(Time span, std::uint32_t count, std::uint32_t workers, double service) : Model(1000, span), service_(service) {
        for (std::uint32_t k = 0; k < count; ++k)
            stations_.push_back(std::make_unique<Station>(workers, [this](Customer* c) { Simulator::Schedule(in(exponential(service_)), &Row::served, this, c); }));
    }
    [[nodiscard]] int events_per_customer() const override { return 1 + static_cast<int>(stations_.size()); }

private:
    void enter(Customer* c) override { stations_[c->hop]->enter(c); }
    void served(Customer* c) {
        Station& station = *stations_[c->hop++];
        if (c->hop == stations_.size()) leave(c);
        else enter(c);
        station.leave();
    }

    double service_;
    std::vector<std::unique_ptr<Station>> stations_;
};

/// The mail path of five tiers: see five-hop.yaml.
class FiveHop : public Model {
public:
    explicit FiveHop(Time span) : Model(5000, span), mail_of_(10000, 0) {
        const struct { std::uint32_t servers, workers; } kTiers[] = {{4, 10}, {4, 100}, {1, 100}, {1, 40}, {10, 15}};
        for (const auto& t : kTiers) {
            tiers_.emplace_back();
            for (std::uint32_t s = 0; s < t.servers; ++s) tiers_.back().push_back(std::make_unique<Station>(t.workers, [this](Customer* c) { begin(c); }));
        }
        for (const std::uint32_t n : {20U, 200U, 200U, 200U})
            slots_.push_back(std::make_unique<Station>(n, [this](Customer* c) { Simulator::Schedule(in(kHop), &FiveHop::arrived, this, c); }));
        for (int p = 0; p < 8; ++p)
            partitions_.push_back(std::make_unique<Station>(10, [this](Customer* c) { Simulator::Schedule(in(exponential(0.005)), &FiveHop::looked_up, this, c); }));
        double total = 0;
        for (int k = 1; k <= 10000; ++k) weights_.push_back(total += std::pow(k, -0.9));
    }
    [[nodiscard]] int events_per_customer() const override { return 17; }

private:
    void enter(Customer* c) override {
        const double u = uniform() * weights_.back();
        c->tenant = static_cast<std::uint32_t>(std::lower_bound(weights_.begin(), weights_.end(), u) - weights_.begin());
        ++mail_of_[c->tenant];
        enter_tier(c);
    }
    void enter_tier(Customer* c) {
        auto& servers = tiers_[c->hop];
        c->server = 0;
        if (c->hop < 2) c->server = turn_[c->hop]++ % 4;
        else if (c->hop == 4) c->server = less_loaded(servers);
        servers[c->server]->enter(c);
    }
    static std::uint32_t less_loaded(const std::vector<std::unique_ptr<Station>>& servers) {
        const auto n = static_cast<std::uint32_t>(servers.size());
        const auto a = static_cast<std::uint32_t>(uniform() * n);
        const auto b = (a + 1 + static_cast<std::uint32_t>(uniform() * (n - 1))) % n;
        return servers[a]->load() <= servers[b]->load() ? a : b;
    }
    /// A worker has begun: it asks the directory first, where the tier does.
    void begin(Customer* c) {
        if (c->hop != 2) {
            serve(c);
            return;
        }
        c->time_out = Simulator::Schedule(in(1), &FiveHop::timed_out, this, c);
        Simulator::Schedule(in(kWay), &FiveHop::asked, this, c);
    }
    void serve(Customer* c) {
        static constexpr double kMean[] = {0.005, 0, 0.010, 0.005, 0.020};
        Simulator::Schedule(in(c->hop == 1 ? lognormal(0.050, 2) : exponential(kMean[c->hop])), &FiveHop::served, this, c);
    }
    void asked(Customer* c) { partitions_[c->tenant % 8]->enter(c); }
    void looked_up(Customer* c) {
        partitions_[c->tenant % 8]->leave();
        Simulator::Schedule(in(kWay), &FiveHop::answered, this, c);
    }
    void answered(Customer* c) {
        c->time_out.Cancel();
        serve(c);
    }
    void timed_out(Customer*) { NS_FATAL_ERROR("at this load no lookup takes a second"); }
    void served(Customer* c) {
        Station& server = *tiers_[c->hop][c->server];
        if (c->hop == 4) leave(c);
        else slots_[c->hop]->enter(c);
        server.leave();
    }
    void arrived(Customer* c) {
        Station& slots = *slots_[c->hop++];
        enter_tier(c);
        slots.leave();
    }

    std::vector<std::vector<std::unique_ptr<Station>>> tiers_;
    std::vector<std::unique_ptr<Station>> slots_, partitions_;
    std::vector<double> weights_;
    std::vector<std::uint64_t> mail_of_;
    std::uint32_t turn_[2] = {0, 0};
};

std::unique_ptr<Model> model_of(const std::string& name, Time span) {
    if (name == "mm1") return std::make_unique<Row>(span, 1, 1, 0.0008);
    if (name == "tandem") return std::make_unique<Row>(span, 5, 10, 0.008);
    if (name == "five-hop") return std::make_unique<FiveHop>(span);
    std::cerr << "ns3_peer: unknown model '" << name << "'\n";
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: ns3_peer MODEL SECONDS SEED\n";
        return 2;
    }
    ns3::RngSeedManager::SetSeed(static_cast<std::uint32_t>(std::atoi(argv[3])));
    const Time span = in(std::atof(argv[2]));
    const auto model = model_of(argv[1], span);
    model->start();
    Simulator::Stop(span);
    const auto begin = std::chrono::steady_clock::now();
    Simulator::Run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const Measure& m = model->measure();
    std::cout << "{\"messages\": " << m.left << ", \"events\": " << m.left * static_cast<std::uint64_t>(model->events_per_customer())
              << ", \"seconds\": " << seconds << ", \"delay\": " << m.delay / static_cast<double>(m.measured) << "}\n";
    Simulator::Destroy();
}
