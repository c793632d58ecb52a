"""Compares what mailquake makes of a run with recordings of a Postfix.

    compare.py PROGRAM             all runs, and the mutants; PROGRAM is tests/test_postfix of a build
    compare.py PROGRAM RUN FILE    one run, whose recording of today is FILE: judged with the others, and beside them

Fails when a figure of the model is not the recorded one, or when a mutant of the model passes in every run. README.md has the rules.
"""
import lzma
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import arrivals
import runs

HERE = pathlib.Path(__file__).resolve().parent
REPLICATIONS = 20
FEWEST = 30         # copies beyond a quantile, or deferred, from which a figure is judged
SHARE = 0.10        # of the recorded figure
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
MUTANTS = ["no-window", "no-feedback", "other-feedback", "never-dead", "no-scans", "no-process-limit", "no-forgetting"]


def figures(copies):
    """Of (delay [s], deferrals) of one destination."""
    delays = sorted(delay for delay, _ in copies)
    found = {"mean": statistics.fmean(delays)}
    found.update({name: delays[math.ceil(q * len(delays)) - 1] for name, q in QUANTILES.items()})
    found["deferrals"] = float(sum(deferrals for _, deferrals in copies))
    return found


def is_judged(name, copies):
    if name == "deferrals":
        deferred = sum(1 for _, deferrals in copies if deferrals)
        return deferred == 0 or deferred >= FEWEST
    return name == "mean" or len(copies) * (1 - QUANTILES[name]) >= FEWEST


def tolerance(name, recorded, times=1):
    """`recorded`: the figure in each recording."""
    mean = statistics.fmean(recorded)
    floor = 0.0 if name == "deferrals" else 1.0 if mean > 5 else 0.1
    return max(SHARE * mean, floor, statistics.stdev(recorded)) * times


def by_destination(rows):
    """Of (destination, delay, deferrals)."""
    copies = {}
    for place, delay, deferrals in rows:
        copies.setdefault(place, []).append((delay, deferrals))
    return copies


def recording(run, lines):
    """The recordings in a file, a pair of columns each; copies by destination of each."""
    places = [place for _, place in arrivals.of(run)]
    table = [line.split() for line in lines if not line.startswith("#")]
    if len(table) != len(places):
        raise SystemExit(f"{run}: {len(table)} messages are recorded, and {len(places)} arrive: it is not of these arrivals")
    count = len(table[0]) // 2
    return [by_destination((place, float(row[2 * k]), int(row[2 * k + 1])) for place, row in zip(places, table)) for k in range(count)]


def recordings_of(run):
    with lzma.open(HERE / f"recordings/{run}.txt.xz", "rt") as file:
        return recording(run, file)


def modelled(program, scenario, folder, replications, variant=None):
    """Copies by destination, of each replication."""
    environment = {**os.environ, "MAILQUAKE_FATES_OF": f"{folder}/{scenario}.yaml", "MAILQUAKE_FATES_TO": f"{folder}/fates",
                   "MAILQUAKE_REPLICATIONS": str(replications)}
    if variant:
        environment["MAILQUAKE_VARIANT"] = variant
    done = subprocess.run([program, "the fates of all copies*"], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{scenario} does not run:\n{done.stdout}{done.stderr}")
    rows = {}
    with open(f"{folder}/fates") as file:
        for line in file:
            replication, place, delay, deferrals = line.split()
            rows.setdefault(int(replication), []).append((place.split("-box")[0], float(delay), int(deferrals)))
    return [by_destination(of_one) for _, of_one in sorted(rows.items())]


def compare(recorded, model):
    """A row a figure: destination, name, recorded mean and spread, the model's mean, tolerance, verdict."""
    rows = []
    for place in sorted(recorded[0]):
        real = [figures(one[place]) for one in recorded]
        ours = [figures(one.get(place, [(math.inf, 0)])) for one in model]
        for name in real[0]:
            values = [one[name] for one in real]
            mean, within = statistics.fmean(values), tolerance(name, values)
            of_model = statistics.fmean(one[name] for one in ours)
            verdict = "holds" if abs(of_model - mean) <= within else "FAILS"
            if not is_judged(name, recorded[0][place]):
                verdict = "too few"
            rows.append((place, name, mean, statistics.stdev(values), of_model, within, verdict))
    return rows


def unfold(run):
    """A folder with the scenarios and the arrivals of a run."""
    folder = tempfile.mkdtemp(prefix="mailquake-postfix-")
    for scenario in (HERE / "scenarios").glob("*.yaml"):
        shutil.copy(scenario, folder)
    times = {"keeper": [0.0]}
    for seconds, place in arrivals.of(run):
        times.setdefault(place, []).append(seconds)
    for place, of_place in times.items():
        pathlib.Path(folder, f"arrivals-{place}.txt").write_text("".join(f"{seconds}\n" for seconds in of_place))
    return folder


def judged(program, run, recorded, folder):
    """Prints the figures of a run; how many fail."""
    rows = compare(recorded, modelled(program, run, folder, REPLICATIONS))
    print(f"\n{run}: {len(recorded)} recordings, {REPLICATIONS} replications")
    print("  to  figure     recorded   spread      model   within")
    for place, name, mean, spread, ours, within, verdict in rows:
        print(f"  {place:3} {name:9} {mean:9.2f} {spread:8.2f}  {ours:9.2f} {within:8.2f}  {verdict}")
    return sum(row[-1] == "FAILS" for row in rows)


def failing(program, run, name, recorded, folder):
    """In which figures of a run a mutant fails."""
    if name != "no-forgetting":
        rows = compare(recorded, modelled(program, run, folder, 5, name))
    elif run == "surge":  # the copy that keeps b from being forgotten has a connection more, which a has, too
        only_b = [{"b": one["b"]} for one in recorded]
        rows = compare(only_b, modelled(program, f"{run}-{name}", folder, 5))
    else:
        rows = []
    return [f"{row[0]} {row[1]} of {run}" for row in rows if row[-1] == "FAILS"]


def all_runs(program):
    failures, fell = 0, {name: [] for name in MUTANTS}
    for run in runs.RUNS:
        recorded, folder = recordings_of(run), unfold(run)
        try:
            failures += judged(program, run, recorded, folder)
            for name in MUTANTS:
                fell[name] += failing(program, run, name, recorded, folder)
        finally:
            shutil.rmtree(folder)
    print()
    for name, where in fell.items():
        print(f"mutant {name}: " + (f"fails in {len(where)} figures, as {', '.join(where[:3])}" if where else "PASSES, and must not"))
    return failures + sum(not where for where in fell.values())


def one_anew(program, run, file):
    """Today's recording beside those that are here, at twice the tolerance, three times the spread; and with them."""
    recorded, failures = recordings_of(run), 0
    with open(file) as lines:
        (today,) = recording(run, lines)
    print(f"\n{run}, recorded today\n  to  figure     recorded      today   within")
    for place in sorted(today):
        before = [figures(one[place]) for one in recorded]
        for name, value in figures(today[place]).items():
            values = [one[name] for one in before]
            within = max(tolerance(name, values, 2), 3 * statistics.stdev(values))
            holds = abs(value - statistics.fmean(values)) <= within
            failures += not holds
            print(f"  {place:3} {name:9} {statistics.fmean(values):9.2f}  {value:9.2f} {within:8.2f}  {'holds' if holds else 'FAILS'}")
    folder = unfold(run)
    try:
        return failures + judged(program, run, recorded + [today], folder)
    finally:
        shutil.rmtree(folder)


def main(program, *fresh):
    failures = one_anew(program, *fresh) if fresh else all_runs(program)
    print(f"\n{failures} failures" if failures else "\nevery figure that is judged holds" + ("" if fresh else ", and every mutant fails"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
