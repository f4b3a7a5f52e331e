#!/bin/bash
# run.sh [SUITE...]: npm run test:vm. Runs the suites, each in a VM of its own; all of them unless told. See README.md.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 2
# shellcheck source=image/common.sh
. "$here/image/common.sh"

timed() { # WHAT COMMAND...
  local start=$SECONDS what=$1
  shift
  "$@" || fail "$what failed"
  printf 'test/vm: %s: %d s\n' "$what" $((SECONDS - start))
}
timed "the build" npm run --silent build
timed "the image" "$here/image/build.sh" >/dev/null

# What the VM and its simulator had to say, for whoever looks into a failure.
results=$PWD/var/vm
failed=() checks=0

# run_suite NAME: print what it prints. It fails by its status, by a check, and by having none.
run_suite() {
  local name=$1 compiled=dist/test/vm/suites/$1 out=$results/$1 status=0 simulator='' ok not_ok
  local -x BENCHD_VM_RELEASE=bookworm
  [[ ! -f $here/suites/$name/release ]] || BENCHD_VM_RELEASE=$(<"$here/suites/$name/release")
  rm -rf "$out" && mkdir -p "$out"
  if [[ -x $here/suites/$name/prepare.sh ]]; then
    timed "what $name needs" "$here/suites/$name/prepare.sh"
  fi
  if [[ -x $here/suites/$name/run.sh ]]; then
    "$here/suites/$name/run.sh" "$out" | tee "$out/checks"
    status=${PIPESTATUS[0]}
  else
    [[ ! -f $compiled/simulator.js ]] || simulator="exec node $compiled/simulator.js"
    "$here/boot.sh" -o "$out" -s "$simulator" \
      "exec node --test-force-exit --test-reporter=./dist/test/vm/reporter.js --test-reporter-destination=stdout $compiled/main.js" |
      tee "$out/checks"
    status=${PIPESTATUS[0]}
  fi
  ok=$(grep -c '^ok ' "$out/checks")
  not_ok=$(grep -c '^not ok ' "$out/checks")
  checks=$((checks + ok))
  ((status == 0 && ok > 0 && not_ok == 0)) && return
  ((ok + not_ok > 0)) || echo "not ok $name has checked nothing"
  echo "test/vm: $name failed with status $status: look into $out"
  return 1
}

if ! (($#)); then
  suites=("$here"/suites/*)
  set -- "${suites[@]##*/}"
fi
for suite; do
  start=$SECONDS
  echo "== $suite"
  run_suite "$suite" || failed+=("$suite")
  printf 'test/vm: %s: %d s\n' "$suite" $((SECONDS - start))
done
((${#failed[@]} == 0)) || fail "failed: ${failed[*]}"
echo "test/vm: $checks checks passed in $SECONDS s"
