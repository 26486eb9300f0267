# All tests, the code style and, at the end, one line to count by: "N passed, N failed". Options go to 'dotnet test'.
run_tests() {
  local log passed failed skipped
  log=$(mktemp)
  say "testing"
  dotnet test "$root/MLNetGen.sln" -c Release --no-build --nologo -m:1 --logger 'console;verbosity=normal' "$@" 2>&1 |
    tee "$log" | grep -vE '^\s*Passed |^\s*$|^Starting test|A total of|\[xUnit' || true
  read -r passed failed skipped < <(count_results "$log")
  # Once more at the end, where one looks.
  grep -E '^\s+Failed [A-Za-z]' "$log" | sort -u >&2 || true
  rm -f "$log"
  if [ $# -eq 0 ]; then
    say "checking the code style"
    if dotnet format "$root/MLNetGen.sln" --verify-no-changes --no-restore >&2; then
      passed=$((passed + 1))
    else
      say "the code style differs from .editorconfig: run 'dotnet format'"
      failed=$((failed + 1))
    fi
  fi
  [ "$skipped" -eq 0 ] || say "$skipped tests were skipped; each says why"
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# A test program that died before its summary counts as one failure.
count_results() {
  awk '
    /Test run for .*\.dll/ { runs++ }
    /^Total tests: / { totals++ }
    /^ +Passed: / { p += $2 }
    /^ +Failed: / { f += $2 }
    /^ +Skipped: / { s += $2 }
    /Test Run Aborted|error :|error MSB|error CS/ { aborted++ }
    END { lost = runs - totals; if (lost < 0) lost = 0; if (aborted && !lost && !f) lost = 1; print p+0, f+lost, s+0 }' "$1"
}
