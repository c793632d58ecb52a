"""Runs the same models on mailquake, ns-3, SimGrid and SimPy in turn, on one core, and prints speeds side by side.

    compare.py MAILQUAKE NS3_PEER SCENARIOS [--simgrid PEER] [--repeats N] [--json FILE]

Each repetition runs every simulator once per model, one after the other, so that a slow spell of the machine hits all of
them; what counts is the ratio within a repetition, and of these the median. A speed counts logical events (README.md)
over the wall clock of the event loop. The answers must agree: each simulator's 99.9 % interval of the mean delay contains
the closed form, or, where there is none, overlaps that of mailquake. Exit code 1 if one does not.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys

# Model, its closed form of the mean delay [s], and how long each simulator runs it [simulated s].
ERLANG_C_10_8 = 0.40918  # waiting probability of M/M/10 at 80 % load
MODELS = [
    ("mm1", 0.0008 / 0.2, {"mailquake": 1000, "ns-3": 1000, "SimGrid": 200, "SimPy": 100}),
    ("tandem", 5 * (0.008 + ERLANG_C_10_8 * 0.008 / (10 * 0.2)), {"mailquake": 200, "ns-3": 200, "SimGrid": 40, "SimPy": 20}),
    ("five-hop", None, {"mailquake": 60, "ns-3": 60, "SimGrid": 12, "SimPy": 6}),
]
T_999 = {3: 31.60, 4: 12.92, 5: 8.610, 6: 6.869, 7: 5.959, 8: 5.408, 9: 5.041, 10: 4.781, 11: 4.587}  # by number of values


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def runner(options, simulator, model, span, seed):
    if simulator == "mailquake":
        result = run([options.mailquake, "run", os.path.join(options.scenarios, model + ".yaml"), "--json", "--quiet", "--threads", "1",
                      "--seed", str(seed), "--set", f"duration={span}s", "--set", "warmup=1s", "--set", "cooldown=1s"])
        return {"messages": result["messages"]["delivered"], "events": result["events"], "seconds": result["wall"], "delay": result["delay"]["mean"]}
    simpy = ["/usr/bin/python3", os.path.join(os.path.dirname(os.path.abspath(__file__)), "simpy_peer.py")]
    peer = {"ns-3": [options.ns3], "SimGrid": [options.simgrid], "SimPy": simpy}
    return run(peer[simulator] + [model, str(span), str(seed)])


def interval(values):
    middle = statistics.mean(values)
    half = T_999[len(values)] * statistics.stdev(values) / math.sqrt(len(values))
    return middle - half, middle + half


def agreement(low, high, closed, ours):
    """What the interval of a mean delay is held against, and whether it agrees."""
    if closed is not None:
        return f"closed form {closed * 1e3:.3f} ms", low <= closed <= high
    return "mailquake", low <= ours[1] and ours[0] <= high


def progress(text):
    if sys.stderr.isatty():
        print(f"{text:60}", end="\r", file=sys.stderr)


def report(model, closed, results):
    ours = [r["events"] / r["seconds"] for r in results["mailquake"]]
    our_delay = interval([r["delay"] for r in results["mailquake"]])
    ok = True
    for simulator, runs in results.items():
        speeds = [r["events"] / r["seconds"] for r in runs]
        ratio = statistics.median(a / b for a, b in zip(ours, speeds))
        rate = statistics.median(r["messages"] / r["seconds"] for r in runs)
        low, high = interval([r["delay"] for r in runs])
        against, agrees = agreement(low, high, closed, our_delay)
        ok = ok and agrees
        print(f"{model:9} {simulator:10} {statistics.median(speeds) / 1e6:9.2f} {rate / 1e6:10.3f} {ratio:11.1f}x   "
              f"{low * 1e3:8.3f} to {high * 1e3:8.3f} ms  {'agrees with' if agrees else 'CONTRADICTS'} {against}")
    return ok


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mailquake")
    parser.add_argument("ns3")
    parser.add_argument("scenarios")
    parser.add_argument("--simgrid", help="SimGrid's peer; without it SimGrid is left out")
    parser.add_argument("--repeats", type=int, default=7, choices=sorted(T_999))
    parser.add_argument("--json", help="keep every single result in this file")
    options = parser.parse_args()
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    everything, ok = {}, True
    print(f"on core {core}, {options.repeats} repetitions in turn; medians")
    print(f"{'model':9} {'simulator':10} {'M ev/s':>9} {'M msg/s':>10} {'mailquake is':>12}   mean delay, 99.9 % interval")
    if not options.simgrid:
        print("SimGrid is left out: there is no peer of it", file=sys.stderr)
    for model, closed, spans in MODELS:
        spans = {simulator: span for simulator, span in spans.items() if simulator != "SimGrid" or options.simgrid}
        results = {simulator: [] for simulator in spans}
        for repeat in range(options.repeats):
            for simulator, span in spans.items():
                progress(f"{model}, repetition {repeat + 1} of {options.repeats}: {simulator}")
                results[simulator].append(runner(options, simulator, model, span, repeat + 1))
        progress("")
        ok = report(model, closed, results) and ok
        everything[model] = results
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)
    sys.exit(0 if ok else 1)


main()
