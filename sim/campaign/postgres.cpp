#include "sim/campaign/postgres.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/campaign/libpq.hpp"

namespace mailquake::postgres {

namespace {

// PostgreSQL's numbers of its types, the same in all versions (catalog/pg_type.dat).
enum Type : unsigned { kBytes = 17, kInteger = 20, kText = 25, kReal = 701, kByteList = 1001, kTextList = 1009, kIntegerList = 1016, kRealList = 1022 };

template <class Number>
void append(std::string& bytes, Number value) {   // the most significant byte first
    for (int shift = 8 * (int{sizeof value} - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<unsigned char>(value >> shift));
}

std::uint64_t number_in(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string bytes_of(std::int64_t value) {
    std::string bytes;
    append(bytes, static_cast<std::uint64_t>(value));
    return bytes;
}
std::string bytes_of(double value) { return bytes_of(std::bit_cast<std::int64_t>(value)); }
std::string bytes_of(const std::string& value) { return value; }

/// Dimensions, whether there are nulls, the elements' type, their number and the first one's; each with its length.
template <class List>
std::string array_of(unsigned type, const List& values) {
    std::string bytes;
    append(bytes, std::uint32_t{values.empty() ? 0U : 1U});
    append(bytes, std::uint32_t{0});
    append(bytes, std::uint32_t{type});
    if (values.empty()) return bytes;
    append(bytes, narrow<std::uint32_t>(values.size(), "elements of an array"));
    append(bytes, std::uint32_t{1});
    for (const auto& value : values) {
        const std::string element = bytes_of(value);
        append(bytes, narrow<std::uint32_t>(element.size(), "octets of an array's element"));
        bytes += element;
    }
    return bytes;
}

std::string_view take(std::string_view& bytes, std::size_t n) {
    MQ_CHECK(n <= bytes.size(), "an array of PostgreSQL holds what its head says");
    const std::string_view taken = bytes.substr(0, n);
    bytes.remove_prefix(n);
    return taken;
}

template <class F>
void for_each_element(std::string_view bytes, F&& visit) {
    const auto word = [&] { return truncated<std::uint32_t>(number_in(take(bytes, 4))); };
    const std::uint32_t dimensions = word();
    MQ_CHECK(dimensions <= 1, "arrays have one dimension");
    word();
    word();
    if (dimensions == 0) return;
    const std::uint32_t elements = word();
    word();
    for (std::uint32_t i = 0; i < elements; ++i) {
        const std::uint32_t length = word();
        visit(length == 0xffff'ffffU ? std::string_view() : take(bytes, length));
    }
}

std::string without_line_ends(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return text;
}

std::string some(const char* text) { return text == nullptr ? std::string() : std::string(text); }

/// What libpq says of a URL that it cannot read quotes the URL, and with it the password.
void check_url(const std::string& url) {
    PQconninfoOption* const options = libpq().conninfoParse(url.c_str(), nullptr);
    if (options == nullptr)
        throw Error("the URL of the database cannot be read: postgresql://USER:PASSWORD@HOST:PORT/DATABASE; in a password %, @, / and : are written "
                    "%25, %40, %2F and %3A", "");
    libpq().conninfoFree(options);
}

}  // namespace

Parameters& Parameters::add(std::int64_t value) { return values_.push_back({kInteger, bytes_of(value)}), *this; }
Parameters& Parameters::add(double value) { return values_.push_back({kReal, bytes_of(value)}), *this; }
Parameters& Parameters::add(std::string_view text) { return values_.push_back({kText, std::string(text)}), *this; }
Parameters& Parameters::add_bytes(std::string_view bytes) { return values_.push_back({kBytes, std::string(bytes)}), *this; }
Parameters& Parameters::add_list(std::span<const std::int64_t> values) { return values_.push_back({kIntegerList, array_of(kInteger, values)}), *this; }
Parameters& Parameters::add_list(std::span<const double> values) { return values_.push_back({kRealList, array_of(kReal, values)}), *this; }
Parameters& Parameters::add_list(std::span<const std::string> texts) { return values_.push_back({kTextList, array_of(kText, texts)}), *this; }
Parameters& Parameters::add_byte_list(std::span<const std::string> all) { return values_.push_back({kByteList, array_of(kBytes, all)}), *this; }

void Result::Clearer::operator()(pg_result* r) const { libpq().clear(r); }
int Result::rows() const { return libpq().ntuples(result_.get()); }
bool Result::is_null(int row, int column) const { return libpq().getisnull(result_.get(), row, column) != 0; }

std::string_view Result::field(int row, int column) const {
    return {libpq().getvalue(result_.get(), row, column), narrow<std::size_t>(libpq().getlength(result_.get(), row, column), "octets of a field")};
}

std::int64_t Result::integer(int row, int column) const {
    const std::string_view bytes = field(row, column);
    const std::uint64_t value = number_in(bytes);
    if (bytes.size() == 4) return std::bit_cast<std::int32_t>(truncated<std::uint32_t>(value));
    if (bytes.size() == 2) return std::bit_cast<std::int16_t>(truncated<std::uint16_t>(value));
    return static_cast<std::int64_t>(value);
}
double Result::real(int row, int column) const { return std::bit_cast<double>(number_in(field(row, column))); }
std::string Result::text(int row, int column) const { return std::string(field(row, column)); }

std::vector<double> Result::reals(int row, int column) const {
    std::vector<double> all;
    for_each_element(field(row, column), [&](std::string_view bytes) { all.push_back(std::bit_cast<double>(number_in(bytes))); });
    return all;
}
std::vector<std::string> Result::texts(int row, int column) const {
    std::vector<std::string> all;
    for_each_element(field(row, column), [&](std::string_view bytes) { all.emplace_back(bytes); });
    return all;
}

void Connection::Closer::operator()(pg_conn* c) const { libpq().finish(c); }
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Connection::Connection(const std::string& url) {
    check_url(url);
    // What comes later counts: the URL may say otherwise.
    const std::array keywords{"connect_timeout", "fallback_application_name", "dbname", "client_encoding", static_cast<const char*>(nullptr)};
    const std::array values{"10", "mailquake", url.c_str(), "UTF8", static_cast<const char*>(nullptr)};
    connection_.reset(libpq().connectdbParams(keywords.data(), values.data(), 1));
    if (connection_ == nullptr) throw Error("no memory for a connection to PostgreSQL", "");
    pg_conn* const c = connection_.get();
    shown_ = fmt::format("postgresql://{}@{}:{}/{}", some(libpq().user(c)), some(libpq().host(c)), some(libpq().port(c)), some(libpq().db(c)));
    if (libpq().status(c) != CONNECTION_OK) throw Error(fmt::format("{}: {}", shown_, without_line_ends(libpq().errorMessage(c))), "");
    libpq().setNoticeProcessor(c, [](void*, const char*) {}, nullptr);
}

int Connection::server_version() const { return libpq().serverVersion(connection_.get()); }

void Connection::fail(const std::string& doing, pg_result* result) const {
    const std::string state = result == nullptr ? std::string() : some(libpq().resultErrorField(result, PG_DIAG_SQLSTATE));
    const std::string words = without_line_ends(result == nullptr ? libpq().errorMessage(connection_.get()) : libpq().resultErrorMessage(result));
    const std::string text = fmt::format("{}: {}{}", shown_, words, doing.empty() ? "" : fmt::format(" (in: {})", doing.substr(0, 100)));
    libpq().clear(result);
    if (libpq().status(connection_.get()) != CONNECTION_OK) throw ConnectionLost(text, state);
    throw Error(text, state);
}

Result Connection::ask(const char* sql, const Parameters& parameters) {
    const auto count = narrow<int>(parameters.values_.size(), "parameters of a statement");
    std::vector<unsigned> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    for (const Parameters::Value& v : parameters.values_) {
        types.push_back(v.type);
        values.push_back(v.bytes.data());
        lengths.push_back(narrow<int>(v.bytes.size(), "octets of a parameter"));
    }
    auto found = prepared_.find(sql);
    if (found == prepared_.end()) {
        const std::string name = fmt::format("mq{}", prepared_.size());
        pg_result* const prepared = libpq().prepare(connection_.get(), name.c_str(), sql, count, types.data());
        if (libpq().resultStatus(prepared) != PGRES_COMMAND_OK) fail(sql, prepared);
        libpq().clear(prepared);
        found = prepared_.emplace(sql, name).first;
    }
    const std::vector<int> binary(values.size(), 1);
    pg_result* const result = libpq().execPrepared(connection_.get(), found->second.c_str(), count, values.data(), lengths.data(), binary.data(), 1);
    const auto status = libpq().resultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail(sql, result);
    return Result(result);
}

void Connection::execute(const std::string& sql) {
    pg_result* const result = libpq().exec(connection_.get(), sql.c_str());
    const auto status = libpq().resultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) fail(sql, result);
    libpq().clear(result);
}

void Connection::copy_in(const std::string& table, std::string_view lines) {
    const std::string sql = fmt::format("COPY {} FROM STDIN", table);
    pg_result* const began = libpq().exec(connection_.get(), sql.c_str());
    if (libpq().resultStatus(began) != PGRES_COPY_IN) fail(sql, began);
    libpq().clear(began);
    constexpr std::size_t kAtOnce = 1U << 20U;
    for (std::size_t at = 0; at < lines.size(); at += kAtOnce) {
        const std::string part(lines.substr(at, kAtOnce));
        if (libpq().putCopyData(connection_.get(), part.c_str(), narrow<int>(part.size(), "octets")) != 1) fail(sql, nullptr);
    }
    if (libpq().putCopyEnd(connection_.get(), nullptr) != 1) fail(sql, nullptr);
    pg_result* const ended = libpq().getResult(connection_.get());
    if (libpq().resultStatus(ended) != PGRES_COMMAND_OK) fail(sql, ended);
    libpq().clear(ended);
    while (pg_result* const rest = libpq().getResult(connection_.get())) libpq().clear(rest);
}

Transaction::~Transaction() {
    if (done_) return;
    try {
        connection_.execute("ROLLBACK");
    } catch (const LedgerError&) {
        done_ = true;   // the server rolls back when the session ends
    }
}

void Transaction::commit() {
    connection_.execute("COMMIT");
    done_ = true;
}

}  // namespace mailquake::postgres
