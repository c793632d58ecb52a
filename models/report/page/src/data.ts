// The data that the page is drawn from, as models/report/page*.cpp write them. Times are seconds from the start of the
// run, shares 0 to 1; null is "nothing to say", never zero.

export interface Series { step: number; high: number[]; low?: number[] }

export interface Value { value: number | null; low?: number; high?: number; at_least?: boolean; never?: boolean }
export type Unit = "duration" | "share" | "count" | "rate" | "number";
export interface Metric { unit: Unit; value: Value; change: Value; sure: boolean }
export interface World {
    name: string; description: string; command: string;
    metrics: Record<string, Metric>;
    shapley?: Value;
}
export interface WhatIf {
    runs: number; damage: string;
    as_written: World; without: World[]; cures: World[];
    no_flaw: World | null; no_flaw_sentence: string;
}

export interface Choice { path: string; value: string; effects: { factor: number; change: Value; sure: boolean }[] }
export interface Hinges { metric: string; unit: Unit; runs: number; choices: Choice[]; command: string }

export interface Delay { mean: number | null; p50: number | null; p90: number | null; p95: number | null; p99: number | null; p999: number | null; max: number | null; at_least: string[]; never: string[]; lost: number }
export interface ClassRow {
    class: string; count: number; affected: number; collateral: number; accepted: number; delivered: number;
    lost: number; bounced: number; wrongly_bounced: number; measured: number; late: number; hit_hours: number; late_minutes: number; delay: Delay;
}
export interface Backlog { tier: string; site: string; utilization: number; max: number; at: number; growth: number | null; waited: number; drain: number | null; last_left: number | null }
export interface Disturbance { name: string; kind: string; target: string; enabled: boolean; start: number | null; end: number | null; touched: number }

/** What dashboards noticed, published and told; shares are of affected tenants. */
export interface Dashboard {
    affected: number; notified: number; never_told: number; told_in_error: number; share: number | null;
    time_to_notify: { mean: number | null; p50: number | null; p90: number | null; max: number | null; at_least: string[] };
    unaware: number; detected: number | null; published: number | null;
    dashboards: { name: string; enabled: boolean; audience: number; incidents: number; published: number; failed_tries: number; first_detected: number | null; first_published: number | null }[];
    channels: { name: string; kind: string; audience: number; told: number; notified: number; first: number | null; median: number | null }[];
    notices: { dashboard: string; detected: number; published: number | null; withdrawn: number | null; failed_tries: number }[];
}

/** What `run --json` prints; only what the page reads is listed. */
export interface Result {
    scenario: string; version: string; seed: number; replications: number; fingerprint: string; fingerprints: string[];
    simulated: number; events: number;
    messages: Record<string, number>;
    delay: Delay;
    affected: { tenants: number; of: number; before_fault: number | null };
    collateral: number;
    recovered: { fault: string; after: number | null; not_before: number | null; seen: number; too_soon: number | null }[];
    oldest: number;
    retries: { attempts: number; peak_rate: number; peak_at: number | null };
    notices: { count: number; first: number | null };
    bounces: { count: number; first: number | null; wrong: number };
    tenants: ClassRow[];
    partitions: { tier: string; name: string; tenants: number; affected: number; collateral: number }[];
    backlogs: Backlog[];
    clients: { name: string; count: number; tried: number; succeeded: number; given_up: number; signed_in: { min: number; below_90: number } }[];
    faults: Disturbance[]; flaws: Disturbance[]; mitigations: Disturbance[];
    dashboard?: Dashboard;
    cascade: { queue: string; at: number; before: number; oldest: number; waiting: number }[];
    warnings: string[];
    expectations: { text: string; verdict: string; value: number | null; at_least: boolean; held: number; runs: number }[];
    intervals: Record<string, { low: number; high: number; n: number }>;
    about: {
        name: string; description: string; file: string; start: string; objective: number; duration: number; warmup: number; cooldown: number; variants: string[]; sets: string[]; cut: boolean;
        assumptions: { what: string; basis: string; source: string }[];
    };
}

export type What = "fault" | "flaw" | "mitigation";
export interface PageEvent extends Disturbance { what: What; where: string; description: string; basis: string; source: string }

export interface Queue { name: string; tier: string; site: string; next_hop: boolean; onset: number | null; waiting: Series; oldest: Series }
export interface Place { site: string; tier: string; waiting: Series; oldest: Series }
export interface Outcome {
    replication: number; end: number;
    minutes: { accepted: Series; late: Series; retries: Series; bad: Series; overdue: Series; slow: { over: number; copies: Series }[] };
    totals: { waiting: Series; oldest: Series };
    queues: Queue[]; places: Place[];
    hours: { classes: { name: string; accepted: number[]; late: number[]; hit: number[] }[]; hit_own: number[]; hit_collateral: number[] };
    ages: { at: number; by_age: number[] }[];
    clients: { name: string; count: number; signed_in: Series }[];
    /** Tenants by minute, where there are dashboards: in trouble or over it, and of these told. */
    told?: { affected: Series; notified: Series };
    ledger: { class: number; place: string; cause: string; time: number }[];
}

export interface TierBox { name: string; partitions: number; x: number; y: number; width: number; height: number }
export interface SiteBox { name: string; outside: boolean; x: number; y: number; width: number; height: number; tiers: TierBox[] }
export interface Topology {
    width: number; height: number; sites: SiteBox[];
    links: { name: string; from: string; to: string; latency: number; path: string }[];
}

/** Delay booked to a cause at a place, per class, summed over copies; `text` says it in words. */
export interface Part { class: string; place: string; text: string; all: number; late: number; collateral: number }
export type NodeKind = "fault" | "flaw" | "mitigation" | "queue";
export interface CascadeNode { kind: NodeKind; name: string; at: number; end: number | null; oldest: number; waiting: number }
export interface CascadeEdge { from: number; to: number; way: string; lag: number; in_tree: boolean }
export interface Collateral {
    class: string; tenants: number; copies: number; delay: number; place: string; there: number;
    neighbours: { class: string; partition: string; late: number }[];
}
export interface Explanation {
    mail: { copies: number; delay: number }; late: { copies: number; delay: number }; collateral: { copies: number; delay: number };
    parts: Part[];
    cascade: { nodes: CascadeNode[]; edges: CascadeEdge[] };
    collaterals: Collateral[];
}

export interface Data {
    page: number; kind: "incident";
    result: Result; events: PageEvent[]; outcome: Outcome; explanation?: Explanation; topology: Topology;
    whatif: WhatIf | null; hinges: Hinges;
    sources: { name: string; text: string }[];
    replay: string; command: string;
}

export function read<T>(): T {
    return JSON.parse(document.getElementById("data")!.textContent!) as T;
}
