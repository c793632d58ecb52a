// The little of PostgreSQL that a ledger needs, through libpq: statements with parameters and results in PostgreSQL's binary form, so
// that numbers come back bit by bit, and errors as exceptions. A statement is prepared when it is first used.
//
// The connection is one session from its begin to its end, since locks and prepared statements belong to a session. It is used by one
// thread at a time. Left out: asynchronous queries, notifications, cursors.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/experiment/ledger.hpp"

struct pg_conn;
struct pg_result;

namespace mailquake::postgres {

/// What the server, or libpq, said; `state` is PostgreSQL's five letters (Appendix A of its manual), empty where there is no server.
class Error : public LedgerError {
public:
    Error(const std::string& text, std::string state) : LedgerError(text), state_(std::move(state)) {}
    [[nodiscard]] const std::string& state() const { return state_; }

private:
    std::string state_;
};

/// The connection is gone: nothing is known of what was on its way.
class ConnectionLost : public Error {
public:
    using Error::Error;
};

/// Values of a statement's parameters, in order.
class Parameters {
public:
    Parameters& add(std::int64_t value);
    Parameters& add(double value);
    Parameters& add(std::string_view text);
    Parameters& add_bytes(std::string_view bytes);
    Parameters& add_list(std::span<const std::int64_t> values);
    Parameters& add_list(std::span<const double> values);
    Parameters& add_list(std::span<const std::string> texts);
    Parameters& add_byte_list(std::span<const std::string> all);

private:
    friend class Connection;
    struct Value {
        unsigned    type;   // PostgreSQL's number of the type
        std::string bytes;
    };
    std::vector<Value> values_;
};

class Result {
public:
    [[nodiscard]] int rows() const;
    [[nodiscard]] bool is_null(int row, int column) const;
    /// Of a whole number of any width, or a truth value.
    [[nodiscard]] std::int64_t integer(int row, int column) const;
    [[nodiscard]] double real(int row, int column) const;
    [[nodiscard]] std::string text(int row, int column) const;
    [[nodiscard]] std::string bytes(int row, int column) const { return text(row, column); }
    [[nodiscard]] std::vector<double> reals(int row, int column) const;
    /// Of texts or of bytes; one that is null is empty.
    [[nodiscard]] std::vector<std::string> texts(int row, int column) const;

private:
    friend class Connection;
    struct Clearer {
        void operator()(pg_result* r) const;
    };
    explicit Result(pg_result* result) : result_(result) {}
    [[nodiscard]] std::string_view field(int row, int column) const;
    std::unique_ptr<pg_result, Clearer> result_;
};

class Connection {
public:
    /// `postgresql://...`, as libpq reads it; passwords come from the environment, a password file or a service file as well.
    explicit Connection(const std::string& url);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// `postgresql://user@host:port/database`: for people, never with a password.
    [[nodiscard]] const std::string& shown() const { return shown_; }
    [[nodiscard]] int server_version() const;

    Result ask(const char* sql, const Parameters& parameters = {});
    /// One or several statements without parameters.
    void execute(const std::string& sql);
    /// Rows in the text form of COPY, one behind the other, each with its line's end.
    void copy_in(const std::string& table, std::string_view lines);

private:
    [[noreturn]] void fail(const std::string& doing, pg_result* result) const;
    struct Closer {
        void operator()(pg_conn* c) const;
    };
    std::unique_ptr<pg_conn, Closer> connection_;
    std::string shown_;
    std::map<std::string, std::string> prepared_;   // name by text
};

/// Rolled back unless committed.
class Transaction {
public:
    explicit Transaction(Connection& connection) : connection_(connection) { connection_.execute("BEGIN"); }
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Connection& connection_;
    bool done_ = false;
};

}  // namespace mailquake::postgres
