#!/usr/bin/env bash
# Runs every benchmark briefly, so that none is broken when somebody wants its figures: one pair of turns, small sizes, a tenth
# of each scenario. What they measure then means nothing; that both ways of a pair gave the same is checked as ever.
#
#   bench/smoke.sh BENCHMARKS            fails when one reports an error, or bench/names.txt holds other names
#   bench/smoke.sh BENCHMARKS --accept   writes bench/names.txt anew: names are an interface, for who compares over time
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
benchmarks=${1:?usage: bench/smoke.sh BENCHMARKS [--accept]}
if [[ ${2:-} == --accept ]]; then
    "$benchmarks" --benchmark_list_tests >"$root/bench/names.txt"
    exit
fi
diff -u "$root/bench/names.txt" <("$benchmarks" --benchmark_list_tests) || { echo "other benchmarks than accepted: bench/smoke.sh BENCHMARKS --accept if that is meant" >&2; exit 1; }
MAILQUAKE_BENCH_BRIEF=1 "$benchmarks" --benchmark_format=json | /usr/bin/python3 -c '
import json, sys

runs = json.load(sys.stdin)["benchmarks"]
for run in runs:
    figures = "  ".join(f"{name} {run[name]:.4g}" for name in run if name in ("ratio", "to_yardstick", "speedup", "to_processes", "bytes"))
    print(run["name"].ljust(55), run.get("error_message", figures))
broken = [run["name"] for run in runs if run.get("error_occurred")]
sys.exit(f"broken: {broken}" if broken or not runs else 0)'
