# Holds the stand-ins against the listing of the real packages' public API: nothing public that those lack. The listing
# and its checker (api/*.txt.gz, tools/apicheck) lie in MLNETGEN_API, or beside the repository.
api_assemblies=(Microsoft.ML/Microsoft.ML ImageAnalytics/Microsoft.ML.ImageAnalytics
  OnnxTransformer/Microsoft.ML.OnnxTransformer OnnxRuntime/Microsoft.ML.OnnxRuntime TorchSharp/TorchSharp)

# Says why not where there is no listing.
have_api_listing() {
  api_folder=${MLNETGEN_API:-$root/../shared}
  [ -f "$api_folder/tools/apicheck/apicheck.csproj" ] && compgen -G "$api_folder/api/*.txt.gz" >/dev/null && return
  say "the public API of compat/ was not checked: there is no listing of the real packages' public API in $api_folder; MLNETGEN_API may name another folder"
  return 1
}

check_api() {
  local checker assemblies=() assembly result=0
  for assembly in "${api_assemblies[@]}"; do
    assemblies+=("$root/compat/${assembly%/*}/bin/compat/Release/net10.0/${assembly#*/}.dll")
  done
  # The checker's own folder may be read-only, and a build writes beside its project.
  checker=$(mktemp -d)
  cp "$api_folder"/tools/apicheck/*.cs* "$checker"
  (dotnet_quietly build "$checker/apicheck.csproj" -c Release -o "$checker/out") &&
    dotnet "$checker/out/apicheck.dll" check "$api_folder"/api/*.txt.gz -- "${assemblies[@]}" >&2 || result=1
  rm -rf "$checker"
  return $result
}
