#!/usr/bin/env bash
# Runs the tests of the media store against a real S3 server on this machine (moto, from PyPI).
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v python3 >/dev/null; then
    echo 'Python is missing: the test of the S3 store is skipped.' >&2
    exit 0
fi
tools=.tools/moto
if [ ! -x "$tools/bin/moto_server" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check 'moto[server]==5.1.15'
fi

port=$((20000 + RANDOM % 12000))
log=$(mktemp)
"$tools/bin/moto_server" -H 127.0.0.1 -p "$port" >"$log" 2>&1 &
server=$!
stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -f "$log"
}
trap stop EXIT
for _ in $(seq 100); do
    if grep -q 'Running on' "$log"; then break; fi
    if ! kill -0 "$server" 2>/dev/null; then
        cat "$log" >&2
        exit 1
    fi
    sleep 0.2
done
export MOMENTUM_TEST_S3_ENDPOINT="http://127.0.0.1:$port"
cargo nextest run -p momentum-tests media::s3 "$@"
