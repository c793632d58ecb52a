#!/usr/bin/env bash
# Postfix beside the model, see README.md:
#
#   run.sh TEST_POSTFIX                     compares all recordings with the model, then records one run anew, and compares it, too
#   run.sh TEST_POSTFIX --recorded          compares the recordings only: seconds, and nobody need be root
#   run.sh --record RUN FILE [SECONDS]      records a run; mail comes so many seconds after Postfix has started; unsaid: by chance
#
# TEST_POSTFIX: build/release/tests/test_postfix. To record needs root and a network for Debian's packages; else the exit code is 77:
# skipped. Postfix is unpacked, never installed: apt would remove the MTA that this machine has.
set -u
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=${here%/tests/postfix}
# shellcheck source=.ci/prepare.sh
. "$root/.ci/prepare.sh"

skip() { printf '\n*** SKIPPED: nothing was recorded with Postfix, since %s\n\n' "$*" >&2; exit 77; }
fail() { printf 'postfix: %s\n' "$*" >&2; exit 1; }

# Only packages that are missing here: the libraries of those that are installed will do.
packages() {
    printf 'postfix\n'
    LC_ALL=C apt-get -s --no-install-recommends install postfix 2>/dev/null | sed -nE 's/^Inst (lib[^ ]*) .*/\1/p' | grep -vE '^libc(6|-)'
}

unpack() {
    command -v apt-get >/dev/null || skip "there is no apt here"
    lists_are_missing postfix && apt update
    local names
    mapfile -t names < <(packages)
    (cd "$work" && apt-get -q download "${names[@]}" </dev/null >"$work/apt.log" 2>&1) || { tail -n 5 "$work/apt.log" >&2; skip "Debian's packages of Postfix cannot be downloaded"; }
    local package
    for package in "$work"/*.deb; do dpkg -x "$package" "$work/unpacked" || fail "$package cannot be unpacked"; done
}

# record RUN FILE [SECONDS]: in mount, network and process namespaces of its own. When this script dies, however it does, all that
# runs there is killed. Its queue is in memory, so that the disk of this machine has no part in it.
record() {
    setpriv --pdeathsig KILL unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc bash -c '
        mount -t tmpfs -o mode=755 tmpfs "$1/own" || exit 1
        timeout 420 python3 "$0/record.py" "$1/unpacked" "$1/own" "${@:2}" && exit 0
        tail -n 20 "$1/own/log" >&2
        exit 1' "$here" "$work" "$@" </dev/null
}

to_record() {
    [[ $EUID -eq 0 ]] || skip "only root can"
    command -v python3 >/dev/null || skip "there is no python3"
    unshare --mount --net --pid --fork true 2>/dev/null || skip "there can be no namespaces here"
    work=$(mktemp -d) || exit 1
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/own" && chmod 755 "$work"   # Postfix's daemons are other users
    unpack
}

if [[ ${1:-} == --record ]]; then
    to_record
    record "${@:2}"
    exit
fi
program=$(readlink -f "${1:?"run.sh wants the program test_postfix"}")
python3 "$here/compare.py" "$program" || exit 1
[[ ${2:-} == --recorded ]] && exit 0
to_record
run=$(cd "$here" && python3 -c 'import runs; print(runs.RECORDED_IN_CI)')
record "$run" "$work/fresh" || fail "the run '$run' could not be recorded"
python3 "$here/compare.py" "$program" "$run" "$work/fresh"
