// Every text that names something names something that exists, of the right kind.
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/scenario/merge.hpp"
#include "models/scenario/own_partitions.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"

namespace mailquake {
namespace {

class References {
public:
    References(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), diagnostics_(diagnostics) {
        for (const SiteSpec& site : scenario.spec.sites) {
            sites_.push_back(site.name);
            if (site.outside) outside_.push_back(site.name);
        }
        index(Refers::site, sites_);
        index(Refers::outside_site, outside_);
        index(Refers::link, names_of(scenario.spec.links));
        index(Refers::tier, names_of(scenario.spec.tiers));
        index(Refers::tenant_class, names_of(scenario.spec.tenants));
        index(Refers::sender, names_of(scenario.spec.senders));
        index(Refers::client, names_of(scenario.spec.clients));
        index(Refers::flaw, names_of(scenario.spec.flaws));
        index(Refers::mitigation, names_of(scenario.spec.mitigations));
    }

    void run() {
        walk_map(scenario_.tree, scenario_type());
        for (const FaultSpec& fault : scenario_.spec.faults) check_fault(fault);
        for (const TierSpec& tier : scenario_.spec.tiers) check_tier(tier);
        for (const TenantClassSpec& tenants : scenario_.spec.tenants) check_class(tenants);
    }

private:
    void index(Refers what, const std::vector<std::string>& names) {
        const std::vector<std::string>& kept = listed_[what] = names;
        known_[what] = {kept, [](const std::string& name) -> std::string_view { return name; }};
    }

    [[nodiscard]] const TierSpec* find_tier(std::string_view name) const {
        const auto index = known_.at(Refers::tier).find(name);
        return index ? &scenario_.spec.tiers[*index] : nullptr;
    }

    /// Walks what was written, by type, and checks each text that refers.
    void walk_map(const YamlNode& map, const SpecType& type) {
        if (map.kind != NodeKind::map) return;
        for (const YamlNode& child : map.children) {
            const KeyType* key = find_key(type, map, child.key);
            if (key == nullptr) continue;
            switch (key->form) {
                case KeyForm::scalar:
                    if (key->refers != Refers::nothing) check(child, *key);
                    break;
                case KeyForm::list:
                    if (key->refers != Refers::nothing)
                        for (const YamlNode& item : child.children) check(item, *key);
                    break;
                case KeyForm::map: walk_map(child, *key->type); break;
                case KeyForm::entries:
                    for (const YamlNode& entry : child.children) walk_map(entry, *key->type);
                    break;
                case KeyForm::one_of:
                    if (const Alternative* alternative = tagged_alternative(*key, child)) walk_map(child, *alternative->type);
                    break;
            }
        }
    }

    void check(const YamlNode& node, const KeyType& key) {
        if (key.refers == Refers::fault_target) return;  // by the fault's kind: check_fault
        if (key.refers != Refers::tier_place && known_[key.refers].contains(node.text)) return;
        const SourcePos pos = scenario_.sources.pos(node.place);
        if (key.refers == Refers::tier_place) check_place(node.text, pos);
        else check_name(node.text, key.refers, pos);
    }

    void check_name(const std::string& name, Refers what, const SourcePos& pos) {
        if (known_[what].contains(name)) return;
        if (!scenario_.whole && known_[what].empty()) return;  // the list could not be read: said before
        if (what == Refers::outside_site && known_[Refers::site].contains(name)) {
            diagnostics_.error(pos, fmt::format("site '{}' is not outside; populations stand at sites with `outside: true`", name));
            return;
        }
        diagnostics_.error(pos, fmt::format("unknown {} '{}'{}", noun_of(what), name, suggestion(name, listed_[what], "known ones")));
    }

    void check_place(const std::string& text, const SourcePos& pos) {
        const PlaceText place = split_place(text);
        const TierSpec* found = find_tier(place.tier);
        if (found == nullptr) {
            check_name(std::string(place.tier), Refers::tier, pos);
            return;
        }
        const TierSpec& tier = *found;
        if (!place.partition.empty() && !contains(tier.partitions, place.partition)) {
            diagnostics_.error(pos, tier.partitions.empty() ? fmt::format("tier '{}' has no partitions", tier.name)
                                                            : fmt::format("unknown partition '{}' of tier '{}'{}", place.partition, tier.name,
                                                                          suggestion(place.partition, tier.partitions, "its partitions")));
        }
        if (!place.site.empty() && !contains(tier.at, place.site))
            diagnostics_.error(pos, fmt::format("tier '{}' is not at '{}'{}", tier.name, place.site, suggestion(place.site, tier.at, "its sites")));
    }

    /// When a fault names its targets, then by its kind: links, sites, a tier's places, tenant classes or flaws.
    void check_fault(const FaultSpec& fault) {
        check_target(fault, fault.target, fmt::format("faults.{}.target", fault.name));
        for (std::size_t i = 0; i < fault.group.size(); ++i) check_target(fault, fault.group[i], fmt::format("faults.{}.group.{}", fault.name, i));
    }

    void check_target(const FaultSpec& fault, const std::string& target, const std::string& path) {
        const YamlNode* written = scenario_.paths.find(path);
        const YamlNode* tag = scenario_.paths.find(fmt::format("faults.{}.kind", fault.name));
        const std::string_view kind = std::visit([](const auto& body) { return std::string_view(body.kind); }, fault.body);
        if (written == nullptr || tag == nullptr || tag->text != kind) return;  // said when it was read
        const SourcePos pos = scenario_.sources.pos(written->place);
        const Refers needed = kind.starts_with("link-") ? Refers::link
                              : kind == SiteDownFault::kind ? Refers::site
                              : kind == LoadSurgeFault::kind || kind == CampaignFault::kind || kind == PoisonFault::kind ? Refers::tenant_class
                              : kind == DateReachedFault::kind ? Refers::flaw
                                                             : Refers::tier_place;
        const Refers given = kind_of(target);
        if (needed == Refers::tier_place && (given == Refers::tier || given == Refers::nothing)) {
            check_place(target, pos);
        } else if (given == Refers::nothing || given == needed || known_[needed].contains(target)) {
            check_name(target, needed, pos);
        } else {
            diagnostics_.error(pos, fmt::format("a fault of kind {} hits a {}, but '{}' is a {}", kind, noun(needed), target, noun(given)));
        }
    }

    [[nodiscard]] Refers kind_of(const std::string& target) {
        for (const Refers what : {Refers::link, Refers::site, Refers::tenant_class, Refers::flaw})
            if (known_[what].contains(target)) return what;
        return find_tier(split_place(target).tier) != nullptr ? Refers::tier : Refers::nothing;
    }
    [[nodiscard]] static std::string_view noun(Refers what) { return what == Refers::tier_place ? "tier" : noun_of(what); }

    void check_tier(const TierSpec& tier) {
        const std::string path = "tiers." + tier.name;
        refuse_twice(tier.at, path + ".at");
        refuse_twice(tier.partitions, path + ".partitions");
        for (std::size_t i = 0; i < tier.partitions.size(); ++i) {
            const std::string& name = tier.partitions[i];
            if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
                diagnostics_.error(scenario_.at(fmt::format("{}.partitions.{}", path, i)), fmt::format("'{}' is not a name: use a-z, 0-9 and '-'", name));
        }
        for (const TierSiteSpec& site : tier.sites)
            if (!contains(tier.at, site.name))
                diagnostics_.error(scenario_.at(fmt::format("{}.sites.{}.name", path, site.name)),
                                   fmt::format("tier '{}' is not at '{}'{}", tier.name, site.name, suggestion(site.name, tier.at, "its sites")));
        check_hosts(tier, path);
        check_own(tier, path);
    }

    void check_own(const TierSpec& tier, const std::string& path) {
        if (!tier.own) return;
        const std::int64_t count = own_partitions(scenario_.spec, tier);
        if (scenario_.says(path + ".partitions"))
            diagnostics_.error(scenario_.at(path + ".partitions"), fmt::format("tier '{}' has a partition for each tenant (`own`), and no others; leave one of the two out", tier.name));
        if (count == 0) diagnostics_.error(scenario_.at(path + ".own"), fmt::format("no tenant's mail passes tier '{}', so it would be nobody's own", tier.name));
        if (count > kMostOwnPartitions)
            diagnostics_.error(scenario_.at(path + ".own"), fmt::format("{} tenants would have a partition of their own; at most {} are made", count, kMostOwnPartitions));
    }

    /// MX hosts of a tier: its sites, all of them, and all outside.
    void check_hosts(const TierSpec& tier, const std::string& path) {
        for (const MxSpec& host : tier.mx)
            if (!contains(tier.at, host.name))
                diagnostics_.error(scenario_.at(fmt::format("{}.mx.{}.name", path, host.name)),
                                   fmt::format("tier '{}' is not at '{}'{}", tier.name, host.name, suggestion(host.name, tier.at, "its sites")));
        if (tier.mx.empty()) return;
        for (std::size_t i = 0; i < tier.at.size(); ++i) {
            if (find_entry(tier.mx, tier.at[i]) == nullptr)
                diagnostics_.error(scenario_.at(fmt::format("{}.at.{}", path, i)), fmt::format("'{}' is no MX host of tier '{}', so no mail would go there; add it to `mx`", tier.at[i], tier.name));
            if (known_[Refers::site].contains(tier.at[i]) && !known_[Refers::outside_site].contains(tier.at[i]))
                diagnostics_.error(scenario_.at(path + ".mx"), fmt::format("site '{}' is not outside; MX hosts are for destinations in the outside world, and `mx` of a tenant class says where mail enters here", tier.at[i]));
        }
    }

    void refuse_twice(const std::vector<std::string>& list, const std::string& path) {
        std::set<std::string_view> seen;
        for (std::size_t i = 0; i < list.size(); ++i)
            if (!seen.insert(list[i]).second) diagnostics_.error(scenario_.at(fmt::format("{}.{}", path, i)), fmt::format("'{}' stands twice in {}", list[i], path));
    }

    void check_class(const TenantClassSpec& tenants) {
        const std::string path = "tenants." + tenants.name;
        for (const ShareSpec& sender : tenants.senders)
            check_name(sender.name, Refers::sender, scenario_.at(fmt::format("{}.senders.{}.name", path, sender.name)));
        for (const MxSpec& mx : tenants.mx) check_name(mx.name, Refers::site, scenario_.at(fmt::format("{}.mx.{}.name", path, mx.name)));
        for (const PlacementSpec& placement : tenants.placement) {
            const std::string there = fmt::format("{}.placement.{}", path, placement.name);
            const TierSpec* found = find_tier(placement.name);
            if (found == nullptr) {
                check_name(placement.name, Refers::tier, scenario_.at(there + ".name"));
            } else if (found->partitions.empty()) {
                diagnostics_.error(scenario_.at(there + ".name"), fmt::format("tier '{}' has no partitions to place tenants on", placement.name));
            } else {
                for (const ShareSpec& share : placement.shares)
                    if (!contains(found->partitions, share.name))
                        diagnostics_.error(scenario_.at(fmt::format("{}.shares.{}.name", there, share.name)),
                                           fmt::format("unknown partition '{}' of tier '{}'{}", share.name, placement.name,
                                                       suggestion(share.name, found->partitions, "its partitions")));
            }
        }
    }

    const ReadScenario& scenario_;
    Diagnostics& diagnostics_;
    std::vector<std::string> sites_, outside_;
    std::map<Refers, NameIndex> known_;   // into listed_
    std::map<Refers, std::vector<std::string>> listed_;
};

}  // namespace

void validate_references(const ReadScenario& scenario, Diagnostics& diagnostics) { References(scenario, diagnostics).run(); }

}  // namespace mailquake
