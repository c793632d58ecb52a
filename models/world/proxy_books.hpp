// What a proxy's time with a copy is booked to. A proxy works on behalf of its upstream party, which owns the copy and may have
// stopped waiting: its reply time-out is over, its connection is cut, its own proxy has crashed. If the proxy fails then, nobody has
// lived through what it did: the owner books the whole attempt as failed. So what is done with a proxied copy is noted here first, and
// goes to the ledger when it is known whose it is:
//
//   the next party took the copy      the copy's, or its duplicate's
//   the upstream party hears of the failure   the copy's; of an upstream that is a proxy itself: as that one's
//   it does not hear of it            nobody's; only if the next party took the copy after all (a reply too late), what was before that
//
// A proxy knows by its own clock whether an owner elsewhere still waits: it does, from the offer on, for network.reply_timeout. Of a
// proxy elsewhere, and of late acceptances, that is known after the run (settle).
// Left out: of two proxies of one site in a row, what the second one's late acceptance says of the first one, if that is not heard either.
//
// Places where proxies work have their rows kept apart in the ledger (DelayLedger::keep_apart), so that all others book without a question.
// Source: design.md 4.8. Invariant: what is booked of a copy, or noted here for it, sums to the time since its acceptance, once.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "models/mail/message.hpp"
#include "models/world/attempt.hpp"
#include "models/world/delay_ledger.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class ProxyBooks {
public:
    explicit ProxyBooks(DelayLedger& ledger) : ledger_(ledger) {}

    /// A proxy begins to work on this record, which has been on its way for so long; its upstream waits until then.
    void begin(std::uint32_t record, const Message& m, std::size_t place, SimDuration way, SimTime waits_until);
    /// This record is offered by a proxy of another site; or the copy that a proxy is offered now has waited for its greeting for so long.
    void comes_from_proxy(std::uint32_t record) { from_proxy_ = record; }
    void was_kept(SimDuration kept) { kept_ = kept; }
    /// The proxy did not take it.
    void discard(std::uint32_t record);
    /// Where the ledger has no row, or keeps it apart.
    void book(std::uint32_t record, const Message& m, std::size_t place, std::size_t cell, SimDuration d) {
        if (!m.proxied) {
            ledger_.row(place, m.tenant_class)[cell] += d.ns;
            return;
        }
        Book& book = books_[book_of_[record]];
        if (d.ns != 0) book.entries.push_back({book.cells + cell, d.ns});
    }

    /// The next party takes the record over; it may still turn it away. Then all is over.
    void confirm(std::uint32_t record) {
        Book& book = books_[book_of_[record]];
        for (const Entry& e : book.entries) *e.cell += e.ns;
        if (!book.told.empty()) [[unlikely]] real_.insert(real_.end(), book.told.begin(), book.told.end());
        book.is_confirmed = true;
    }
    void take_back(std::uint32_t record);
    void close(std::uint32_t record) {
        const std::uint32_t book = book_of(record);
        if (book == kNone || !books_[book].is_confirmed) return;  // the record has another copy by now
        book_of_[record] = kNone;
        free_.push_back(book);
    }
    /// The proxy gives the record up, whose upstream's attempt that is; its own attempt has failed, if it has a name.
    void give_up(std::uint32_t record, AttemptName upstream, AttemptName own = kNobody);
    /// And so that ends: its upstream hears of it, as a proxy of this site with that record, not at all, or at that time.
    void is_heard(AttemptName upstream);
    void is_heard(AttemptName upstream, std::uint32_t record);
    void is_unheard(AttemptName upstream);
    void is_heard_at(AttemptName upstream, SimTime when);
    /// A proxy's attempt with this record failed elsewhere.
    void heard_from_elsewhere(std::uint32_t record, AttemptName own);
    /// An attempt was accepted, but who made it does not hear of it, or no longer.
    void is_accepted_unheard(AttemptName attempt) { accepted_.push_back(attempt); }

    /// After the run: this record is still in the hands of a proxy, which makes that attempt for it. Is it still somebody's?
    void end(std::uint32_t record, AttemptName upstream, AttemptName own, bool is_somebodys);
    /// When all sites have ended; `accepted`: attempts whose acceptance was on its way.
    static void settle(std::span<ProxyBooks* const> sites, std::span<const AttemptName> accepted);

    static constexpr AttemptName kNobody{0xffffU, 0};

private:
    struct Entry {
        TimeArea*    cell;
        std::int64_t ns;
    };
    struct Book {
        std::vector<Entry> entries;
        std::vector<AttemptName> told;    // failures elsewhere that this one's attempts were told of
        TimeArea*   cells = nullptr;      // of its place and class
        SimTime     waits_until;
        SimDuration kept{0};
        AttemptName upstream = kNobody, own = kNobody;
        bool        of_proxy = false;     // elsewhere
        bool        is_confirmed = false;
    };
    static constexpr std::uint32_t kNone = 0xffff'ffffU;

    [[nodiscard]] std::uint32_t book_of(std::uint32_t record) const { return record < book_of_.size() ? book_of_[record] : kNone; }
    [[nodiscard]] std::uint32_t take(AttemptName upstream);
    static void write(const Book& book, std::int64_t sign);
    void release(std::uint32_t book);
    void lose(std::uint32_t book);

    DelayLedger& ledger_;
    std::vector<std::uint32_t> book_of_;  // by record
    std::vector<Book> books_;
    std::vector<std::uint32_t> free_;
    std::map<AttemptName, std::uint32_t> given_up_;  // by upstream, until it is known whether that hears of it
    std::vector<Book> lost_;                         // unheard, and it may be that the next party has the copy
    std::vector<AttemptName> real_, accepted_;       // failures elsewhere that are part of somebody's life; see is_accepted_unheard
    SimDuration kept_{0};
    std::uint32_t from_proxy_ = kNone;
};

}  // namespace mailquake
