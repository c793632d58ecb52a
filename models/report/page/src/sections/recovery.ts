import { timeChart } from "../chart";
import type { Backlog, Data } from "../data";
import { figure, h, section } from "../dom";
import { Clock, brief, count, duration, percent } from "../format";
import { longTable } from "../table";
import { color, heat } from "../theme";

const AGES = ["up to 5 min", "to 10 min", "to 20 min", "to 40 min", "to 80 min", "to 160 min", "to 320 min", "to 640 min", "to 1280 min", "older"];

function ages(data: Data, clock: Clock): HTMLElement | null {
    const rows = data.outcome.ages.filter((r) => r.at > 0);
    if (rows.length < 2 || rows.every((r) => r.by_age.every((n) => n === 0))) return null;
    const step = rows[1].at - rows[0].at, n = Math.round(rows[rows.length - 1].at / step);
    const column = (a: number) => Array.from({ length: n }, (_, k) => rows.find((r) => Math.round(r.at / step) === k + 1)?.by_age[a] ?? 0);
    const used = AGES.map((label, a) => ({ label, a, values: column(a) })).filter((x) => x.values.some((v) => v > 0));
    return figure("What waits, by age", "All copies in queues every ten minutes, in the columns of Postfix's qshape", timeChart(data, clock, { title: "Waiting copies by age", step, stacked: true, format: count, axis: brief, height: 220,
        lines: used.map((x, i) => ({ label: x.label, color: () => heat(0.06 + 0.94 * i / Math.max(1, used.length - 1)), values: x.values })).reverse() }));
}

function recovered(data: Data, f: Data["result"]["recovered"][0]): string {
    if (f.after !== null) return `${duration(f.after)} after its end`;
    const end = data.events.find((e) => e.what === "fault" && e.name === f.fault)?.end ?? null;
    if (end === null || end >= data.outcome.end) return "unknown: the run ends before the fault does";
    if (f.too_soon) return `not known: the run is ${duration(f.too_soon)} too short to see 30 good minutes after it`;
    return `not within the run${f.not_before ? `, so at least ${duration(f.not_before)} after its end` : ""}`;
}

/** Since when a fault ended; a dash where nothing waited then. */
function left(b: Backlog, after: number | null): string {
    return b.waited === 0 ? "–" : after === null ? "not within the run" : duration(after);
}

export function recovery(data: Data, clock: Clock): HTMLElement {
    const r = data.result, t = data.outcome.totals, o = data.outcome.minutes.overdue;
    const backlogs = r.backlogs.filter((b) => b.max >= 1);
    return section("recovery", "Recovery", `When ${r.affected.of > 0 ? "mail was on time" : "sign-in worked"} again, how much had piled up, and how long it took to drain.`,
        r.recovered.length > 0 ? h("dl", { class: "facts" }, ...r.recovered.map((f) => h("div", {}, h("dt", {}, `Recovered from ${f.fault}`),
            h("dd", {}, recovered(data, f))))) : null,
        figure("Backlog", r.messages.accepted > 0 ? "Copies and requests that wait, in all queues together" : "Requests that wait, in all queues together", timeChart(data, clock, { title: "Backlog", step: t.waiting.step, format: count, axis: brief, lines: [
            { label: "waiting", color: () => color("class-1"), values: t.waiting.high, low: t.waiting.low }] })),
        o.high.every((v) => v === 0) ? null : figure("Overdue mail", `Copies under way that are older than ${duration(r.about.objective)}`, timeChart(data, clock, { title: "Overdue copies", step: o.step, format: count, axis: brief, height: 160, lines: [
            { label: "overdue", color: () => color("class-6"), values: o.high, low: o.low }] })),
        figure("Oldest", "Age of the oldest one in any queue: how long it has been in that queue", timeChart(data, clock, { title: "Age of the oldest", step: t.oldest.step, format: duration, axis: duration, height: 160, durations: true,
            mark: { y: r.about.objective, label: "objective" }, lines: [{ label: "oldest", color: () => color("class-3"), values: t.oldest.high, low: t.oldest.low }] })),
        ages(data, clock),
        backlogs.length > 0 ? longTable("Tiers by most waiting; drained after: from the end of a fault until 95 % of what waited there then had left", [
            { head: "Tier", cell: (b: Backlog) => `${b.tier}@${b.site}` }, { head: "Utilization", cell: (b) => percent(b.utilization) }, { head: "Most waiting", cell: (b) => count(b.max) },
            { head: "At", cell: (b) => clock.at(b.at) }, { head: "Net rate, onset to peak", cell: (b) => b.growth === null ? "–" : `${b.growth >= 0 ? "+" : "−"}${Math.abs(b.growth).toFixed(1)}/s` },
            { head: "Drained after", cell: (b) => left(b, b.drain) }, { head: "Last one left", cell: (b) => left(b, b.last_left) },
        ], [...backlogs].sort((a, b) => b.max - a.max), 8) : null);
}
