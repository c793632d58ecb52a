// The estate as it was laid out by C++ (topology_layout.cpp), with what waits in each tier as heat, replayed by a slider.
import type { Data, PageEvent, Place, Series } from "./data";
import { h, s } from "./dom";
import { Clock, count, duration } from "./format";
import { logScale, scaleBar } from "./heatmap";
import { spans } from "./strip";
import { color, heat, heatRgb, inkOn, onRepaint } from "./theme";
import { setMoment } from "./chart";

type Measure = "waiting" | "oldest";

const at = (series: Series, t: number): number => series.high[Math.max(0, Math.min(series.high.length - 1, Math.ceil(t / series.step) - 1))] ?? 0;

/** Whether an entry hits a tier at a site, the site, or a link. */
function hits(e: PageEvent, tier: string | null, site: string | null, link: string | null): boolean {
    const [head, where] = e.target.split("@");
    if (link !== null) return e.target === link;
    if (tier === null) return e.target === site;
    return head.split("/")[0] === tier && (!where || where === site);
}

export function topology(data: Data, clock: Clock): HTMLElement | null {
    const { width, height, sites, links } = data.topology;
    if (sites.length === 0) return null;
    const end = data.outcome.end, places = new Map(data.outcome.places.map((p) => [`${p.tier}@${p.site}`, p]));
    const acting = spans(data).filter((x) => x.event.what !== "flaw" && x.event.start !== null);
    const most: Record<Measure, number> = { waiting: Math.max(1, ...data.outcome.places.flatMap((p) => p.waiting.high)), oldest: Math.max(10, ...data.outcome.places.flatMap((p) => p.oldest.high)) };
    let measure: Measure = "waiting", now = 0;

    const lines = links.map((l) => ({ link: l, line: s("path", { d: l.path, class: "link" }, s("title", {}, `${l.name}: ${duration(l.latency)} one way`)) }));
    const chips: { place: Place | undefined; tier: string; site: string; box: SVGRectElement; name: SVGTextElement; value: SVGTextElement; mark: SVGTextElement; title: SVGTitleElement }[] = [];
    const groups = sites.map((site) => s("g", {},
        s("rect", { x: site.x, y: site.y, width: site.width, height: site.height, rx: 8, class: site.outside ? "site outside" : "site" }),
        s("text", { x: site.x + 10, y: site.y + 20, class: "site-name" }, site.name),
        ...site.tiers.map((tier) => {
            const box = s("rect", { x: tier.x, y: tier.y, width: tier.width, height: tier.height, rx: 4 });
            const name = s("text", { x: tier.x + 8, y: tier.y + 17 }, tier.partitions > 0 ? `${tier.name} ×${tier.partitions}` : tier.name);
            const value = s("text", { x: tier.x + tier.width - 8, y: tier.y + 17, class: "number" });
            const mark = s("text", { x: tier.x + tier.width - 60, y: tier.y + 17, class: "mark" });
            const title = s("title");
            chips.push({ place: places.get(`${tier.name}@${site.name}`), tier: tier.name, site: site.name, box, name, value, mark, title });
            return s("g", { class: "tier" }, title, box, name, mark, value);
        })));
    const map = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `Topology: ${sites.length} sites with their tiers, joined by ${links.length} links. The slider shows what waits where, at any time.` }, ...lines.map((l) => l.line), ...groups);

    const clockText = h("output", { class: "now" }), slider = h("input", { type: "range", min: 0, max: end, step: data.outcome.places[0]?.waiting.step ?? 60, value: 0, "aria-label": "Moment of the replay" });
    const doing = h("p", { class: "doing", "aria-live": "off" });
    const paint = () => {
        for (const chip of chips) {
            const x = chip.place ? at(chip.place[measure], now) : 0;
            const share = measure === "waiting" ? logScale(x, 1, most.waiting) : logScale(x, 10, most.oldest);
            const empty = measure === "waiting" ? x < 1 : x < 10;
            chip.box.style.fill = empty ? color("chip") : heat(share);
            const ink = empty ? color("ink") : inkOn(heatRgb(share));
            chip.name.style.fill = chip.value.style.fill = chip.mark.style.fill = ink;
            chip.value.textContent = empty ? "" : measure === "waiting" ? count(x) : duration(x);
            const hit = acting.filter((a) => a.from <= now && now < a.to && (hits(a.event, chip.tier, chip.site, null) || hits(a.event, null, chip.site, null)));
            chip.box.setAttribute("class", hit.some((a) => a.event.what === "fault") ? "hit" : hit.length > 0 ? "cured" : "");
            chip.title.textContent = `${chip.tier}@${chip.site}: ${chip.place ? `${count(at(chip.place.waiting, now))} waiting, the oldest ${duration(at(chip.place.oldest, now))}` : "nothing ever waits"}${hit.map((a) => `; ${a.event.what} ${a.event.name}`).join("")}`;
        }
        for (const { link, line } of lines)
            line.setAttribute("class", acting.some((a) => a.event.what === "fault" && a.from <= now && now < a.to && hits(a.event, null, null, link.name)) ? "link hit" : "link");
        const active = acting.filter((a) => a.from <= now && now < a.to);
        const acts = active.length > 0 ? `${active.map((a) => `${a.event.what} ${a.event.name}`).join(", ")} ${active.length > 1 ? "act" : "acts"}` : "no fault and no mitigation acts";
        doing.textContent = `At ${clock.at(now)}: ${acts}.`;
        clockText.textContent = `${clock.at(now)} (+${duration(now)})`;
        slider.setAttribute("aria-valuetext", `${clock.at(now)}, ${acts}`);
    };
    const go = (t: number) => {
        now = Math.max(0, Math.min(end, t));
        slider.value = String(now);
        paint();
    };
    const move = (t: number) => {
        go(t);
        setMoment(now);
    };
    slider.addEventListener("input", () => move(Number(slider.value)));

    let playing: number | null = null;
    const button = h("button", { type: "button", class: "play", "aria-pressed": "false" }, "▶ Play");
    const stop = () => {
        if (playing !== null) cancelAnimationFrame(playing);
        playing = null;
        button.textContent = "▶ Play";
        button.setAttribute("aria-pressed", "false");
    };
    button.addEventListener("click", () => {
        if (playing !== null) return stop();
        if (now >= end) move(0);
        button.textContent = "❚❚ Pause";
        button.setAttribute("aria-pressed", "true");
        let last: number | null = null;
        const frame = (stamp: number) => {
            if (last !== null) move(now + (stamp - last) / 1000 * end / 24);   // the whole run in 24 s
            last = stamp;
            if (now >= end) return stop();
            playing = requestAnimationFrame(frame);
        };
        playing = requestAnimationFrame(frame);
    });
    const scale = h("div");
    const show = (m: Measure) => {
        measure = m;
        scale.replaceChildren(m === "waiting" ? scaleBar("1 copy", count(most.waiting), "Waiting") : scaleBar("10 s", duration(most.oldest), "Oldest"));
        paint();
    };
    const choose = (m: Measure, label: string) => h("label", {}, h("input", { type: "radio", name: "heat", value: m, checked: m === measure, change: () => show(m) }), label);
    const peak = [...data.result.backlogs].sort((a, b) => b.max - a.max)[0];
    show(measure);
    go(peak ? peak.at : 0);
    onRepaint(paint);
    return h("div", { class: "topology" },
        h("div", { class: "controls" }, button, slider, clockText),
        h("div", { class: "controls" }, h("fieldset", {}, h("legend", {}, "Colour shows"), choose("waiting", "copies waiting"), choose("oldest", "age of the oldest")), scale),
        doing, h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Topology" }, map));
}
