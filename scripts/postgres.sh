#!/usr/bin/env bash
# A throwaway PostgreSQL for the tests: fresh, on a free port of the loopback, gone at the end.
#
#   scripts/postgres.sh                  prints the address and serves until interrupted
#   scripts/postgres.sh command [arg…]   runs the command with MOMENTUM_TEST_DATABASE_URL set, then stops
#
# Several may run at once: each has a folder and a port of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# The folder with PostgreSQL's programs; Debian keeps the server's out of PATH.
find_binaries() {
    local candidate newest=''
    if candidate=$(command -v postgres); then
        candidate=$(dirname "$(readlink -f "$candidate")")
        if [ -x "$candidate/initdb" ]; then
            printf '%s' "$candidate"
            return
        fi
    fi
    for candidate in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
        if [ -x "$candidate/initdb" ]; then newest=$candidate; fi
    done
    printf '%s' "$newest"
}

install_postgres() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say 'PostgreSQL is missing: install its server (Debian and Ubuntu: sudo apt-get install postgresql).'
        exit 1
    fi
    say 'PostgreSQL is missing: installing it.'
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends postgresql >&2 ||
        { apt-get update >&2 && apt-get install -y --no-install-recommends postgresql >&2; }
}

bin=$(find_binaries)
if [ -z "$bin" ]; then
    install_postgres
    bin=$(find_binaries)
fi

# PostgreSQL refuses to run as root, so root lends it the account that its package made.
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
    as_owner=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi

# A fresh folder that the server's account can reach: in the checkout if that is open to it, else in /var/tmp.
make_folder() {
    local folder
    mkdir -p .tools/postgres
    folder=$(mktemp -d "$PWD/.tools/postgres/XXXXXX")
    if [ "${#as_owner[@]}" -gt 0 ]; then
        chown postgres: "$folder"
        if ! (cd / && "${as_owner[@]}" test -w "$folder"); then
            rmdir "$folder"
            folder=$(mktemp -d /var/tmp/momentum-postgres-XXXXXX)
            chown postgres: "$folder"
        fi
    fi
    printf '%s' "$folder"
}

free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s' "$port"
            return
        fi
    done
}

folder=$(make_folder)
server=''
command_pid=''

stop() {
    trap - EXIT INT TERM
    if [ -n "$command_pid" ]; then kill -TERM "$command_pid" 2>/dev/null || true; fi
    if [ -n "$server" ]; then
        # INT: PostgreSQL's "fast" shutdown, which doesn't wait for clients.
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
if [ "${#as_owner[@]}" -gt 0 ]; then chown postgres: "$folder/password"; fi
(cd / && "${as_owner[@]}" "$bin/initdb" --pgdata="$folder/data" --username=momentum --pwfile="$folder/password" \
    --auth=password --encoding=UTF8 --locale=C --no-sync) >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; exit 1; }

# Without fsync: these data are worth nothing after the run.
start() {
    (cd / && exec "${as_owner[@]}" "$bin/postgres" -D "$folder/data" -p "$1" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c shared_buffers=128MB -c max_locks_per_transaction=256) >"$folder/server.log" 2>&1 &
    server=$!
}

url=''
for _ in 1 2 3 4 5; do
    port=$(free_port)
    start "$port"
    # Gone at once when somebody else took the port in between. Its own log is asked, not the port, for that reason.
    while kill -0 "$server" 2>/dev/null; do
        if grep -q 'ready to accept connections' "$folder/server.log"; then
            url="postgres://momentum:$password@127.0.0.1:$port/postgres"
            break 2
        fi
        sleep 0.1
    done
    wait "$server" || true
    server=''
done
if [ -z "$url" ]; then
    cat "$folder/server.log" >&2
    say 'PostgreSQL did not start.'
    exit 1
fi

if [ $# -eq 0 ]; then
    printf '%s\n' "$url"
    wait "$server"
else
    # In the background, so that a signal is handled at once; its standard input is kept.
    MOMENTUM_TEST_DATABASE_URL=$url "$@" <&0 &
    command_pid=$!
    code=0
    wait "$command_pid" || code=$?
    command_pid=''
    exit "$code"
fi
