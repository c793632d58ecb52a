#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own.
#
#   tests/postgres/with_server.sh COMMAND...
#
# The server has a folder of its own, listens on loopback alone, at a port that the kernel gave, under a user that is not root, and
# is stopped by its id when the command has ended, however that was. The command finds it by MAILQUAKE_POSTGRES, the URL of its
# first database, and its data folder and programs by MAILQUAKE_POSTGRES_DATA and MAILQUAKE_POSTGRES_BIN. Debian's package is unpacked into
# that folder, unless it is installed: apt would make a server that stays. A server of this machine is never touched. Without root or
# the package nothing runs, and that is said: exit code 77.
set -u
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=${here%/tests/postgres}
# shellcheck source=.ci/prepare.sh
. "$root/.ci/prepare.sh"

skip() { printf '\n*** SKIPPED: nothing was tested with PostgreSQL, since %s\n\n' "$*" >&2; exit 77; }
fail() { tail -n 20 "$1" >&2; printf 'PostgreSQL: %s\n' "$2" >&2; exit 1; }

[[ $EUID -eq 0 ]] || skip "only root can run the server under another user"
folder=$(mktemp -d "${TMPDIR:-/tmp}/mailquake-postgres-XXXXXX") || exit 1

# shellcheck disable=SC2317  # called by the trap
stop() {
    local pid
    pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
    if [[ -n $pid ]] && kill -INT "$pid" 2>/dev/null; then
        for _ in {1..100}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null
    fi
    rm -rf --one-file-system "$folder"
}
trap stop EXIT

# The server, and libraries that are missing here; those of LLVM, for queries compiled while they run, may be absent.
packages() {
    LC_ALL=C apt-get -s --no-install-recommends install postgresql 2>/dev/null | sed -nE 's/^Inst (postgresql-[0-9]+|lib[^ ]*) .*/\1/p' |
        grep -vE '^libc(6|-)|-perl$|^libllvm|^libz3'
}

unpack() {
    local names package
    mkdir "$folder/packages" || exit 1
    lists_are_missing postgresql && apt update
    mapfile -t names < <(packages)
    (cd "$folder/packages" && apt-get -q download "${names[@]}" </dev/null >"$folder/apt.log" 2>&1) || return 1
    for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder/unpacked" || return 1; done
    rm -r "$folder/packages"
}

find_server() { bin=$(find "$1/usr/lib/postgresql" -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1); [[ -x ${bin:-/absent}/initdb && -x $bin/postgres ]]; }
libraries=""
if ! find_server ""; then
    command -v apt-get >/dev/null || skip "there is no apt here"
    unpack || skip "Debian's package postgresql cannot be had"
    find_server "$folder/unpacked" || skip "Debian's package postgresql has no server"
    libraries=$(find "$folder/unpacked/usr/lib" -maxdepth 1 -name '*-linux-gnu*')
fi

user=$(getent passwd postgres nobody | head -n 1 | cut -d: -f1)
chown "$user" "$folder" && chmod 755 "$folder" || exit 1
as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env -i -C "$folder" PATH="$PATH" LC_ALL=C.UTF-8 HOME="$folder" LD_LIBRARY_PATH="$libraries" "$@"; }

as_user "$bin/initdb" -D "$folder/data" -U mailquake --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$folder/log" 2>&1 || fail "$folder/log" "no database can be made"
cat >>"$folder/data/postgresql.conf" <<'END'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
fsync = off
jit = off
END
started=false
for _ in 1 2 3 4 5; do   # somebody else may take the port between the two
    port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_user "$bin/pg_ctl" -D "$folder/data" -o "-p $port" -l "$folder/server.log" -w -t 60 start >/dev/null 2>&1 && { started=true; break; }
done
$started || fail "$folder/server.log" "the server does not start"
export MAILQUAKE_POSTGRES="postgresql://mailquake@127.0.0.1:$port/postgres" MAILQUAKE_POSTGRES_DATA=$folder/data MAILQUAKE_POSTGRES_BIN=$bin
"$@"
