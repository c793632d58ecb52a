import type { Choice, Data } from "../data";
import { figure, h, pathName, section } from "../dom";
import { interval, plural, signed } from "../format";
import { longTable, table } from "../table";
import { nameOf } from "../worlds";

const matters = (c: Choice): boolean => c.effects.some((e) => (e.change.value ?? 0) !== 0);

function tornado(data: Data): HTMLElement {
    const { choices, unit } = data.hinges, shown = choices.filter(matters).slice(0, 14);
    const most = Math.max(1e-9, ...shown.flatMap((c) => c.effects.map((e) => Math.abs(e.change.value ?? 0))));
    return table(`What changes when a guess is halved or doubled`, [
        { head: "Guess", cell: (c: Choice) => h("code", {}, pathName(c.path)) }, { head: "As written", cell: (c) => c.value },
        ...[0, 1].map((k) => ({ head: `at ${shown[0].effects[k]?.factor ?? "–"}×`, cell: (c: Choice) => {
            const e = c.effects[k];
            if (!e || e.change.value === null) return "–";
            const width = 100 * Math.abs(e.change.value) / most, range = interval(unit, e.change, true);
            return h("span", { class: "meter" }, h("span", { class: `level ${e.change.value > 0 ? "worse" : "good"}`, style: `width:${width.toFixed(1)}%` }), h("b", {}, signed(unit, e.change.value)), range ? h("small", {}, range) : null);
        } })),
    ], shown);
}

export function assumed(data: Data): HTMLElement {
    const all = data.result.about.assumptions, hinges = data.hinges, top = hinges.choices[0];
    const none = hinges.choices.filter((c) => !matters(c));
    const greatest = top && Math.max(...top.effects.map((e) => Math.abs(e.change.value ?? 0)));
    return section("assumed", "What is assumed", "What the scenario marks as inference or choice. All else is documented fact, or unstated.",
        top ? figure("On which guess the answer hinges", `${nameOf(hinges.metric)}, one guess changed at a time; ${plural(hinges.runs, "run")} of each with the same luck`,
            h("p", { class: "turned" }, greatest > 0 ? `The answer hinges most on ${top.path}.` : "No guess changes the answer."), greatest > 0 ? tornado(data) : null,
            none.length > 0 ? h("p", { class: "meta" }, `Halved or doubled, these change nothing: ${none.slice(0, 30).map((c) => c.path).join(", ")}${none.length > 30 ? `, and ${none.length - 30} more` : ""}.`) : null)
            : h("p", {}, "On which guess the answer hinges has not been computed here. This command does: ", h("code", {}, hinges.command)),
        all.length > 0 ? longTable("Assumptions", [
            { head: "Entry", cell: (a: typeof all[0]) => h("code", {}, pathName(a.what)) }, { head: "Basis", cell: (a) => a.basis, left: true }, { head: "Why", cell: (a) => a.source || "–", left: true, wide: true },
        ], all, 10) : null);
}
