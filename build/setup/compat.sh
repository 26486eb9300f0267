# What the compat engine stands on: Debian's libtorch, a compiler for its shim, the image libraries, and ONNX Runtime
# from npm. Installs what is missing and nothing else.
compat_packages=(g++ libtorch-dev libopenblas0-pthread libturbojpeg0 npm)
ort_folder="$root/compat/OnnxRuntime"

install_compat() {
  local needed=() package
  if [ -n "${LIBTORCH:-}" ]; then
    [ -f "$LIBTORCH/lib/libtorch.so" ] || fail "LIBTORCH is '$LIBTORCH', which holds no lib/libtorch.so: point it at an unpacked libtorch, or unset it"
  fi
  for package in "${compat_packages[@]}"; do
    [ "$package" = libtorch-dev ] && [ -n "${LIBTORCH:-}" ] && continue
    needed+=("$package")
  done
  install_debian_packages "the compat engine" "${needed[@]}"
  install_onnxruntime
}

# npm's scripts fetch CUDA files from elsewhere: left out.
install_onnxruntime() {
  local stamp="$ort_folder/node_modules/.package-lock.json"
  [ -f "$stamp" ] && [ ! "$ort_folder/package-lock.json" -nt "$stamp" ] && return
  say "installing ONNX Runtime from npm"
  local log
  log=$(cd "$ort_folder" && npm ci --ignore-scripts --no-audit --no-fund 2>&1) || {
    printf '%s\n' "$log" | tail -20 >&2
    fail "npm could not install ONNX Runtime (above): see the network and npm's registry, then run ./mlnetgen setup again"
  }
  touch "$stamp"
}
