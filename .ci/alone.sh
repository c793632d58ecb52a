#!/usr/bin/env bash
# Compiles alone what changed since the last campaign: alone.sh BUILD_FOLDER. The campaign compiles every file alone
# (tests/style/alone.cmake) and writes the commit for which it passed into .ci/campaign_commit. With a header that is left out
# there, its source is compiled. Left out here: files that are unchanged, but include a changed one.
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
build=$1
cd "$root" || exit 1
read -r base <.ci/campaign_commit || exit 1
if git rev-parse -q --verify "$base^{commit}" >/dev/null 2>&1; then
    mapfile -t changed < <({ git diff --name-only --diff-filter=d "$base" -- sim models tests
        git ls-files --others --exclude-standard -- sim models tests; } | grep -E '\.[ch]pp$' | sort -u)
else
    echo "alone: the commit of the last campaign is not in this clone, so that every file is compiled" >&2
    exec cmake --build "$build" --target compiles_alone
fi

stamps=() known=$(ninja -C "$build" -t targets all | sed -nE 's/^(tests\/alone\/.*\.alone): .*/\1/p')
for file in "${changed[@]}"; do
    for name in "$file" "${file%.hpp}.cpp"; do
        grep -qxF "tests/alone/$name.alone" <<<"$known" && { stamps+=("tests/alone/$name.alone"); break; }
    done
done
[[ ${#stamps[@]} -eq 0 ]] || NINJA_STATUS="[alone %f/%t] " ninja -C "$build" "${stamps[@]}" || exit 1
echo "alone: ${#stamps[@]} files compile alone, of ${#changed[@]} changed since the last campaign"
