# Which engine builds the product: NuGet packages, or the stand-ins under compat/. Decided once a machine, kept in
# build/engine.local.props, which Directory.Build.props imports; MLNETGEN_ENGINE overrides it.
engine_file="$root/build/engine.local.props"

require_dotnet() {
  command -v dotnet >/dev/null 2>&1 ||
    fail "there is no dotnet here: install the .NET 10 SDK (https://dot.net) and put it on PATH"
  local version
  version=$(cd "$root" && dotnet --version 2>/dev/null) || fail "'dotnet --version' fails: install the .NET 10 SDK (https://dot.net)"
  [ "${version%%.*}" -ge 10 ] || fail "the .NET SDK here is $version; 10 or later is needed (https://dot.net)"
}

choose_engine() {
  if [ -n "${MLNETGEN_ENGINE:-}" ]; then
    engine=$MLNETGEN_ENGINE
    [ "$engine" = packages ] || [ "$engine" = compat ] || fail "MLNETGEN_ENGINE is '$engine'; it must be packages or compat"
    return
  fi
  if [ -f "$engine_file" ]; then
    engine=$(sed -n 's:.*<Engine>\(.*\)</Engine>.*:\1:p' "$engine_file")
    [ -n "$engine" ] && return
  fi
  probe_feed
  printf '<Project><PropertyGroup><Engine>%s</Engine></PropertyGroup></Project>\n' "$engine" >"$engine_file.tmp"
  mv "$engine_file.tmp" "$engine_file"
}

# Only "there is no such package" (NU1101) and "no such version" (NU1102) choose the stand-ins: a feed that does not
# answer is an error to mend, not a reason to build something else.
probe_feed() {
  local log
  if log=$(MLNETGEN_ENGINE=packages dotnet restore "$root/build/probe/Probe.csproj" --nologo 2>&1); then
    engine=packages
    say "this machine's feed has the Microsoft.ML and TorchSharp packages: using them"
  elif grep -qE 'NU110[12]' <<<"$log" && ! grep -qE 'NU1301' <<<"$log"; then
    engine=compat
    say "this machine's feed has no Microsoft.ML or TorchSharp packages: using the stand-ins under compat/"
  else
    printf '%s\n' "$log" >&2
    fail "the package feed could not be asked (above): mend the network or NuGet's sources, or set MLNETGEN_ENGINE"
  fi
}
