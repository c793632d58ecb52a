#include "models/cli/experiment_meter.hpp"

#include <fmt/format.h>

#include "models/cli/terminal.hpp"
#include "models/report/human.hpp"

namespace mailquake {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kMeterOnTerminal{200};
constexpr std::chrono::seconds kMeterElsewhere{15};

}  // namespace

ExperimentMeter::ExperimentMeter(std::string what, bool quiet)
    : what_(std::move(what)), quiet_(quiet), terminal_(stderr_is_terminal()), began_(Clock::now()), shown_(began_) {}

ExperimentMeter::~ExperimentMeter() {
    if (!quiet_ && terminal_ && !progress_.empty()) print_note("\r\033[K");
}

void ExperimentMeter::show(const void* experiment, const ExperimentProgress& progress) {
    const std::lock_guard lock(mutex_);
    progress_[experiment] = progress;
    const auto pause = terminal_ ? Clock::duration(kMeterOnTerminal) : Clock::duration(kMeterElsewhere);
    if (quiet_ || Clock::now() - shown_ < pause) return;
    shown_ = Clock::now();
    print_note(terminal_ ? "\r\033[K" + line() : line() + "\n");
}

void ExperimentMeter::say(const std::string& text) {
    const std::lock_guard lock(mutex_);
    print_note((terminal_ && !quiet_ ? "\r\033[K" : "") + text + "\n");
}

std::string ExperimentMeter::line() const {
    ExperimentProgress all;
    for (const auto& [experiment, one] : progress_) {
        all.missing += one.missing;
        all.ended += one.ended;
        all.failed += one.failed;
    }
    const double elapsed = std::chrono::duration<double>(Clock::now() - began_).count();
    std::string text = fmt::format("{}: {} of {} runs, {}", what_, all.ended, all.missing, human::duration(elapsed));
    if (all.ended < all.missing)
        text += fmt::format(", about {} left", human::duration(elapsed / static_cast<double>(all.ended) * static_cast<double>(all.missing - all.ended)));
    if (all.failed > 0) text += fmt::format(", {} failed", all.failed);
    return text;
}

}  // namespace mailquake
