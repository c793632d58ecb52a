import { timeChart } from "../chart";
import type { ClassRow, Data } from "../data";
import { figure, h, section } from "../dom";
import { Clock, brief, count, duration, percent } from "../format";
import { longTable, table } from "../table";
import { classColor, color, heat } from "../theme";

const share = (part: number, whole: number): Node => h("span", {}, count(part), h("small", {}, percent(whole > 0 ? part / whole : null)));

function classes(data: Data): HTMLElement {
    const least = (row: ClassRow, name: string, x: number | null) => row.delay.never.includes(name) ? "never" : (row.delay.at_least.includes(name) ? "≥ " : "") + duration(x);
    return table("Tenant classes", [
        { head: "Class", cell: (c: ClassRow) => c.class },
        { head: "Tenants", cell: (c) => count(c.count) },
        { head: "Affected", cell: (c) => share(c.affected, c.count) },
        { head: "Collateral", cell: (c) => share(c.collateral, c.count) },
        { head: "Lost", cell: (c) => count(c.lost + c.wrongly_bounced) },
        { head: "Late copies", cell: (c) => share(c.late, c.measured) },
        { head: "Median delay", cell: (c) => least(c, "p50", c.delay.p50) },
        { head: "p99", cell: (c) => least(c, "p99", c.delay.p99) },
        { head: "Longest", cell: (c) => least(c, "max", c.delay.max) },
    ], data.result.tenants);
}

function partitions(data: Data): HTMLElement | null {
    const rows = [...data.result.partitions].sort((a, b) => (b.affected - b.collateral) - (a.affected - a.collateral) || b.affected - a.affected);
    if (rows.length === 0) return null;
    return longTable("Tenants by partition", [
        { head: "Partition", cell: (p: typeof rows[0]) => `${p.tier}/${p.name}` },
        { head: "Tenants", cell: (p) => count(p.tenants) },
        { head: "Affected", cell: (p) => share(p.affected, p.tenants) },
        { head: "Collateral", cell: (p) => share(p.collateral, p.tenants) },
    ], rows, 6);
}

/** How long mail took, by when it was accepted: from slow to on time. */
function bands(data: Data, clock: Clock): HTMLElement {
    const m = data.outcome.minutes, n = m.accepted.high.length, slow = m.slow;
    const of = (values: number[]) => values.map((v, k) => m.accepted.high[k] > 0 ? v / m.accepted.high[k] : 0);
    const names = slow.map((band, i) => i + 1 < slow.length ? `${duration(band.over)} to ${duration(slow[i + 1].over)}` : `over ${duration(band.over)}`).map((t) => t.replace(/ 00m/g, ""));
    const shown = slow.map((band, i) => ({ label: names[i], color: () => heat([0.12, 0.4, 0.7, 1][i] ?? 1), values: of(band.copies.high) })).filter((line) => line.values.some((v) => v > 0)).reverse();
    if (m.bad.high.some((v) => v > 0)) shown.unshift({ label: "lost or wrongly bounced", color: () => color("fault"), values: of(m.bad.high) });
    if (shown.length === 0) return figure("How long mail took, by when it was accepted", "", h("p", {}, `All mail took up to ${duration(slow[0].over)}.`));
    const late = Math.max(...Array.from({ length: n }, (_, k) => shown.reduce((sum, line) => sum + line.values[k], 0)));
    return figure("How long mail took, by when it was accepted", `Share of the mail accepted at each moment; what is not coloured took up to ${duration(slow[0].over)}`,
        timeChart(data, clock, { title: "Share of mail by delay", step: m.accepted.step, lines: shown, format: percent, axis: (y) => `${Math.round(y * 100)} %`, stacked: true, max: late > 0.5 ? 1 : undefined }));
}

function tenantsHit(data: Data, clock: Clock): HTMLElement {
    const hours = data.outcome.hours, any = [...hours.hit_collateral, ...hours.hit_own].some((x) => x > 0);
    return figure("Tenants hit, hour by hour", "Tenants for whom over 5 % and at least 3 copies of an hour's mail were late (over the objective, or lost), or one was lost or wrongly bounced",
        !any ? h("p", {}, "No tenant was hit in any hour.") : timeChart(data, clock, { title: "Tenants hit by hour", step: 3600, bars: true, stacked: true, format: count, axis: brief, lines: [
            { label: "collateral: their own places were all healthy", color: () => color("class-2"), values: hours.hit_collateral },
            { label: "their own site, partition or link was hit", color: () => color("class-1"), values: hours.hit_own },
        ] }));
}

function lateByClass(data: Data, clock: Clock): HTMLElement | null {
    const all = data.outcome.hours.classes;
    if (all.length < 2 || all.length > 8) return null;
    if (!all.some((c) => c.late.some((x) => x > 0))) return figure("Late mail by tenant class", "", h("p", {}, "No mail counts as late; what greylisting or its own destination alone held up is left out."));
    const dashes: (number[] | undefined)[] = [undefined, [8, 3], [3, 3], [10, 3, 2, 3]];
    return figure("Late mail by tenant class", "Share of each hour's mail that was late: over the objective, and not by greylisting or its own destination alone",
        timeChart(data, clock, { title: "Late share by tenant class", step: 3600, middle: true, format: percent, axis: (y) => `${Math.round(y * 100)} %`,
            lines: all.map((c, i) => ({ label: c.name, color: () => classColor(i), dash: dashes[i % 4], values: c.late.map((v, k) => c.accepted[k] > 0 ? v / c.accepted[k] : null) })) }));
}

function clients(data: Data, clock: Clock): (HTMLElement | null)[] {
    if (data.outcome.clients.length === 0) return [];
    return [table("Clients", [
        { head: "Population", cell: (c: Data["result"]["clients"][0]) => c.name }, { head: "Clients", cell: (c) => count(c.count) },
        { head: "Fewest signed in", cell: (c) => share(c.signed_in.min, c.count) }, { head: "Below 90 % for", cell: (c) => duration(c.signed_in.below_90) },
        { head: "Sign-ins tried", cell: (c) => count(c.tried) }, { head: "Given up", cell: (c) => share(c.given_up, c.tried) },
    ], data.result.clients),
    ...data.outcome.clients.map((c) => figure(`${c.name}: signed in`, `of ${count(c.count)} clients`, timeChart(data, clock, { title: `${c.name} signed in`, step: c.signed_in.step, format: count, axis: brief,
        lines: [{ label: "signed in", color: () => color("class-1"), values: c.signed_in.high, low: c.signed_in.low }] })))];
}

export function who(data: Data, clock: Clock): HTMLElement {
    const mail = data.result.affected.of > 0, before = data.result.affected.before_fault;
    const lead = mail ? `A tenant is affected by an hour in which over 5 % and at least 3 of its copies were late, or one was lost. ${before === null ? "" : `Before the first fault that was so for ${percent(before)}.`}` : null;
    return section("who", "Who was hit", lead,
        ...(mail ? [classes(data), bands(data, clock), tenantsHit(data, clock), lateByClass(data, clock), partitions(data)] : []), ...clients(data, clock));
}
