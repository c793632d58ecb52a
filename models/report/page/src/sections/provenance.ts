import type { Data } from "../data";
import { h, section } from "../dom";
import { count } from "../format";

export function command(text: string): HTMLElement {
    const button = h("button", { type: "button", class: "quiet", click: () => {
        navigator.clipboard?.writeText(text).then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Select it by hand"; });
    } }, "Copy");
    return h("div", { class: "command" }, h("code", { tabindex: 0 }, ...text.split(" ").flatMap((word, i) => [i > 0 ? " " : "", h("span", {}, word)])), button);
}

export function provenance(data: Data): HTMLElement {
    const r = data.result;
    const download = h("a", { class: "quiet", download: `${r.scenario}.json`, href: "#" }, "Save the figures as JSON");
    download.addEventListener("click", () => {
        const url = URL.createObjectURL(new Blob([JSON.stringify(r, null, 2)], { type: "application/json" }));
        download.href = url;
        setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
    return section("provenance", "Provenance", "The same build, scenario and seed give the same figures, on any number of threads.",
        h("dl", { class: "facts" },
            h("div", {}, h("dt", {}, "Version"), h("dd", {}, r.version)), h("div", {}, h("dt", {}, "Seed"), h("dd", {}, String(r.seed))), h("div", {}, h("dt", {}, "Runs"), h("dd", {}, count(r.replications))),
            h("div", {}, h("dt", {}, "Events"), h("dd", {}, count(r.events))), h("div", { class: "long" }, h("dt", {}, "Fingerprint"), h("dd", {}, h("code", {}, r.fingerprint)))),
        h("p", {}, "The same figures again:"), command(data.replay), h("p", {}, "This page again:"), command(data.command),
        h("p", {}, `${r.replications > 1 ? "Charts over time show the first run; figures are means over all runs. " : ""}`, download),
        ...data.sources.map((f) => h("details", {}, h("summary", {}, `The scenario: ${f.name.split("/").slice(-3).join("/")}`), h("pre", { tabindex: 0 }, f.text))),
        h("p", { class: "meta" }, "Charts: uPlot, MIT licence, © Leon Sorokin."));
}
