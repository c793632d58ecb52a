// Tables that fit their place: where one is too wide for it, its rows stand below each other as cards, each value under the
// name of its column. No table ever scrolls sideways. The cards are the same table, laid out in another way (style.css), so
// roles are written out: a table whose rows are no longer laid out as rows would be none to a screen reader.
// Left out: paper, where cells break instead.
import { h } from "./dom";

const roles: [string, string][] = [["table", "table"], ["thead, tbody", "rowgroup"], ["tr", "row"], ["td", "cell"], ["th[scope=row]", "rowheader"], ["th:not([scope=row])", "columnheader"]];

export function withRoles(table: HTMLTableElement): HTMLTableElement {
    table.setAttribute("role", "table");
    for (const [what, role] of roles) table.querySelectorAll(what).forEach((element) => element.setAttribute("role", role));
    return table;
}

/** Cards or columns, whichever fits. All are measured at once, so that the page is laid out once for all. */
function choose(places: Element[]): void {
    places.forEach((place) => place.classList.remove("stacked"));
    const wide = places.filter((place) => place.querySelector("table")!.offsetWidth > place.clientWidth && place.clientWidth > 0);
    wide.forEach((place) => place.classList.add("stacked"));
}

const widths = new ResizeObserver((entries) => choose(entries.map((entry) => entry.target.parentElement!)));

/** `heads`: what each column is called in a card. */
export function fitting(table: HTMLTableElement, heads: string[]): HTMLElement {
    withRoles(table).querySelectorAll("tbody tr").forEach((row) => [...row.children].forEach((cell, i) => cell.setAttribute("data-label", heads[i] ?? "")));
    const ruler = h("div", { "aria-hidden": "true" });   // as wide as the place, and of no height, so that choosing does not change it
    widths.observe(ruler);
    return h("div", { class: "fit" }, ruler, table);
}

/** When what a table shows has changed, then it may have become too wide, or fit again. */
export function fitAgain(within: Element): void {
    choose([...within.querySelectorAll(".fit"), ...(within.matches(".fit") ? [within] : [])]);
}
