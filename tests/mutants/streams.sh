#!/usr/bin/env bash
# Puts five faults back into the engine that once gave two things the same random numbers, and checks that the draw register
# stops the run: streams.sh BUILD_FOLDER, which was built with MAILQUAKE_DRAW_REGISTER (preset dev). Each mutant is one source or
# header that sed has changed; it is compiled alone and linked before the library that has the sound one.
#
#   saturation   the key of a request counts to 65,535 only: pass x 64 + attempt, once more at the next level of nesting
#   pass-256     passes are counted in 8 bits
#   hedge-bit    the second request of a hedge is told by a bit that pass 512 reaches
#   twins        the copies of two duplicate flaws have one identity
#   cut-time     a time of 64 bits is cut to its low 32
set -u
build=$(readlink -f "$1")
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
program=$build/mailquake
[[ -x $program ]] || { echo "mutants: $program is missing" >&2; exit 1; }

# The options with which the build folder compiles a source of models/world, alone or in a batch.
options=$(sed -n 's/^ *"command": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | grep -m1 'mailquake_models_world.dir' |
    sed 's/\\"/"/g; s/ -o .*//; s/^[^ ]* *//; s/^[^ -]*g++ //')
libraries=$(find "$build" -maxdepth 1 -name 'libmailquake_*.a')
main=$(find "$build/CMakeFiles/mailquake.dir" -name 'main.cpp.o')
sanitizers=$(grep -o -- '-fsanitize=[a-z,-]*' <<<"$options" | head -1)

# mutant NAME SOURCE CHANGED SED: SOURCE is compiled; CHANGED (the same, or a header of it) is what sed changes.
mutant() {
    local name=$1 source=$2 changed=$3 script=$4 folder=$work/$1
    mkdir -p "$folder/$(dirname "$changed")" "$folder/$(dirname "$source")"
    sed -E "$script" "$root/$changed" >"$folder/$changed"
    cmp -s "$root/$changed" "$folder/$changed" && { echo "mutant $name: sed changes nothing in $changed any more" >&2; return 1; }
    [[ $source == "$changed" ]] || cp "$root/$source" "$folder/$source"
    # shellcheck disable=SC2086
    (cd "$build" && g++ -I"$folder" $options -O0 -w -o "$folder/mutant.o" -c "$folder/$source") || return 1
    # shellcheck disable=SC2086
    g++ $sanitizers -Wl,--allow-multiple-definition -o "$folder/mailquake" "$main" "$folder/mutant.o" \
        -Wl,--start-group $libraries -Wl,--end-group -lboost_graph -lboost_program_options -ltbb -lfmt -lsqlite3 -lyaml -lpthread || return 1
    local said
    said=$("$program" run "$here/$name.yaml" --quiet 2>&1 >/dev/null) || { echo "mutant $name: the sound program does not run it: $said" >&2; return 1; }
    said=$("$folder/mailquake" run "$here/$name.yaml" --quiet 2>&1 >/dev/null) && { echo "mutant $name survived" >&2; return 1; }
    grep -qE 'drawn twice|same random words' <<<"$said" || { echo "mutant $name fell to something else: $said" >&2; return 1; }
    echo "mutant $name: $(grep -oE "(a random word|two things).*" <<<"$said" | head -1)"
}

calling=models/world/calling.cpp
jobs=(
    "saturation|$calling|$calling|s/(derived\(call, draws::request, ).*/\1std::min<std::uint64_t>(0xffff, std::uint64_t{job.pass} * 4096 + w.call_attempt));/"
    "pass-256|$calling|$calling|s/else \+\+m\.tries;/else if (m.tries < 255) ++m.tries;/"
    "hedge-bit|$calling|$calling|s/(derived\(call, draws::request, ).*/\1std::uint64_t{job.pass} * 64 + w.call_attempt + (hedged ? 0x8000U : 0U));/"
    "twins|models/world/flawing.cpp|models/world/flawing.cpp|s/combine64\(plan_\.flaw_plans\[flaw\]\.place, /combine64(flaw * 0U, /"
    "cut-time|models/world/answering_badly.cpp|models/world/answering_badly.cpp|s/(draws::instant, )static_cast<std::uint64_t>\(now_\.ns\)/\1truncated<std::uint32_t>(static_cast<std::uint64_t>(now_.ns))/; s/^(#include \"models.world.site.hpp\")/\1\n#include \"sim\/base\/narrow.hpp\"/"
)
failed=0
running=()
for job in "${jobs[@]}"; do
    IFS='|' read -r name source changed script <<<"$job"
    mutant "$name" "$source" "$changed" "$script" &
    running+=($!)
    if [[ ${#running[@]} -ge 2 ]]; then wait "${running[0]}" || failed=1; running=("${running[@]:1}"); fi
done
for job in "${running[@]}"; do wait "$job" || failed=1; done
exit $failed
