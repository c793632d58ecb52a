// A population of outside senders: mail systems that we do not operate, with retry schedules of their own. Each copy is
// tried by itself: the population has no limit of connections. Left out: per-host memory between a sender's copies.
#pragma once

#include <optional>

#include "models/mta/retry_spec.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct SenderSpec : Entry {
    std::string preset;                       // laid under this entry by the loader
    std::string at;
    Ratio       share{1};                     // of outside mail, against the other populations
    RetrySpec   retry = PostfixRetrySpec{};
    std::optional<SimDuration> notice_after;

    template <class S = SenderSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("preset", &S::preset).inert().says("documented defaults of a mail system, under all that is said here: postfix, exim, exchange, opensmtpd, haraka, kumomta, sendmail, zonemta, mailgun, socketlabs; see presets.yaml"),
                key("at", &S::at).required().naming(Refers::outside_site).says("the outside site where it stands"),
                key("share", &S::share).above(0).at_most(1).says("weight of the population in mail from outside; the weights need not add up to 100%"),
                one_of("retry", "schedule", &S::retry).says("when it repeats a failed attempt, and when it gives up"),
                key("notice_after", &S::notice_after).above(0).says("age at which it tells its user of the delay; never if unsaid")});
    }
};

}  // namespace mailquake
