# Large folders that a script makes and deletes as root. Sourced, never run.
#
# Such a folder holds a marker of ours beside `inside`, which has the contents. What has no marker is never touched, nor is what
# has something mounted in it: deleting would go through a bind mount into what is mounted there. The contents go first and
# the marker last, so that a deletion that was cut short can be taken up again.
own_marker=.made_by_mailquake

# make_own_folder FOLDER: takes up one of ours, or makes it; refuses any other that is there.
make_own_folder() {
    is_own_folder "$1" && return 0
    mkdir "$1" && : >"$1/$own_marker" && mkdir "$1/inside"
}

is_own_folder() { [[ -d $1 && ! -L $1 && -f $1/$own_marker && ! -L $1/$own_marker && ! -L $1/inside ]]; }

# remove_own_folder FOLDER
remove_own_folder() {
    local real
    [[ -e $1 || -L $1 ]] || return 0
    is_own_folder "$1" || { printf 'not deleted, since it is not ours: %s\n' "$1" >&2; return 1; }
    real=$(cd "$1" && pwd -P) || return 1
    if cut -d' ' -f5 /proc/self/mountinfo | grep -qF "${real// /\\040}/"; then
        printf 'not deleted, since something is mounted in it: %s\n' "$1" >&2
        return 1
    fi
    rm -rf --one-file-system -- "$real/inside" || return 1
    if [[ -n $(find "$real" -mindepth 1 ! -name "$own_marker" -print -quit) ]]; then
        printf 'not deleted, since there is something beside what is ours: %s\n' "$real" >&2
        return 1
    fi
    rm -f -- "$real/$own_marker" && rmdir -- "$real"
}
