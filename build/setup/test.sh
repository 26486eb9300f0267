# All tests, the code style, the stand-ins' public API and, at the end, one line to count by: "N passed, N failed".
run_tests() {
  local passed=0 failed=0 skipped=0 broken=0 solution log
  local solutions=("$root/MLNetGen.sln")
  [ "$engine" = compat ] && solutions+=("$root/compat/Compat.sln")
  build_solution
  for solution in "${solutions[@]}"; do
    say "testing $(basename "$solution")"
    log=$(mktemp)
    MLNETGEN_ENGINE=$engine dotnet test "$solution" -c Release --no-build --nologo -m:1 \
      --logger 'console;verbosity=normal' "$@" 2>&1 | tee "$log" | grep -vE '^\s*Passed |^\s*$|^Starting test|A total of|\[xUnit' || true
    read -r p f s b < <(count_results "$log")
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s)) broken=$((broken + b))
    rm -f "$log"
  done
  if [ $# -eq 0 ]; then
    say "checking the code style"
    if MLNETGEN_ENGINE=$engine dotnet format "$root/MLNetGen.sln" --verify-no-changes --no-restore >&2 &&
       { [ "$engine" != compat ] || MLNETGEN_ENGINE=$engine dotnet format whitespace "$root/compat/Compat.sln" --verify-no-changes --no-restore >&2; }; then
      passed=$((passed + 1))
    else
      say "the code style differs from .editorconfig: run 'dotnet format'"
      failed=$((failed + 1))
    fi
    if [ "$engine" = compat ] && have_api_listing; then
      say "checking the public API of compat/"
      if check_api; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    fi
  fi
  failed=$((failed + broken))
  [ "$skipped" -gt 0 ] && say "$skipped tests were skipped; each says why"
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
    END { lost = runs - totals; if (lost < 0) lost = 0; if (aborted && !lost && !f) lost = 1; print p+0, f+0, s+0, lost }' "$1"
}
