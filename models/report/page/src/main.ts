// The page: sections in the order of a post-incident report, made from the data beside this script.
import { read } from "./data";
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

const data = read();
const clock = new Clock(data.result.about.start, data.outcome.end > 86400);
const sections = [happened(data, clock), who(data, clock), spread(data, clock), why(data), told(data, clock), recovery(data, clock), prevented(data), assumed(data), provenance(data)];
const links = sections.map((section) => h("li", {}, h("a", { href: `#${section.id}` }, section.querySelector("h2")!.textContent)));
document.getElementById("page")!.append(
    h("a", { class: "skip", href: "#happened" }, "Skip to what happened"),
    h("nav", { "aria-label": "Sections" }, h("ul", {}, ...links)),
    h("main", {}, headline(data, clock), ...sections));
