#include "models/cli/terminal.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace mailquake {

namespace {

/// 0, or the error that ended it.
int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(file, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

}  // namespace

bool print_data(std::string_view text) {
    const int error = write_all(STDOUT_FILENO, text);
    return error == 0 || error == EPIPE;
}

void print_note(std::string_view text) { (void)write_all(STDERR_FILENO, text); }

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

bool stdout_has_colour() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0') &&
           (term == nullptr || std::string_view(term) != "dumb");
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

}  // namespace mailquake
