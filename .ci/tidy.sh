#!/usr/bin/env bash
# clang-tidy over every source of sim/ and models/: tidy.sh BUILD_FOLDER JOBS. The checks stand in .clang-tidy. Sources come
# by the batches in which the build folder compiles them, since most of the time goes into the headers that they share.
# Batches whose text, headers included, is as it was when they last passed are skipped.
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
export build=$1 root
jobs=${2:-2}
tool=$(command -v clang-tidy-19 || command -v clang-tidy) || { echo "clang-tidy is missing" >&2; exit 1; }
export tool
mkdir -p "$build/tidied"
cd "$root" || exit 1

# One sum over what can change any verdict: the tool, the checks, all headers.
common=$({ "$tool" --version; cat .clang-tidy .ci/tidy.sh; find sim models -name '*.hpp' -print0 | sort -z | xargs -0 cat; } | sha256sum)
export common

# The sources in a batch, or the source itself.
sources_of() {
    case $1 in
        *_cxx.cxx) sed -n 's/^#include "\(.*\)"$/\1/p' "$1" ;;
        *) echo "$1" ;;
    esac
}
export -f sources_of

# A batch includes sources: that is what it is for, and they are not to be passed over as somebody else's headers.
tidy_one() {
    local sum errors=$build/tidied/${1//\//_}.err
    sum=$({ echo "$common"; sources_of "$1" | xargs cat; } | sha256sum | cut -d' ' -f1)
    [[ -e $build/tidied/$sum ]] && return 0
    "$tool" -p "$build" --config-file=.clang-tidy --checks=-bugprone-suspicious-include --header-filter='(sim|models)/.*\.[ch]pp$' \
        --extra-arg=-fconstexpr-steps=100000000 --quiet --warnings-as-errors='*' "$1" 2>"$errors" && : >"$build/tidied/$sum" && return 0
    grep -v 'warnings generated' "$errors"
    echo "clang-tidy: $1 does not pass" >&2
    return 1
}
export -f tidy_one

# What the build itself wrote is not ours to mend; the longest batches come first.
batches=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | grep -E "^$root/(sim|models)/|_cxx\.cxx$")
covered=$(for batch in $batches; do sources_of "$batch"; done | sort -u)
all=$(find "$root/sim" "$root/models" -name '*.cpp' | sort -u)
if [[ $covered != "$all" ]]; then
    echo "clang-tidy: in no batch: $(comm -13 <(echo "$covered") <(echo "$all") | paste -sd' ')" >&2
    exit 1
fi
for batch in $batches; do echo "$(sources_of "$batch" | xargs cat | wc -c) $batch"; done | sort -rn | cut -d' ' -f2 |
    xargs -r -n 1 -P "$jobs" bash -c 'tidy_one "$1"' _ || exit 1
echo "clang-tidy: $(echo "$all" | wc -l) sources pass"
