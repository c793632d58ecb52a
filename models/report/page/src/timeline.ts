// What happened, in full: a row for each fault, flaw and mitigation with its name, one for notices and bounces, and below
// the course of events as a list.
import type { Data } from "./data";
import { h } from "./dom";
import { Clock, count, duration } from "./format";
import { nouns, place, spans } from "./strip";
import { longTable } from "./table";

export function timeline(data: Data, clock: Clock): HTMLElement {
    const end = data.outcome.end, r = data.result;
    const rows = spans(data).map(({ event, from, to }) => {
        const label = `${event.name}: ${event.kind}${event.target ? ` on ${event.target}` : ""}`;
        const times = event.start === null ? "in the code throughout" : event.end !== null && event.end > end ? `${clock.at(from)} until after the run's end` : `${clock.at(from)} to ${clock.at(to)}`;
        const late = from > end * 0.45;
        return h("li", { class: "lane" },
            h("div", { class: `bar ${event.what}`, style: place(from, to, end) }),
            h("div", { class: `name${late ? " left" : ""}`, style: late ? `right:${(100 - 100 * Math.min(to, end) / end).toFixed(2)}%` : `left:${(100 * from / end).toFixed(2)}%` },
                h("b", {}, nouns[event.what]), ` ${label}, ${times}`));
    });
    for (const n of r.dashboard?.notices ?? []) {
        if (n.published === null) continue;
        const to = n.withdrawn ?? end, late = n.published > end * 0.45;
        rows.push(h("li", { class: "lane" }, h("div", { class: "bar notice", style: place(n.published, to, end) }),
            h("div", { class: `name${late ? " left" : ""}`, style: late ? `right:${(100 - 100 * Math.min(to, end) / end).toFixed(2)}%` : `left:${(100 * n.published / end).toFixed(2)}%` }, h("b", {}, "Notice"), ` on ${n.dashboard}, ${clock.at(n.published)} to ${clock.at(to)}`)));
    }
    const ticks: [number | null, string][] = [[r.notices.first, "first delay notice"], [r.bounces.first, "first bounce"]];
    for (const [at, label] of ticks) {
        if (at === null) continue;
        const late = at > end * 0.45;
        rows.push(h("li", { class: "lane" }, h("div", { class: "bar tick", style: `left:${(100 * at / end).toFixed(2)}%` }),
            h("div", { class: `name${late ? " left" : ""}`, style: late ? `right:${(100 - 100 * at / end).toFixed(2)}%` : `left:${(100 * at / end).toFixed(2)}%` }, h("b", {}, "Told"), ` ${label}, ${clock.at(at)}`)));
    }
    const step = [1, 2, 3, 6, 12, 24, 48, 168].map((x) => x * 3600).find((x) => end / x <= 12) ?? 604800;
    const hours = [];
    for (let t = Math.ceil(((clock.start % step) ? step - clock.start % step : 0)); t <= end; t += step)
        hours.push(h("span", { style: `left:${(100 * t / end).toFixed(2)}%` }, clock.time(t)));
    return h("div", { class: "timeline" }, h("ul", { "aria-label": "Faults, flaws, mitigations and notices over time" }, ...rows), h("div", { class: hours.length > 5 ? "hours many" : "hours", "aria-hidden": "true" }, ...hours));
}

interface Step { at: number; what: string; text: string }

/** The course of events, from what the run counted. */
export function course(data: Data): Step[] {
    const steps: Step[] = [], r = data.result, mail = r.affected.of > 0;
    for (const e of data.events) {
        if (!e.enabled || e.start === null) continue;
        const touched = e.touched > 0 ? ` It touched ${count(e.touched)} messages, requests or clients.` : "";
        steps.push({ at: e.start, what: e.what, text: `${nouns[e.what]} ${e.name} begins: ${e.kind}${e.target ? ` on ${e.target}` : ""}.${touched}` });
        if (e.end !== null && e.end < data.outcome.end) steps.push({ at: e.end, what: e.what, text: `${nouns[e.what]} ${e.name} ends.` });
    }
    const first = r.cascade[0];
    if (first) {
        steps.push({ at: first.at, what: "queue", text: `The first queue grows old: ${first.queue}. Its oldest ${mail ? "copy" : "request"} reached ${duration(first.oldest)}.` });
        const last = r.cascade[r.cascade.length - 1];
        if (r.cascade.length > 1) steps.push({ at: last.at, what: "queue", text: `The last of ${r.cascade.length} queues grows old: ${last.queue}.` });
    }
    const worst = [...r.backlogs].sort((a, b) => b.max - a.max)[0];
    if (worst && worst.max >= 2) steps.push({ at: worst.at, what: "queue", text: `Most is waiting in ${worst.tier}@${worst.site}: ${count(worst.max)} ${mail ? "copies" : "requests"}.` });
    if (r.notices.first !== null) steps.push({ at: r.notices.first, what: "told", text: `The first of ${count(r.notices.count)} delay notices goes to a sender.` });
    if (r.bounces.first !== null) steps.push({ at: r.bounces.first, what: "told", text: `The first of ${count(r.bounces.count)} bounces goes to a sender.` });
    for (const n of r.dashboard?.notices ?? []) {
        steps.push({ at: n.detected, what: "told", text: `${n.dashboard} notices that something is wrong.` });
        if (n.published !== null) steps.push({ at: n.published, what: "told", text: `${n.dashboard} publishes a notice${n.failed_tries > 0 ? `, after ${count(n.failed_tries)} failed tries` : ""}.` });
        else steps.push({ at: n.detected, what: "told", text: `${n.dashboard} never gets its notice published${n.failed_tries > 0 ? `; ${count(n.failed_tries)} tries failed` : ""}.` });
        if (n.withdrawn !== null) steps.push({ at: n.withdrawn, what: "told", text: `${n.dashboard} withdraws its notice.` });
    }
    for (const f of r.recovered) {
        const end = data.events.find((e) => e.what === "fault" && e.name === f.fault)?.end ?? null;
        if (f.after !== null && end !== null && end + f.after <= data.outcome.end) steps.push({ at: end + f.after, what: "recovered", text: `${mail ? "Mail is on time" : "Sign-in works"} again, ${f.after > 0 ? `${duration(f.after)} after` : "at"} the end of ${f.fault}.` });
    }
    return steps.filter((s) => s.at <= data.outcome.end).sort((a, b) => a.at - b.at);
}

export function courseList(data: Data, clock: Clock): HTMLElement {
    return longTable("The course of events", [
        { head: "UTC", cell: (s: Step) => clock.at(s.at) },
        { head: "Into the run", cell: (s) => `+${duration(s.at)}`, left: true },
        { head: "What", cell: (s) => s.text, left: true, wide: true },
    ], course(data), 20);
}
