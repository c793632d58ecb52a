"""What an event costs as a scenario grows: by tenants, tiers, sites and backlog, one thread.

    scale.py MAILQUAKE OUTPUT_FOLDER [--repeats N] [--largest-backlog N]

Writes scale.csv and scale.svg. All sizes of a question are run once per repetition, in turn, so that a slow spell of the
machine hits all of them; the plot shows the median cost over the repetitions against that of the smallest size. Time is
the wall clock of the simulation itself, without reading the scenario and printing.
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


def five_tiers(tenants):
    """A path of five tiers at 5,000 messages a second, for so many tenants."""
    names = ["submission", "filter", "transport", "delivery", "mailbox"]
    return scenario(["dc"], [tier(n, "dc", 4, 10) for n in names], [group("all", tenants, 5000, names)], 20)


def paths_of_ten(tiers):
    """The same load on so many tiers: paths of ten tiers each."""
    paths = tiers // 10
    all_tiers, groups = [], []
    for p in range(paths):
        names = [f"p{p}-t{k}" for k in range(10)]
        all_tiers += [tier(n, "dc", 1, max(1, 100 // paths)) for n in names]
        groups.append(group(f"c{p}", 100, 5000 / paths, names))
    return scenario(["dc"], all_tiers, groups, 10)


def ring_of(sites):
    """The same load on so many sites, each with a path of its own and links to its neighbours; half of the mail comes from
    the next site's tenants by way of its relay."""
    places = [f"s{k}" for k in range(sites)]
    links = [f"  - {{from: s{k}, to: s{(k + 1) % sites}, latency: 10ms}}" for k in range(sites if sites > 2 else sites - 1)]
    all_tiers, groups = [], []
    for k in range(sites):
        workers = max(2, 200 // sites)
        all_tiers += [tier(f"relay{k}", f"s{k}", 1, workers), tier(f"box{k}", f"s{k}", 1, workers)]
        groups.append(group(f"near{k}", 100, 2500 / sites, [f"relay{k}", f"box{k}"], home=f"s{k}"))
        groups.append(group(f"far{k}", 100, 2500 / sites, [f"relay{(k + 1) % sites}", f"box{k}"], home=f"s{k}"))
    return scenario(places, all_tiers, groups, 20, links)


def backlog_of(count):
    """A tier that empties a queue of so many copies, all of them there at the start."""
    span = max(60, count // 20000)
    text = scenario(["dc"], [tier("mta", "dc", 10, 10)], [group("all", 1000, 1, ["mta"], direction="inbound")], span, senders=True)
    return text + f"backlog: [{{name: old, at: mta@dc, class: all, count: {count}, oldest: 1d}}]\n"


def tier(name, site, servers, workers):
    return f"  - {{name: {name}, at: {site}, servers: {servers}, workers: {workers}, service: {SERVICE}}}"


def group(name, count, rate, path, home=None, direction="internal"):
    homes = f", homes: [{home}]" if home else ""
    inbound = "100%" if direction == "inbound" else "0%"
    internal = "0%" if direction == "inbound" else "100%"
    return (f"  - {{name: {name}, count: {count}, rate: {rate}/s, directions: {{inbound: {inbound}, internal: {internal}}}, "
            f"paths: {{{direction}: [{', '.join(path)}]}}{homes}}}")


def scenario(sites, tiers, groups, seconds, links=(), senders=False):
    lines = ["name: scale", f"duration: {seconds}s"]
    outside = ", {name: world, outside: true}" if senders else ""
    lines.append(f"sites: [{', '.join(sites)}{outside}]")
    links = list(links) + (["  - {from: world, to: dc, latency: 20ms}"] if senders else [])
    if links:
        lines += ["links:"] + links
    lines += ["tiers:"] + tiers
    if senders:
        lines.append("senders: [{name: others, at: world}]")
    return "\n".join(lines + ["tenants:"] + groups) + "\n"


def questions(largest_backlog):
    backlogs = [10 ** k for k in range(3, 9) if 10 ** k <= largest_backlog]
    return [("tenants", five_tiers, [10 ** k for k in range(2, 7)]), ("tiers", paths_of_ten, [10, 30, 100, 300, 1000]),
            ("sites", ring_of, [1, 2, 4, 8, 16, 32, 64]), ("backlog", backlog_of, backlogs)]


def run(program, text, folder):
    file = os.path.join(folder, "scenario.yaml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(text)
    done = subprocess.run([program, "run", file, "--json", "--quiet", "--threads", "1"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stderr}\nof\n{text[:2000]}")
    result = json.loads(done.stdout)
    return result["wall"], result["events"]


def measure(options):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for what, build, sizes in questions(options.largest_backlog):
            costs = {size: [] for size in sizes}
            for _ in range(options.repeats):
                for size in sizes:
                    wall, events = run(options.mailquake, build(size), folder)
                    costs[size].append(wall / events * 1e9)
            smallest = costs[sizes[0]]
            for size in sizes:
                ratio = statistics.median(a / b for a, b in zip(costs[size], smallest))
                rows.append((what, size, round(statistics.median(costs[size]), 1), round(ratio, 2)))
                print(f"{what:8} {size:>11,} {rows[-1][2]:9.1f} ns an event, {ratio:5.2f} times the smallest")
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
        writer.writerow(["what", "size", "ns_an_event", "times_the_smallest"])
        writer.writerows(rows)
    plot(rows, os.path.join(options.output, "scale.svg"))


main()
