import { bars } from "../bars";
import type { Data, World } from "../data";
import { figure, h, section, table } from "../dom";
import { count, interval, plural, value } from "../format";

export function prevented(data: Data): HTMLElement {
    const w = data.whatif;
    if (!w || w.cures.length === 0)
        return section("prevented", "What would have prevented it", null, h("p", {}, w ? "Not computed: the scenario has no variants and no mitigation that is off, or the page was made with --quick." : "Not computed."));
    const damage = w.as_written.metrics[w.damage]?.value.value ?? 0;
    const saved = (x: World) => {
        const c = x.metrics[w.damage]?.change;
        return { value: c?.value == null ? null : -c.value, ...(c?.low !== undefined && c.high !== undefined ? { low: -c.high, high: -c.low } : {}) };
    };
    const cell = (x: World, metric: string) => {
        const m = x.metrics[metric];
        return m ? h("span", {}, value(m.unit, m.value), interval(m.unit, m.value) ? h("small", {}, interval(m.unit, m.value)) : null) : "–";
    };
    return section("prevented", "What would have prevented it", `Variants and unused mitigations of the scenario, by the tenant-hours that they save of ${count(damage)}, over ${plural(w.runs, "pair")} of runs with the same luck. Some variants are other guesses at the flaw, and save nothing.`,
        figure("Tenant-hours saved", "To the right is better", bars("Tenant-hours saved", "count", w.cures.map((x) => ({ name: x.name, note: x.description, value: saved(x), sure: x.metrics[w.damage]?.sure })), { signed: true, kind: "good" })),
        table("What it would have been like", [
            { head: "World", cell: (x: World) => x.name },
            { head: "Affected", cell: (x) => cell(x, "affected()") }, { head: "Collateral", cell: (x) => cell(x, "collateral()") },
            { head: "p99 delay", cell: (x) => cell(x, "p99(delay)") }, { head: "Longest delay", cell: (x) => cell(x, "max(delay)") }, { head: "Back on time after", cell: (x) => cell(x, "recovered()") },
        ], [w.as_written, ...w.cures]));
}
