"""What an event costs as a scenario grows: by tenants, tiers, sites and backlog, one thread.

    scale.py MAILQUAKE OUTPUT_FOLDER [--repeats N] [--largest-backlog N]

Writes scale.csv and scale.svg. Each size is run for some simulated seconds and for three times as many: the difference in
wall clock over the difference in events is what an event costs, without what a larger world costs to build and to sum up
(which is printed beside it). All sizes of a question take turns within a repetition, so that a slow spell of the machine
hits all of them; the plot shows the median of a repetition's ratios to the smallest size.
"""
import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile

SERVICE = "{law: exponential, mean: 5ms}"


def five_tiers(tenants, seconds):
    """A path of five tiers at 5,000 messages a second, for so many tenants."""
    names = ["submission", "filter", "transport", "delivery", "mailbox"]
    return scenario(["dc"], [tier(n, "dc", 4, 10) for n in names], [group("all", tenants, 5000, names)], seconds)


def paths_of_ten(tiers, seconds):
    """The same load on so many tiers: paths of ten tiers each."""
    paths = tiers // 10
    all_tiers, groups = [], []
    for p in range(paths):
        names = [f"p{p}-t{k}" for k in range(10)]
        all_tiers += [tier(n, "dc", 1, max(2, 100 // paths)) for n in names]
        groups.append(group(f"c{p}", 100, 5000 / paths, names))
    return scenario(["dc"], all_tiers, groups, seconds)


def ring_of(sites, seconds):
    """The same load and 6,400 tenants on so many sites in a ring: half of a site's mail passes the next site on its way."""
    places = [f"s{k}" for k in range(sites)]
    links = [f"  - {{from: s{k}, to: s{(k + 1) % sites}, latency: 10ms}}" for k in range(sites if sites > 2 else sites - 1)]
    all_tiers, groups = [], []
    for k in range(sites):
        workers = max(2, 200 // sites)
        all_tiers += [tier(f"relay{k}", f"s{k}", 1, workers), tier(f"box{k}", f"s{k}", 1, workers)]
        groups.append(group(f"near{k}", 3200 // sites, 2500 / sites, [f"relay{k}", f"box{k}"], home=f"s{k}"))
        groups.append(group(f"far{k}", 3200 // sites, 2500 / sites, [f"relay{(k + 1) % sites}", f"box{k}"], home=f"s{k}"))
    return scenario(places, all_tiers, groups, seconds, links)


def backlog_of(count, seconds):
    """A tier that is offered 18,000 messages a second, serves 20,000, and has so many waiting at the start."""
    text = scenario(["dc"], [tier("mta", "dc", 10, 10)], [group("all", 1000, 18000, ["mta"])], seconds)
    return text + f"backlog: [{{name: old, at: mta@dc, direction: internal, class: all, count: {count}, oldest: 1d}}]\n"


def tier(name, site, servers, workers):
    return f"  - {{name: {name}, at: {site}, servers: {servers}, workers: {workers}, service: {SERVICE}}}"


def group(name, count, rate, path, home=None):
    homes = f", homes: [{home}]" if home else ""
    return (f"  - {{name: {name}, count: {count}, rate: {rate}/s, directions: {{inbound: 0%, internal: 100%}}, "
            f"paths: {{internal: [{', '.join(path)}]}}{homes}}}")


def scenario(sites, tiers, groups, seconds, links=()):
    lines = ["name: scale", f"duration: {seconds}s", f"sites: [{', '.join(sites)}]"]
    if links:
        lines += ["links:"] + list(links)
    return "\n".join(lines + ["tiers:"] + tiers + ["tenants:"] + groups) + "\n"


def questions(largest_backlog):
    """What grows, how, its sizes, and the shorter run [simulated s]."""
    backlogs = [10 ** k for k in range(3, 9) if 10 ** k <= largest_backlog]
    return [("tenants", five_tiers, [10 ** k for k in range(2, 7)], 20), ("tiers", paths_of_ten, [10, 30, 100, 300, 1000], 10),
            ("sites", ring_of, [1, 2, 4, 8, 16, 32, 64], 20), ("backlog", backlog_of, backlogs, 20)]


def run(program, text, folder):
    file = os.path.join(folder, "scenario.yaml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    done = subprocess.run([program, "run", file, "--json", "--quiet", "--threads", "1"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stderr}\nof\n{text[:2000]}")
    result = json.loads(done.stdout)
    return result["wall"], result["events"]


def cost(options, build, size, seconds, folder):
    """Nanoseconds an event, and the seconds of a run that are no event's."""
    (short, few), (long, many) = (run(options.mailquake, build(size, seconds * k), folder) for k in (1, 3))
    event = (long - short) / (many - few)
    return event * 1e9, short - few * event


def measure(options):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for what, build, sizes, seconds in questions(options.largest_backlog):
            costs = {size: [] for size in sizes}
            for _ in range(options.repeats):
                for size in sizes:
                    costs[size].append(cost(options, build, size, seconds, folder))
            for size in sizes:
                event = statistics.median(c[0] for c in costs[size])
                once = max(0.0, statistics.median(c[1] for c in costs[size]))
                ratio = statistics.median(a[0] / b[0] for a, b in zip(costs[size], costs[sizes[0]]))
                rows.append((what, size, round(event, 1), round(ratio, 2), round(once, 3)))
                print(f"{what:8} {size:>11,} {event:9.1f} ns an event, {ratio:5.2f} times the smallest; {once:7.3f} s once", flush=True)
    return rows


def plot(rows, file):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "mailquake"
    from matplotlib import pyplot
    names = list(dict.fromkeys(r[0] for r in rows))
    figure, panels = pyplot.subplots(1, len(names), figsize=(3.2 * len(names), 2.8), sharey=True)
    for panel, name in zip(panels, names):
        sizes, ratios = zip(*[(r[1], r[3]) for r in rows if r[0] == name])
        panel.plot(sizes, ratios, marker="o", color="#30506e")
        panel.axhline(2, color="#b04030", linewidth=0.8, linestyle="--")
        panel.set_xscale("log")
        panel.set_ylim(0, max(2.5, max(r[3] for r in rows) * 1.1))
        panel.set_xlabel(name)
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("cost of an event,\nsmallest size = 1")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mailquake")
    parser.add_argument("output")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--largest-backlog", type=int, default=10 ** 7, help="up to 10^8, which takes some 6 GB")
    options = parser.parse_args()
    rows = measure(options)
    with open(os.path.join(options.output, "scale.csv"), "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["what", "size", "ns_an_event", "times_the_smallest", "seconds_once"])
        writer.writerows(rows)
    plot(rows, os.path.join(options.output, "scale.svg"))


main()
