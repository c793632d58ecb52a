// Ranked bars with whiskers, as HTML: each row a name, a bar around zero, and the number with its interval.
import type { Unit, Value } from "./data";
import { h } from "./dom";
import { interval, signed, value } from "./format";
import { withRoles } from "./stack";

export interface BarRow { name: string; note?: string; value: Value; sure?: boolean }

export function bars(caption: string, unit: Unit, rows: BarRow[], options: { signed?: boolean; kind?: string } = {}): HTMLElement {
    const ends = rows.flatMap((r) => [r.value.value ?? 0, r.value.low ?? 0, r.value.high ?? 0]);
    const low = Math.min(0, ...ends), high = Math.max(0, ...ends), span = high - low || 1;
    const x = (v: number) => 100 * (v - low) / span;
    return withRoles(h("table", { class: "bars" }, h("caption", {}, caption), h("tbody", {}, ...rows.map((row) => {
        const v = row.value.value ?? 0, from = Math.min(v, 0), to = Math.max(v, 0);
        const range = interval(unit, row.value, true);
        return h("tr", {}, h("th", { scope: "row" }, row.name, row.note ? h("small", {}, row.note) : null),
            h("td", { class: "track", "aria-hidden": "true" },
                h("div", {}, h("span", { class: `fill ${options.kind ?? ""}${options.signed && v < 0 ? " worse" : ""}${row.sure === false ? " unsure" : ""}`, style: `left:${x(from)}%;width:${x(to) - x(from)}%` }),
                    row.value.low !== undefined && row.value.high !== undefined && row.value.low !== row.value.high
                        ? h("span", { class: "whisker", style: `left:${x(Math.max(low, row.value.low))}%;width:${x(Math.min(high, row.value.high)) - x(Math.max(low, row.value.low))}%` }) : null,
                    h("span", { class: "zero", style: `left:${x(0)}%` }))),
            h("td", { class: "amount" }, h("b", {}, options.signed ? signed(unit, row.value.value) : value(unit, row.value)), range ? h("small", {}, range) : null));
    }))));
}
