#!/usr/bin/env bash
# test: only a folder with our marker is deleted, and never through a mount
set -u
. "$1/.ci/own_folder.sh"
work=$(mktemp -d) || exit 1
trap 'rm -rf --one-file-system "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$*"; exit 1; }
cd "$work" || exit 1

mkdir foreign && : >foreign/file
make_own_folder foreign 2>/dev/null && fail "took up a folder of somebody else"
remove_own_folder foreign 2>/dev/null && fail "says that it deleted a folder of somebody else"
[[ -e foreign/file ]] || fail "deleted a folder of somebody else"

make_own_folder ours && mkdir -p ours/inside/etc && : >ours/inside/etc/file || fail "made no folder"
ln -s ours link
remove_own_folder link 2>/dev/null && fail "followed a link"
ln -s "$work/foreign" ours/inside/out   # a link within is deleted, not followed
[[ -e ours/inside/etc/file ]] || fail "deleted through a link"

# A bind mount lies on the same file system, so that --one-file-system alone would not stop at it.
if [[ $EUID -eq 0 ]] && unshare --mount true 2>/dev/null; then
    mkdir ours/inside/mnt
    unshare --mount --propagation private bash -c '. "$1/.ci/own_folder.sh"; mount --bind foreign ours/inside/mnt && ! remove_own_folder ours' _ "$1" 2>/dev/null ||
        fail "deletes although something is mounted"
    [[ -e foreign/file && -e ours/inside/etc/file ]] || fail "deleted through a bind mount"
fi

rm -rf ours/inside   # as after a deletion that was cut short
make_own_folder ours || fail "does not take up its own folder"
remove_own_folder ours || fail "does not delete its own folder"
[[ ! -e ours && -e foreign/file ]] || fail "deleted too much or too little"
remove_own_folder ours || fail "deleting what is not there fails"
