// Elements made by hand. Text goes in as text, so no name of a scenario ever becomes markup.

type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => void)>;

function fill(element: Element, attributes: Attributes, children: Child[]): void {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(name, value);
        else if (name === "style") (element as HTMLElement).style.cssText = String(value);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) {
        if (child === null || child === undefined || child === false) continue;
        element.append(child instanceof Node ? child : String(child));
    }
}

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    fill(element, attributes, children);
    return element;
}

export function s<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    fill(element, attributes, children);
    return element;
}

export interface Column<Row> { head: string | Node; cell: (row: Row) => Child; left?: boolean; wide?: boolean }

/** A path of a scenario, which may be broken after its dots. */
export function pathName(path: string): HTMLElement {
    return h("span", {}, ...path.split(/(?<=\.)/).flatMap((part, i) => i > 0 ? [h("wbr"), part] : [part]));
}

/** A table that scrolls by itself where it is too wide; the first column names the row. */
export function table<Row>(caption: string, columns: Column<Row>[], rows: Row[]): HTMLElement {
    const head = h("tr", {}, ...columns.map((c, i) => h("th", { scope: "col", class: c.left || i === 0 ? "left" : "" }, c.head)));
    const body = rows.map((row) => h("tr", {}, ...columns.map((c, i) => i === 0
        ? h("th", { scope: "row", class: "left" }, c.cell(row))
        : h("td", { class: (c.left ? "left" : "") + (c.wide ? " wide" : "") }, c.cell(row)))));
    return h("div", { class: rows.length <= 12 ? "scroll short" : "scroll", tabindex: 0, role: "region", "aria-label": caption },
        h("table", {}, h("caption", {}, caption), h("thead", {}, head), h("tbody", {}, ...body)));
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
        button.textContent = open ? `Show all ${rows.length}` : `Show the first ${most}`;
    } }, `Show all ${rows.length}`);
    return h("div", {}, whole, button);
}

export function section(id: string, title: string, lead: Child, ...children: Child[]): HTMLElement {
    return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), lead ? h("p", { class: "lead" }, lead) : null, ...children);
}

export function figure(title: string, note: Child, ...children: Child[]): HTMLElement {
    return h("figure", {}, h("figcaption", {}, h("strong", {}, title), note ? h("span", {}, note) : null), ...children);
}
