#!/usr/bin/env bash
# Builds frontend/dist when its inputs changed; `scripts/frontend.sh check` checks types and style as well.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -f frontend/package.json ]; then
    echo 'There is no frontend to build yet.'
    exit 0
fi
if ! command -v npm >/dev/null; then
    echo 'Node is missing: install Node 20.19 or newer with npm.' >&2
    exit 1
fi
mkdir -p .tools

# One line for the content of these files, whatever their times say.
fingerprint() { find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | cksum; }

# Whether the stamp still says what the inputs say.
unchanged() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

packages=$(fingerprint frontend/package.json frontend/package-lock.json)
if [ ! -d frontend/node_modules ] || ! unchanged frontend/node_modules/.momentum-packages "$packages"; then
    (cd frontend && npm ci --no-audit --no-fund --loglevel=error)
    printf '%s' "$packages" >frontend/node_modules/.momentum-packages
fi

if [ "${1:-}" = check ]; then
    (cd frontend && npm run --silent check)
fi

# The style sheet is made of the classes that the templates use, so those are inputs too.
inputs=()
for path in frontend/*; do
    case $path in frontend/node_modules | frontend/dist) ;; *) inputs+=("$path") ;; esac
done
for path in crates/web/templates crates/web/src; do
    if [ -d "$path" ]; then inputs+=("$path"); fi
done
source=$(fingerprint "${inputs[@]}")
if [ ! -d frontend/dist ] || ! unchanged .tools/frontend-built "$source"; then
    (cd frontend && npm run --silent build)
    printf '%s' "$source" >.tools/frontend-built
fi
