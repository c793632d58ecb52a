// What a search found: the smallest value at which all expectations pass, or the tipping point over seeds, with what was
// looked at; for people and as JSON.
#pragma once

#include <string>
#include <vector>

#include "models/study/candidates.hpp"
#include "models/study/expectations.hpp"
#include "sim/experiment/margin.hpp"
#include "sim/experiment/size_search.hpp"

namespace mailquake {

/// All that the texts speak of.
struct SizeFound {
    const ScenarioSubject* subject = nullptr;
    const Expectations*    expectations = nullptr;
    const Candidates*      candidates = nullptr;
    SizeSearch search;
    SizeResult result;
    std::uint64_t seed = 1;
};
[[nodiscard]] std::string size_text(const SizeFound& found);
[[nodiscard]] std::string size_json(const SizeFound& found);

struct MarginFound {
    const ScenarioSubject* subject = nullptr;
    std::string claim;                        // its text
    const Candidates* candidates = nullptr;   // from holding to broken
    std::vector<Point> rows;                  // of a map; one point without settings where there is none
    std::vector<Margin> margins;              // by row
    std::uint32_t replications = 0;
    std::uint64_t seed = 1;
};
[[nodiscard]] std::string margin_text(const MarginFound& found);
[[nodiscard]] std::string margin_json(const MarginFound& found);

}  // namespace mailquake
