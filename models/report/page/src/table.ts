// Tables of rows of data, made of columns; a long one shows its first rows, and the rest when asked.
import { Child, h } from "./dom";
import { fitAgain, fitting } from "./stack";

export interface Column<Row> { head: string | Node; cell: (row: Row) => Child; left?: boolean; wide?: boolean }

/** The first column names the row. */
export function table<Row>(caption: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
    const head = h("tr", {}, ...columns.map((c, i) => h("th", { scope: "col", class: c.left || i === 0 ? "left" : "" }, c.head)));
    const body = rows.map((row) => h("tr", {}, ...columns.map((c, i) => i === 0
        ? h("th", { scope: "row", class: "left" }, c.cell(row))
        : h("td", { class: (c.left ? "left" : "") + (c.wide ? " wide" : "") }, c.cell(row)))));
    const place = fitting(h("table", {}, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, ...body)),
        columns.map((c) => typeof c.head === "string" ? c.head : c.head.textContent ?? ""));
    if (rows.length <= 12) place.classList.add("short");
    return place;
}

/** At most `most` rows at first; a button shows the rest. */
export function longTable<Row>(caption: string, columns: Column<Row>[], rows: Row[], most = 8): HTMLElement {
    const whole = table(caption, columns, rows);
    if (rows.length <= most + 2) return whole;
    const body = whole.querySelector("tbody")!;
    const hidden = [...body.children].slice(most);
    hidden.forEach((row) => row.classList.add("more"));
    const button = h("button", { type: "button", class: "quiet", "aria-expanded": "false", click: () => {
        const open = button.getAttribute("aria-expanded") === "true";
        hidden.forEach((row) => row.classList.toggle("more", open));
        button.setAttribute("aria-expanded", String(!open));
        fitAgain(whole);
        button.textContent = open ? `Show all ${rows.length}` : `Show the first ${most}`;
    } }, `Show all ${rows.length}`);
    return h("div", {}, whole, button);
}
