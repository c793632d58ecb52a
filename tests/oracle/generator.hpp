// Makes random small scenarios, as drafts that can be written as YAML and made smaller.
//
// A draft is a list of entries by section, each a list of keys with their texts; so whatever is in it can be left out again. Constants
// have a drawn part below a microsecond, so that two things seldom happen at one instant.
// Left out: what the second world does not know. Invariant: a seed and a stage always give the same draft.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mailquake::oracle {

struct Entry {
    std::vector<std::pair<std::string, std::string>> keys;
};

struct Draft {
    std::vector<std::pair<std::string, std::string>> top;
    std::vector<std::pair<std::string, std::vector<Entry>>> sections;

    [[nodiscard]] std::string yaml() const;
    [[nodiscard]] std::vector<Entry>& section(const std::string& name);
};

/// The latest stage that is compared in the tests (README.md).
inline constexpr int kStage = 5;

/// `ties`: all durations are multiples of 10 ms, without any jitter, and mail comes in batches.
[[nodiscard]] Draft draft(std::uint64_t seed, int stage, bool ties = false);

/// The smallest draft that can be found by leaving entries and keys out, and by halving numbers, of which `holds` is true as it is of `from`.
[[nodiscard]] Draft with_halved_numbers(Draft from, const std::function<bool(const Draft&)>& holds);
[[nodiscard]] Draft shrunk(Draft from, const std::function<bool(const Draft&)>& holds);

}  // namespace mailquake::oracle
