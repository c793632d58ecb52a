#include "models/results/merge.hpp"

#include <algorithm>
#include <map>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

struct Place {
    std::string path, metric, entry;

    [[nodiscard]] Place at(std::string_view name) const {
        const auto join = [&](const std::string& head) {
            return head.empty() ? std::string(name) : head + "." + std::string(name);
        };
        return {join(path), join(metric), entry};
    }
    [[nodiscard]] Place of(const std::string& label) const { return {path + "." + label, metric, label}; }
};

template <HasFields T>
void flatten_into(const T& figures, const Place& place, std::vector<FlatFigure>& out) {
    for_each_field<T>([&](const auto& f) {
        const auto& value = figures.*f.member;
        using V = std::remove_cvref_t<decltype(value)>;
        if (f.merge == Merge::first || f.name == "wall") return;
        const Place here = place.at(f.name);
        if constexpr (std::is_same_v<V, double>) {
            out.push_back({here.path, here.metric, here.entry, f.unit, value});
        } else if constexpr (std::is_same_v<V, std::optional<double>>) {
            if (value) out.push_back({here.path, here.metric, here.entry, f.unit, *value});
        } else if constexpr (HasFields<V>) {
            flatten_into(value, here, out);
        } else if constexpr (IsVector<V>::value) {
            if constexpr (HasFields<typename V::value_type>)
                for (const auto& entry : value) flatten_into(entry, here.of(entry.label()), out);
        }
    });
}

template <class T>
T mean_value(const std::vector<const T*>& parts, Merge how);

std::optional<double> mean_present(const std::vector<const std::optional<double>*>& parts, Merge how) {
    double sum = 0;
    std::size_t n = 0;
    for (const auto* p : parts)
        if (*p) sum += **p, ++n;
    if (n == 0 || (how == Merge::every && n < parts.size())) return std::nullopt;
    return sum / static_cast<double>(n);
}

std::vector<std::string> union_of(const std::vector<const std::vector<std::string>*>& parts) {
    std::vector<std::string> all;
    for (const auto* p : parts)
        for (const std::string& text : *p)
            if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
    return all;
}

/// What falls on lost mail in one replication has no mean over all.
void forget_what_never_was(DelayFigures& mean) {
    for_each_field<DelayFigures>([&](const auto& f) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(mean.*f.member)>, std::optional<double>>) {
            if (std::find(mean.never.begin(), mean.never.end(), f.name) == mean.never.end()) return;
            (mean.*f.member).reset();
            std::erase(mean.at_least, f.name);
        }
    });
}

template <HasFields T>
T mean_struct(const std::vector<const T*>& parts) {
    T mean;
    for_each_field<T>([&](const auto& f) {
        using V = std::remove_cvref_t<decltype(mean.*f.member)>;
        std::vector<const V*> members;
        for (const T* p : parts) members.push_back(&(p->*f.member));
        mean.*f.member = mean_value(members, f.merge);
    });
    if constexpr (std::is_same_v<T, DelayFigures>) forget_what_never_was(mean);
    return mean;
}

template <HasFields T>
std::vector<T> mean_list(const std::vector<const std::vector<T>*>& parts) {
    std::vector<T> mean;
    for (const auto* p : parts)
        MQ_CHECK(p->size() == parts.front()->size(), "replications of one scenario have the same entries");
    for (std::size_t i = 0; i < parts.front()->size(); ++i) {
        std::vector<const T*> entries;
        for (const auto* p : parts) entries.push_back(&(*p)[i]);
        mean.push_back(mean_struct(entries));
    }
    return mean;
}

template <class T>
T mean_value(const std::vector<const T*>& parts, Merge how) {
    if (how == Merge::first) return *parts.front();
    if constexpr (std::is_same_v<T, double>) {
        double sum = 0;
        for (const double* p : parts) sum += *p;
        return sum / static_cast<double>(parts.size());
    } else if constexpr (std::is_same_v<T, std::optional<double>>) {
        return mean_present(parts, how);
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        return union_of(parts);
    } else if constexpr (HasFields<T>) {
        return mean_struct(parts);
    } else if constexpr (IsVector<T>::value) {
        if constexpr (HasFields<typename T::value_type>) return mean_list(parts);
        else return *parts.front();
    } else {
        return *parts.front();   // text and flags are the scenario's, alike in all
    }
}

}  // namespace

std::vector<FlatFigure> flatten(const Figures& figures) {
    std::vector<FlatFigure> out;
    flatten_into(figures, {}, out);
    return out;
}

Figures mean_of(const std::vector<Figures>& replications) {
    MQ_CHECK(!replications.empty(), "a mean is over at least one replication");
    std::vector<const Figures*> parts;
    for (const Figures& f : replications) parts.push_back(&f);
    return mean_struct(parts);
}

std::vector<FigureInterval> intervals_of(const std::vector<Figures>& replications) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<double>> values;
    for (const Figures& r : replications) {
        for (const FlatFigure& f : flatten(r)) {
            auto& list = values[f.path];
            if (list.empty()) order.push_back(f.path);
            list.push_back(f.value);
        }
    }
    std::vector<FigureInterval> intervals;
    for (const std::string& path : order) {
        if (const auto interval = student_t_interval(values[path])) intervals.push_back({path, *interval});
    }
    return intervals;
}

}  // namespace mailquake
