// Everything that the second world draws at random: one function a purpose. Keys are made here and nowhere else.
//
// The keys are the engine's, by models/mail/draws.hpp: what a draw is about, and at which place. So both worlds give the same copy the
// same random numbers, and differ only where they do different things with them.
// Source: models/mail/draws.hpp, sim/base/random_stream.hpp. Invariant: a function draws from one stream.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

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

    /// Where nothing has to be said of the key: by purpose (models/mail/draws.hpp).
    [[nodiscard]] RandomStream of(const std::string& place, const DrawPurpose& purpose, std::uint64_t identity, std::uint32_t attempt = 0) const {
        return RandomStream(key(place, purpose), identity, attempt);
    }

    // Load. `source`: its name; `k`: the number of the arrival, from 0.
    [[nodiscard]] std::uint64_t message(const std::string& source, std::uint64_t k) const;
    /// Between the arrival before and this one, at a rate of 1.
    [[nodiscard]] double gap(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const;
    /// Which of the source's tenants it belongs to.
    /// Copies of a batch; 1 where there are none.
    [[nodiscard]] std::uint64_t batch(const std::string& source, const ArrivalsSpec& law, std::uint64_t k) const;
    [[nodiscard]] std::uint64_t another_of_batch(std::uint64_t first, std::uint64_t n) const;
    [[nodiscard]] std::size_t tenant(const std::string& source, const AliasTable& shares, std::uint64_t k) const;
    [[nodiscard]] Bytes size(const std::string& source, const SizeLaw& law, std::uint64_t identity) const;

    [[nodiscard]] std::uint64_t report(const Copy& about, MailKind kind, std::uint32_t n) const;

    /// Of a copy that a station may have had before: the k-th that may be taken.
    [[nodiscard]] std::uint64_t next_pass(const Copy& copy, std::uint32_t attempts, std::uint64_t k) const;
    [[nodiscard]] std::uint64_t another(const Copy& copy, const std::string& station, std::uint64_t k) const;

    // A station's work.
    [[nodiscard]] SimDuration service(const std::string& station, const Law& law, const Job& job) const;
    [[nodiscard]] std::size_t free_server(const std::string& station, const Job& job, std::size_t of) const;
    [[nodiscard]] std::size_t server(const std::string& station, const Job& job, std::size_t of) const;
    [[nodiscard]] std::pair<std::size_t, std::size_t> two_servers(const std::string& station, const Job& job, std::size_t of) const;

    // Calls: request number `attempt` (from 1) of the tier's call number `call`; what becomes of it is a number in [0, 1).
    [[nodiscard]] std::uint64_t request(const std::string& station, std::size_t call, const Job& job, std::uint32_t attempt) const;
    [[nodiscard]] RandomStream request_way(const std::string& site, std::uint64_t request) const;
    [[nodiscard]] RandomStream answer_way(const std::string& site, std::uint64_t request) const;
    [[nodiscard]] double no_answer(const std::string& fault, const std::string& station, std::uint64_t request) const;
    [[nodiscard]] double answer(const std::string& fault, const std::string& station, std::uint64_t request) const;

    // Faults. `by`: "faults/NAME" or "flaws/NAME".
    [[nodiscard]] StreamKey servers_hit(const std::string& by, const std::string& station) const;
    [[nodiscard]] double gray_drop(const std::string& fault, const std::string& station, const Job& job, SimTime at) const;
    [[nodiscard]] double gray_service(const std::string& fault, const std::string& station, const Job& job) const;

    // On the way.
    [[nodiscard]] std::uint64_t mx(const std::string& tenant_class, const Copy& copy) const;
    [[nodiscard]] std::size_t recipient(const std::string& tier, const Copy& copy, std::size_t of) const;
    [[nodiscard]] RandomStream transfer(const std::string& site, const Copy& copy) const;
    [[nodiscard]] RandomStream reply(const std::string& site, const Copy& sent) const;
    /// A reply that a proxy passes on, to the attempt after so many.
    [[nodiscard]] RandomStream proxys_reply(const std::string& site, const Copy& sent, std::size_t hop, std::uint32_t attempts) const;
    [[nodiscard]] RandomStream retry(const std::string& party, const Copy& copy) const;

private:
    [[nodiscard]] StreamKey key(const std::string& place, const DrawPurpose& purpose) const;
    [[nodiscard]] StreamKey fault_key(const std::string& fault, const std::string& station, const DrawPurpose& purpose) const;
    std::uint64_t seed_;
};

}  // namespace mailquake::oracle
