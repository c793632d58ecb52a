#include "models/world/proxy_books.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "models/mta/station.hpp"
#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void ProxyBooks::begin(std::uint32_t record, const Message& m, std::size_t place, SimDuration way, SimTime waits_until) {
    if (book_of_.size() <= record) [[unlikely]] book_of_.resize(std::max<std::size_t>(record + 1, 2 * book_of_.size()), kNone);
    std::uint32_t& index = book_of_[record];
    if (index == kNone && free_.empty()) {
        index = narrow<std::uint32_t>(books_.size(), "copies that proxies have");
        books_.emplace_back();
    } else if (index == kNone) {
        index = free_.back();
        free_.pop_back();
    }
    Book& book = books_[index];
    book.entries.clear();
    book.told.clear();
    book.cells = ledger_.row(place, m.tenant_class);
    book.waits_until = waits_until;
    book.of_proxy = record == from_proxy_;
    book.kept = std::exchange(kept_, SimDuration::zero());
    book.is_confirmed = false;
    if (way.ns > 0) book.entries.push_back({book.cells + static_cast<std::size_t>(HopCause::transfer), way.ns});
    if (book.kept.ns == 0) return;
    TimeArea* const stalled = book.cells + DelayLedger::of_queue(worker_state::stalled);
    *stalled -= book.kept.ns;
    book.entries.push_back({stalled, book.kept.ns});
}

void ProxyBooks::discard(std::uint32_t record) {
    const std::uint32_t index = std::exchange(book_of_[record], kNone);
    const Book& book = books_[index];
    *(book.cells + DelayLedger::of_queue(worker_state::stalled)) += book.kept.ns;
    release(index);
}

void ProxyBooks::write(const Book& book, std::int64_t sign) {
    for (const Entry& e : book.entries) *e.cell += sign * e.ns;
}

void ProxyBooks::release(std::uint32_t book) { free_.push_back(book); }

void ProxyBooks::take_back(std::uint32_t record) {
    Book& book = books_[book_of_[record]];
    write(book, -1);
    real_.resize(real_.size() - book.told.size());
    book.is_confirmed = false;
}

// ---- a proxy fails ----------------------------------------------------------------------------------------------

void ProxyBooks::give_up(std::uint32_t record, AttemptName upstream, AttemptName own) {
    const std::uint32_t book = std::exchange(book_of_[record], kNone);
    books_[book].upstream = upstream;
    books_[book].own = own;
    given_up_[upstream] = book;
}

std::uint32_t ProxyBooks::take(AttemptName upstream) {
    const auto found = given_up_.find(upstream);
    MQ_CHECK(found != given_up_.end(), "a proxy that fails has given up its copy");
    const std::uint32_t book = found->second;
    given_up_.erase(found);
    return book;
}

void ProxyBooks::is_heard(AttemptName upstream) {
    const std::uint32_t book = take(upstream);
    write(books_[book], 1);
    real_.insert(real_.end(), books_[book].told.begin(), books_[book].told.end());
    release(book);
}

void ProxyBooks::is_heard(AttemptName upstream, std::uint32_t record) {
    const std::uint32_t book = take(upstream);
    const Book& from = books_[book];
    Book& to = books_[book_of_[record]];
    to.entries.insert(to.entries.end(), from.entries.begin(), from.entries.end());
    to.told.insert(to.told.end(), from.told.begin(), from.told.end());
    release(book);
}

void ProxyBooks::is_unheard(AttemptName upstream) { lose(take(upstream)); }

void ProxyBooks::is_heard_at(AttemptName upstream, SimTime when) {
    const Book& book = books_[given_up_.at(upstream)];
    if (when == SimTime::never() || (!book.of_proxy && when > book.waits_until)) is_unheard(upstream);
    else if (!book.of_proxy) is_heard(upstream);
}

void ProxyBooks::heard_from_elsewhere(std::uint32_t record, AttemptName own) { books_[book_of_[record]].told.push_back(own); }

/// Its own attempt is the last that was noted.
void ProxyBooks::lose(std::uint32_t index) {
    Book& book = books_[index];
    if (book.own != kNobody) {
        Book lost = book;
        if (!lost.entries.empty()) lost.entries.pop_back();
        lost_.push_back(std::move(lost));
    }
    release(index);
}

// ---- after the run ----------------------------------------------------------------------------------------------

void ProxyBooks::end(std::uint32_t record, AttemptName upstream, AttemptName own, bool is_somebodys) {
    if (is_somebodys) return confirm(record);
    Book& book = books_[book_of_[record]];
    book.upstream = upstream;
    book.own = own;
    if (own != kNobody) lost_.push_back(book);
}

void ProxyBooks::settle(std::span<ProxyBooks* const> sites, std::span<const AttemptName> accepted) {
    std::set<AttemptName> real, had(accepted.begin(), accepted.end());
    for (const ProxyBooks* site : sites) {
        real.insert(site->real_.begin(), site->real_.end());
        had.insert(site->accepted_.begin(), site->accepted_.end());
    }
    bool goes_on = true;
    while (std::exchange(goes_on, false)) {  // once more for each proxy in a row
        for (ProxyBooks* site : sites) {
            for (auto at = site->given_up_.begin(); at != site->given_up_.end();) {
                const Book& book = site->books_[at->second];
                const bool is_real = real.contains(at->first);
                if (is_real) write(book, 1);
                if (is_real) real.insert(book.told.begin(), book.told.end());
                goes_on |= is_real;
                at = is_real ? site->given_up_.erase(at) : std::next(at);
            }
        }
    }
    for (ProxyBooks* site : sites)
        for (const auto& [upstream, book] : std::exchange(site->given_up_, {})) site->lose(book);
    goes_on = true;
    while (std::exchange(goes_on, false)) {
        for (ProxyBooks* site : sites) {
            std::erase_if(site->lost_, [&](const Book& book) {
                if (!had.contains(book.own)) return false;
                write(book, 1);
                had.insert(book.upstream);
                return goes_on = true;
            });
        }
    }
}

}  // namespace mailquake
