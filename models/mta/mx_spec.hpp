// MX hosts of one destination: sites with preferences, the least first, equal ones in random order (RFC 5321 5.1).
//
// Of a class of tenants they are where its mail from outside enters; of a tier of the outside world, the hosts of a
// destination, which a sender tries one after the other in the same attempt, in the same connection slot. A host that takes no
// connection is left for the next one; a host of higher preference is a backup MX. Left out: the next host after a 4yz of one
// (Postfix does that for a greeting), and how DNS answers change.
#pragma once

#include <cstdint>
#include <span>
#include <tuple>

#include "models/spec/entry.hpp"
#include "models/spec/key.hpp"

namespace mailquake {

struct MxSpec : Entry {  // the name is the site's
    std::int64_t preference = 10;

    template <class S = MxSpec>
    static constexpr auto keys() {
        return std::tuple_cat(entry_keys<S>(),
                              std::tuple{key("preference", &S::preference).at_least(0).at_most(65535).says("lowest first; equal ones in random order (RFC 5321 5.1)")});
    }
};

/// A host as it is planned; lists of them ascend by preference.
struct MxHost {
    std::uint16_t site;
    std::int64_t  preference;
};

/// The host that is tried when `failed` others have failed before it, over and over: a random number decides among equal ones.
[[nodiscard]] constexpr std::uint16_t mx_host(std::span<const MxHost> hosts, std::size_t failed, std::uint64_t random) {
    std::size_t first = 0;
    while (true) {  // the group of equal preference that holds the wanted host
        std::size_t end = first;
        while (end < hosts.size() && hosts[end].preference == hosts[first].preference) ++end;
        const std::size_t group = end - first;
        if (failed < group) return hosts[first + (random % group + failed) % group].site;
        failed -= group;
        first = end < hosts.size() ? end : 0;
    }
}

}  // namespace mailquake
