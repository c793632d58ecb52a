#!/usr/bin/env bash
# Postfix beside the model, see README.md:
#
#   run.sh TEST_POSTFIX                     compares all recordings with the model, records one run anew meanwhile, and compares it, too
#   run.sh TEST_POSTFIX --recorded          compares the recordings only: seconds, and nobody need be root
#   run.sh --record RUN FILE [SECONDS]      records a run; mail comes so many seconds later than it might; unsaid: by chance
#
# TEST_POSTFIX: build/release/tests/test_postfix. To record needs root and a network for Debian's packages, and a machine that is not too
# busy; else the exit code is 77: skipped. Postfix is unpacked, never installed: apt would remove the MTA that this machine has.
set -u
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=${here%/tests/postfix}
# shellcheck source=.ci/prepare.sh
. "$root/.ci/prepare.sh"

skip() { printf '\n*** SKIPPED: nothing was recorded with Postfix, since %s\n\n' "$*" >&2; exit 77; }
fail() { printf 'postfix: %s\n' "$*" >&2; exit 1; }
command -v python3 >/dev/null || skip "there is no python3, and nothing was compared either"

work="" recording="" reason=""
clean_up() {
    [[ -z $recording ]] || kill -KILL "$recording" 2>/dev/null   # and its namespace with it
    [[ -z $work ]] || rm -rf "$work"
}
trap clean_up EXIT

# Only libraries that are missing here: those that are installed will do.
packages() {
    printf 'postfix\n'
    LC_ALL=C apt-get -s --no-install-recommends install postfix 2>/dev/null | sed -nE 's/^Inst (lib[^ ]*) .*/\1/p' | grep -vE '^libc(6|-)'
}

unpack() {
    local names package
    work=$(mktemp -d) && mkdir "$work/own" && chmod 755 "$work" || exit 1   # Postfix's daemons are other users
    lists_are_missing postfix && apt update
    mapfile -t names < <(packages)
    (cd "$work" && apt-get -q download "${names[@]}" </dev/null >"$work/apt.log" 2>&1) || { tail -n 5 "$work/apt.log" >&2; return 1; }
    for package in "$work"/*.deb; do dpkg -x "$package" "$work/unpacked" || return 1; done
}

# Unpacks Postfix; else the reason why nothing can be recorded.
can_record() {
    if [[ $EUID -ne 0 ]]; then reason="only root can"
    elif ! command -v apt-get >/dev/null; then reason="there is no apt here"
    elif ! unshare --mount --net --pid --fork true 2>/dev/null; then reason="there can be no namespaces here"
    elif ! unpack; then reason="Debian's packages of Postfix cannot be had"
    fi
    [[ -z $reason ]]
}

# begin_recording RUN FILE [SECONDS]: in mount, network and process namespaces of its own. When this script dies, however it does, all
# that runs there is killed. Its queue is in memory, so that the disk of this machine has no part in it.
begin_recording() {
    setpriv --pdeathsig KILL unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc bash -c '
        mount -t tmpfs -o mode=755 tmpfs "$1/own" || exit 1
        timeout 420 python3 "$0/record.py" "$1/unpacked" "$1/own" "${@:2}"
        status=$?
        [[ $status -eq 0 || $status -eq 77 ]] || tail -n 20 "$1/own/log"
        exit $status' "$here" "$work" "$@" </dev/null >"$work/said" 2>&1 &
    recording=$!
}

end_recording() {
    local status=0
    wait "$recording" || status=$?
    recording=""
    cat "$work/said"
    [[ $status -ne 77 ]] || skip "this machine was too busy"
    [[ $status -eq 0 ]] || fail "the run could not be recorded"
}

if [[ ${1:-} == --record ]]; then
    can_record || skip "$reason"
    begin_recording "${@:2}"
    end_recording
    exit
fi
program=$(readlink -f "${1:?"run.sh wants the program test_postfix"}")
[[ -x $program ]] || fail "$program is missing"
if [[ ${2:-} == --recorded ]]; then
    python3 "$here/compare.py" "$program"
    exit
fi
run=$(cd "$here" && python3 -c 'import runs; print(runs.RECORDED_IN_CI)') || exit 1
can_record && begin_recording "$run" "$work/fresh"
python3 "$here/compare.py" "$program" || exit 1
[[ -z $reason ]] || skip "$reason"
end_recording
python3 "$here/compare.py" "$program" "$run" "$work/fresh"
