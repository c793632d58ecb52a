import type { Data } from "../data";
import { figure, h, section } from "../dom";
import { Clock, count, duration } from "../format";
import { cascadeGraph } from "../cascade";
import { heatmap } from "../heatmap";
import { longTable } from "../table";
import { topology } from "../topology";

type Onset = Data["result"]["cascade"][0];

export function spread(data: Data, clock: Clock): HTMLElement {
    const map = topology(data, clock), cascade = data.result.cascade;
    return section("spread", "How it spread", `What waits where, minute by minute. The picture opens at the worst moment.${data.result.replications > 1 ? " Pictures are of the first run, tables are means over all." : ""}`,
        map ? figure("The estate", h("span", {}, "Sites with their tiers", h("span", { class: "screen" }, "; drag the slider or press play")), map) : null,
        figure("Queues, in the order in which they filled", "Age of the oldest copy in each queue; the mark is where it began to suffer", heatmap(data, clock)),
        data.explanation ? figure("The path of the cascade", "What brought what about: solid lines are the way by which a queue filled, dashed ones also played a part", cascadeGraph(data.explanation, clock)) : null,
        cascade.length > 0 ? longTable("Order of onset", [
            { head: "Queue", cell: (c: Onset) => c.queue }, { head: "Onset", cell: (c) => clock.at(c.at) }, { head: "Oldest before", cell: (c) => duration(c.before) },
            { head: "Oldest at all", cell: (c) => duration(c.oldest) }, { head: "Most waiting", cell: (c) => count(c.waiting) },
        ], cascade, 8) : null);
}
