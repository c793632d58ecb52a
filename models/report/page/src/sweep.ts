// The page of a sweep or a margin: curves with their 95 % bands over one axis, maps over two, the tipping map, and all values
// as tables. Numbers are those of `sweep --json` and `margin --json`.
import { curveChart, Spot } from "./curves";
import type { Unit } from "./data";
import { figure, h, pathName, section } from "./dom";
import { amount, count, interval, percent, plural } from "./format";
import { command } from "./sections/provenance";
import { fitting } from "./stack";
import { Column, longTable } from "./table";

interface Summary { value: number | null; at_least: boolean; never?: boolean; interval: { low: number; high: number; n: number } | null }
interface SweepPoint { point: Record<string, string>; replications: number; failed: number; metrics: Record<string, Summary> }
/** What was laid over the scenario before anything was varied. */
interface Laid { description: string; command: string; variants: string[]; sets: string[]; cut: boolean }
/** `pooled`: a quantile of all runs together, else a mean over runs. */
interface Described { unit: Unit; says: string; pooled: boolean }
export interface SweepData extends Laid {
    kind: "sweep"; axes: string[]; metrics: Record<string, Described>;
    data: { scenario: string; version: string; seed: number; points: SweepPoint[] };
}
interface Tipping { share_tipped: number; last_held: string | null; low: string | null; high: string | null }
interface MarginRow { point: Record<string, string>; replications: number; left_open: number; contradictions: number; checks: number; curve: { value: string; holds_in: number; low: number; high: number }[]; tipping: Tipping[] }
export interface MarginData extends Laid {
    kind: "margin"; says: string;
    data: { scenario: string; version: string; seed: number; claim: string; path: string; today: string; rows: MarginRow[] };
}

function tint(share: number, text: string, range: string): HTMLTableCellElement {
    return h("td", { class: "tint", style: `--share:${(Math.max(0, Math.min(1, share)) * 60).toFixed(1)}%` }, text, range ? h("small", {}, range) : null);
}

interface Cell { share: number; text: string; range?: string }

/** A map: a row for each value of one axis, a column for each of the other; colour and text say the same. */
function mapTable(caption: string, down: string, across: string, rows: string[], columns: string[], cell: (r: number, c: number) => Cell): HTMLElement {
    return fitting(h("table", { class: "matrix map", "aria-label": `Map: ${caption}` },
        h("thead", {}, h("tr", {}, h("th", { scope: "col", rowspan: 2, class: "left" }, pathName(down)), h("th", { scope: "colgroup", colspan: columns.length, class: "across" }, across)), h("tr", {}, ...columns.map((c) => h("th", { scope: "col", style: `width:${(90 / columns.length).toFixed(1)}%` }, c)))),
        h("tbody", {}, ...rows.map((row, r) => h("tr", {}, h("th", { scope: "row", class: "left" }, row), ...columns.map((_, c) => { const { share, text, range } = cell(r, c); return tint(share, text, range ?? ""); }))))), [down, ...columns]);
}

/** An interval never leaves what the metric can be. */
function spot(unit: Unit, m: Summary | undefined): Spot {
    const i = m?.interval;
    return { value: m?.value ?? null, ...(i ? { low: Math.max(0, i.low), high: unit === "share" ? Math.min(1, i.high) : i.high } : {}), at_least: m?.at_least };
}
const unique = (values: string[]): string[] => [...new Set(values)];
const text = (unit: Unit, m: Summary | undefined): string => m?.never ? "never" : m?.value == null ? "–" : (m.at_least ? "≥ " : "") + amount(unit, m.value);
const sentence = (words: string): string => words ? words[0].toUpperCase() + words.slice(1) : "";

function head(kind: string, name: string, laid: Laid, about: string, version: string): HTMLElement {
    const over = [...laid.variants.map((v) => `variant ${v}`), ...laid.sets, ...(laid.cut ? ["the scenario's test cut"] : [])];
    return h("header", {}, h("p", { class: "over" }, `${kind} · simulated by mailquake ${version}`), h("h1", {}, name), laid.description ? h("p", { class: "about" }, sentence(laid.description)) : null,
        h("p", { class: "meta" }, about), over.length > 0 ? h("p", { class: "meta" }, `With ${over.join(", ")}`) : null);
}

function sweepMetric(data: SweepData, metric: string): HTMLElement {
    const { points } = data.data, { unit, says, pooled } = data.metrics[metric], [first, second] = data.axes;
    const find = (a: string, b?: string) => points.find((p) => p.point[first] === a && (b === undefined || p.point[second] === b))?.metrics[metric];
    const xs = unique(points.map((p) => p.point[first])), ys = second === undefined ? [] : unique(points.map((p) => p.point[second]));
    const values = points.map((p) => p.metrics[metric]).filter((m) => m?.value != null), greatest = Math.max(0, ...values.map((m) => Math.max(m.value!, m.interval?.high ?? 0)));
    const made = `${pooled ? "All runs of a point together" : "Means over the runs of a point"}${values.some((m) => m.interval && m.interval.high > m.interval.low) ? "; the bands are 95 % intervals" : ""}.`;
    const note = `${says ? `${sentence(says)}. ` : ""}${made}`, most = unit === "share" && greatest > 0.5 ? 1 : undefined;
    if (values.length === 0) return figure(metric, says ? `${sentence(says)}.` : "", h("p", {}, "No run has a value for it."));
    const chart = (curves: { name: string; spots: Spot[] }[]) => curveChart({ title: metric, axis: first, values: xs, unit, curves, most });
    if (second === undefined) return figure(metric, note, chart([{ name: "", spots: xs.map((x) => spot(unit, find(x))) }]));
    const top = Math.max(1e-12, ...values.map((m) => m.value!));
    return figure(metric, `${note} The stronger the colour, the more.`,
        mapTable(metric, first, second, xs, ys, (r, c) => { const m = find(xs[r], ys[c]); return { share: (m?.value ?? 0) / top, text: text(unit, m) }; }),
        ys.length <= 8 ? chart(ys.map((v) => ({ name: `${second} = ${v}`, spots: xs.map((x) => spot(unit, find(x, v))) }))) : null);
}

/** Its rows are named by values, which mean nothing without the name of their column. */
function named(table: HTMLElement): HTMLElement {
    table.querySelector("table")!.classList.add("named");
    return table;
}

function pointsTable(data: SweepData, metrics: string[]): HTMLElement {
    const cell = (p: SweepPoint, m: string) => {
        const v = p.metrics[m], { unit } = data.metrics[m], range = v ? interval(unit, { value: v.value, low: v.interval?.low, high: v.interval?.high }) : "";
        return h("span", {}, text(unit, v), range ? h("small", {}, range) : null);
    };
    const columns: Column<SweepPoint>[] = [...Object.keys(data.data.points[0]?.point ?? {}).map((path) => ({ head: pathName(path), cell: (p: SweepPoint) => p.point[path] })),
        ...metrics.map((m) => ({ head: m, cell: (p: SweepPoint) => cell(p, m) })), { head: "Runs", cell: (p) => count(p.replications) }];
    return named(longTable("Values with their 95 % intervals", columns, data.data.points, 20));
}

export function sweepSections(data: SweepData): HTMLElement[] {
    const { points } = data.data, { axes } = data, metrics = Object.keys(points[0]?.metrics ?? {}), drawn = axes.length === 1 || axes.length === 2;
    const runs = points.reduce((sum, p) => sum + p.replications, 0), failed = points.reduce((sum, p) => sum + p.failed, 0);
    const fails = failed > 0 ? `${plural(failed, "run")} failed and ${failed === 1 ? "counts" : "count"} nowhere.` : null;
    return [
        head("Sweep", data.data.scenario, data, `${plural(points.length, "point")}${axes.length > 0 ? ` over ${axes.join(" and ")}` : ""} · ${plural(runs, "run")}, the same luck at all points · seed ${data.data.seed}`, data.data.version),
        drawn ? section("curves", axes.length > 1 ? "Maps and curves" : "Curves", fails, ...metrics.map((m) => sweepMetric(data, m))) : null,
        section("points", "All points", `${drawn ? "" : "Curves and maps are drawn over one or two axes. "}Means over runs; quantiles are those of all runs together. ${drawn ? "" : fails ?? ""}`, pointsTable(data, metrics)),
        section("provenance", "Provenance", "The same build, scenario and seed give the same figures.", h("p", {}, "This page again:"), command(data.command)),
    ].filter((x): x is HTMLElement => x !== null);
}

/** Between which values a share of the runs tips. */
function between(row: MarginRow, share: number): string {
    const held = row.tipping.find((t) => t.share_tipped === share)?.last_held ?? null, values = row.curve.map((c) => c.value), i = held === null ? -1 : values.indexOf(held);
    if (held === null) return `before ${values[0]}`;
    return i + 1 === values.length ? `beyond ${held}` : `${held} to ${values[i + 1]}`;
}

const runsOf = (share: number): string => share === 0 ? "none of the runs" : share === 1 ? "all runs" : `${percent(share)} of the runs`;

function tippingText(row: MarginRow, path: string): string {
    const half = row.tipping.find((t) => t.share_tipped === 0.5), few = row.tipping.find((t) => t.share_tipped === 0.05), first = row.curve[0], last = row.curve[row.curve.length - 1];
    if (!first || !half) return "";
    if (half.last_held === null) return `It holds in ${runsOf(first.holds_in)} at ${path} = ${first.value}, the first value that was looked at: the edge, if there is one, lies before.`;
    if (half.last_held === last.value) return `It still holds in ${runsOf(last.holds_in)} at ${path} = ${last.value}, the last value that was looked at: the edge, if there is one, lies beyond.`;
    const range = half.low && half.high && half.low !== half.high ? ` (last value held, 95 %: ${half.low} to ${half.high})` : "";
    return `Half of the runs tip at ${path} between ${between(row, 0.5).replace(" to ", " and ")}${range}${few && few.last_held !== half.last_held ? `; one in twenty ${few.last_held ? `at ${between(row, 0.05)}` : between(row, 0.05)}` : ""}.`;
}

function doubtsOf(rows: MarginRow[]): (HTMLElement | null)[] {
    const sum = (of: (r: MarginRow) => number) => rows.reduce((all, r) => all + of(r), 0), open = sum((r) => r.left_open), doubts = sum((r) => r.contradictions);
    return [open > 0 ? h("p", { class: "warning" }, `${plural(open, "run")} ended before it was known; they count as broken. Longer runs (duration) would tell.`) : null,
        doubts > 0 ? h("p", { class: "warning" }, `${doubts} of ${sum((r) => r.checks)} checks away from the edge contradict it: there is more than one edge.`) : null];
}

export function marginSections(data: MarginData): HTMLElement[] {
    const { rows, path, claim, today } = data.data, values = rows[0]?.curve.map((c) => c.value) ?? [], several = rows.length > 1;
    const paths = Object.keys(rows[0]?.point ?? {}), down = paths.length === 1 ? paths[0] : "where";
    const long = rows.map((r) => Object.entries(r.point).map(([p, v]) => `${p} = ${v}`).join(", ") || "as written"), names = paths.length === 1 ? rows.map((r) => r.point[paths[0]]) : long;
    const curves = rows.map((r, i) => ({ name: several ? long[i] : "", spots: r.curve.map((c) => ({ value: c.holds_in, low: c.low, high: c.high })) }));
    const bands = rows.length <= 2, whole = (x: number) => String(Math.round(100 * x));
    return [
        head("Tipping point", data.data.scenario, data, `${claim}, along ${path} · ${plural(rows[0]?.replications ?? 0, "run")} each · seed ${data.data.seed}`, data.data.version),
        section("margin", several ? "The tipping map" : "The tipping point", several ? `Share of runs in which ${claim} still holds.` : `Does ${claim} still hold? ${rows[0] ? tippingText(rows[0], path) : ""}`,
            data.says ? h("p", { class: "meta" }, `${claim.split(/\s*[<>=!]/)[0]}: ${data.says}.`) : null, ...doubtsOf(rows),
            several ? figure("Where it still holds", "Share of runs, with its 95 % interval. The stronger the colour, the more runs", mapTable("Share of runs in which it holds", down, path, names, values, (r, c) => { const p = rows[r].curve[c]; return { share: p.holds_in, text: `${whole(p.holds_in)} %`, range: `${whole(p.low)} to ${whole(p.high)} %` }; })) : null,
            rows.length <= 8 ? figure("Share of runs in which it still holds", `${bands ? "The band is the 95 % interval" : "Intervals are in the map above"}; chance decides where each run tips`, curveChart({ title: "Share of runs in which it holds", axis: path, values, unit: "share", curves, most: 1, today: today || undefined, bands })) : null,
            named(longTable(`Where runs tip, by ${path}`, [
                { head: several ? pathName(down) : "Scenario", cell: (r: MarginRow) => names[rows.indexOf(r)] }, { head: "One run in twenty", cell: (r) => between(r, 0.05) },
                { head: "Half of the runs", cell: (r) => between(r, 0.5) }, { head: "All but one in twenty", cell: (r) => between(r, 0.95) }, { head: "Runs", cell: (r) => count(r.replications) },
            ], rows, 12))),
        section("provenance", "Provenance", "The same build, scenario and seed give the same figures.", h("p", {}, "This page again:"), command(data.command)),
    ];
}
