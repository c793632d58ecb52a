#!/usr/bin/env bash
# test: the parts of ./test --all are held to their budgets
#
# The bookkeeping (.ci/parts.sh) over parts that only move the clock, and the budgets that stand in ./test.
set -u
from=$1
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }

# table_of LINES: what the parts print in a shell of their own, and their status as the last line.
table_of() {
    bash -c 'set -u; . "$1/.ci/parts.sh"
        takes() { SECONDS=$((SECONDS + $1)); return "${2:-0}"; }
        eval "$2"
        verdict_of_parts; echo "status $?"' _ "$from" "$1" 2>&1
}
holds() { [[ $1 == *"$2"* ]] || fail "no '$2' in:"$'\n'"$1"; }

table=$(table_of 'part 9 quick takes 500; part 2 slow takes 300; part 1 missing takes 1 77')
holds "$table" "     9 min    8:20 min   quick"
grep -qE '^ +2 min +5:0[0-9] min +slow +passed, OVER ITS BUDGET$' <<<"$table" || fail "a part over its budget is not shown: $table"
grep -qE 'missing +SKIPPED' <<<"$table" || fail "a part that was skipped is not shown: $table"
grep -qE '^ +70 min +13:2[0-9] min +in all$' <<<"$table" || fail "no sum: $table"
holds "$table" "parts: 2 passed, 0 failed, 1 skipped"
holds "$table" "status 0"

holds "$(table_of 'part 9 broken takes 5 1; part 9 whole takes 5')" "parts: 1 passed, 1 failed, 0 skipped
status 1"
table=$(table_of 'for n in 1 2 3 4 5 6 7 8 9; do part 9 "part $n" takes 480; done')
holds "$table" "FAILED: all parts took 432"
holds "$table" "status 1"
holds "$(table_of 'minutes_in_all=-; part - long takes 50000')" "status 0"
holds "$(table_of 'only=quick; part 9 "quick one" takes 5; part 9 "slow one" takes 5 1')" "parts: 1 passed, 0 failed, 0 skipped"
holds "$(table_of 'only=nothing; part 9 "slow one" takes 5')" "status 1"

in_all=$("$from/test" --all --list | sed -nE 's/^ *([0-9]+) min  in all$/\1/p')
[[ -n $in_all && $in_all -gt 30 && $in_all -le 70 ]] || fail "the budgets of ./test --all sum to '$in_all' minutes"
exit 0
