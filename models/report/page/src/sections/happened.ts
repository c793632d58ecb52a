import type { Data, PageEvent } from "../data";
import { h, section } from "../dom";
import { Clock, count } from "../format";
import { nouns } from "../strip";
import { table } from "../table";
import { courseList, timeline } from "../timeline";

export function happened(data: Data, clock: Clock): HTMLElement {
    const on = data.events.filter((e) => e.enabled);
    return section("happened", "What happened", on.length > 0 ? "Faults are the environment's doing, flaws the code's, mitigations what operators did." : "Nothing was disturbed in this run.",
        on.length > 0 ? timeline(data, clock) : null,
        courseList(data, clock),
        on.length > 0 ? table("Faults, flaws and mitigations", [
            { head: "Name", cell: (e: PageEvent) => h("span", {}, h("span", { class: `dot ${e.what}` }), e.name, e.description ? h("small", {}, e.description) : null) },
            { head: "What", cell: (e) => `${nouns[e.what]}: ${e.kind}`, left: true },
            { head: "On", cell: (e) => e.target || "–", left: true },
            { head: "From", cell: (e) => e.start === null ? "–" : clock.at(e.start) },
            { head: "To", cell: (e) => e.end === null ? "–" : clock.at(e.end) },
            { head: "Touched", cell: (e) => count(e.touched) },
            { head: "Known as", cell: (e) => e.basis || "unstated", left: true },
        ], on) : null);
}
