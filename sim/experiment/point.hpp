// A point of an experiment: what is changed against the base, as an ordered list of (path, value). Values are text, with
// their units, as a user would write them; what they mean is the subject's business. No settings: the base point itself.
//
// The order of settings is that of the axes. It means nothing to a point's identity, which is the subject's canonical text.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace mailquake {

struct Setting {
    std::string path;    // as the subject knows it: `servers`, `tiers.edge.workers`
    std::string value;   // with its unit: `250ms`
    friend auto operator<=>(const Setting&, const Setting&) = default;
};

struct Point {
    std::vector<Setting> settings;

    /// `servers=4, load=0.5`; `base` where nothing is changed.
    [[nodiscard]] std::string text() const {
        std::string out;
        for (const Setting& s : settings) out += (out.empty() ? "" : ", ") + s.path + "=" + s.value;
        return out.empty() ? "base" : out;
    }
    /// The value set for that path; null if the point leaves it as it is.
    [[nodiscard]] const std::string* find(std::string_view path) const {
        for (const Setting& s : settings)
            if (s.path == path) return &s.value;
        return nullptr;
    }
    /// This point with one more setting; a setting of the same path is replaced.
    [[nodiscard]] Point with(std::string_view path, std::string_view value) const {
        Point p = *this;
        for (Setting& s : p.settings) {
            if (s.path != path) continue;
            s.value = value;
            return p;
        }
        p.settings.push_back({std::string(path), std::string(value)});
        return p;
    }
    friend auto operator<=>(const Point&, const Point&) = default;
};

}  // namespace mailquake
