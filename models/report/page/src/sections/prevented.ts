import { bars } from "../bars";
import type { Data } from "../data";
import { figure, h, section } from "../dom";
import { amount, plural } from "../format";
import { table } from "../table";
import { columns, damageNoun, saved, unitOf } from "../worlds";

export function prevented(data: Data): HTMLElement {
    const w = data.whatif;
    if (!w || w.cures.length === 0)
        return section("prevented", "What would have prevented it", null, h("p", {}, "Not computed: the scenario has no variants and no mitigation that is off, or the page was asked for with --quick."));
    const unit = unitOf(w, w.damage), damage = amount(unit, w.as_written.metrics[w.damage]?.value.value ?? 0);
    return section("prevented", "What would have prevented it", `Variants and unused mitigations of the scenario, by what they save of ${damage}${unit === "duration" ? " of" : ""} ${damageNoun(w)}, over ${plural(w.runs, "pair")} of runs with the same luck. A variant may also be another guess at what went wrong, and save nothing.`,
        figure(`Saved, in ${damageNoun(w)}`, "To the right is better; hatched grey is within chance", bars("Saved", unit, w.cures.map((x) => ({ name: x.name.replace(/^variant /, ""), note: x.description, value: saved(w, x), sure: w.runs < 2 || x.metrics[w.damage]?.sure })), { signed: true, kind: "good" })),
        table("What it would have been like", columns(w, ["below_90()", "signed_in()", "affected()", "collateral()", "p99(delay)", "max(delay)", "recovered()"], false), [w.as_written, ...w.cures]));
}
