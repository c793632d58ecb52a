#!/usr/bin/env bash
# Executes the notebooks: notebooks.sh [--in-place] [NAME...] (all, unless named). They call the program that the environment
# variable MAILQUAKE names, or else the launcher. Fails when a cell of one raises, which its checks do when a number in its text
# is no longer true. What they look like now is in build/notebooks; --in-place writes it to notebooks/ itself, to be committed.
set -u
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
python=/usr/bin/python3   # Debian's, which its packages are for, whatever python3 is first in the path
work=$root/build/notebooks
target=$work
[[ ${1:-} == --in-place ]] && { target=$root/notebooks; shift; }
mkdir -p "$work" && cd "$root/notebooks" || exit 1
names=("$@")
[[ $# -gt 0 ]] || for file in *.ipynb; do names+=("${file%.ipynb}"); done

failed=0
for name in "${names[@]}"; do
    begin=$SECONDS
    if MPLBACKEND=module://matplotlib_inline.backend_inline PYTHONDONTWRITEBYTECODE=1 MPLCONFIGDIR=$work/matplotlib IPYTHONDIR=$work/ipython \
        "$python" -m nbconvert --to notebook --execute --ExecutePreprocessor.timeout=900 --ExecutePreprocessor.record_timing=False \
        --log-level=ERROR --output-dir "$work" --output "$name.executed.ipynb" "$name.ipynb" 2>"$work/$name.log"; then
        printf 'notebooks: %s passed (%s s)\n' "$name" "$((SECONDS - begin))"
        mv "$work/$name.executed.ipynb" "$target/$name.ipynb" || failed=1
    else
        tail -n 25 "$work/$name.log" >&2
        printf 'notebooks: %s FAILED (%s s); all that it said is in %s\n' "$name" "$((SECONDS - begin))" "$work/$name.log" >&2
        failed=1
    fi
done
exit $failed
