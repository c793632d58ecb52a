#include "sim/experiment/replications.hpp"

#include <algorithm>

#ifndef __SANITIZE_THREAD__
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include "sim/base/narrow.hpp"
#endif

namespace mailquake {

namespace {

/// work() on the calling thread and `helpers` others; returns when all have ended.
#ifdef __SANITIZE_THREAD__
void work_together(std::uint64_t helpers, const std::function<void()>& work) {   // it cannot see into Debian's TBB
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < helpers; ++i) threads.emplace_back(work);
    work();
}
#else
void work_together(std::uint64_t helpers, const std::function<void()>& work) {
    const auto threads = narrow<unsigned>(helpers + 1, "threads");
    const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, std::max(threads, std::thread::hardware_concurrency()));
    tbb::task_arena arena(narrow<int>(threads, "threads"));
    arena.execute([&] {
        tbb::task_group group;
        for (std::uint64_t i = 0; i < helpers; ++i) group.run(work);
        work();
        group.wait();
    });
}
#endif

}  // namespace

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
    const std::uint64_t wanted = std::min<std::uint64_t>(threads, n);
    if (wanted <= 1) work();
    else work_together(wanted - 1, work);
}

}  // namespace mailquake
