// Mail that is lost at a site, or bounced: counted when the run is over and all sites know what became of its other copies
// (mail_fates.hpp). A part of its site.
//
// Lost mail is late, from when it is older than the objective, or from its loss if that was before; nothing excuses it. A loss at an
// outside destination that was hit while the copy was under way is kept apart, too (HitHour).
// Dashboards do not wait: what their site loses counts as late for them at once.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/mail/message.hpp"
#include "models/world/attempt.hpp"
#include "models/world/mail_fates.hpp"

namespace mailquake {

class Site;

class Losing {
public:
    explicit Losing(Site& site) : site_(site) {}

    /// A copy of a mail ends here, and did not arrive.
    void lose(const Message& m, bool returned);
    /// There is one more copy of the mail with this identity.
    void leave_another(std::uint64_t identity, const Message& m);
    void renamed(std::uint64_t from, std::uint64_t to) { same_.renamed.emplace_back(from, to); }
    [[nodiscard]] std::uint64_t ended() const { return ended_; }

    // After the run:
    /// Does this site wait for the reply to this attempt of its own?
    [[nodiscard]] bool waits_for(std::uint64_t key) const;
    using Waits = std::function<bool(AttemptName)>;
    /// Of these (sorted) accepted attempts, those that a proxy here makes for a party that has given up: its mail has one more copy.
    void leave_unheard(std::span<const AttemptName> accepted, const Waits& waits);
    [[nodiscard]] const SameMail& same_mail() const { return same_; }
    /// Tells of all mail of this site that is under way; the copies of these attempts (sorted) are others' by now.
    void list_under_way(std::span<const AttemptName> accepted, MailFates& fates) const;
    void count(const MailFates& fates);

private:
    void count_minutes(const LostCopy& copy);
    void count_measured(const LostCopy& copy);

    Site&         site_;
    SameMail      same_;
    std::uint64_t ended_ = 0;   // measured ones
};

}  // namespace mailquake
