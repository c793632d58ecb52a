// Ctrl-C (and SIGTERM). Once: the flag is set; units in flight finish and are saved, none starts. Twice: the program
// ends at once with 130; what was saved stays saved.
#pragma once

#include <atomic>

namespace mailquake {

/// Installs the handlers and gives the flag, which the first signal sets.
[[nodiscard]] const std::atomic<bool>& watch_interrupts();

}  // namespace mailquake
