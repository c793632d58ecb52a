import { bars } from "../bars";
import type { Data } from "../data";
import { explained, hours } from "../explained";
import { figure, section } from "../dom";
import { amount, percent, plural } from "../format";
import { longTable, table } from "../table";
import { columns, damageNoun, unitOf } from "../worlds";

interface Part { place: string; cause: string; time: number }

/** Bookings, all classes together. */
function parts(data: Data): Part[] {
    const sums = new Map<string, Part>();
    for (const row of data.outcome.ledger) {
        const key = JSON.stringify([row.place, row.cause]), part = sums.get(key) ?? { place: row.place, cause: row.cause, time: 0 };
        part.time += row.time;
        sums.set(key, part);
    }
    return [...sums.values()].sort((a, b) => b.time - a.time);
}

function ledger(data: Data): (HTMLElement | null)[] {
    const all = parts(data), total = all.reduce((sum, p) => sum + p.time, 0);
    if (total === 0) return [];
    const byCause = new Map<string, number>();
    for (const p of all) byCause.set(p.cause, (byCause.get(p.cause) ?? 0) + p.time);
    const causes = [...byCause].sort((a, b) => b[1] - a[1]).slice(0, 10);
    return [
        figure("Where the time went", `Every second of every message's life is booked to a cause; together ${hours(total)} of delay, of run ${data.outcome.replication}`,
            bars("Delay by cause", "share", causes.map(([cause, time]) => ({ name: cause, note: hours(time), value: { value: time / total } })))),
        longTable("Delay by place and cause", [
            { head: "Place", cell: (p: Part) => p.place || "–" }, { head: "Cause", cell: (p) => p.cause, left: true },
            { head: "Time, all copies", cell: (p) => hours(p.time) }, { head: "Share", cell: (p) => percent(p.time / total) },
        ], all.slice(0, 60), 10),
    ];
}

function without(data: Data): (HTMLElement | null)[] {
    const w = data.whatif;
    if (!w || w.without.length === 0) return [];
    const shared = w.without.filter((x) => x.shapley), unit = unitOf(w, w.damage), damage = w.as_written.metrics[w.damage]?.value.value ?? 0;
    const rest = damage - shared.reduce((sum, x) => sum + (x.shapley!.value ?? 0), 0);
    const split = shared.map((x) => ({ name: x.name.replace(/^without /, ""), note: damage > 0 ? percent((x.shapley!.value ?? 0) / damage) : "", value: x.shapley! }));
    if (damage > 0 && Math.abs(rest) > damage / 1000) split.push({ name: "there without any of them", note: percent(rest / damage), value: { value: rest } });
    return [
        table("Without one of them at a time, with the same luck", columns(w, [w.damage, "signed_in()", "affected()", "collateral()", "max(delay)"], true), [w.as_written, ...w.without]),
        shared.length > 1 ? figure("Whose damage it is", `Shapley's split of ${amount(unit, damage)}${unit === "duration" ? " of" : ""} ${damageNoun(w)}: what each adds, averaged over all orders in which they could have come`,
            bars("Damage by cause", unit, split)) : null,
    ];
}

export function why(data: Data): HTMLElement {
    const runs = data.whatif ? ` Each world has run ${data.whatif.runs === 1 ? "once" : plural(data.whatif.runs, "time")}, and everything has the same luck in all of them.` : "";
    if (data.result.affected.of === 0) return section("why", "Why", `What would not have happened without each cause.${runs}`, ...without(data));
    return section("why", "Why", `Two answers: what would not have happened without each cause, and where the time of the messages went.${runs}`, ...without(data), ...(data.explanation ? explained(data.explanation) : ledger(data)));
}
