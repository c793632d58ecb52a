#include "sim/experiment/tidy_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace mailquake {

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string tidy_csv(const Experiment& experiment, std::span<const PointId> points, std::string_view group) {
    std::vector<std::string> paths;   // in the order in which the points bring them
    for (const PointId id : points)
        for (const Setting& s : experiment.point(id).settings)
            if (std::find(paths.begin(), paths.end(), s.path) == paths.end()) paths.push_back(s.path);
    std::string out = "point";
    for (const std::string& path : paths) out += "," + csv_field(path);
    out += ",replication," + csv_field(group) + ",metric,value,at_least,unit\n";
    for (const PointId id : points) {
        const Point& point = experiment.point(id);
        std::string head = csv_field(point.text());
        for (const std::string& path : paths) {
            const std::string* value = point.find(path);
            head += "," + (value == nullptr ? "" : csv_field(*value));
        }
        for (const auto& [replication, unit] : experiment.units(id))
            for (std::size_t m = 0; m < unit.readings.size(); ++m) {
                const Metric& metric = *experiment.metrics()[m];
                const std::optional<Reading>& reading = unit.readings[m];
                out += fmt::format("{},{},{},{},{},{},{}\n", head, replication, csv_field(metric.group()), csv_field(metric.text()),
                                   reading ? fmt::format("{}", reading->value) : "", reading && reading->at_least ? 1 : 0, csv_field(metric.uom()));
            }
    }
    return out;
}

}  // namespace mailquake
