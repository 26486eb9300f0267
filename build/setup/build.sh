# Builds in Release, and only when a source is newer than the last build.
cli_project="$root/examples/Cli/MLNetGen.Cli.csproj"

run_cli() {
  local program="$root/examples/Cli/bin/$engine/Release/net10.0/mlnetgen.dll"
  if [ ! -f "$program" ] || sources_newer_than "$program.built"; then
    say "building ($engine engine)"
    dotnet_quietly build "$cli_project" -c Release
    touch "$program.built"
  fi
  exec dotnet "$program" "$@"
}

build_solution() {
  say "building ($engine engine)"
  dotnet_quietly build "$root/MLNetGen.sln" -c Release
  if [ "$engine" = compat ]; then dotnet_quietly build "$root/compat/Compat.sln" -c Release; fi
}

bench_dispatch() {
  [ "$engine" = compat ] || fail "'bench dispatch' measures the compat engine's operator calls; this machine uses $engine"
  dotnet_quietly build "$root/compat/Bench/Compat.Bench.csproj" -c Release
  exec dotnet "$root/compat/Bench/bin/compat/Release/net10.0/Compat.Bench.dll" dispatch "$@"
}

sources_newer_than() {
  [ ! -f "$1" ] && return 0
  [ -n "$(cd "$root" && find src examples/Cli compat build Directory.* NuGet.config \
      \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f -newer "$1" -print -quit)" ]
}

dotnet_quietly() {
  local log
  log=$(MLNETGEN_ENGINE=$engine dotnet "$@" --nologo -v quiet 2>&1) || {
    printf '%s\n' "$log" | sort -u >&2
    fail "'dotnet $1' failed (above)"
  }
}
