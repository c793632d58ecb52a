#include "sim/kernel/fingerprint.hpp"

#include <fmt/format.h>

namespace mailquake {

std::string Fingerprint::hex() const { return fmt::format("{:016x}{:016x}", first_, second_); }

}  // namespace mailquake
