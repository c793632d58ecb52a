// Colours, read from the style sheet's variables, so that light, dark and print are declared once, there. Classes have
// Okabe and Ito's colours, heat has cividis (Nunez, Anderton, Renslow 2018): both are told apart by colour-blind readers.
// Heat runs from the colour of the page to the one that stands out from it most.

export const dark = matchMedia("(prefers-color-scheme: dark)");
let printing = false;

export function isDark(): boolean { return dark.matches && !printing; }
export const isPrinting = (): boolean => printing;

export function color(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const classColor = (i: number): string => color(`class-${i % 8 + 1}`);

const cividis = [[0, 32, 77], [0, 51, 111], [57, 72, 107], [87, 93, 109], [112, 113, 115], [138, 134, 121], [165, 156, 116], [195, 179, 105], [225, 204, 85], [253, 231, 55]];

export function heatRgb(x: number): [number, number, number] {
    const y = Math.max(0, Math.min(1, isDark() ? 0.12 + 0.88 * x : 1 - x)) * (cividis.length - 1);
    const i = Math.min(Math.floor(y), cividis.length - 2), part = y - i;
    return [0, 1, 2].map((k) => Math.round(cividis[i][k] + part * (cividis[i + 1][k] - cividis[i][k]))) as [number, number, number];
}
export const heat = (x: number): string => `rgb(${heatRgb(x).join(",")})`;

/** Black or white, whichever is read better on that colour. */
export function inkOn(rgb: [number, number, number]): string {
    const [r, g, b] = rgb.map((c) => { const v = c / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

const listeners: (() => void)[] = [];
/** Called when what is drawn on a canvas must be drawn again in other colours. */
export function onRepaint(draw: () => void): void { listeners.push(draw); }
const repaint = (): void => listeners.forEach((draw) => draw());

dark.addEventListener("change", repaint);
addEventListener("beforeprint", () => { printing = true; document.documentElement.classList.add("print"); repaint(); });
addEventListener("afterprint", () => { printing = false; document.documentElement.classList.remove("print"); repaint(); });
