#!/usr/bin/env bash
# The page of `report` in a real browser: browser.sh PROGRAM. Fetches the tools of the test (package-lock.json), checks the
# page's types, has pages written, and looks at them with Debian's Chromium (tests/models/report/page/browser.mjs).
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
program=$(readlink -f "$1")
page=$root/models/report/page tests=$root/tests/models/report/page work=$root/build/browser
mkdir -p "$work" || exit 1
if [[ ! -e $work/.installed || $page/package-lock.json -nt $work/.installed ]]; then
    cmake -D "NPM=$(command -v npm)" -D "FROM=$page" -D "TO=$work" -D DEV=ON -P "$page/install.cmake" || exit 1
fi

cat >"$work/tsconfig.json" <<END
{"extends": "$page/tsconfig.json", "include": ["$page/src"],
 "compilerOptions": {"baseUrl": "$work", "paths": {"uplot": ["node_modules/uplot"]}}}
END
node "$work/node_modules/typescript/bin/tsc" -p "$work/tsconfig.json" || { echo "the page's types are wrong" >&2; exit 1; }

# write NAME RESULT-OPTIONS... -- REPORT-OPTIONS...: the page, and beside it what `run --json` says of the same.
write() {
    local name=$1 both=()
    shift
    while [[ $# -gt 0 && $1 != -- ]]; do both+=("$1"); shift; done
    shift
    "$program" report "${both[@]}" "$@" --results "$work/$name.db" -o "$work/$name.html" --quiet &&
        "$program" run "${both[@]}" --results "$work/$name.db" --json --quiet >"$work/$name.json"
}
cd "$root" || exit 1
rm -f "$work"/*.db "$work"/*.html
write markup "$tests/markup.yaml" -n 3 -- &&
    write story exchange-online-2014 -n 2 -- --guesses 0 &&
    write clients lync-online-2014 -n 1 --cut -- --quick &&
    sweep=(sweep "$tests/markup.yaml" --vary tiers.transport.workers=5,40 --vary faults.p3-silent.for=5min,30min --metric 'affected()'
        --metric 'p99(delay)' -n 2 --quiet) && "$program" "${sweep[@]}" --page "$work/sweep.html" && "$program" "${sweep[@]}" --json >"$work/sweep.json" &&
    margin=(margin "$tests/markup.yaml" --vary faults.p3-silent.for=5min,15min,30min --map tiers.transport.workers=5,40 --expect 'late() < 5%'
        -n 3 --quiet) && "$program" "${margin[@]}" --page "$work/margin.html" && "$program" "${margin[@]}" --json >"$work/margin.json" || { echo "a page could not be written" >&2; exit 1; }
MODULES=$work/node_modules CHROMIUM=$(command -v chromium || command -v chromium-browser) node "$tests/browser.mjs" "$work"
