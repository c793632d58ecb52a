#!/usr/bin/env bash
# How many instructions a simulated message costs, counted by valgrind: the same on a busy machine as on a quiet one. Each
# workload runs for a time and for twice that; the difference is the steady cost, without start-up and reading. That is
# counted for itself: a whole `check` of 10,000 tenant classes and 1,000 tiers written out (aim: under 100 ms).
#
#   bench/instructions.sh PROGRAM             compares with bench/instructions.txt; fails above +5 %
#   bench/instructions.sh PROGRAM --accept    writes it anew
#
# The counts hold for one compiler, named in the file's first line; with another one they are shown and not judged.
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
program=${1:?usage: bench/instructions.sh PROGRAM [--accept]}
accepted=$root/bench/instructions.txt
workloads=("mm1 20" "tandem 5" "five-hop 2" "two-sites 1" "exchange-online-2014 900")

cd "$root" || exit 1
instructions_of() {  # instructions_of VERB ARGUMENT...: of a whole call of the program
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$program" "$@" 2>&1 >/dev/null |
        sed -nE 's/.*I +refs: +([0-9,]+)$/\1/p' | tr -d ,
}

count() {  # count SCENARIO SECONDS: instructions of a whole run
    local file=bench/scenarios/$1.yaml
    [[ -e $file ]] || file=scenarios/$1/scenario.yaml
    instructions_of run "$file" --until "$2s" --threads 1 --json --quiet
}

large_scenario() {  # 1,000 tiers in 100 paths of ten, 10,000 tenant classes
    awk 'BEGIN {
        print "name: large\nduration: 10s\nsites: [dc]\ntiers:"
        for (t = 0; t < 1000; ++t) printf "  - {name: t%d, at: dc, servers: 1, workers: 2, service: {law: exponential, mean: 5ms}}\n", t
        print "tenants:"
        for (c = 0; c < 10000; ++c) {
            path = ""
            for (k = 0; k < 10; ++k) path = path (k ? ", " : "") "t" (c % 100 * 10 + k)
            printf "  - {name: c%d, count: 1, rate: 1/s, directions: {inbound: 0%%, internal: 100%%}, paths: {internal: [%s]}}\n", c, path
        }
    }'
}

compiler=$(strings -a "$program" | grep -m1 '^GCC: \|clang version' || echo "an unknown compiler")
now=$(
    printf '%s\n' "$compiler"
    for workload in "${workloads[@]}"; do
        read -r name seconds <<<"$workload"
        once=$(count "$name" "$seconds") twice=$(count "$name" $((2 * seconds)))
        [[ -n $once && -n $twice ]] || { echo "valgrind has not counted $name" >&2; exit 1; }
        printf '%s %s\n' "$name" $((twice - once))
    done
    folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
    large_scenario >"$folder/large.yaml"
    large=$(instructions_of check "$folder/large.yaml")
    [[ -n $large ]] || { echo "valgrind has not counted a check" >&2; exit 1; }
    printf 'check-of-11000-entries %s\n' "$large"
) || exit 1

if [[ ${2:-} == --accept ]]; then
    printf '%s\n' "$now" >"$accepted"
    cat "$accepted"
    exit 0
fi
judge=true
[[ $(head -n 1 "$accepted") == "$compiler" ]] || { judge=false; echo "not judged: built by $compiler, accepted of $(head -n 1 "$accepted")"; }
paste -d ' ' <(tail -n +2 "$accepted") <(tail -n +2 <<<"$now") | awk -v judge=$judge '
    $1 != $3 { print "other workloads than accepted: accept anew"; bad = 1; exit }
    { change = 100 * ($4 / $2 - 1)
      printf "%-24s %12d accepted %12d now %+6.1f %%\n", $1, $2, $4, change
      if (judge == "true" && change > 5) bad = 1 }
    END { if (bad) print "more instructions than accepted: bench/instructions.sh PROGRAM --accept if that is meant"; exit bad }'
