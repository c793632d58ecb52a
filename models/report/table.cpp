#include "models/report/table.hpp"

#include <algorithm>

namespace mailquake {

TextTable::TextTable(std::vector<std::string> heads, std::size_t left) : align_(heads.size(), Align::right) {
    for (std::size_t c = 0; c < std::min(left, align_.size()); ++c) align_[c] = Align::left;
    rows_.push_back(std::move(heads));
}

void TextTable::row(std::vector<std::string> cells) {
    cells.resize(align_.size());
    rows_.push_back(std::move(cells));
}

TextTable& TextTable::align(std::size_t column, Align how) {
    align_.at(column) = how;
    return *this;
}

std::string TextTable::print(std::string_view indent) const {
    std::vector<std::size_t> width(align_.size(), 0);
    for (const auto& cells : rows_)
        for (std::size_t c = 0; c < width.size(); ++c) width[c] = std::max(width[c], cells[c].size());
    std::string out;
    for (const auto& cells : rows_) {
        std::string line(indent);
        for (std::size_t c = 0; c < width.size(); ++c) {
            if (c > 0) line += "  ";
            const std::string pad(width[c] - cells[c].size(), ' ');
            line += align_[c] == Align::right ? pad + cells[c] : cells[c] + pad;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace mailquake
