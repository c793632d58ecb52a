#include "models/cli/interrupt.hpp"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "models/cli/exit_code.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch it");

/// When a signal comes for the first time, then ask for an orderly end; when it comes again, then end.
void on_signal(int) {
    if (interrupted.exchange(true)) _exit(underlying(ExitCode::interrupted));
    constexpr std::string_view text = "\nmailquake: finishing the replications in flight; once more to stop now\n";
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

const std::atomic<bool>& watch_interrupts() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return interrupted;
}

}  // namespace mailquake
