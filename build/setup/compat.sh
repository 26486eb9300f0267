# What the compat engine stands on: Debian's libtorch, a compiler for its shim, the image libraries, and ONNX Runtime
# from npm. Installs what is missing and nothing else.
compat_packages=(g++ libtorch-dev libopenblas0-pthread libturbojpeg0 npm)

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
  install_npm_packages "$root/compat/OnnxRuntime" "ONNX Runtime"
}
