// A chart over time by uPlot, with what uPlot leaves out: a tooltip, keys (arrows move the cursor, Home and End jump), a
// text for screen readers, colours that follow the theme, and the strip of what happened above it. All charts of a page have
// one time axis and one cursor.
import uPlot from "uplot";
import type { Data, Series } from "./data";
import { h } from "./dom";
import { Clock } from "./format";
import { GUTTER, RIGHT, strip } from "./strip";
import { color, onRepaint } from "./theme";

export interface Line {
    label: string;
    color: () => string;
    values: (number | null)[];
    low?: (number | null)[];      // of a line with a band down to its least value in a stretch
    dash?: number[];
}
export interface ChartOptions {
    title: string;
    step: number;                 // of a point [s]
    lines: Line[];
    format: (y: number) => string;
    axis?: (y: number) => string;
    stacked?: boolean;            // lines are areas, one on top of the other
    bars?: boolean;
    middle?: boolean;             // a point stands for the stretch around it, and is drawn in its middle
    durations?: boolean;          // the axis has steps of minutes and hours
    max?: number;
    mark?: { y: number; label: string };
    height?: number;
}

const sync = uPlot.sync("time");
export const charts: uPlot[] = [];

/** The page's moment, which the slider moves: a line in every chart. */
let moment: number | null = null;
export function setMoment(t: number | null): void {
    moment = t;
    charts.forEach((chart) => chart.redraw(false));
}

const alpha = (rgb: string, a: number): string => {
    const m = /^#(..)(..)(..)$/.exec(rgb);
    return m ? `rgba(${parseInt(m[1], 16)},${parseInt(m[2], 16)},${parseInt(m[3], 16)},${a})` : rgb;
};

function times(clock: Clock, options: ChartOptions): number[] {
    const n = Math.max(...options.lines.map((l) => l.values.length));
    return Array.from({ length: n }, (_, k) => clock.start + (k + (options.bars || options.middle ? 0.5 : 1)) * options.step);
}

/** Running sums from the last line to the first, so that the first one lies on top. */
function stack(lines: Line[]): number[][] {
    const sums: number[][] = [];
    for (let i = lines.length - 1; i >= 0; --i) {
        const below = i + 1 < lines.length ? sums[0] : null;
        sums.unshift(lines[i].values.map((v, k) => (v ?? 0) + (below ? below[k] : 0)));
    }
    return sums;
}

function hourTicks(clock: Clock) {
    return (_: uPlot, splits: number[]): string[] => splits.map((at, i) => {
        const t = at - clock.start, time = clock.time(t);
        return i === 0 || time === "00:00" ? `${time}\n${clock.day(t)}` : time;
    });
}

function momentPlugin(clock: Clock, options: ChartOptions): uPlot.Plugin {
    const line = (u: uPlot, x0: number, y0: number, x1: number, y1: number, stroke: string, dash: number[]) => {
        u.ctx.save();
        u.ctx.strokeStyle = stroke;
        u.ctx.lineWidth = devicePixelRatio;
        u.ctx.setLineDash(dash.map((d) => d * devicePixelRatio));
        u.ctx.beginPath();
        u.ctx.moveTo(x0, y0);
        u.ctx.lineTo(x1, y1);
        u.ctx.stroke();
        u.ctx.restore();
    };
    return { hooks: { draw: [(u) => {
        if (options.mark && options.mark.y <= (u.scales.y.max ?? 0)) {
            const y = u.valToPos(options.mark.y, "y", true);
            line(u, u.bbox.left, y, u.bbox.left + u.bbox.width, y, color("ink-2"), [4, 4]);
            u.ctx.save();
            u.ctx.font = `${11 * devicePixelRatio}px ${color("font")}`;
            u.ctx.fillStyle = color("ink-2");
            u.ctx.textAlign = "left";
            u.ctx.textBaseline = "alphabetic";
            u.ctx.fillText(options.mark.label, u.bbox.left + 6 * devicePixelRatio, y - 4 * devicePixelRatio);
            u.ctx.restore();
        }
        if (moment === null) return;
        const x = u.valToPos(clock.start + moment, "x", true);
        line(u, x, u.bbox.top, x, u.bbox.top + u.bbox.height, color("ink"), []);
    }] } };
}

function seriesOf(options: ChartOptions): { series: uPlot.Series[]; columns: (number | null)[][]; bands: uPlot.Band[]; shown: number[] } {
    const series: uPlot.Series[] = [{}], columns: (number | null)[][] = [], bands: uPlot.Band[] = [], shown: number[] = [];
    const sums = options.stacked ? stack(options.lines) : null;
    const paths = options.bars ? uPlot.paths.bars!({ size: [0.86, 60] }) : undefined;
    options.lines.forEach((line, i) => {
        shown.push(series.length);
        columns.push(sums ? sums[i] : line.values);
        const area = options.stacked || options.bars;
        series.push({ label: line.label, stroke: () => area ? color("surface") : line.color(), width: area ? 0.5 : 1.75, dash: line.dash, paths, points: { show: false },
            fill: area ? () => line.color() : undefined });
        if (!sums && line.low) {
            columns.push(line.low);
            series.push({ label: "", stroke: "transparent", width: 0, points: { show: false } });
            bands.push({ series: [series.length - 2, series.length - 1], fill: () => alpha(line.color(), 0.22) });
        }
    });
    return { series, columns, bands, shown };
}

function legend(options: ChartOptions): HTMLElement | null {
    if (options.lines.length < 2) return null;
    const swatches = options.lines.map(() => h("span", { class: "swatch" }));
    const paint = () => options.lines.forEach((line, i) => { swatches[i].style.background = line.color(); });
    paint();
    onRepaint(paint);
    return h("ul", { class: "legend" }, ...options.lines.map((line, i) => h("li", {}, swatches[i], line.label)));
}

/** What stands at a point: for the tooltip and for screen readers. */
function reading(options: ChartOptions, k: number): [string, string][] {
    return options.lines.map((line) => {
        const v = line.values[k] ?? null, low = line.low?.[k] ?? v;
        const text = v === null ? "–" : low !== null && low !== v ? `${options.format(low)} to ${options.format(v)}` : options.format(v);
        return [line.label, text];
    });
}

function tooltip(options: ChartOptions, clock: Clock, swatch: boolean) {
    const box = h("div", { class: "tip", hidden: true });
    return { box, show(u: uPlot, k: number | null | undefined, left: number) {
        if (k === null || k === undefined || left < 0) { box.hidden = true; return; }
        const rows = reading(options, k).map(([label, text], i) => h("div", {}, swatch ? h("span", { class: "swatch", style: `background:${options.lines[i].color()}` }) : null, h("span", {}, label), h("b", {}, text)));
        box.replaceChildren(h("div", { class: "when" }, clock.at(k * options.step) + (options.bars || options.middle ? ` to ${clock.time((k + 1) * options.step)}` : "")), ...rows);
        box.hidden = false;
        const x = left + GUTTER;
        box.style.left = `${x > u.width / 2 ? Math.max(0, x - box.offsetWidth - 14) : Math.min(x + 14, u.width - box.offsetWidth)}px`;
    } };
}

export function timeChart(data: Data, clock: Clock, options: ChartOptions): HTMLElement {
    const { series, columns, bands } = seriesOf(options);
    const plot = h("div", { class: "plot" }), tip = tooltip(options, clock, options.lines.length > 1);
    const x = times(clock, options);
    const frame = h("div", { class: "frame", tabindex: 0, role: "slider", "aria-label": `${options.title}, over time; arrow keys move`,
        "aria-valuemin": 0, "aria-valuemax": x.length - 1, "aria-valuenow": 0, "aria-valuetext": "no moment chosen" }, plot, tip.box);
    const say = (k: number) => {
        frame.setAttribute("aria-valuenow", String(k));
        frame.setAttribute("aria-valuetext", `${clock.at(k * options.step)}: ${reading(options, k).map(([l, t]) => `${l} ${t}`).join(", ")}`);
    };
    const height = options.height ?? 200;
    const tick = () => color("ink-2"), grid = { stroke: () => color("grid"), width: 1 };
    let chart: uPlot | null = null;
    const build = (width: number) => {
        chart = new uPlot({
            width, height, series, bands, padding: [10, RIGHT, 0, 0], legend: { show: false },
            cursor: { sync: { key: sync.key, scales: ["x", null] }, y: false, drag: { x: false, y: false }, points: { show: !options.stacked && !options.bars } },
            scales: { x: { time: false, range: () => [clock.start, clock.start + data.outcome.end] }, y: { range: (_u, _low, high) => [0, options.max ?? Math.max(high * 1.06, 1e-9)] } },
            axes: [
                { stroke: tick, grid: { show: false }, ticks: { stroke: () => color("grid"), width: 1, size: 5 }, size: 40, gap: 4, font: `12px ${color("font")}`, values: hourTicks(clock),
                    incrs: [60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800], space: 54 },
                { stroke: tick, grid, ticks: { show: false }, size: GUTTER, space: 24, gap: 6, font: `12px ${color("font")}`, values: (_u, splits) => splits.map(options.axis ?? options.format),
                    ...(options.durations ? { incrs: [0.001, 0.01, 0.1, 1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800] } : {}) },
            ],
            plugins: [momentPlugin(clock, options)],
            hooks: { setCursor: [(u) => tip.show(u, u.cursor.idx, u.cursor.left ?? -1)] },
        }, [x, ...columns] as uPlot.AlignedData, plot);
        charts.push(chart);
        sync.sub(chart);
    };
    new ResizeObserver(() => {
        const width = frame.clientWidth;
        if (width < 50) return;
        if (chart) chart.setSize({ width, height });
        else build(width);
    }).observe(frame);
    onRepaint(() => chart?.redraw(false));
    let at = -1;
    frame.addEventListener("keydown", (event) => {
        const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at + 20, PageDown: at - 20, Home: 0, End: x.length - 1 };
        if (!chart || !(event.key in moves)) return;
        event.preventDefault();
        at = Math.max(0, Math.min(x.length - 1, moves[event.key]));
        chart.setCursor({ left: chart.valToPos(x[at], "x"), top: 10 });
        say(at);
    });
    frame.addEventListener("blur", () => chart?.setCursor({ left: -10, top: -10 }));
    return h("div", { class: "chart" }, legend(options), strip(data, clock), frame);
}

/** Values of a series, each divided or scaled. */
export const scaled = (series: Series, factor: number): { high: number[]; low?: number[] } => ({
    high: series.high.map((v) => v * factor), low: series.low?.map((v) => v * factor),
});
