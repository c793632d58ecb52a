// How far a run is, on stderr: on a terminal one line that is written over, with the time that is left as soon as one
// unit has ended; elsewhere a line now and then. Quiet: nothing. Its clock is the wall's, and no figure sees it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace mailquake {

class Progress {
public:
    Progress(std::string what, std::uint64_t units, bool quiet);
    ~Progress();   // wipes the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void unit_ended();

private:
    void show();
    [[nodiscard]] std::string line() const;

    std::string   what_;
    std::uint64_t units_;
    std::uint64_t ended_ = 0;
    bool          terminal_;
    std::chrono::steady_clock::time_point began_;
    std::mutex    mutex_;
    std::condition_variable_any wake_;
    std::jthread  painter_;   // last: it uses the others
};

}  // namespace mailquake
