#!/usr/bin/env bash
# Compiles alone what changed since this was last recorded: alone.sh [--record] BUILD_FOLDER. With --record, and when all that
# changed is committed, the commit for which it passed is written into .ci/alone_commit, to be committed; the campaign, which
# compiles every file alone (tests/style/alone.cmake), writes it there, too. With a header that is left out there, its source is
# compiled. Left out here: files that are unchanged, but include a changed one.
set -u
record=false
[[ ${1-} == --record ]] && { record=true; shift; }
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
build=$1
cd "$root" || exit 1
read -r base <.ci/alone_commit || exit 1
if git rev-parse -q --verify "$base^{commit}" >/dev/null 2>&1; then
    mapfile -t changed < <({ git diff --name-only --diff-filter=d "$base" -- sim models tests
        git ls-files --others --exclude-standard -- sim models tests; } | grep -E '^(sim|models)/.*\.cpp$|\.hpp$' | sort -u)
else
    echo "alone: the commit that .ci/alone_commit names is not in this clone, so that every file is compiled" >&2
    exec cmake --build "$build" --target compiles_alone
fi

stamps=() known=$(ninja -C "$build" -t targets all | sed -nE 's/^(tests\/alone\/.*\.alone): .*/\1/p')
for file in "${changed[@]}"; do
    for name in "$file" "${file%.hpp}.cpp"; do
        grep -qxF "tests/alone/$name.alone" <<<"$known" && { stamps+=("tests/alone/$name.alone"); break; }
    done
done
[[ ${#stamps[@]} -eq 0 ]] || NINJA_STATUS="[alone %f/%t] " ninja -C "$build" "${stamps[@]}" || exit 1
echo "alone: what the ${#changed[@]} files hold that changed since ${base:0:7} compiles alone (${#stamps[@]} compilations)"
$record || exit 0
[[ -z $(git status --porcelain) ]] || { echo "alone: not recorded, since some changes are not committed" >&2; exit 1; }
git rev-parse HEAD >.ci/alone_commit && echo "alone: commit .ci/alone_commit"
