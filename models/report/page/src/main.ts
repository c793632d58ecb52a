// The page: sections in the order of a post-incident report, or of a sweep's or a margin's, made from the data beside this script.
import { Data, read } from "./data";
import { h } from "./dom";
import { Clock } from "./format";
import { assumed } from "./sections/assumed";
import { happened } from "./sections/happened";
import { headline } from "./sections/headline";
import { prevented } from "./sections/prevented";
import { provenance } from "./sections/provenance";
import { recovery } from "./sections/recovery";
import { spread } from "./sections/spread";
import { told } from "./sections/told";
import { who } from "./sections/who";
import { why } from "./sections/why";
import { MarginData, marginSections, SweepData, sweepSections } from "./sweep";

function incident(data: Data): HTMLElement[] {
    const clock = new Clock(data.result.about.start, data.outcome.end > 86400);
    return [headline(data, clock), happened(data, clock), who(data, clock), spread(data, clock), why(data), told(data, clock), recovery(data, clock), prevented(data), assumed(data), provenance(data)];
}

function parts(data: Data | SweepData | MarginData): HTMLElement[] {
    switch (data.kind) {
        case "incident": return incident(data);
        case "sweep": return sweepSections(data);
        case "margin": return marginSections(data);
    }
}

const [head, ...sections] = parts(read());
/** Headings that are too long for the bar. */
const brief: Record<string, string> = { told: "Who was told", prevented: "Prevention", assumed: "Assumptions" };
const links = sections.map((section) => h("li", {}, h("a", { href: `#${section.id}` }, brief[section.id] ?? section.querySelector("h2")!.textContent)));
document.getElementById("page")!.append(
    h("a", { class: "skip", href: `#${sections[0].id}` }, `Skip to ${sections[0].querySelector("h2")!.textContent}`),
    h("nav", { "aria-label": "Sections" }, h("ul", {}, ...links)),
    h("main", {}, head, ...sections));
