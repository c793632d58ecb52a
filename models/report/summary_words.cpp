#include "models/report/summary_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/report/human.hpp"

namespace mailquake {

using human::count;

std::string excused_lines(const RunResult& r) {
    const MessageFigures& m = r.figures.messages;
    const std::string objective = human::duration(r.about.objective);
    const auto copies = [](double n) { return count(n) + (n == 1 ? " copy" : " copies"); };
    std::string out;
    if (m.excused_destination > 0)
        out += fmt::format("  excused     {} took over {} while their own outside destination was hit, and do not count as late\n", copies(m.excused_destination), objective);
    if (m.excused_greylisting > 0)
        out += fmt::format("  excused     {} took over {} by greylisting alone, and do not count as late\n", copies(m.excused_greylisting), objective);
    const AffectedFigures& a = r.figures.affected;
    if (a.by_destination > 0)
        out += fmt::format("  lost there  {} affected only by mail that was lost at its own outside destination, which was hit: never collateral\n",
                           human::share(a.by_destination, a.of, "tenants"));
    return out;
}

std::string words_of_who(const RunResult& r) {
    std::string out = fmt::format("  late: over {}, or lost or wrongly bounced; affected: in some hour over 5 % and at least 3 copies late, or one lost or wrongly bounced;\n"
                                  "  collateral: affected by copies whose own places (home, partition, MX list, outside destination) were all healthy\n",
                                  human::duration(r.about.objective));
    const auto any = [&](auto&& is_so) { return is_so(r.figures.delay) || std::any_of(r.figures.tenants.begin(), r.figures.tenants.end(), [&](const ClassFigures& c) { return is_so(c.delay); }); };
    if (any([](const DelayFigures& d) { return !d.at_least.empty(); })) out += fmt::format("  >= : a lower bound, since copies were still under way at the end{}\n",
                                                                                   r.about.cooldown > 0 ? "" : "; `cooldown` leaves out what was accepted last");
    if (any([](const DelayFigures& d) { return !d.never.empty(); })) out += "  never : it falls on mail that was lost or bounced\n";
    return out;
}

}  // namespace mailquake
