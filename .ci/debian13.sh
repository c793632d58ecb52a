#!/usr/bin/env bash
# Both commands on Debian 13, as somebody has them who has just cloned: debian13.sh [--keep] [PROGRAM] [-- CTEST-ARGUMENT...]
#
# debootstrap makes a Debian 13 in build/debian13. The tracked files of this checkout are copied into it, and there the launcher
# runs a story, a ./test is made to fail, the launcher must still build and run, and ./test must pass. With PROGRAM, built here,
# the story's fingerprint is compared. Root is needed; without it, or without debootstrap, the exit code is 77: skipped.
#
# Nothing of this machine is mounted there: /proc and the like are mounted anew, in a mount namespace that ends with the command.
# Packages come from where apt gets them here. --keep leaves the folder for the next time; else it is deleted in any case.
set -u
self=$(readlink -f "${BASH_SOURCE[0]}")
root=${self%/.ci/*}
folder=$root/build/debian13
debian=$folder/inside
story=exchange-online-2014
# shellcheck source=.ci/prepare.sh
. "$root/.ci/prepare.sh"
# shellcheck source=.ci/own_folder.sh
. "$root/.ci/own_folder.sh"

keep=false program=""
while [[ $# -gt 0 ]]; do
    case $1 in
        --keep) keep=true ;;
        --) shift; break ;;
        *) program=$(readlink -f "$1") ;;
    esac
    shift
done

skip() { printf '\n*** SKIPPED: nothing was proved on Debian 13, since %s\n\n' "$*" >&2; exit 77; }
fail() { printf 'debian13: %s\n' "$*" >&2; exit 1; }
clean_up() { $keep || remove_own_folder "$folder"; }

# inside COMMAND...: in a mount namespace and a process namespace of its own. When this script dies, however it does, all
# that runs there is killed, and the mounts are gone with it.
inside() {
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child bash -c '
        mount -t proc proc "$0/proc" && mount -t devpts -o newinstance,ptmxmode=0666 devpts "$0/dev/pts" &&
            mount -t tmpfs tmpfs "$0/dev/shm" || exit 1
        exec chroot "$0" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} "$@"
    ' "$debian" "$@" </dev/null
}
here() { inside bash -c 'cd /mailquake && exec "$@"' _ "$@"; }   # in the copy of the checkout

# The place that apt gets Debian's own packages from on this machine.
mirror_of_this_machine() {
    local format='$(REPO_URI) $(ORIGIN) $(LABEL) $(COMPONENT)'
    apt-get indextargets --format "$format" 'Created-By: Packages' 2>/dev/null | sed -nE 's/^(https?:[^ ]*) Debian Debian main$/\1/p' | head -n 1
}

install_debian() {
    local mirror with=()
    lists_are_missing base-files && apt update
    mirror=$(mirror_of_this_machine)
    [[ -n $mirror ]] || skip "apt gets no packages of Debian over a network here"
    [[ $mirror == https:* ]] && with=(--include=ca-certificates)
    # In a mount namespace, too: debootstrap mounts /proc for what it configures.
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child \
        debootstrap --variant=minbase "${with[@]}" trixie "$debian" "$mirror" </dev/null >"$root/build/debian13.log" 2>&1 || {
        tail -n 20 "$root/build/debian13.log" >&2
        fail "debootstrap failed"
    }
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' >"$debian/etc/apt/apt.conf.d/90outside"
    cp -L /etc/resolv.conf "$debian/etc/resolv.conf" && cp -L /etc/hosts "$debian/etc/hosts" && mkdir -p "$debian/dev/shm" "$debian/mailquake" && : >"$debian/.installed"
}

# What builds left there stays, so that --keep saves time.
copy_sources() {
    find "$debian/mailquake" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf --one-file-system -- {} + &&
        git -C "$root" ls-files -z | tar -C "$root" --null --files-from=- --ignore-failed-read -c 2>/dev/null | tar -C "$debian/mailquake" -x
    [[ -x $debian/mailquake/test ]] || fail "the sources could not be copied"
}

fingerprint_in() { sed -nE 's/.*"fingerprint": *"([0-9a-f]+)".*/\1/p' "$1" | head -n 1; }

# run_story COMMAND...: runs the story, and sets `printed` to its fingerprint.
run_story() {
    "$@" run "$story" --json --quiet </dev/null >"$root/build/debian13.json" || return 1
    printed=$(fingerprint_in "$root/build/debian13.json")
    [[ -n $printed ]]
}

compare_fingerprints() {
    local there=$1 ours
    (cd "$root" && run_story "$program") || fail "the program outside gave no fingerprint"
    ours=$(fingerprint_in "$root/build/debian13.json")
    printf 'debian13: the fingerprint of %s is %s outside and %s on Debian 13\n' "$story" "$ours" "$there"
    [[ $there == "$ours" ]] && return 0
    fail "fingerprints differ"
}

# A ./test whose tests cannot even be configured, as with an unknown version of a library. Then a build of the program must pass:
# one with nothing to do would prove nothing, so that a source is touched.
a_failed_test_harms_nothing() {
    local tests=$debian/mailquake/tests/CMakeLists.txt copy=$debian/CMakeLists.txt
    cp -p "$tests" "$copy" || return 1
    echo 'message(FATAL_ERROR "broken on purpose")' >>"$tests"
    here ./test >"$root/build/debian13.failing.log" 2>&1 && fail "a broken ./test passed"
    grep -q 'broken on purpose' "$root/build/debian13.failing.log" || fail "./test failed by something else: build/debian13.failing.log"
    touch "$debian/mailquake/models/cli/main.cpp"
    run_story here ./mailquake || fail "after a failed ./test the launcher does not run"
    cp -p "$copy" "$tests"
}

[[ $EUID -eq 0 ]] || skip "making a Debian needs root"
command -v apt-get >/dev/null 2>&1 || skip "there is no apt"
need "debootstrap:cmd:debootstrap" || skip "debootstrap is missing"
unshare --mount --pid --fork true 2>/dev/null || skip "this machine allows no mount namespaces"
mkdir -p "$root/build" || exit 1
exec 8>"$root/build/.debian13.lock"
flock -n 8 || fail "already at work in this checkout"
$keep && [[ -e $debian/.installed ]] || remove_own_folder "$folder" || exit 1
trap clean_up EXIT
trap 'exit 130' INT HUP
trap 'exit 143' TERM
make_own_folder "$folder" || fail "the folder could not be made: $folder"

begin=$SECONDS
took() { printf 'debian13: %s (%s s so far)\n' "$*" $((SECONDS - begin)); }
[[ -e $debian/.installed ]] || install_debian
copy_sources
took "installed, sources copied"
run_story here ./mailquake || fail "the launcher gave no fingerprint"
took "./mailquake run passed"
[[ -z $program ]] || compare_fingerprints "$printed"
a_failed_test_harms_nothing
took "./mailquake ran after a failed ./test"
here ./test "$@" || fail "./test failed"
took "./test passed"
