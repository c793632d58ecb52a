// The answer first: verdicts, the headline, and the same day without the flaw.
import type { Data, Unit, Value, World } from "../data";
import { h } from "../dom";
import { Clock, count, duration, interval, percent, plural, value } from "../format";
import { table } from "../table";

function resultValue(data: Data, path: string, x: number | null, scale = 1, atLeast = false, never = false): Value {
    const i = data.result.intervals[path];
    return { value: x === null ? null : x * scale, ...(i ? { low: i.low * scale, high: i.high * scale } : {}), ...(atLeast ? { at_least: true } : {}), ...(never ? { never: true } : {}) };
}

interface Row { name: string; hint: string; unit: Unit; was: Value; metric: string }

/** The column "as it was" is what `run --json` says; the other one comes from the paired runs. */
function rows(data: Data): Row[] {
    const r = data.result, of = r.affected.of || 1, is = (names: string[], name: string) => names.includes(name);
    const recovered = r.recovered.length > 0 ? Math.max(...r.recovered.map((f) => f.after ?? f.not_before ?? 0)) : null;
    const all: Row[] = [
        { name: "Affected tenants", hint: "an hour with over 5 % of mail late, or mail lost", unit: "share", was: resultValue(data, "affected.tenants", r.affected.tenants, 1 / of), metric: "affected()" },
        { name: "Collateral", hint: "affected by copies whose own places (home, partition, MX, destination) were all healthy", unit: "share", was: resultValue(data, "collateral", r.collateral, 1 / of), metric: "collateral()" },
        { name: "Longest delay", hint: "of one copy; never: mail was lost or bounced", unit: "duration", was: resultValue(data, "delay.max", r.delay.max, 1, is(r.delay.at_least, "max"), is(r.delay.never, "max")), metric: "max(delay)" },
        { name: "Delay, 99th percentile", hint: "one copy in a hundred takes longer", unit: "duration", was: resultValue(data, "delay.p99", r.delay.p99, 1, is(r.delay.at_least, "p99"), is(r.delay.never, "p99")), metric: "p99(delay)" },
        { name: "Back on time after", hint: "from the end of the fault that took longest", unit: "duration", was: { value: recovered, at_least: r.recovered.some((f) => f.after === null) }, metric: "recovered()" },
        { name: "Mail lost", hint: "dropped or expired, and no copy of it arrived", unit: "count", was: { value: r.messages.lost }, metric: "lost()" },
    ];
    const clients: Row[] = [
        { name: "Time with under 90 % signed in", hint: "the longest of all populations", unit: "duration", was: { value: Math.max(0, ...r.clients.map((c) => c.signed_in.below_90)) }, metric: "below_90()" },
    ];
    return r.affected.of > 0 ? all : r.clients.length > 0 ? clients : [];
}

function cell(unit: Unit, v: Value | undefined): Node {
    const range = interval(unit, v);
    return h("span", {}, h("b", {}, value(unit, v)), range ? h("small", {}, range) : null);
}

function compared(data: Data): HTMLElement | null {
    const all = rows(data), other: World | null = data.whatif?.no_flaw ?? null;
    if (all.length === 0) return null;
    const columns = [
        { head: "Figure", cell: (r: Row) => h("span", {}, r.name, h("small", {}, r.hint)) },
        { head: "As it was", cell: (r: Row) => cell(r.unit, r.was) },
    ];
    if (other) columns.push({ head: other.name[0].toUpperCase() + other.name.slice(1), cell: (r: Row) => cell(r.unit, other.metrics[r.metric]?.value) });
    const shown = table("The headline in figures", columns, all);
    shown.classList.add("headline");
    return shown;
}

function sentence(data: Data): string {
    const r = data.result;
    if (r.affected.of > 0)
        return `${Number.isInteger(r.affected.tenants) ? "" : "On average "}${count(Math.round(r.affected.tenants))} of ${plural(r.affected.of, "tenant")} (${percent(r.affected.tenants / r.affected.of)}) affected; ${r.delay.lost > 0 ? `${count(r.delay.lost)} copies were lost or bounced` : `the longest delay was ${r.delay.at_least.includes("max") ? "at least " : ""}${duration(r.delay.max)}`}.`;
    const c = [...r.clients].sort((a, b) => b.signed_in.below_90 - a.signed_in.below_90)[0];
    return c ? `At the worst moment ${count(c.signed_in.min)} of the ${plural(c.count, "client")} in ${c.name} were signed in; for ${duration(c.signed_in.below_90)} it was fewer than 90 %.` : r.about.description;
}

const marks: Record<string, string> = { pass: "✓", fail: "✕", undecided: "?" };

function verdicts(data: Data): HTMLElement | null {
    const all = data.result.expectations;
    if (all.length === 0) return null;
    return h("ul", { class: "verdicts", "aria-label": "What the scenario expects, and whether it holds" }, ...all.map((e) =>
        h("li", { class: e.verdict }, h("b", {}, `${marks[e.verdict] ?? "?"} ${e.verdict}`), h("code", {}, e.text), h("span", {}, `held in ${e.held} of ${e.runs} runs`))));
}

export function headline(data: Data, clock: Clock): HTMLElement {
    const r = data.result, w = data.whatif;
    const laid = [...r.about.variants.map((v) => `variant ${v}`), ...r.about.sets, ...(r.about.cut ? ["the scenario's test cut"] : [])];
    const runs = r.replications > 1 ? `means over ${r.replications} runs, with 95 % intervals` : "one run, so without intervals";
    return h("header", {},
        h("p", { class: "over" }, `Post-incident report · simulated by mailquake ${r.version}`),
        h("h1", {}, r.scenario),
        r.about.description ? h("p", { class: "about" }, r.about.description[0].toUpperCase() + r.about.description.slice(1)) : null,
        h("p", { class: "meta" }, `${clock.full(0)} to ${clock.full(data.outcome.end)} · ${r.affected.of > 0 ? `${count(r.messages.accepted)} messages accepted · late is over ${duration(r.about.objective)} · ` : ""}${runs}`),
        laid.length > 0 ? h("p", { class: "meta" }, `With ${laid.join(", ")}`) : null,
        verdicts(data),
        h("p", { class: "answer" }, sentence(data)),
        w?.no_flaw_sentence ? h("p", { class: "turned" }, w.no_flaw_sentence, " ", h("span", {}, `Computed from ${plural(w.runs, "pair")} of runs with the same luck; of the environment's faults nothing was changed.`)) : null,
        compared(data),
        ...r.warnings.map((text) => h("p", { class: "warning" }, `Warning: ${text}`)));
}
