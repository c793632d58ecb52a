// Flaw: what wakes it takes a worker for good: it is never free again, nor does its job get on, until the server restarts (by
// another fault, flaw or fix of hands; its job starts anew then). With enough of them the server stands still, and nobody sees
// it crash. Left out: leaks of memory or connections that slow a server first.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LeakWorkerFlaw {
    static constexpr std::string_view kind = "leak-worker";
    static constexpr auto keys() {
        return std::tuple<>{};
    }
};

}  // namespace mailquake
