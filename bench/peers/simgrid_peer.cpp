// The three models of compare.py on SimGrid, as its users would write them: an actor a worker, which takes the next customer
// from its queue and sleeps for as long as it serves him.
//
//   simgrid_peer MODEL SECONDS SEED     prints one JSON object
//
// `seconds` is the time that the event loop took, `events` the logical events by mailquake's definition (an arrival, a
// service end, a call sent, served and answered, an attempt, a transfer's end), whatever SimGrid itself does for them. Delays
// are those of customers who come between the first second and the last one. SimGrid's networks and CPUs are not used.
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

#include <simgrid/s4u.hpp>
#include <xbt/random.hpp>

namespace {

namespace sg4 = simgrid::s4u;

constexpr double kHop = 0.00225;   // a hop within a site: nine one-way latencies of 250 us [s]
constexpr double kWay = 0.00025;   // a packet within a site [s]

double exponential(double mean) { return simgrid::xbt::random::exponential(1 / mean); }

double lognormal(double mean, double cv) {
    const double variance = std::log(1 + cv * cv);
    return std::exp(simgrid::xbt::random::normal(std::log(mean) - variance / 2, std::sqrt(variance)));
}

struct Customer {
    double born = 0;
    std::uint32_t tenant = 0;
    std::uint32_t hop = 0;
    sg4::SemaphorePtr answer;   // of the lookup that he makes
};

/// Workers with one queue; each is an actor that does `work` with one customer after the other.
class Station {
public:
    Station(sg4::Host* host, std::uint32_t workers, std::function<void(Customer*)> work) : work_(std::move(work)) {
        for (std::uint32_t w = 0; w < workers; ++w) sg4::Actor::create("worker", host, [this] { run(); })->daemonize();
    }
    void enter(Customer* c) {
        waiting_.push_back(c);
        items_->release();
    }
    [[nodiscard]] std::size_t load() const { return waiting_.size() + busy_; }

private:
    void run() {
        while (true) {
            items_->acquire();
            Customer* next = waiting_.front();
            waiting_.pop_front();
            ++busy_;
            work_(next);
            --busy_;
        }
    }

    std::function<void(Customer*)> work_;
    std::deque<Customer*> waiting_;
    sg4::SemaphorePtr items_ = sg4::Semaphore::create(0);
    std::size_t busy_ = 0;
};

class Model {
public:
    Model(double rate, double span) : gap_(1 / rate), last_(span - 1) {}
    virtual ~Model() = default;
    void start(sg4::Host* host) {
        sg4::Actor::create("source", host, [this] {
            while (true) {
                sg4::this_actor::sleep_for(exponential(gap_));
                auto* c = new Customer;
                c->born = sg4::Engine::get_clock();
                enter(c);
            }
        })->daemonize();
        // SimGrid ends when only daemons are left.
        sg4::Actor::create("clock", host, [this] { sg4::this_actor::sleep_for(last_ + 1); });
    }
    [[nodiscard]] virtual int events_per_customer() const = 0;

    std::uint64_t left = 0, measured = 0;
    double delay = 0;   // of those measured [s], summed

protected:
    virtual void enter(Customer* c) = 0;
    void leave(Customer* c) {
        ++left;
        if (c->born >= 1 && c->born < last_) {
            ++measured;
            delay += sg4::Engine::get_clock() - c->born;
        }
        delete c;
    }

private:
    double gap_, last_;
};

/// M/M/c in a row, 1000 customers a second.
class Row : public Model {
public:
    Row(sg4::Host* host, double span, std::uint32_t count, std::uint32_t workers, double service) : Model(1000, span) {
        for (std::uint32_t k = 0; k < count; ++k)
            stations_.push_back(std::make_unique<Station>(host, workers, [this, service](Customer* c) {
                sg4::this_actor::sleep_for(exponential(service));
                if (++c->hop == stations_.size()) leave(c);
                else stations_[c->hop]->enter(c);
            }));
    }
    [[nodiscard]] int events_per_customer() const override { return 1 + static_cast<int>(stations_.size()); }

private:
    void enter(Customer* c) override { stations_.front()->enter(c); }

    std::vector<std::unique_ptr<Station>> stations_;
};

/// The mail path of five tiers: see five-hop.yaml.
class FiveHop : public Model {
public:
    FiveHop(sg4::Host* host, double span) : Model(5000, span), mail_of_(10000, 0) {
        const struct { std::uint32_t servers, workers; } kTiers[] = {{4, 10}, {4, 100}, {1, 100}, {1, 40}, {10, 15}};
        for (const auto& t : kTiers) {
            tiers_.emplace_back();
            for (std::uint32_t s = 0; s < t.servers; ++s) tiers_.back().push_back(std::make_unique<Station>(host, t.workers, [this](Customer* c) { serve(c); }));
        }
        for (const std::uint32_t n : {20U, 200U, 200U, 200U})
            slots_.push_back(std::make_unique<Station>(host, n, [this](Customer* c) {
                sg4::this_actor::sleep_for(kHop);
                ++c->hop;
                enter_tier(c);
            }));
        for (int p = 0; p < 8; ++p)
            partitions_.push_back(std::make_unique<Station>(host, 10, [](Customer* c) {
                sg4::this_actor::sleep_for(exponential(0.005));
                c->answer->release();
            }));
        double total = 0;
        for (int k = 1; k <= 10000; ++k) weights_.push_back(total += std::pow(k, -0.9));
    }
    [[nodiscard]] int events_per_customer() const override { return 17; }

private:
    void enter(Customer* c) override {
        const double u = simgrid::xbt::random::uniform_real(0, 1) * weights_.back();
        c->tenant = static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(std::lower_bound(weights_.begin(), weights_.end(), u) - weights_.begin(), 9999));
        ++mail_of_[c->tenant];
        enter_tier(c);
    }
    void enter_tier(Customer* c) {
        auto& servers = tiers_[c->hop];
        std::uint32_t server = 0;
        if (c->hop < 2) server = turn_[c->hop]++ % 4;
        else if (c->hop == 4) server = less_loaded(servers);
        servers[server]->enter(c);
    }
    static std::uint32_t less_loaded(const std::vector<std::unique_ptr<Station>>& servers) {
        const auto n = static_cast<int>(servers.size());
        const int a = simgrid::xbt::random::uniform_int(0, n - 1);
        const int b = (a + simgrid::xbt::random::uniform_int(1, n - 1)) % n;
        return static_cast<std::uint32_t>(servers[static_cast<std::size_t>(a)]->load() <= servers[static_cast<std::size_t>(b)]->load() ? a : b);
    }
    /// What a worker does: it asks the directory first, where the tier does; then its own service.
    void serve(Customer* c) {
        static constexpr double kMean[] = {0.005, 0, 0.010, 0.005, 0.020};
        if (c->hop == 2) look_up(c);
        sg4::this_actor::sleep_for(c->hop == 1 ? lognormal(0.050, 2) : exponential(kMean[c->hop]));
        if (c->hop == 4) leave(c);
        else slots_[c->hop]->enter(c);
    }
    /// The answer's way is slept by who waits for it.
    void look_up(Customer* c) {
        sg4::this_actor::sleep_for(kWay);
        c->answer = sg4::Semaphore::create(0);
        partitions_[c->tenant % 8]->enter(c);
        if (c->answer->acquire_timeout(1)) {
            std::cerr << "simgrid_peer: at this load no lookup takes a second\n";
            std::_Exit(1);
        }
        sg4::this_actor::sleep_for(kWay);
    }

    std::vector<std::vector<std::unique_ptr<Station>>> tiers_;
    std::vector<std::unique_ptr<Station>> slots_, partitions_;
    std::vector<double> weights_;
    std::vector<std::uint64_t> mail_of_;
    std::uint32_t turn_[2] = {0, 0};
};

std::unique_ptr<Model> model_of(const std::string& name, sg4::Host* host, double span) {
    if (name == "mm1") return std::make_unique<Row>(host, span, 1, 1, 0.0008);
    if (name == "tandem") return std::make_unique<Row>(host, span, 5, 10, 0.008);
    if (name == "five-hop") return std::make_unique<FiveHop>(host, span);
    std::cerr << "simgrid_peer: unknown model '" << name << "'\n";
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: simgrid_peer MODEL SECONDS SEED\n";
        return 2;
    }
    sg4::Engine engine(&argc, argv);
    sg4::Engine::set_config("contexts/stack-size:64");   // [KiB]; 1,430 workers
    auto* zone = sg4::create_full_zone("site");
    sg4::Host* host = zone->create_host("here", 1e9);
    zone->seal();
    simgrid::xbt::random::set_mersenne_seed(std::atoi(argv[3]));
    const auto model = model_of(argv[1], host, std::atof(argv[2]));
    model->start(host);
    const auto begin = std::chrono::steady_clock::now();
    engine.run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::cout << "{\"messages\": " << model->left << ", \"events\": " << model->left * static_cast<std::uint64_t>(model->events_per_customer())
              << ", \"seconds\": " << seconds << ", \"delay\": " << model->delay / static_cast<double>(model->measured) << "}" << std::endl;
    std::_Exit(0);   // workers that wait are not torn down one by one
}
