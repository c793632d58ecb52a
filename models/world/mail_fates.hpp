// What became of each mail, where there is more of it than one copy.
//
// A reply that is not heard leaves the same mail with two parties, a flaw sends it twice; from then on each copy goes its way, with an
// identity of its own. So the end of one copy is not the end of the mail, and nobody who ends it can know: a sender gives up what has
// arrived long ago (a false failure notice), or two copies arrive. After the run all is there to decide it: which identities are of one
// mail, how many copies there were, which of them were lost, and which are under way still. All others have arrived.
//
// Rules: a mail has arrived if one of its copies has; further ones have arrived again, and the loss of others is no loss. Else it is
// under way if one of its copies is. Else it is lost, once: when the last of them was.
// Left out: mail that a Safety Net sends again outside is no copy of what it repeats (replaying.hpp).
// Invariant: accepted mail is delivered, lost, returned to its sender as a failure, or under way; one of these.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/mail/message.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// A copy of a mail that was dropped, expired or bounced.
struct LostCopy {
    std::uint64_t identity;
    SimTime       accepted, ended;
    std::uint32_t tenant;
    std::uint16_t tenant_class;
    Direction     direction;
    bool          measured : 1;
    bool          returned : 1;   // its sender was told at once, by a bounce of a reply 5yz: in the books it is not lost, but bounced
};

/// What a site knows of it.
struct SameMail {
    struct Another { std::uint64_t identity; std::uint32_t tenant; };
    std::vector<Another> copies;                                     // one more copy of the mail that goes by this identity
    std::vector<std::pair<std::uint64_t, std::uint64_t>> renamed;    // from, to: they are of one mail
    std::vector<LostCopy> lost;
};

class MailFates {
public:
    /// All that sites know.
    void add(const SameMail& site);
    /// To be called once all is added.
    void sort_out();
    /// Whether some mail has several copies at all.
    [[nodiscard]] bool any() const { return !mails_.empty(); }
    /// At the end of the run a copy is under way. Before decide().
    void is_under_way(std::uint64_t identity);
    /// Once all that are under way are known.
    void decide();

    /// Whether the end of this copy is the loss of its mail.
    [[nodiscard]] bool is_loss(const LostCopy& copy) const;
    /// Whether the mail has arrived all the same.
    [[nodiscard]] bool has_arrived(const LostCopy& copy) const;
    /// By tenant: deliveries of mail that had arrived before.
    [[nodiscard]] std::uint64_t arrived_again(std::uint32_t tenant) const;

private:
    struct Fate {
        std::uint32_t tenant = 0;
        std::uint64_t copies = 1, under_way = 0, lost = 0;
        bool          has_arrived = false;
        SimTime       last_end;               // of a lost one,
        std::uint64_t last_identity = 0;      // and which it is
    };
    [[nodiscard]] std::uint64_t root(std::uint64_t identity) const;
    [[nodiscard]] const Fate* find(std::uint64_t identity) const;

    std::map<std::uint64_t, std::uint64_t> before_;   // by identity: the one that it had before
    std::map<std::uint64_t, Fate> mails_;             // by its first identity: those of several copies
    std::vector<SameMail::Another> copies_;
    std::vector<LostCopy> lost_;
    std::map<std::uint32_t, std::uint64_t> again_;    // by tenant
};

}  // namespace mailquake
