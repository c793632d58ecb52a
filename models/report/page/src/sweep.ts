// The page of a sweep or a margin: curves with their 95 % bands over one axis, maps over two, the tipping map, and all values
// as tables. Numbers are those of `sweep --json` and `margin --json`.
import type { Unit } from "./data";
import { Column, figure, h, longTable, s, section } from "./dom";
import { amount, count, percent, plural } from "./format";
import { command } from "./sections/provenance";

interface Summary { value: number | null; at_least: boolean; interval: { low: number; high: number; n: number } | null }
interface SweepPoint { point: Record<string, string>; replications: number; failed: number; metrics: Record<string, Summary> }
export interface SweepData {
    kind: "sweep"; description: string; command: string; axes: string[]; units: Record<string, Unit>;
    data: { scenario: string; version: string; seed: number; points: SweepPoint[] };
}
interface Tipping { share_tipped: number; last_held: string | null; low: string | null; high: string | null }
interface MarginRow { point: Record<string, string>; replications: number; left_open: number; contradictions: number; checks: number; curve: { value: string; holds_in: number; low: number; high: number }[]; tipping: Tipping[] }
export interface MarginData {
    kind: "margin"; description: string; command: string;
    data: { scenario: string; version: string; seed: number; claim: string; path: string; today: string; rows: MarginRow[] };
}

const units: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, m: 60, h: 3600, d: 86400, "%": 0.01, "/s": 1, x: 1, "": 1 };

/** The number that a value of a scenario stands for, if it is one. */
function numberOf(text: string): number | null {
    const m = /^(-?[\d.]+(?:e[+-]?\d+)?)\s*(us|ms|s|min|m|h|d|%|\/s|x|)$/i.exec(text);
    return m ? Number(m[1]) * units[m[2]] : null;
}

/** Where each value stands on its axis, from 0 to 1: to scale where all are numbers, else evenly. */
function positions(values: string[]): number[] {
    const n = values.map(numberOf);
    if (values.length > 1 && n.every((x) => x !== null)) {
        const low = Math.min(...(n as number[])), high = Math.max(...(n as number[]));
        const spread = (n as number[]).map((x) => (x - low) / (high - low || 1));
        const sorted = [...spread].sort((a, b) => a - b);
        if (sorted.every((x, i) => i === 0 || x - sorted[i - 1] > 0.02)) return spread;   // readable to scale
    }
    return values.map((_, i) => values.length > 1 ? i / (values.length - 1) : 0.5);
}

interface Spot { value: number | null; low?: number; high?: number; at_least?: boolean }
interface Curve { name: string; spots: Spot[] }

function ticks(high: number, unit: Unit): number[] {
    const base = unit === "duration" ? [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 172800].find((x) => high / x <= 5) : undefined;
    const power = 10 ** Math.floor(Math.log10(high / 4 || 1)), step = base ?? [1, 2, 5, 10].map((x) => x * power).find((x) => high / x <= 5)!;
    return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, i) => i * step);
}

const dashes = ["", "8 3", "3 3", "10 3 2 3"];
const marks = [(x: number, y: number) => s("circle", { cx: x, cy: y, r: 4 }), (x: number, y: number) => s("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7 }),
    (x: number, y: number) => s("path", { d: `M${x} ${y - 5}L${x + 5} ${y + 4}H${x - 5}z` }), (x: number, y: number) => s("path", { d: `M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}z` })];

function curveChart(title: string, axis: string, values: string[], unit: Unit, curves: Curve[], more: { most?: number; today?: string } = {}): HTMLElement {
    const W = 972, H = 300, left = 64, right = 20, top = 12, bottom = 46;
    const at = positions(values).map((p) => left + 18 + p * (W - left - right - 36));
    const ends = curves.flatMap((c) => c.spots.flatMap((p) => [p.value ?? 0, p.high ?? 0]));
    const high = more.most ?? (Math.max(1e-12, ...ends) * 1.06), y = (v: number) => H - bottom - Math.max(0, Math.min(v, high)) / high * (H - top - bottom);
    const grid = ticks(high, unit).map((v) => s("g", {}, s("line", { x1: left, x2: W - right, y1: y(v), y2: y(v), class: "grid" }), s("text", { x: left - 8, y: y(v) + 4, class: "end" }, unit === "share" ? `${Math.round(v * 1000) / 10} %` : amount(unit, v))));
    let last = -99;
    const names = values.map((v, i) => { const shown = Math.abs(at[i] - last) > 8 * Math.max(v.length, 4); if (shown) last = at[i]; return s("text", { x: at[i], y: H - bottom + 20, class: "middle" }, shown ? v : ""); });
    const drawn = curves.map((curve, k) => {
        const spots = curve.spots.map((p, i) => ({ ...p, x: at[i], name: values[i] })).filter((p) => p.value !== null).sort((a, b) => a.x - b.x);
        const band = spots.filter((p) => p.low !== undefined);
        const group = s("g", { class: "curve" },
            band.length > 1 ? s("path", { class: curves.length > 2 ? "band faint" : "band", d: `M${band.map((p) => `${p.x} ${y(p.high!)}`).join("L")}L${[...band].reverse().map((p) => `${p.x} ${y(p.low!)}`).join("L")}z` }) : null,
            spots.length > 1 ? s("path", { class: "line", "stroke-dasharray": dashes[k % 4], d: `M${spots.map((p) => `${p.x} ${y(p.value!)}`).join("L")}` }) : null,
            ...spots.map((p) => { const mark = marks[k % 4](p.x, y(p.value!)); mark.append(s("title", {}, `${axis} = ${p.name}${curve.name ? `, ${curve.name}` : ""}: ${p.at_least ? "≥ " : ""}${amount(unit, p.value)}${p.low !== undefined ? ` (${amount(unit, p.low)} to ${amount(unit, p.high)})` : ""}`)); return mark; }));
        group.style.setProperty("--c", `var(--class-${k % 8 + 1})`);
        return group;
    });
    const today = more.today ? values.indexOf(more.today) : -1;
    return h("div", { class: "curves" },
        curves.length > 1 ? h("ul", { class: "legend" }, ...curves.map((c, k) => { const sw = h("span", { class: "swatch", style: `background:var(--class-${k % 8 + 1})` }); return h("li", {}, sw, c.name); })) : null,
        h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Curve: ${title}` }, s("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img", "aria-label": `${title} over ${axis}; the values are in the table below` },
            ...grid, ...names, today >= 0 ? s("line", { x1: at[today], x2: at[today], y1: top, y2: H - bottom, class: "today" }) : null, s("text", { x: (left + W - right) / 2, y: H - 8, class: "middle less" }, axis + (today >= 0 ? `; the line is today's ${more.today}` : "")), ...drawn)));
}

function tint(share: number, text: string): HTMLTableCellElement {
    return h("td", { class: "tint", style: `--share:${(Math.max(0, Math.min(1, share)) * 60).toFixed(1)}%` }, text);
}

/** A map: a row for each value of one axis, a column for each of the other; colour and text say the same. */
function mapTable(caption: string, corner: string, rows: string[], columns: string[], cell: (r: number, c: number) => { share: number; text: string }): HTMLElement {
    return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Map: ${caption}` }, h("table", { class: "matrix map" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "left" }, corner), ...columns.map((c) => h("th", { scope: "col" }, c)))),
        h("tbody", {}, ...rows.map((row, r) => h("tr", {}, h("th", { scope: "row", class: "left" }, row), ...columns.map((_, c) => { const { share, text } = cell(r, c); return tint(share, text); }))))));
}

const spot = (m: Summary | undefined): Spot => ({ value: m?.value ?? null, ...(m?.interval ? { low: Math.max(0, m.interval.low), high: m.interval.high } : {}), at_least: m?.at_least });
const unique = (values: string[]): string[] => [...new Set(values)];
const text = (unit: Unit, m: Summary | undefined): string => m?.value == null ? "–" : (m.at_least ? "≥ " : "") + amount(unit, m.value);

function head(kind: string, name: string, description: string, meta: string, version: string): HTMLElement {
    return h("header", {}, h("p", { class: "over" }, `${kind} · simulated by mailquake ${version}`), h("h1", {}, name), description ? h("p", { class: "about" }, description[0].toUpperCase() + description.slice(1)) : null, h("p", { class: "meta" }, meta));
}

function sweepMetric(data: SweepData, metric: string): HTMLElement {
    const { points } = data.data, unit = data.units[metric] ?? "number", [first, second] = data.axes;
    const find = (a: string, b?: string) => points.find((p) => p.point[first] === a && (b === undefined || p.point[second] === b))?.metrics[metric];
    const xs = unique(points.map((p) => p.point[first]));
    if (data.axes.length === 1)
        return figure(metric, `Mean over replications, with its 95 % interval`, curveChart(metric, first, xs, unit, [{ name: "", spots: xs.map((x) => spot(find(x))) }], unit === "share" ? { most: 1 } : {}));
    if (data.axes.length === 2) {
        const ys = unique(points.map((p) => p.point[second])), most = Math.max(1e-12, ...points.map((p) => p.metrics[metric]?.value ?? 0));
        return figure(metric, `Over ${first} (down) and ${second} (across); deeper is more`,
            mapTable(metric, `${first} \\ ${second}`, xs, ys, (r, c) => { const m = find(xs[r], ys[c]); return { share: (m?.value ?? 0) / most, text: text(unit, m) }; }),
            ys.length <= 8 ? curveChart(metric, first, xs, unit, ys.map((v) => ({ name: `${second} = ${v}`, spots: xs.map((x) => spot(find(x, v))) })), unit === "share" ? { most: 1 } : {}) : null);
    }
    return h("div");
}

export function sweepSections(data: SweepData): HTMLElement[] {
    const { points } = data.data, metrics = Object.keys(points[0]?.metrics ?? {});
    const runs = points.reduce((sum, p) => sum + p.replications, 0), failed = points.reduce((sum, p) => sum + p.failed, 0);
    const columns: Column<SweepPoint>[] = [...Object.keys(points[0]?.point ?? {}).map((path) => ({ head: path, cell: (p: SweepPoint) => p.point[path] })),
        ...metrics.map((m) => ({ head: m, cell: (p: SweepPoint) => { const v = p.metrics[m], unit = data.units[m] ?? "number"; const i = v?.interval; const low = i && amount(unit, Math.max(0, i.low)), high = i && amount(unit, i.high); return h("span", {}, text(unit, v), i && low !== high ? h("small", {}, `${low} to ${high}`) : null); } })),
        { head: "Runs", cell: (p) => count(p.replications) }];
    return [
        head("Sweep", data.data.scenario, data.description, `${plural(points.length, "point")} over ${data.axes.join(" and ")} · ${plural(runs, "run")}, the same luck at all points · seed ${data.data.seed}`, data.data.version),
        section("curves", data.axes.length > 1 ? "Maps and curves" : "Curves", failed > 0 ? `${plural(failed, "run")} failed and count nowhere.` : null, ...(data.axes.length <= 2 ? metrics.map((m) => sweepMetric(data, m)) : [])),
        section("points", "All points", "Means with 95 % intervals; quantiles are those of all replications together.", longTable("Points", columns, points, 20)),
        section("provenance", "Provenance", "The same build, scenario and seed give the same figures.", h("p", {}, "This page again:"), command(data.command)),
    ];
}

/** Up to where it held in all but a share of the runs. */
function heldTo(row: MarginRow, share: number): string {
    const held = row.tipping.find((t) => t.share_tipped === share)?.last_held ?? null;
    if (held === null) return "at once";
    return held === row.curve[row.curve.length - 1]?.value ? `not up to ${held}` : `beyond ${held}`;
}

function tippingText(row: MarginRow, path: string): string {
    const half = row.tipping.find((t) => t.share_tipped === 0.5), few = row.tipping.find((t) => t.share_tipped === 0.05);
    if (!half || half.last_held === null) return `It does not hold at the first value of ${path} in half of the runs.`;
    if (half.last_held === row.curve[row.curve.length - 1]?.value) return `In half of the runs or more it still holds at ${path} = ${half.last_held}, the last value that was looked at.`;
    const range = half.low && half.high && half.low !== half.high ? ` (95 %: ${half.low} to ${half.high})` : "";
    return `In half of the runs it holds up to ${path} = ${half.last_held}${range}${few?.last_held && few.last_held !== half.last_held ? `; one run in twenty is over the edge beyond ${few.last_held}` : ""}.`;
}

export function marginSections(data: MarginData): HTMLElement[] {
    const { rows, path, claim, today } = data.data, values = rows[0]?.curve.map((c) => c.value) ?? [];
    const names = rows.map((r) => Object.entries(r.point).map(([p, v]) => `${p} = ${v}`).join(", ") || "as written");
    const doubts = rows.reduce((sum, r) => sum + r.contradictions, 0), checks = rows.reduce((sum, r) => sum + r.checks, 0);
    const curves = rows.map((r, i) => ({ name: names[i], spots: r.curve.map((c) => ({ value: c.holds_in, low: c.low, high: c.high })) }));
    return [
        head("Tipping point", data.data.scenario, data.description, `${claim}, along ${path} · ${plural(rows[0]?.replications ?? 0, "run")} each · seed ${data.data.seed}`, data.data.version),
        section("margin", rows.length > 1 ? "The tipping map" : "The tipping point", rows.length === 1 ? tippingText(rows[0], path) : `Share of runs in which ${claim} still holds.`,
            rows.length > 1 ? figure("Where it still holds", `Down: what is varied beside; across: ${path}. Deeper: it holds in more runs`, mapTable("Share of runs in which it holds", "Where", names, values, (r, c) => ({ share: rows[r].curve[c].holds_in, text: percent(rows[r].curve[c].holds_in) }))) : null,
            rows.length <= 8 ? figure("Share of runs in which it still holds", "With 95 % intervals; chance decides where each run tips", curveChart("Share of runs in which it holds", path, values, "share", curves, { most: 1, today })) : null,
            longTable("Tipping points", [
                { head: "Where", cell: (r: MarginRow) => names[rows.indexOf(r)] }, { head: "5 % tipped", cell: (r) => heldTo(r, 0.05) },
                { head: "Half tipped", cell: (r) => heldTo(r, 0.5) }, { head: "95 % tipped", cell: (r) => heldTo(r, 0.95) }, { head: "Runs", cell: (r) => count(r.replications) },
            ], rows, 12),
            doubts > 0 ? h("p", { class: "warning" }, `${doubts} of ${checks} checks away from the edge contradict it: there is more than one edge.`) : null),
        section("provenance", "Provenance", "The same build, scenario and seed give the same figures.", h("p", {}, "This page again:"), command(data.command)),
    ];
}
