#!/usr/bin/env bash
# clang-tidy over every source of sim/ and models/: tidy.sh BUILD_FOLDER JOBS. The checks stand in .clang-tidy. Sources
# whose text, headers included, is as it was when they last passed are skipped.
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
export build=$1 root
jobs=${2:-2}
tool=$(command -v clang-tidy-19 || command -v clang-tidy) || { echo "clang-tidy is missing" >&2; exit 1; }
export tool
mkdir -p "$build/tidied"
cd "$root" || exit 1

# One sum over what can change any verdict: the tool, the checks, all headers.
common=$({ "$tool" --version; cat .clang-tidy; find sim models -name '*.hpp' -print0 | sort -z | xargs -0 cat; } | sha256sum)
export common

tidy_one() {
    local sum
    sum=$({ echo "$common"; cat "$1"; } | sha256sum | cut -d' ' -f1)
    [[ -e $build/tidied/$sum ]] && return 0
    "$tool" -p "$build" --quiet --warnings-as-errors='*' "$1" 2>"$build/tidied/${1//\//_}.err" && : >"$build/tidied/$sum" && return 0
    grep -v 'warnings generated' "$build/tidied/${1//\//_}.err"
    echo "clang-tidy: $1 does not pass" >&2
    return 1
}
export -f tidy_one

find sim models -name '*.cpp' -print0 | sort -z | xargs -0 -r -n 1 -P "$jobs" bash -c 'tidy_one "$1"' _ || exit 1
echo "clang-tidy: $(find sim models -name '*.cpp' | wc -l) sources pass"
