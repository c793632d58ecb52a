// How far experiments are, on stderr: on a terminal one line that is written over, with the time that is left as soon as
// a unit has ended; elsewhere a line now and then. Several experiments may share one. Quiet: nothing.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "sim/experiment/experiment.hpp"

namespace mailquake {

class ExperimentMeter {
public:
    ExperimentMeter(std::string what, bool quiet);
    ~ExperimentMeter();   // wipes the line
    ExperimentMeter(const ExperimentMeter&) = delete;
    ExperimentMeter& operator=(const ExperimentMeter&) = delete;

    /// After each unit of an experiment, known by its address; from any thread.
    void show(const void* experiment, const ExperimentProgress& progress);
    /// A line that stays, such as a unit that failed.
    void say(const std::string& text);

private:
    [[nodiscard]] std::string line() const;

    std::string what_;
    bool quiet_, terminal_;
    std::chrono::steady_clock::time_point began_, shown_;
    std::mutex mutex_;
    std::map<const void*, ExperimentProgress> progress_;
};

}  // namespace mailquake
