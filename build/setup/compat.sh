# What the compat engine stands on: Debian's libtorch, a compiler for its shim, the image libraries, and ONNX Runtime
# from npm. Installs what is missing and nothing else.
compat_packages=(g++ libtorch-dev libopenblas0-pthread libturbojpeg0 libpng16-16)
ort_folder="$root/compat/OnnxRuntime"

install_compat() {
  install_debian_packages
  install_onnxruntime
}

install_debian_packages() {
  local missing=() package
  if [ -n "${LIBTORCH:-}" ]; then
    [ -f "$LIBTORCH/lib/libtorch.so" ] || fail "LIBTORCH is '$LIBTORCH', which holds no lib/libtorch.so: point it at an unpacked libtorch, or unset it"
  fi
  for package in "${compat_packages[@]}"; do
    [ "$package" = libtorch-dev ] && [ -n "${LIBTORCH:-}" ] && continue
    have_debian_package "$package" || missing+=("$package")
  done
  command -v npm >/dev/null 2>&1 || missing+=(npm)
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null 2>&1 ||
    fail "the compat engine needs ${missing[*]}, and this machine has no apt-get: install their like, or use a feed with the packages"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "the compat engine needs ${missing[*]}: run 'apt-get install ${missing[*]}' as root"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  local log
  log=$("${as_root[@]}" apt-get update 2>&1 &&
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" 2>&1) || {
    printf '%s\n' "$log" | tail -20 >&2
    fail "apt-get could not install ${missing[*]} (above): run 'apt-get install ${missing[*]}' as root"
  }
}

have_debian_package() {
  [ "$1" = g++ ] && { command -v g++ >/dev/null 2>&1; return; }
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
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
