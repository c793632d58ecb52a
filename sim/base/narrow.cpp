#include "sim/base/narrow.hpp"

#include <fmt/format.h>

#include "sim/base/check.hpp"

namespace mailquake {
namespace {

template <class Value>
[[noreturn]] void fail(Value value, std::string_view what, int bits, const char* file, int line) {
    check_failed("it fits", file, line, fmt::format("{}: {} is beyond what {} bits can hold", what, value, bits));
}

}  // namespace

void narrowing_failed(std::int64_t value, std::string_view what, int bits, const char* file, int line) { fail(value, what, bits, file, line); }
void narrowing_failed(std::uint64_t value, std::string_view what, int bits, const char* file, int line) { fail(value, what, bits, file, line); }
void narrowing_failed(double value, std::string_view what, int bits, const char* file, int line) { fail(value, what, bits, file, line); }

}  // namespace mailquake
