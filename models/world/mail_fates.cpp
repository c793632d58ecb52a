#include "models/world/mail_fates.hpp"

#include <algorithm>
#include <tuple>

#include "sim/base/check.hpp"

namespace mailquake {

void MailFates::add(const SameMail& site) {
    copies_.insert(copies_.end(), site.copies.begin(), site.copies.end());
    for (const auto& [from, to] : site.renamed) before_[to] = from;
    lost_.insert(lost_.end(), site.lost.begin(), site.lost.end());
}

std::uint64_t MailFates::root(std::uint64_t identity) const {
    for (auto found = before_.find(identity); found != before_.end(); found = before_.find(identity)) identity = found->second;
    return identity;
}

void MailFates::sort_out() {
    for (const SameMail::Another& another : copies_) {
        Fate& fate = mails_[root(another.identity)];
        fate.tenant = another.tenant;
        ++fate.copies;
    }
    if (!any()) return;
    for (const LostCopy& copy : lost_) {
        const auto found = mails_.find(root(copy.identity));
        if (found == mails_.end()) continue;
        Fate& fate = found->second;
        ++fate.lost;
        if (std::tuple(copy.ended, copy.identity) < std::tuple(fate.last_end, fate.last_identity)) continue;
        fate.last_end = copy.ended;
        fate.last_identity = copy.identity;
    }
}

void MailFates::is_under_way(std::uint64_t identity) {
    if (const auto found = mails_.find(root(identity)); found != mails_.end()) ++found->second.under_way;
}

void MailFates::decide() {
    for (auto& [first, fate] : mails_) {
        MQ_CHECK(fate.under_way + fate.lost <= fate.copies, "a mail has no more ends than copies");
        const std::uint64_t arrived = fate.copies - fate.under_way - fate.lost;
        fate.has_arrived = arrived > 0;
        if (arrived > 1) again_[fate.tenant] += arrived - 1;
    }
}

const MailFates::Fate* MailFates::find(std::uint64_t identity) const {
    if (!any()) return nullptr;
    const auto found = mails_.find(root(identity));
    return found == mails_.end() ? nullptr : &found->second;
}

bool MailFates::has_arrived(const LostCopy& copy) const {
    const Fate* const fate = find(copy.identity);
    return fate != nullptr && fate->has_arrived;
}

bool MailFates::is_loss(const LostCopy& copy) const {
    const Fate* const fate = find(copy.identity);
    return fate == nullptr || (!fate->has_arrived && fate->under_way == 0 && copy.identity == fate->last_identity && copy.ended == fate->last_end);
}

std::uint64_t MailFates::arrived_again(std::uint32_t tenant) const {
    const auto found = again_.find(tenant);
    return found == again_.end() ? 0 : found->second;
}

}  // namespace mailquake
