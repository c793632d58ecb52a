// Curves over one axis with their 95 % bands, drawn as wide as the page lets them be and again when that changes, so that a
// phone has the whole axis. Curves are told apart by colour, by dashes and by marks, in the legend too; a hollow mark is a
// lower bound. Marks tell their values when pointed at; the tables beside have all of them.
import type { Unit } from "./data";
import { h, s } from "./dom";
import { amount, brief } from "./format";
import { isPrinting, onRepaint } from "./theme";

export interface Spot { value: number | null; low?: number; high?: number; at_least?: boolean }
export interface Curve { name: string; spots: Spot[] }
export interface CurveOptions {
    title: string; axis: string; values: string[]; unit: Unit; curves: Curve[];
    most?: number;        // the top of the scale, where it is known
    today?: string;       // the scenario's own value
    bands?: boolean;      // unless said
}

const units: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, m: 60, h: 3600, d: 86400, "%": 0.01, "/s": 1, "/min": 1 / 60, "/h": 1 / 3600, x: 1, "": 1 };

/** The number that a value of a scenario stands for, if it is one. */
function numberOf(text: string): number | null {
    const m = /^(-?[\d.]+(?:e[+-]?\d+)?)\s*(us|ms|s|min|m|h|d|%|\/s|\/min|\/h|x|)$/i.exec(text);
    return m ? Number(m[1]) * units[m[2]] : null;
}

/** Where each value stands on its axis, from 0 to 1: to scale where all are numbers, else evenly; and where another one does. */
function positions(values: string[], other?: string): { at: number[]; other: number | null } {
    const n = values.map(numberOf), even = values.map((_, i) => values.length > 1 ? i / (values.length - 1) : 0.5);
    const among = other === undefined ? -1 : values.indexOf(other);
    if (values.length > 1 && n.every((x): x is number => x !== null)) {
        const low = Math.min(...n), high = Math.max(...n), spread = n.map((x) => (x - low) / (high - low || 1));
        const sorted = [...spread].sort((a, b) => a - b);
        if (sorted.every((x, i) => i === 0 || x - sorted[i - 1] > 0.02)) {   // readable to scale
            const x = other === undefined ? null : numberOf(other);
            return { at: spread, other: x !== null && x >= low && x <= high ? (x - low) / (high - low || 1) : null };
        }
    }
    return { at: even, other: among >= 0 ? even[among] : null };
}

const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800, 345600, 604800];

/** Ticks from 0 on, at most six; the last one is at or above `high`. */
function ticks(high: number, unit: Unit): number[] {
    const power = 10 ** Math.floor(Math.log10(high / 5)), fine = unit === "count" && power < 1 ? 1 : power;
    const step = (unit === "duration" ? steps.find((x) => high / x <= 5) : undefined) ?? [1, 2, 5, 10].map((x) => x * fine).find((x) => high / x <= 5.000001)!;
    return Array.from({ length: Math.ceil(high / step - 1e-9) + 1 }, (_, i) => i * step);
}

function tickText(unit: Unit, x: number): string {
    switch (unit) {
        case "duration": return amount(unit, x).replace(/ 00[hms]$/, "");
        case "share": return `${+(x * 100).toPrecision(3)} %`;
        case "rate": return `${x > 0 && x < 1 ? +x.toPrecision(2) : brief(x)}/s`;
        case "count": case "number": return x > 0 && x < 1 ? String(+x.toPrecision(2)) : brief(x);
    }
}

const dashes = ["", "8 3", "3 3", "10 3 2 3"];
const marks = [(x: number, y: number) => s("circle", { cx: x, cy: y, r: 4 }), (x: number, y: number) => s("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7 }),
    (x: number, y: number) => s("path", { d: `M${x} ${y - 5}L${x + 5} ${y + 4}H${x - 5}z` }), (x: number, y: number) => s("path", { d: `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}z` })];
const dash = (k: number): string => dashes[(k + Math.floor(k / 4)) % 4];
const colored = <E extends SVGElement>(element: E, k: number): E => { element.style.setProperty("--c", `var(--class-${k % 8 + 1})`); return element; };

function legend(curves: Curve[]): HTMLElement {
    return h("ul", { class: "legend" }, ...curves.map((c, k) => h("li", {}, colored(s("svg", { class: "curve sample", width: 30, height: 12, "aria-hidden": "true" },
        s("path", { class: "line", "stroke-dasharray": dash(k), d: "M0 6H30" }), marks[k % 4](15, 6)), k), c.name)));
}

/** What a mark says when it is pointed at. */
function told(o: CurveOptions, curve: Curve, name: string, p: Spot): string {
    return `${o.axis} = ${name}${curve.name ? `, ${curve.name}` : ""}: ${p.at_least ? "≥ " : ""}${amount(o.unit, p.value)}${p.low !== undefined && p.high !== undefined ? ` (${amount(o.unit, p.low)} to ${amount(o.unit, p.high)})` : ""}`;
}

function drawing(o: CurveOptions, W: number): SVGSVGElement {
    const H = W < 560 ? 240 : 300, left = 64, right = 12, top = 12, bottom = 26, inset = Math.min(24, W / 20);
    const where = positions(o.values, o.today), x = (p: number) => left + inset + p * (W - left - right - 2 * inset), at = where.at.map(x);
    const most = Math.max(0, ...o.curves.flatMap((c) => c.spots.flatMap((p) => [p.value ?? 0, o.bands === false ? 0 : p.high ?? 0])));
    const lines = ticks(o.most ?? (most > 0 ? most : 1), o.unit), high = lines[lines.length - 1], y = (v: number) => H - bottom - Math.max(0, Math.min(v, high)) / high * (H - top - bottom);
    const grid = lines.map((v) => s("g", {}, s("line", { x1: left, x2: W - right, y1: y(v), y2: y(v), class: "grid" }), s("text", { x: left - 8, y: y(v) + 4, class: "end" }, tickText(o.unit, v))));
    let end = -1;   // of the last name that was written
    const names = o.values.map((v, i) => {
        const half = v.length * 3.7, middle = Math.min(Math.max(at[i], half), W - half), free = middle - half > end + 6;
        if (free) end = middle + half;
        return free ? s("text", { x: middle, y: H - bottom + 20, class: "middle" }, v) : null;
    });
    const drawn = o.curves.map((curve, k) => {
        const spots = curve.spots.map((p, i) => ({ ...p, x: at[i], name: o.values[i] })).filter((p) => p.value !== null).sort((a, b) => a.x - b.x);
        const band = o.bands === false ? [] : spots.filter((p) => p.low !== undefined && p.high !== undefined);
        const shape = `M${band.map((p) => `${p.x} ${y(p.high!)}`).join("L")}L${[...band].reverse().map((p) => `${p.x} ${y(p.low!)}`).join("L")}z`;
        return colored(s("g", { class: "curve" },
            band.length > 1 ? s("path", { class: o.curves.length > 2 ? "band faint" : "band", d: shape }) : null,
            spots.length > 1 ? s("path", { class: "line", "stroke-dasharray": dash(k), d: `M${spots.map((p) => `${p.x} ${y(p.value!)}`).join("L")}` }) : null,
            ...spots.map((p) => {
                const mark = marks[k % 4](p.x, y(p.value!));
                if (p.at_least) mark.setAttribute("class", "bound");
                mark.append(s("title", {}, told(o, curve, p.name, p)));
                return mark;
            })), k);
    });
    const today = where.other === null ? null : s("line", { x1: x(where.other), x2: x(where.other), y1: top, y2: H - bottom, class: "today" });
    return s("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img", "aria-label": `${o.title} over ${o.axis}; the values are in the tables of this page` }, ...grid, ...names, today, ...drawn);
}

const PAPER = 660;   // width of a chart on paper [px]

export function curveChart(o: CurveOptions): HTMLElement {
    const host = h("div", {}, drawing(o, 972));
    let width = 972;
    const fit = (w: number) => {
        const next = Math.round(w);
        if (next < 50 || next === width) return;
        width = next;
        host.replaceChildren(drawing(o, width));
    };
    new ResizeObserver(() => { if (!isPrinting()) fit(host.clientWidth); }).observe(host);
    onRepaint(() => fit(isPrinting() ? PAPER : host.clientWidth));
    const line = o.today !== undefined && positions(o.values, o.today).other !== null ? `; the dashed line is ${o.today}, as the scenario has it` : "";
    const bounds = o.curves.some((c) => c.spots.some((p) => p.at_least)) ? h("p", { class: "axis" }, "Hollow marks are lower bounds: the runs end too early to say more.") : null;
    return h("div", { class: "curves" }, o.curves.length > 1 ? legend(o.curves) : null, host, h("p", { class: "axis" }, o.axis + line), bounds);
}
