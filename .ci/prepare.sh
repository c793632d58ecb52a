# Shared by ./mailquake and ./test: finds what a build needs, installs what is missing, configures and builds.
# Sourced, never run. Expects `root` (the checkout). Everything that is said goes to stderr: stdout is the program's.

# package : what proves that it is there (a command, a header or one of two, a library to link with, or a module of Debian's Python)
build_needs=(
    "cmake:cmd:cmake"
    "ninja-build:cmd:ninja"
    "g++:cmd:g++"
    "libboost-graph-dev:lib:libboost_graph.so"
    "libboost-program-options-dev:lib:libboost_program_options.so"
    "libtbb-dev:lib:libtbb.so"
    "libyaml-dev:include:yaml.h"
    "nlohmann-json3-dev:include:nlohmann/json.hpp"
    "libfmt-dev:include:fmt/format.h"
    "libsqlite3-dev:include:sqlite3.h"
    "libpq-dev:include:postgresql/libpq-fe.h"
    "librandom123-dev:include:Random123/philox.h"
)
page_needs=("nodejs:cmd:node" "npm:cmd:npm")  # of `report` alone: hundreds of packages on a bare Debian
test_needs=("catch2:include:catch2/catch_all.hpp|catch2/catch.hpp")  # version 3 or 2
all_needs=("clang-tidy-19:cmd:clang-tidy-19" "shellcheck:cmd:shellcheck" "valgrind:cmd:valgrind" "libbenchmark-dev:include:benchmark/benchmark.h" "chromium:cmd:chromium"
           "python3-pandas:python:pandas" "python3-matplotlib:python:matplotlib" "python3-nbconvert:python:nbconvert"
           "python3-ipykernel:python:ipykernel")  # the last four: the notebooks

campaign_needs=("libmpfr-dev:include:mpfr.h")

say() { printf 'mailquake: %s\n' "$*" >&2; }

have() {  # have cmd|include|lib|python NAME
    local place
    case $1 in
        cmd) command -v "$2" >/dev/null 2>&1; return ;;
        python) /usr/bin/python3 -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$2') is None)" 2>/dev/null; return ;;
        include) for place in /usr/include /usr/include/*-linux-gnu* /usr/local/include ${CPATH:+"${CPATH%%:*}"}; do
                     [[ -e $place/${2%|*} || -e $place/${2#*|} ]] && return 0
                 done ;;
        lib) for place in /usr/lib /usr/lib/*-linux-gnu* /usr/lib64 /usr/local/lib ${LIBRARY_PATH:+"${LIBRARY_PATH%%:*}"}; do
                 [[ -e $place/$2 ]] && return 0
             done ;;
    esac
    return 1
}

# Prints the packages among the given needs that are not there.
missing_of() {
    local need package rest
    for need in "$@"; do
        package=${need%%:*} rest=${need#*:}
        have "${rest%%:*}" "${rest#*:}" || printf '%s\n' "$package"
    done
}

apt() {  # apt-get as root, its talk on stderr, its questions answered
    local as_root=()
    [[ $EUID -eq 0 ]] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
        apt-get -q -o DPkg::Lock::Timeout=600 "$@" </dev/null >&2
}

# Package lists are absent on a bare machine; without them apt knows neither names nor sizes.
lists_are_missing() {
    local package
    for package in "$@"; do
        [[ -n $(apt-cache madison "$package" 2>/dev/null) ]] || return 0
    done
    return 1
}

# What apt would fetch and unpack, by its own count: "79 packages with what they need, 115 MB to fetch, 592 MB on disk".
# No locking, so that it may be asked before anybody is root.
size_of() {
    LC_ALL=C apt-get -o Debug::NoLocking=true install --no-install-recommends --assume-no "$@" 2>/dev/null </dev/null | sed -nE \
        -e 's/^.* ([0-9]+) newly installed.*$/packages in all: \1/p' \
        -e 's/^Need to get (([^\/]*\/)?([0-9.,]+ .?B)) of archives.*$/\3 to fetch/p' \
        -e 's/^After this operation, ([0-9.,]+ .?B) of additional.*$/\1 on disk/p' | paste -sd, | sed 's/,/, /g'
}

# Installs the packages named, after saying which and how large; asks a person who is not root.
install_packages() {
    if ! command -v apt-get >/dev/null 2>&1; then
        say "these are missing (names of Debian's packages; there is no apt here to install them):"
        printf '    %s\n' "$@" >&2
        return 1
    fi
    local by_hand="apt-get install --no-install-recommends $*"
    if [[ $EUID -ne 0 ]] && ! { [[ -t 2 && -r /dev/tty ]] && command -v sudo >/dev/null 2>&1; }; then
        say "these packages are missing: $*"
        say "install them as root and call again: $by_hand"
        return 1
    fi
    say "these packages are missing: $*"
    if [[ $EUID -ne 0 ]]; then
        local answer="" known
        known=$(size_of "$@")
        printf 'mailquake: install them with sudo apt-get (%s)? [Y/n] ' \
            "${known:-size unknown until the package lists are fetched; 600 MB on disk on a bare Debian}" >&2
        read -r answer </dev/tty || answer=n
        [[ $answer =~ ^([Yy].*)?$ ]] || { say "not installed; by hand: $by_hand"; return 1; }
    fi
    if lists_are_missing "$@"; then
        say "fetching apt's package lists"
        apt update || return 1
    fi
    say "installing: $(size_of "$@")"
    apt install -y --no-install-recommends "$@" && return 0
    say "that failed; once more with fresh package lists"
    apt update && apt install -y --no-install-recommends "$@"
}

need() {  # need NEED...: makes sure that all are there
    local packages
    mapfile -t packages < <(missing_of "$@")
    [[ ${#packages[@]} -eq 0 ]] || install_packages "${packages[@]}"
}

# Only one build at a time in this checkout; a second caller waits, then finds everything done.
lock_build() {
    mkdir -p "$root/build" || return 1
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>"$root/build/.lock"
    flock -n 9 || { say "waiting for another build in this checkout"; flock 9; }
}
unlock_build() { { exec 9>&-; } 2>/dev/null || true; }

# configure_and_build PRESET [-DNAME=VALUE...] -- [TARGET...]: returns 2 when it cannot even be configured.
# Leaves build/PRESET/.built, dated before the build began and naming this checkout; ./mailquake trusts that of release.
configure_and_build() {
    local preset=$1 dir=$root/build/$1 options=()
    shift
    while [[ $# -gt 0 && $1 != -- ]]; do options+=("$1"); shift; done
    [[ $# -gt 0 ]] && shift
    # A checkout that was moved or copied: CMake refuses a cache of elsewhere, and the program would look there.
    if [[ -f $dir/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt"; then
        rm -rf "$dir"
    fi
    mkdir -p "$dir" && printf '%s\n' "$root" >"$dir/.built.next" || return 1
    (cd "$root" && cmake --preset "$preset" "${options[@]}") </dev/null >"$root/build/$preset.configure.log" 2>&1 || {
        cat "$root/build/$preset.configure.log" >&2
        say "configuring failed"
        return 2
    }
    (cd "$dir" && NINJA_STATUS="[$preset %f/%t] " ninja "$@") </dev/null >&2 || { say "the build failed"; return 1; }
    mv "$dir/.built.next" "$dir/.built"
}

# Builds the program of `release`; options as above. The build folder is shared: ./test has its tests configured there, ./test --all
# the benchmarks and the page. None of them may keep the program from being built. So when one of them does, it is switched off
# there, and the program is built without it; who needs it switches it on again. An option that the caller gives is left alone.
build_program() {
    local extra others=()
    configure_and_build release "$@" -- mailquake && return 0
    extras_are_at_fault $? || return 1
    for extra in MAILQUAKE_TESTS MAILQUAKE_BENCH MAILQUAKE_PAGE; do
        [[ " $* " == *" -D$extra="* ]] || others+=("-D$extra=OFF")
    done
    say "once more without what the program itself does not need: ${others[*]}"
    configure_and_build release "$@" "${others[@]}" -- mailquake
}

# extras_are_at_fault STATUS: after a failed build of the program. A fault in its own sources is not one of the extras: it would
# only be said twice.
extras_are_at_fault() {
    local dir=$root/build/release
    grep -qsE '^MAILQUAKE_(TESTS|BENCH|PAGE):BOOL=ON$' "$dir/CMakeCache.txt" || return 1
    [[ $1 -eq 2 ]] || ! ninja -C "$dir" -n mailquake >/dev/null 2>&1 || ! ninja -C "$dir" mailquake_page >/dev/null 2>&1
}
