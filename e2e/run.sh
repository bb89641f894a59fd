#!/usr/bin/env bash
# The journeys in a real browser, against a server of their own: fresh data, a free port of the loopback.
#
#   e2e/run.sh [argument…]   runs the tests; arguments go to Playwright (a file, --grep, --project, --debug)
#   e2e/run.sh lighthouse    measures the main pages of a release build instead
#   e2e/run.sh serve         starts the server, prints its address and waits: for looking around
#
# MOMENTUM_BIN names the program to test, CHROMIUM the browser. Without MOMENTUM_BIN cargo brings the program up to
# date first: the debug build, or the release build where only that is there.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

mode=tests
case "${1:-}" in
    lighthouse | serve)
        mode=$1
        shift
        ;;
esac

# --- What is needed -------------------------------------------------------------------------------------------

find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome || true; }

browser=${CHROMIUM:-$(find_browser)}
if [ -z "$browser" ]; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say 'Chromium is missing: install it (Debian: sudo apt-get install chromium), or name a browser in CHROMIUM.'
        exit 1
    fi
    say 'Chromium is missing: installing it.'
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends chromium >&2 ||
        { apt-get update >&2 && apt-get install -y --no-install-recommends chromium >&2; }
    browser=$(find_browser)
fi
if ! command -v npm >/dev/null; then
    say 'Node is missing: install Node 20.19 or newer with npm.'
    exit 1
fi
mkdir -p .tools/e2e

packages=$(cat e2e/package.json e2e/package-lock.json | cksum)
stamp=e2e/node_modules/.momentum-packages
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$packages" ]; then
    (cd e2e && npm ci --no-audit --no-fund --loglevel=error >&2)
    printf '%s' "$packages" >"$stamp"
fi

# The whole run also checks the types and the style of the tests themselves.
if [ "$mode" = tests ] && [ $# -eq 0 ]; then (cd e2e && npm run --silent check); fi

program=${MOMENTUM_BIN:-}
if [ -z "$program" ]; then
    target=${CARGO_TARGET_DIR:-target}
    profile=debug
    if [ "$mode" = lighthouse ] || { [ ! -x "$target/debug/momentum" ] && [ -x "$target/release/momentum" ]; }; then
        profile=release
    fi
    scripts/frontend.sh
    if [ "$profile" = release ]; then cargo build --quiet --release -p momentum; else cargo build --quiet -p momentum; fi
    program=$target/$profile/momentum
fi

# --- The server -----------------------------------------------------------------------------------------------

folder=$(mktemp -d "$PWD/.tools/e2e/XXXXXX")
server=''
tests=''

stop() {
    trap - EXIT INT TERM
    if [ -n "$tests" ]; then kill -TERM "$tests" 2>/dev/null || true; fi
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

# A link keeps this very program, also when somebody builds another one while the tests run.
ln "$program" "$folder/momentum" 2>/dev/null || cp "$program" "$folder/momentum"

address=''
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    : >"$folder/server.log"
    "$folder/momentum" serve --demo --listen "127.0.0.1:$port" --base-url "http://localhost:$port" --data-dir "$folder/data" 2>"$folder/server.log" &
    server=$!
    # Its own log is asked, not the port: somebody else may have taken that one, and then this server is gone at once.
    while kill -0 "$server" 2>/dev/null; do
        if grep -q 'listening on' "$folder/server.log"; then
            address=http://localhost:$port
            break 2
        fi
        sleep 0.1
    done
    wait "$server" || true
    server=''
    rm -rf "$folder/data"
done
if [ -z "$address" ]; then
    cat "$folder/server.log" >&2
    say 'The server did not start.'
    exit 1
fi

# --- The tests ------------------------------------------------------------------------------------------------

export MOMENTUM_URL=$address MOMENTUM_BIN=$folder/momentum CHROMIUM=$browser
case $mode in
    serve)
        say "Serving $address until interrupted."
        wait "$server"
        exit 0
        ;;
    lighthouse)
        export LIGHTHOUSE=1
        set -- --project=lighthouse --workers=1 "$@"
        ;;
esac
# In the background, so that a signal is handled at once.
(cd e2e && exec node_modules/.bin/playwright test "$@") <&0 &
tests=$!
code=0
wait "$tests" || code=$?
tests=''
# What the server itself thinks is wrong fails the run as well.
if grep ' ERROR ' "$folder/server.log" >&2; then
    say 'The server logged errors.'
    [ "$code" -ne 0 ] || code=1
fi
(exit "$code")
