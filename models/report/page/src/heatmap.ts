// Queues over time as heat: a row for each queue, in the order in which they filled, on the time axis of the charts. The
// scale is logarithmic, since queues differ by powers of ten.
import type { Data, Queue } from "./data";
import { h } from "./dom";
import { Clock, count, duration } from "./format";
import { RIGHT, GUTTER, strip } from "./strip";
import { color, heatRgb, onRepaint } from "./theme";

const ROW = 30, BAR = 12;   // a name, and below it the bar [px]

export function logScale(x: number, least: number, most: number): number {
    if (x <= 0 || most <= least) return x > 0 ? 1 : 0;
    return Math.max(0.06, Math.log(Math.max(x, least) / least) / Math.log(most / least));
}

/** The bar that says which colour is how much. */
export function scaleBar(low: string, high: string, what: string): HTMLElement {
    const canvas = h("canvas", { width: 120, height: 1, "aria-hidden": "true" });
    const paint = () => {
        const c = canvas.getContext("2d")!;
        for (let x = 0; x < 120; ++x) {
            c.fillStyle = `rgb(${heatRgb(x / 119).join(",")})`;
            c.fillRect(x, 0, 1, 1);
        }
    };
    paint();
    onRepaint(paint);
    return h("div", { class: "scale" }, h("span", {}, `${what}: ${low}`), canvas, h("span", {}, high));
}

export function heatmap(data: Data, clock: Clock): HTMLElement {
    const queues = data.outcome.queues.filter((q) => q.onset !== null).slice(0, 24);
    const rows = queues.length > 0 ? queues : data.outcome.queues.slice(0, 8);
    if (rows.length === 0) return h("p", {}, "No queue grew old.");
    const most = Math.max(...rows.flatMap((q) => q.oldest.high)), step = rows[0].oldest.step, end = data.outcome.end;
    const canvas = h("canvas", { role: "img", "aria-label": `Age of the oldest copy in ${rows.length} queues over time. ${rows.slice(0, 6).map((q) => `${q.name} reached ${duration(Math.max(...q.oldest.high))}`).join("; ")}.` });
    const tip = h("div", { class: "tip", hidden: true });
    const paint = () => {
        const n = rows[0].oldest.high.length;
        canvas.width = n;
        canvas.height = rows.length * ROW;
        const c = canvas.getContext("2d")!;
        rows.forEach((q, i) => {
            c.fillStyle = color("chip");
            c.fillRect(0, (i + 1) * ROW - BAR, n, BAR);
            q.oldest.high.forEach((age, k) => {
                if (age < 10) return;
                c.fillStyle = `rgb(${heatRgb(logScale(age, 10, most)).join(",")})`;
                c.fillRect(k, (i + 1) * ROW - BAR, 1, BAR);
            });
        });
    };
    paint();
    onRepaint(paint);
    const look = (event: MouseEvent) => {
        const box = canvas.getBoundingClientRect(), k = Math.floor((event.clientX - box.left) / box.width * end / step), i = Math.floor((event.clientY - box.top) / ROW);
        const q: Queue | undefined = rows[i];
        if (!q || k < 0 || k >= q.oldest.high.length) { tip.hidden = true; return; }
        tip.replaceChildren(h("div", { class: "when" }, `${clock.at(k * step)}, ${q.name}`), h("div", {}, h("span", {}, "oldest"), h("b", {}, duration(q.oldest.high[k]))), h("div", {}, h("span", {}, "waiting"), h("b", {}, count(q.waiting.high[k]))));
        tip.hidden = false;
        const x = event.clientX - box.left + GUTTER;
        tip.style.left = `${x > box.width / 2 ? x - tip.offsetWidth - 14 : x + 14}px`;
    };
    canvas.addEventListener("mousemove", look);
    canvas.addEventListener("mouseleave", () => { tip.hidden = true; });
    canvas.style.height = `${rows.length * ROW}px`;
    const names = h("div", { class: "rows", "aria-hidden": "true" }, ...rows.map((q) => h("div", {}, h("span", {}, q.name), q.onset !== null ? h("i", { style: `left:${(100 * q.onset / end).toFixed(2)}%` }) : null)));
    return h("div", { class: "chart" }, strip(data, clock), h("div", { class: "heat", style: `margin:0 ${RIGHT}px 0 ${GUTTER}px` }, canvas, names, tip), scaleBar("10 s", duration(most), "Oldest"));
}
