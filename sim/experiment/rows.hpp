// Rows for tables that a subject adds to the ledger's own: what goes into them, whatever database it is. A row is written
// with the number of its unit in front, in the transaction that saves the unit.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace mailquake {

/// What stands in one column. It refers to texts and does not own them: a row is written at once.
class Cell {
public:
    enum class Kind : std::uint8_t { none, integer, real, text, bytes };

    Cell(std::nullopt_t) {}
    template <std::integral T>
    Cell(T value) : integer_(static_cast<std::int64_t>(value)), kind_(Kind::integer) {}
    Cell(double value) : real_(value), kind_(Kind::real) {}
    Cell(std::string_view value) : text_(value), kind_(Kind::text) {}
    Cell(const std::string& value) : Cell(std::string_view(value)) {}
    Cell(const char* value) : Cell(std::string_view(value)) {}
    template <class T>
    Cell(const std::optional<T>& value) {
        if (value) *this = Cell(*value);
    }
    [[nodiscard]] static Cell of_bytes(std::string_view value) {
        Cell cell(value);
        cell.kind_ = Kind::bytes;
        return cell;
    }
    /// An empty text is absent.
    [[nodiscard]] static Cell of_some(std::string_view value) { return value.empty() ? Cell(std::nullopt) : Cell(value); }

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] std::int64_t integer() const { return integer_; }
    [[nodiscard]] double real() const { return real_; }
    [[nodiscard]] std::string_view text() const { return text_; }

private:
    std::int64_t integer_ = 0;
    double real_ = 0;
    std::string_view text_;
    Kind kind_ = Kind::none;
};

class RowSink {
public:
    RowSink() = default;
    RowSink(const RowSink&) = delete;
    RowSink& operator=(const RowSink&) = delete;
    virtual ~RowSink() = default;

    /// One row, in the order of the table's columns, without `unit`, which is the first of them.
    virtual void insert(std::string_view table, std::initializer_list<Cell> cells) = 0;
};

}  // namespace mailquake
