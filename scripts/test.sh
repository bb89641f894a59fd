#!/usr/bin/env bash
# Every check there is, step by step; each step runs even when one before it failed.
#
#   scripts/test.sh              all steps
#   FAST=1 scripts/test.sh       without PostgreSQL and the browser
#   scripts/test.sh lint sqlite  these steps only
#
# The last line is the total of tests, with a failed step that isn't a test counted as one: `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

passed=0
failed=0
summary=()
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# What a test runner says of itself in the log, as "passed failed". Understands nextest, cargo test and Playwright.
totals() {
    sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '
        /^ *Summary \[/ || /^test result:/ || /^ +[0-9]+ (passed|failed|flaky)( \([0-9.a-z ]+\))?$/ {
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^(passed|flaky)/) passed += $(i - 1)
                if ($i ~ /^failed/) failed += $(i - 1)
            }
        }
        END { print passed + 0, failed + 0 }'
}

# step <name> <checks|tests> <command…>
step() {
    local name=$1 kind=$2 began=$SECONDS verdict=ok good=0 bad=0 code=0
    shift 2
    printf '\n==> %s\n' "$name"
    "$@" 2>&1 | tee "$log" || code=$?
    if [ "$kind" = tests ]; then
        read -r good bad <<<"$(totals)"
        if [ "$code" -eq 0 ] && [ "$((good + bad))" -eq 0 ]; then
            echo 'No test ran, so nothing was proved.'
            code=1
        fi
    fi
    if [ "$code" -ne 0 ] || [ "$bad" -gt 0 ]; then
        verdict=FAILED
        if [ "$bad" -eq 0 ]; then bad=1; fi
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    summary+=("$(printf '%-28s %-6s %4d s' "$name" "$verdict" $((SECONDS - began)))")
}

skip() { summary+=("$(printf '%-28s skipped: %s' "$1" "$2")"); }

if cargo nextest --version >/dev/null 2>&1; then
    tests=(cargo nextest run --workspace --no-fail-fast --status-level fail --final-status-level fail)
else
    echo 'cargo-nextest is missing, so cargo test does its work (faster: cargo install --locked cargo-nextest).'
    tests=(cargo test --workspace --no-fail-fast --quiet)
fi

on_sqlite() { env -u MOMENTUM_TEST_DATABASE_URL "${tests[@]}"; }

on_postgres() {
    if [ -n "${MOMENTUM_TEST_DATABASE_URL:-}" ]; then
        "${tests[@]}"
    else
        scripts/postgres.sh "${tests[@]}"
    fi
}

run_step() {
    case $1 in
        format) step 'format' checks cargo fmt --all --check ;;
        # Before the lints: the program embeds what it builds.
        frontend) step 'frontend' checks scripts/frontend.sh check ;;
        lint) step 'lint' checks cargo clippy --workspace --all-targets -- -D warnings ;;
        scripts)
            if command -v shellcheck >/dev/null; then
                step 'scripts' checks shellcheck scripts/*.sh .ci/run
            else
                skip 'scripts' 'shellcheck is not installed'
            fi
            ;;
        sqlite) step 'tests on SQLite' tests on_sqlite ;;
        postgres)
            if [ -n "${FAST:-}" ]; then skip 'tests on PostgreSQL' FAST; else step 'tests on PostgreSQL' tests on_postgres; fi
            ;;
        browser)
            if [ -n "${FAST:-}" ]; then
                skip 'browser journeys' FAST
            elif [ ! -x e2e/run.sh ]; then
                skip 'browser journeys' 'there is no e2e/run.sh'
            else
                step 'browser journeys' tests e2e/run.sh
            fi
            ;;
        *)
            echo "There is no step '$1'; there are: format frontend lint scripts sqlite postgres browser." >&2
            exit 2
            ;;
    esac
}

if [ $# -eq 0 ]; then
    set -- format frontend lint scripts sqlite postgres browser
fi
for name in "$@"; do
    run_step "$name"
done

printf '\n'
printf '%s\n' "${summary[@]}"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
