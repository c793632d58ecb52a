import { timeChart } from "../chart";
import type { Dashboard, Data } from "../data";
import { figure, h, section } from "../dom";
import { Clock, brief, count, duration, percent } from "../format";
import { table } from "../table";
import { color } from "../theme";

const fact = (name: string, text: string): HTMLElement => h("div", {}, h("dt", {}, name), h("dd", {}, text));

function share(part: number, whole: number): Node {
    return h("span", {}, count(part), h("small", {}, percent(whole > 0 ? part / whole : null)));
}

/** What the dashboards noticed, published and told; nothing where the scenario has none. */
function boards(data: Data, clock: Clock): (HTMLElement | null)[] {
    const d = data.result.dashboard;
    if (!d || d.dashboards.every((b) => !b.enabled)) return [];
    const t = d.time_to_notify, least = (name: string, x: number | null) => (t.at_least.includes(name) ? "≥ " : "") + duration(x);
    const told = data.outcome.told;
    return [
        h("p", { class: "turned" }, d.affected > 0 ? `${count(d.notified)} of ${count(d.affected)} affected tenants (${percent(d.share)}) were told; ${count(d.never_told)} never were.` : "Nobody was affected.",
            d.told_in_error > 0 ? ` ${count(d.told_in_error)} were told though nothing of theirs was late.` : ""),
        h("dl", { class: "facts" },
            fact("Detected", d.detected === null ? "never" : `${duration(d.detected)} after the first fault`), fact("Published", d.published === null ? "never" : `${duration(d.published)} after the first fault`),
            fact("Half were told within", least("p50", t.p50)), fact("Nine in ten within", least("p90", t.p90)),
            fact("Not knowing, all affected tenants", `${count(Math.round(d.unaware / 3600))} tenant-hours`)),
        told ? figure("Affected, and told", "Tenants whose trouble had begun, and of these the ones that knew", timeChart(data, clock, { title: "Tenants affected and told", step: told.affected.step, format: count, axis: brief, lines: [
            { label: "affected so far", color: () => color("class-6"), values: told.affected.high }, { label: "of these told", color: () => color("class-1"), values: told.notified.high, dash: [8, 3] }] })) : null,
        table("Dashboards", [
            { head: "Dashboard", cell: (b: Dashboard["dashboards"][0]) => b.name }, { head: "Audience", cell: (b) => count(b.audience) },
            { head: "First noticed", cell: (b) => b.first_detected === null ? "never" : clock.at(b.first_detected) }, { head: "First published", cell: (b) => b.first_published === null ? "never" : clock.at(b.first_published) },
            { head: "Incidents", cell: (b) => count(b.incidents) }, { head: "Failed tries to publish", cell: (b) => count(b.failed_tries) },
        ], d.dashboards.filter((b) => b.enabled)),
        d.channels.length > 0 ? table("Channels", [
            { head: "Channel", cell: (c: Dashboard["channels"][0]) => c.name }, { head: "Kind", cell: (c) => c.kind, left: true }, { head: "For", cell: (c) => `${count(c.audience)} tenants` },
            { head: "Told", cell: (c) => share(c.told, c.audience) }, { head: "Of these affected", cell: (c) => count(c.notified) },
            { head: "First after publication", cell: (c) => duration(c.first) }, { head: "Half of them after", cell: (c) => duration(c.median) },
        ], d.channels) : null,
    ];
}

export function told(data: Data, clock: Clock): HTMLElement {
    const r = data.result, first = Math.min(...r.faults.filter((f) => f.enabled && f.start !== null).map((f) => f.start!));
    const after = (at: number | null) => at === null ? "never" : Number.isFinite(first) && at >= first ? `${duration(at - first)} after the first fault` : clock.at(at);
    const m = data.outcome.minutes.retries, shown = boards(data, clock);
    const mail = r.messages.accepted > 0;
    const boardsTold = `What dashboards told${mail ? " tenants, and what the mail system itself said: delay notices and bounces go to senders" : ""}.`;
    const mailTold = mail ? "What the mail system itself said: delay notices and bounces go to senders, second tries show up in its logs. The scenario has no dashboard."
        : "The scenario has no dashboard, and no mail whose delay notices or bounces would tell.";
    return section("told", "How it was noticed and told", shown.length > 0 ? boardsTold : mailTold,
        ...shown,
        mail ? h("dl", { class: "facts" }, fact("First delay notice", after(r.notices.first)), fact("Delay notices", count(r.notices.count)), fact("First bounce", after(r.bounces.first)),
            fact("Bounces", `${count(r.bounces.count)}${r.bounces.wrong > 0 ? `, ${count(r.bounces.wrong)} of them wrong` : ""}`), fact("Second and later tries", count(r.retries.attempts))) : null,
        m.high.some((v) => v > 0) ? figure("Tries after a failure", "Attempts a minute that are not a message's first at that hop", timeChart(data, clock, { title: "Retries a minute", step: m.step, format: (y) => `${count(Math.round(y))}/min`, axis: brief, height: 150,
            lines: [{ label: "retries", color: () => color("class-6"), values: m.high.map((v) => v * 60 / m.step) }] })) : null);
}
