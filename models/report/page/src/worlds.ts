// Worlds beside each other: which figures are shown of them, and how they are called.
import type { Metric, Unit, Value, WhatIf, World } from "./data";
import { h } from "./dom";
import { interval, signed, value } from "./format";
import { Column } from "./table";

const names: Record<string, string> = {
    "late_minutes()": "Tenant-minutes late", "below_90()": "Under 90 % signed in for", "signed_in()": "Fewest signed in", "affected()": "Affected", "collateral()": "Collateral",
    "late()": "Late mail", "p99(delay)": "p99 delay", "max(delay)": "Longest delay", "recovered()": "Back on time after", "lost()": "Lost",
};
export const nameOf = (metric: string): string => names[metric] ?? metric;
/** What the damage is counted in, within a sentence. */
export const damageNoun = (w: { damage: string }): string => w.damage === "late_minutes()" ? "tenant-minutes late" : "time with under 90 % signed in";
export const unitOf = (w: WhatIf, metric: string): Unit => w.as_written.metrics[metric]?.unit ?? "count";

export function shown(m: Metric | undefined): Node | string {
    if (!m) return "–";
    const range = interval(m.unit, m.value);
    return h("span", {}, value(m.unit, m.value), range ? h("small", {}, range) : null);
}

/** Columns of the metrics that some world has, out of these. */
export function columns(w: WhatIf, metrics: string[], change: boolean): Column<World>[] {
    const all: Column<World>[] = [{ head: "World", cell: (x) => x.name }];
    for (const metric of metrics) {
        if (!(metric in w.as_written.metrics)) continue;
        all.push({ head: nameOf(metric), cell: (x) => shown(x.metrics[metric]) });
        if (change && metric === w.damage) all.push({ head: "Change", cell: (x) => x === w.as_written ? "–" : signed(unitOf(w, metric), x.metrics[metric]?.change.value ?? null) });
    }
    return all;
}

/** What a world saves of the damage. */
export function saved(w: WhatIf, x: World): Value {
    const c = x.metrics[w.damage]?.change;
    return { value: c?.value == null ? null : -c.value, ...(c?.low !== undefined && c.high !== undefined ? { low: -c.high, high: -c.low } : {}) };
}
