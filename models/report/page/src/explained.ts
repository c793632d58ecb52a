// Where the time of late mail went, by the engine's conserved ledger: tenant class, place, cause; and in whose company those
// waited who were late though all of their own was healthy.
import type { Collateral, Explanation, Part } from "./data";
import { figure, h } from "./dom";
import { count, percent, plural } from "./format";
import { fitting } from "./stack";
import { longTable } from "./table";
import { color, onRepaint } from "./theme";

type Kind = "late" | "all" | "collateral";
const kinds: Record<Kind, string> = { late: "late mail", all: "all mail", collateral: "collateral mail" };

export const hours = (seconds: number): string => `${count(seconds >= 36000 ? Math.round(seconds / 3600) : +(seconds / 3600).toPrecision(2))} h`;

/** Sums over parts with the same key, greatest first. */
function sums(parts: Part[], key: (p: Part) => string, kind: Kind): [string, number][] {
    const all = new Map<string, number>();
    for (const p of parts) all.set(key(p), (all.get(key(p)) ?? 0) + p[kind]);
    return [...all].sort((a, b) => b[1] - a[1]);
}

function tinted(share: number): HTMLTableCellElement {
    return h("td", { class: "tint", style: `--share:${(50 * share).toFixed(1)}%` }, share > 0 ? percent(share) : "–");
}

/** `queue: behind workers held by flaw x` within a sentence. */
const phrase = (text: string): string => text.replace(/^queue: behind/, "spent waiting behind").replace(/^queue: /, "spent waiting: ");

/** What the page's data, or a table, has no room for. */
const allElse = "all else";

/** Causes by classes: the share of each class's delay. */
function matrix(parts: Part[], classes: string[], kind: Kind): HTMLElement {
    const named = new Set(sums(parts, (p) => p.text, kind).filter(([cause, time]) => time > 0 && cause !== allElse).slice(0, 8).map(([cause]) => cause));
    const cause = (p: Part): string => (named.has(p.text) ? p.text : allElse);
    const causes = sums(parts, cause, kind).filter(([, time]) => time > 0).sort((a, b) => Number(a[0] === allElse) - Number(b[0] === allElse));
    const total = sums(parts, (p) => p.class, kind);
    const of = (name: string) => total.find(([c]) => c === name)?.[1] ?? 0;
    const everything = total.reduce((sum, [, time]) => sum + time, 0);
    const cell = (row: string, name: string) => {
        const time = parts.reduce((sum, p) => sum + (cause(p) === row && p.class === name ? p[kind] : 0), 0);
        return tinted(of(name) > 0 ? time / of(name) : 0);
    };
    const heads = ["What kept it", ...(classes.length > 1 ? classes : []), "All"];
    return fitting(h("table", { class: "matrix", "aria-label": `Share of the delay of ${kinds[kind]}, by cause and tenant class` },
        h("thead", {}, h("tr", {}, ...heads.map((text, i) => h("th", { scope: "col", class: i === 0 ? "left" : "" }, text)))),
        h("tbody", {}, ...causes.map(([row, time]) => h("tr", {}, h("th", { scope: "row", class: "left wide" }, row), ...(classes.length > 1 ? classes.map((name) => cell(row, name)) : []), tinted(everything > 0 ? time / everything : 0))),
            h("tr", {}, h("th", { scope: "row", class: "left" }, "Delay in all, summed over copies"), ...(classes.length > 1 ? classes.map((name) => h("td", {}, hours(of(name)))) : []), h("td", {}, h("b", {}, hours(everything)))))), heads);
}

function byPlace(parts: Part[], kind: Kind): HTMLElement {
    const total = parts.reduce((sum, p) => sum + p[kind], 0) || 1;
    const rows = sums(parts, (p) => JSON.stringify([p.place, p.text]), kind).filter(([, time]) => time > 0).slice(0, 40).map(([key, time]) => ({ place: JSON.parse(key)[0] as string, text: JSON.parse(key)[1] as string, time }));
    return longTable(`Places and causes, ${kinds[kind]}`, [
        { head: "Place", cell: (r: typeof rows[0]) => r.place || "–" }, { head: "What kept mail there", cell: (r) => r.text, left: true, wide: true },
        { head: "Delay", cell: (r) => hours(r.time) }, { head: "Share", cell: (r) => percent(r.time / total) },
    ], rows, 8);
}

function company(c: Collateral): HTMLElement {
    const groups = new Map<string, number>();
    for (const n of c.neighbours) {
        const name = n.partition ? `jobs for ${n.partition}` : `${n.class} mail`;
        groups.set(name, (groups.get(name) ?? 0) + n.late);
    }
    const sorted = [...groups].sort((a, b) => b[1] - a[1]), shown = sorted.slice(0, 4), rest = sorted.slice(4).reduce((sum, [, t]) => sum + t, 0);
    if (rest > 0) shown.push(["others", rest]);
    const bar = h("div", { class: "shares", "aria-hidden": "true" }, ...shown.map(([, time]) => h("span", { style: `width:${100 * time / (c.there || 1)}%` })));
    const paint = () => [...bar.children].forEach((part, i) => { (part as HTMLElement).style.background = color(`class-${i + 1 === shown.length && rest > 0 ? 8 : i + 1}`); });
    paint();
    onRepaint(paint);
    return h("div", { class: "neighbour" },
        h("p", {}, h("b", {}, c.tenants > 0 ? plural(c.tenants, `${c.class} tenant`) : `No ${c.class} tenant affected`), `: ${count(c.copies)} late copies, ${hours(c.delay)} of delay`, c.place ? `; ${percent(c.there / c.delay)} of it in the queue of ${c.place}, behind` : ""),
        c.place ? bar : null,
        c.place ? h("ul", { class: "legend" }, ...shown.map(([name, time], i) => {
            const swatch = h("span", { class: "swatch" }), tint = () => { swatch.style.background = color(`class-${i + 1 === shown.length && rest > 0 ? 8 : i + 1}`); };
            tint();
            onRepaint(tint);
            return h("li", {}, swatch, `${name} ${percent(time / c.there)}`);
        })) : null);
}

export function explained(why: Explanation): (HTMLElement | null)[] {
    if (why.mail.delay === 0) return [];
    const classes = [...new Set(why.parts.map((p) => p.class))];
    const late = why.late.delay > 0, box = h("div");
    const show = (kind: Kind) => box.replaceChildren(matrix(why.parts, classes, kind), byPlace(why.parts, kind));
    const first: Kind = late ? "late" : "all";
    show(first);
    const choose = (kind: Kind) => h("label", {}, h("input", { type: "radio", name: "mail", value: kind, checked: kind === first, change: () => show(kind) }), kinds[kind]);
    const top = sums(why.parts, (p) => p.text, first)[0], total = late ? why.late.delay : why.mail.delay;
    const offered: Kind[] = why.collateral.delay > 0 ? ["late", "collateral", "all"] : late ? ["late", "all"] : ["all"];
    return [
        figure("Where the time went", "Every second of every message's life is booked to a place and a cause; the parts sum to the delays, to the nanosecond",
            top && total > 0 ? h("p", { class: "turned" }, `Of ${hours(total)} of delay of ${kinds[first]}, ${percent(top[1] / total)} was ${phrase(top[0])}.`) : null,
            offered.length > 1 ? h("div", { class: "controls" }, h("fieldset", {}, h("legend", {}, "Delay of"), ...offered.map(choose))) : null, box),
        why.collaterals.length > 0 ? figure("Collateral: who was in front of them", "Late mail of tenants whose own site, partition and links were all healthy, and whose jobs the workers had meanwhile", ...why.collaterals.slice(0, 8).map(company)) : null,
    ];
}
