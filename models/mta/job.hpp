// What a worker can have: a message, or a request of a caller. A request is a call of another tier (its worker is held
// meanwhile), a client's sign-in, or what a dashboard needs to publish. A request whose caller has given up stays where it is and is served in vain.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// Reference to a message or a request in its site's slab; the top bit tells which.
struct JobRef {
    static constexpr std::uint32_t kRequest = 0x8000'0000U;
    std::uint32_t bits = std::numeric_limits<std::uint32_t>::max();

    /// No job: a named value, since a std::optional in memory is written in two pieces and read in one, which waits for the
    /// cache.
    [[nodiscard]] static constexpr JobRef none() { return {}; }
    [[nodiscard]] static constexpr JobRef message(std::uint32_t index) { return {index}; }
    [[nodiscard]] static constexpr JobRef request(std::uint32_t index) { return {index | kRequest}; }
    [[nodiscard]] constexpr bool is_request() const { return (bits & kRequest) != 0; }
    [[nodiscard]] constexpr std::uint32_t index() const { return bits & ~kRequest; }
    friend constexpr auto operator<=>(JobRef, JobRef) = default;
};

enum class Caller : std::uint8_t { worker, client, dashboard };
/// What a request comes to; `failed`: it was not served, `error`: it was, and the answer is an error. That there is no such recipient
/// is an answer like others for whoever makes no use of it.
enum class Answer : std::uint8_t { failed, served, no_such_recipient, error };
/// As its caller sees it.
[[nodiscard]] constexpr bool is_failure(Answer answer) { return answer == Answer::failed || answer == Answer::error; }

struct Request {
    std::uint64_t identity;      // its own: of this call, in this pass of its caller's job, at this attempt; keys draws
    std::uint64_t subject;       // of the message, sign-in or incident that it is about
    SimTime       since;         // it waits in the input queue since
    std::uint32_t tenant;        // whose partition it goes to; no meaning for clients
    std::uint32_t caller;        // worker of the calling site, or client of the population
    std::uint32_t token;         // of the caller's try: an answer with an old token is late
    std::uint32_t call;          // of a worker: number of the call in the plan (StationPlan::first_call)
    std::uint16_t site;          // the caller's
    std::uint16_t population;    // of a client; which dashboard; of a worker, in a run that is explained: the crowd behind it
    std::uint8_t  priority;
    Caller        kind;
};
static_assert(sizeof(Request) == 48 && std::is_trivially_copyable_v<Request>);

}  // namespace mailquake
