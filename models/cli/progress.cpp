#include "models/cli/progress.hpp"

#include <fmt/format.h>

#include "models/cli/terminal.hpp"
#include "models/report/human.hpp"

namespace mailquake {

namespace {

constexpr std::chrono::milliseconds kOnTerminal{250};
constexpr std::chrono::seconds kElsewhere{15};

}  // namespace

Progress::Progress(std::string what, std::uint64_t units, bool quiet)
    : what_(std::move(what)), units_(units), terminal_(stderr_is_terminal()), began_(std::chrono::steady_clock::now()) {
    if (!quiet && units > 0) painter_ = std::jthread([this](std::stop_token stop) {
        std::unique_lock lock(mutex_);
        const std::chrono::milliseconds pause = terminal_ ? kOnTerminal : std::chrono::milliseconds(kElsewhere);
        while (!wake_.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); }) && !stop.stop_requested()) show();
    });
}

Progress::~Progress() {
    if (!painter_.joinable()) return;
    painter_.request_stop();
    painter_.join();
    if (terminal_) print_note("\r\033[K");
}

void Progress::unit_ended() {
    const std::lock_guard lock(mutex_);
    ++ended_;
}

std::string Progress::line() const {
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    std::string text = fmt::format("{}: {} of {} replications, {}", what_, ended_, units_, human::duration(elapsed));
    if (ended_ > 0 && ended_ < units_)
        text += fmt::format(", about {} left", human::duration(elapsed / static_cast<double>(ended_) * static_cast<double>(units_ - ended_)));
    return text;
}

void Progress::show() { print_note(terminal_ ? "\r\033[K" + line() : line() + "\n"); }

}  // namespace mailquake
