// The strip of faults, flaws and mitigations above a chart, on the chart's own time axis: thin bars, told apart by colour
// and by pattern. The full timeline, with names, is in "What happened".
import type { PageEvent, Data, What } from "./data";
import { h } from "./dom";
import { Clock } from "./format";

/** Room left and right of the plot, the same in every chart, so that times stand below each other. [px] */
export const GUTTER = 56, RIGHT = 22;

export interface Span { event: PageEvent; from: number; to: number }

/** When entries acted that are on; flaws without times act as long as they are in the code. */
export function spans(data: Data): Span[] {
    const end = data.outcome.end;
    return data.events.filter((e) => e.enabled && e.touched > 0 || e.enabled && e.what !== "flaw").flatMap((event) => {
        const from = Math.max(0, event.start ?? 0), to = Math.min(end, event.end ?? end);
        return from < end && to > 0 ? [{ event, from, to: Math.max(to, from) }] : [];
    });
}

export const nouns: Record<What, string> = { fault: "Fault", flaw: "Flaw", mitigation: "Mitigation" };

export function place(from: number, to: number, end: number): string {
    return `left:${(100 * from / end).toFixed(3)}%;width:${(100 * Math.max(to - from, 0) / end).toFixed(3)}%`;
}

/** Those of one kind that do not overlap share a lane. */
function lanes(all: Span[]): Span[][] {
    const packed: Span[][] = [];
    for (const span of all) {
        const lane = packed.find((l) => l[0].event.what === span.event.what && l.every((other) => other.to <= span.from || span.to <= other.from));
        if (lane) lane.push(span);
        else packed.push([span]);
    }
    return packed;
}

export function strip(data: Data, clock: Clock): HTMLElement {
    const end = data.outcome.end;
    const notices = (data.result.dashboard?.notices ?? []).filter((n) => n.published !== null);
    return h("div", { class: "strip", "aria-hidden": "true" }, ...lanes(spans(data)).map((lane) => h("div", { class: "lane" }, ...lane.map((span) =>
        h("div", { class: `bar ${span.event.what}`, style: place(span.from, span.to, end), title: `${nouns[span.event.what]} ${span.event.name}, ${clock.at(span.from)} to ${clock.at(span.to)}` })))),
        notices.length > 0 ? h("div", { class: "lane" }, ...notices.map((n) => h("div", { class: "bar notice", style: place(n.published!, n.withdrawn ?? end, end), title: `Notice on ${n.dashboard}` }))) : null);
}
