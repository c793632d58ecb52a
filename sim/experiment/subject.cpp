#include "sim/experiment/subject.hpp"

#include "sim/experiment/json_text.hpp"

namespace mailquake {

std::string Subject::parameters(const Point& point) const {
    std::string out = "{";
    for (const Setting& s : point.settings) {
        out += out.size() > 1 ? "," : "";
        out += json_text(s.path) + ":" + json_text(s.value);
    }
    return out + "}";
}

}  // namespace mailquake
