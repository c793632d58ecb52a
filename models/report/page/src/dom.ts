// Elements made by hand. Text goes in as text, so no name of a scenario ever becomes markup.

export type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => void)>;

/** No line ends between a number and its unit, nor within `1h 51m`; what may be copied into a shell or a scenario stays as it is. */
function unbroken(text: string, within: Element): string {
    if (/^(code|pre)$/i.test(within.tagName)) return text;
    return text.replace(/(\d) (?=(%|[µm]?s|h|[kM])(?![a-z]))/gi, "$1\u00a0").replace(/(\d[dhm]) (?=\d\d?[hms]\b)/g, "$1\u00a0").replace(/≥ (?=\d)/g, "≥\u00a0");
}

function fill(element: Element, attributes: Attributes, children: Child[]): void {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (typeof value === "function") element.addEventListener(name, value);
        else if (name === "style") (element as HTMLElement).style.cssText = String(value);
        else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) {
        if (child === null || child === undefined || child === false) continue;
        element.append(child instanceof Node ? child : unbroken(String(child), element));
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

/** A path of a scenario, which may be broken after its dots. */
export function pathName(path: string): HTMLElement {
    return h("span", {}, ...path.split(/(?<=\.)/).flatMap((part, i) => i > 0 ? [h("wbr"), part] : [part]));
}

export function section(id: string, title: string, lead: Child, ...children: Child[]): HTMLElement {
    return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), lead ? h("p", { class: "lead" }, lead) : null, ...children);
}

export function figure(title: string, note: Child, ...children: Child[]): HTMLElement {
    return h("figure", {}, h("figcaption", {}, h("strong", {}, title), note ? h("span", {}, note) : null), ...children);
}
