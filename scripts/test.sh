#!/usr/bin/env bash
# Runs every test, in the order in which a failure is cheapest to see, and closes with a sum.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
skipped=0
failures=()

# Adds up what the runners report, so that the closing line counts tests, not commands.
tally() { # name, log, exit code
  local ok bad left
  ok=$(grep -aoE 'test result: [a-zA-Z]+\. [0-9]+ passed' "$2" | grep -oE '[0-9]+ passed' |
    awk '{n += $1} END {print n + 0}')
  bad=$(grep -aoE 'passed; [0-9]+ failed' "$2" | grep -oE '[0-9]+ failed' |
    awk '{n += $1} END {print n + 0}')
  ok=$((ok + $(grep -aE '^(#|ℹ) pass [0-9]+' "$2" | awk '{n += $3} END {print n + 0}')))
  bad=$((bad + $(grep -aE '^(#|ℹ) fail [0-9]+' "$2" | awk '{n += $3} END {print n + 0}')))
  left=$(grep -aE '^(#|ℹ) skipped [0-9]+' "$2" | awk '{n += $3} END {print n + 0}')
  skipped=$((skipped + left))
  if [ "$3" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + ok))
  failed=$((failed + bad))
  [ "$3" -eq 0 ] || failures+=("$1")
}

step() { # name, command...
  local name=$1 log code start=$SECONDS
  shift
  log=$(mktemp)
  echo
  echo "=== $name"
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  echo "=== $name: $([ "$code" -eq 0 ] && echo ok || echo FAILED) ($((SECONDS - start)) s)"
  tally "$name" "$log" "$code"
  rm -f "$log"
}

step "pages" bash -c 'cd web && npm run --silent check && npm test --silent'
# The whole workspace at once: one choice of features, so nothing is built twice. Passing tests show
# what they print too: seeds, steps walked, times measured.
step "Rust: pure crates, shells, whole server" \
  cargo test --locked --workspace --no-fail-fast -- --show-output
# The server that the stories drive was built beside its tests.
step "browser stories" bash -c 'cd tests/browser && node run.mjs'

echo
for name in "${failures[@]}"; do echo "FAILED: $name"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
