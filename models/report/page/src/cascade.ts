// The cascade as a graph: causes on the left, queues to the right of what filled them, with times and lags. Columns are
// steps along the tree that the explanation tells; other edges are dashed. Nodes stand in the order of their onsets.
import type { CascadeNode, Explanation } from "./data";
import { h, s } from "./dom";
import { Clock, count, duration } from "./format";
import { nouns } from "./strip";

const WIDTH = 226, HEIGHT = 46, GAP = 96, SPACE = 12, MOST = 36;

const ways: Record<string, string> = {
    hits: "hits it", wakes: "wakes it", "holds-workers": "holds its workers", call: "calls", "next-hop": "sends on to it", "held-hand-over": "waits for it", flood: "floods it",
};

export function cascadeGraph(why: Explanation, clock: Clock): HTMLElement {
    const nodes = why.cascade.nodes.slice(0, MOST), edges = why.cascade.edges.filter((e) => e.from < nodes.length && e.to < nodes.length);
    if (nodes.length === 0) return h("p", {}, "Nothing spread.");
    const parent = nodes.map((_, i) => edges.find((e) => e.to === i && e.in_tree));
    const depth = (i: number, seen = 0): number => parent[i] && seen < nodes.length ? 1 + depth(parent[i]!.from, seen + 1) : 0;
    const column = nodes.map((n, i) => Math.max(depth(i), n.kind === "queue" ? 1 : 0));

    // Depth first, so that what a node brought about stands beside it.
    const order: number[] = [], visit = (i: number) => { if (!order.includes(i)) { order.push(i); edges.filter((e) => e.in_tree && e.from === i).forEach((e) => visit(e.to)); } };
    nodes.forEach((_, i) => { if (!parent[i]) visit(i); });
    nodes.forEach((_, i) => visit(i));
    const y: number[] = [];
    let bottom = 0;
    const free: number[] = [];   // by column: the next free row
    for (const i of order) {
        const beside = parent[i] ? y[parent[i]!.from] ?? 0 : 0;
        y[i] = Math.max(free[column[i]] ?? 0, beside);
        free[column[i]] = y[i] + HEIGHT + SPACE;
        bottom = Math.max(bottom, y[i] + HEIGHT);
    }
    const x = (i: number) => 1 + column[i] * (WIDTH + GAP), width = 2 + WIDTH + Math.max(...column) * (WIDTH + GAP), height = bottom + 2;

    const line = (from: number, to: number, aside: boolean, text: string) => {
        const ax = x(from) + WIDTH, ay = y[from] + 1 + HEIGHT / 2, bx = x(to), by = y[to] + 1 + HEIGHT / 2;
        const d = bx > ax ? `M${ax} ${ay}C${ax + GAP / 2} ${ay} ${bx - GAP / 2} ${by} ${bx - 2} ${by}` : `M${ax - 20} ${ay}C${ax + 40} ${ay} ${ax + 40} ${by} ${bx + WIDTH} ${by}`;
        return s("path", { d, class: aside ? "aside" : "", "marker-end": "url(#tip)" }, s("title", {}, text));
    };
    const name = (n: CascadeNode) => n.name.length > 32 ? `${n.name.slice(0, 31)}…` : n.name;
    const say = (i: number) => `${nodes[i].kind} ${nodes[i].name}`;
    const drawn = edges.map((e) => line(e.from, e.to, !e.in_tree, `${say(e.from)} ${ways[e.way] ?? e.way}: ${say(e.to)}, ${e.lag > 0 ? `${duration(e.lag)} later` : "at once"}`));
    const boxes = nodes.map((n, i) => {
        const lag = parent[i] ? (parent[i]!.lag > 0 ? `, ${duration(parent[i]!.lag)} later` : ", at once") : "";
        const more = n.kind === "queue" ? `${clock.at(n.at)}${lag}; most ${count(n.waiting)}, oldest ${duration(n.oldest)}` : `${nouns[n.kind]}, ${clock.at(n.at)}${lag}`;
        return s("g", { class: n.kind }, s("title", {}, `${say(i)}: ${more}`), s("rect", { x: x(i), y: y[i] + 1, width: WIDTH, height: HEIGHT, rx: 6 }),
            s("text", { x: x(i) + 10, y: y[i] + 20 }, name(n)), s("text", { x: x(i) + 10, y: y[i] + 37, class: "less" }, n.kind === "queue" ? `${clock.at(n.at)}${lag}; most ${count(n.waiting)}` : more));
    });
    const told = edges.filter((e) => e.in_tree).map((e) => `${say(e.from)} to ${say(e.to)}`).join("; ");
    const picture = s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `The cascade: ${told || "nothing filled anything else"}.` },
        s("defs", {}, s("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, s("path", { d: "M0 0L8 4L0 8z" }))), ...drawn, ...boxes);
    const rest = why.cascade.nodes.length - nodes.length;
    return h("div", { class: "cascade" }, h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The path of the cascade" }, picture), rest > 0 ? h("p", { class: "meta" }, `And ${rest} more queues.`) : null);
}
