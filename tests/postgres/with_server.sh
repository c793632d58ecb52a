#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own.
#
#   tests/postgres/with_server.sh COMMAND...
#
# The server has a folder of its own, listens on loopback alone, at a port that the kernel gave, under a user that is not root, and
# is stopped by its id when the command has ended, however that was. The command finds it by MAILQUAKE_POSTGRES, the URL of an
# empty database, and its data folder and programs by MAILQUAKE_POSTGRES_DATA and MAILQUAKE_POSTGRES_BIN. A server that runs on this
# machine is never touched. Without root or PostgreSQL nothing runs, and that is said: exit code 77.
set -u
skipped() { printf 'tests/postgres: SKIPPED, nothing is tested: %s\n' "$*" >&2; exit 77; }

[[ $EUID -eq 0 ]] || skipped "root is needed to run the server under another user"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[[ -x ${bin:-/absent}/initdb ]] || skipped "Debian's package postgresql is not installed"
user=$(getent passwd postgres nobody | head -1 | cut -d: -f1)
folder=$(mktemp -d /tmp/mailquake-postgres-XXXXXX) || exit 1
as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME="$folder" "$@"; }

# shellcheck disable=SC2317  # called by the trap
stop() {
    local pid
    pid=$(head -1 "$folder/data/postmaster.pid" 2>/dev/null)
    if [[ -n $pid ]]; then
        kill -INT "$pid" 2>/dev/null
        for _ in {1..100}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null
    fi
    rm -rf --one-file-system "$folder"
}
trap stop EXIT

chown "$user" "$folder" && chmod 711 "$folder"
as_user "$bin/initdb" -D "$folder/data" -U mailquake --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
started=false
for _ in 1 2 3 4 5; do   # somebody else may take the port between the two
    port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
fsync = off
max_connections = 300
END
    as_user "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 30 start >/dev/null 2>&1 && { started=true; break; }
done
$started || { cat "$folder/server.log" >&2; exit 1; }
as_user "$bin/createdb" -h 127.0.0.1 -p "$port" -U mailquake mq || exit 1
export MAILQUAKE_POSTGRES="postgresql://mailquake@127.0.0.1:$port/mq" MAILQUAKE_POSTGRES_DATA=$folder/data MAILQUAKE_POSTGRES_BIN=$bin MAILQUAKE_POSTGRES_USER=$user
"$@"
