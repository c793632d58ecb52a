// Numbers as people read them, in the words of the terminal's summary (models/report/human.hpp): two units at most, shares
// with what they are of, lower bounds with a sign. The scenario's clock is UTC.
import type { Unit, Value } from "./data";

const two = (n: number): string => String(n).padStart(2, "0");

export function duration(seconds: number | null | undefined): string {
    if (seconds === null || seconds === undefined) return "–";
    if (seconds < 0) return `−${duration(-seconds)}`;
    if (seconds === 0) return "0 s";
    if (seconds < 1e-3) return `${Math.round(seconds * 1e6)} µs`;
    if (seconds < 0.9995) return `${Math.round(seconds * 1e3)} ms`;
    if (seconds < 59.95) return seconds < 9.95 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
    const whole = Math.round(seconds);
    if (whole < 3600) return whole % 60 === 0 ? `${whole / 60}m` : `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
    return `${Math.floor(minutes / 1440)}d ${two(Math.floor(minutes % 1440 / 60))}h`;
}

export function count(n: number | null | undefined): string {
    if (n === null || n === undefined) return "–";
    const whole = Number.isInteger(n) || Math.abs(n) >= 1000;
    return n.toLocaleString("en-US", { maximumFractionDigits: whole ? 0 : 1 }).replace("-", "−");
}

/** Short enough for an axis. */
export function brief(n: number): string {
    const x = Math.abs(n);
    if (x >= 1e6) return `${+(n / 1e6).toFixed(1)} M`;
    if (x >= 1e4) return `${+(n / 1e3).toFixed(1)} k`;
    return count(n);
}

export function percent(share: number | null | undefined): string {
    if (share === null || share === undefined) return "–";
    if (share > 0 && share < 0.0005) return "< 0.1 %";
    if (share < 1 && share >= 0.9995) return "> 99.9 %";
    return `${(share * 100).toFixed(1).replace("-", "−")} %`;
}

export function plural(n: number, noun: string): string {
    return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

export function amount(unit: Unit, x: number | null | undefined): string {
    switch (unit) {
        case "duration": return duration(x);
        case "share": return percent(x);
        case "rate": return x === null || x === undefined ? "–" : `${count(x)}/s`;
        case "count": case "number": return count(x);
    }
}

export function value(unit: Unit, v: Value | undefined): string {
    if (v?.never) return "never";
    if (!v || v.value === null) return "–";
    return (v.at_least ? "≥ " : "") + amount(unit, v.value);
}

/** `6h 40m to 7h 20m`, or nothing where several runs agree or there is one alone. Of a value that is no difference it stays
    within what such a value can be. */
export function interval(unit: Unit, v: Value | undefined, difference = false): string {
    if (!v || v.value === null || v.low === undefined || v.high === undefined) return "";
    const plain = (x: number) => amount(unit, x + 0);   // no -0
    const low = plain(difference ? v.low : Math.max(v.low, 0)), high = plain(unit === "share" && !difference ? Math.min(v.high, 1) : v.high);
    return low === high ? "" : `${low} to ${high}`;
}

export function signed(unit: Unit, x: number | null): string {
    if (x === null) return "–";
    const size = amount(unit, Math.abs(x));
    if (x === 0) return "no change";
    return size === amount(unit, 0) ? "hardly any" : (x > 0 ? "+" : "−") + size;
}

/** The scenario's clock. */
export class Clock {
    readonly start: number;   // [s] since 1970
    constructor(start: string, private readonly days: boolean) {
        this.start = Date.parse(start) / 1000;
    }
    private parts(t: number): Date { return new Date((this.start + t) * 1000); }
    time(t: number): string {
        const d = this.parts(t);
        return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
    }
    day(t: number): string {
        const d = this.parts(t);
        return `${d.getUTCDate()} ${d.toLocaleString("en-GB", { month: "short", timeZone: "UTC" })}`;
    }
    /** `14:05`, with its day where the run has several, or where it is another one. */
    at(t: number): string { return this.days || t > 0 && this.day(t) !== this.day(0) ? `${this.day(t)} ${this.time(t)}` : this.time(t); }
    full(t: number): string { return `${this.day(t)} ${this.parts(t).getUTCFullYear()} ${this.time(t)} UTC`; }
}
