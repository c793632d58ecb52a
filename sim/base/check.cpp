#include "sim/base/check.hpp"

#include <string>

namespace mailquake {

void check_failed(const char* condition, const char* file, int line, std::string_view why) {
    throw EngineError(std::string(file) + ":" + std::to_string(line) + ": " + std::string(why) + " [" + condition + "]");
}

}  // namespace mailquake
