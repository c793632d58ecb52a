import { timeChart } from "../chart";
import type { Data } from "../data";
import { figure, h, section } from "../dom";
import { Clock, brief, count, duration } from "../format";
import { color } from "../theme";

export function told(data: Data, clock: Clock): HTMLElement {
    const r = data.result, first = Math.min(...r.faults.filter((f) => f.enabled && f.start !== null).map((f) => f.start!));
    const after = (at: number | null) => at === null ? "never" : Number.isFinite(first) ? `${duration(at - first)} after the first fault` : clock.at(at);
    const m = data.outcome.minutes.retries;
    return section("told", "How it was noticed and told", "What the mail system itself said: delay notices and bounces go to senders, retries tell operators.",
        h("dl", { class: "facts" },
            h("div", {}, h("dt", {}, "First delay notice"), h("dd", {}, after(r.notices.first))), h("div", {}, h("dt", {}, "Delay notices"), h("dd", {}, count(r.notices.count))),
            h("div", {}, h("dt", {}, "First bounce"), h("dd", {}, after(r.bounces.first))), h("div", {}, h("dt", {}, "Bounces"), h("dd", {}, `${count(r.bounces.count)}${r.bounces.wrong > 0 ? `, ${count(r.bounces.wrong)} of them wrong` : ""}`)),
            h("div", {}, h("dt", {}, "Second and later tries"), h("dd", {}, count(r.retries.attempts)))),
        m.high.some((v) => v > 0) ? figure("Tries after a failure", "Attempts a minute that are not a message's first at that hop", timeChart(data, clock, { title: "Retries a minute", step: m.step, format: (y) => `${count(Math.round(y))}/min`, axis: brief, height: 150,
            lines: [{ label: "retries", color: () => color("class-6"), values: m.high.map((v) => v * 60 / m.step) }] })) : null);
}
