// A table in plain text: columns as wide as their widest cell, two blanks between them, the first column left-aligned
// and the others right-aligned unless said; no lines drawn, so that it pastes well. Cells are ASCII.
#pragma once

#include <string>
#include <vector>

namespace mailquake {

class TextTable {
public:
    enum class Align { left, right };

    /// Heads of the columns; `left`: how many of the first ones are left-aligned.
    explicit TextTable(std::vector<std::string> heads, std::size_t left = 1);

    /// Cells in the order of the heads; missing ones at the end are empty.
    void row(std::vector<std::string> cells);
    /// Aligns one column otherwise.
    TextTable& align(std::size_t column, Align how);

    [[nodiscard]] bool empty() const { return rows_.size() == 1; }
    /// Every line begins with `indent` and ends in a newline, without blanks before it.
    [[nodiscard]] std::string print(std::string_view indent = "  ") const;

private:
    std::vector<std::vector<std::string>> rows_;   // the heads first
    std::vector<Align> align_;
};

}  // namespace mailquake
