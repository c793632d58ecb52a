// Everything that the second world draws at random. What is drawn in one place has its key there; the rest are functions here.
//
// The keys are the engine's, by models/mail/draws.hpp: what a draw is about, and at which place. So both worlds give the same copy the
// same random numbers, and differ only where they do different things with them.
// Source: models/mail/draws.hpp, sim/base/random_stream.hpp. Invariant: a function draws from one stream.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "models/mail/draws.hpp"
#include "models/mail/message.hpp"
#include "models/mail/size_law.hpp"
#include "models/traffic/tenant_class_spec.hpp"
#include "sim/base/alias_table.hpp"
#include "sim/base/law.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake::oracle {

struct Copy;
struct Job;

class Draws {
public:
    /// `seed`: of the replication.
    explicit Draws(std::uint64_t seed) : seed_(seed) {}
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] StreamKey key(const std::string& place, const DrawPurpose& purpose) const { return StreamKey(seed_, place_identity(place), purpose); }
    [[nodiscard]] RandomStream of(const std::string& place, const DrawPurpose& purpose, std::uint64_t identity, std::uint32_t attempt = 0) const {
        return RandomStream(key(place, purpose), identity, attempt);
    }
    /// What becomes of a request, or a pass, where a fault acts: in [0, 1).
    [[nodiscard]] double of_fault(const std::string& fault, const std::string& station, const DrawPurpose& purpose, std::uint64_t identity,
                                  std::uint32_t pass = 0) const;
    /// `by`: "faults/NAME" or "flaws/NAME".
    [[nodiscard]] StreamKey servers_hit(const std::string& by, const std::string& station) const;

    // Load. `source`: its name; `k`: the number of the arrival, from 0.
    [[nodiscard]] static std::uint64_t message(const std::string& source, std::uint64_t k) { return derived(place_identity("sources/" + source), draws::message, k); }
    /// Between the arrival before and this one, at a rate of 1.
    [[nodiscard]] double gap(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const;
    /// Copies of a batch; 1 where there are none.
    [[nodiscard]] std::uint64_t batch(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const;

    /// Of a copy that a station may have had before: the k-th that may be taken.
    [[nodiscard]] std::uint64_t next_pass(const Copy& copy, std::uint32_t attempts, std::uint64_t k) const;
    [[nodiscard]] std::uint64_t another(const Copy& copy, const std::string& station, std::uint64_t k) const;

    [[nodiscard]] std::size_t server(const std::string& station, const DrawPurpose& purpose, const Job& job, std::size_t of) const;
    [[nodiscard]] std::pair<std::size_t, std::size_t> two_servers(const std::string& station, const Job& job, std::size_t of) const;
    /// Identity of request number `attempt` (from 1) of the tier's call number `call`.
    [[nodiscard]] std::uint64_t request(const std::string& station, std::size_t call, const Job& job, std::uint32_t attempt) const;

    // On the way.
    [[nodiscard]] std::size_t recipient(const std::string& tier, std::uint64_t copy, std::size_t of) const {
        return hashed_word(key("tiers/" + tier, draws::destination), copy) % of;
    }
    [[nodiscard]] RandomStream retry(const std::string& party, const Copy& copy) const;

private:
    [[nodiscard]] StreamKey key_of_fault(const std::string& fault, const std::string& station, const DrawPurpose& purpose) const;
    std::uint64_t seed_;
};

}  // namespace mailquake::oracle
