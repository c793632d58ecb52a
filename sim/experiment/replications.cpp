#include "sim/experiment/replications.hpp"

#include <algorithm>

namespace mailquake {

void for_each_unit(std::uint64_t n, unsigned threads, const std::atomic<bool>* stop,
                   const std::function<void(std::uint64_t)>& body) {
    MQ_CHECK(threads >= 1, "at least the calling thread works");
    std::atomic<std::uint64_t> next{0};
    const auto work = [&] {
        while (stop == nullptr || !stop->load()) {
            const std::uint64_t unit = next.fetch_add(1);
            if (unit >= n) return;
            body(unit);
        }
    };
    std::vector<std::jthread> helpers;  // joined when they go out of scope
    const std::uint64_t wanted = std::min<std::uint64_t>(threads, n);
    for (std::uint64_t i = 1; i < wanted; ++i) helpers.emplace_back(work);
    work();
}

}  // namespace mailquake
