# What tests and benchmarks compare with: ONNX's checker, OpenCV, PyTorch (with the faster OpenBLAS), torchvision, SciPy, scikit-learn,
# scikit-image, Pillow, ONNX Runtime for browsers in Chromium, and a reader of Parquet in JavaScript; ffmpeg, through which videos are read and
# written; what many processes are started by: Slurm, GNU parallel and Open MPI; and a terminal, tmux. Nothing else needs them, and a test whose peer is absent is
# skipped. On Debian and its like, by apt-get.
peer_packages=(python3-onnx python3-opencv python3-torch python3-torchvision libopenblas0-pthread
  python3-scipy python3-sklearn python3-skimage python3-pil chromium ffmpeg slurm-wlm munge parallel openmpi-bin tmux)

install_peers() {
  local missing=() package
  for package in "${peer_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  command -v npm >/dev/null 2>&1 || missing+=(npm)
  [ ${#missing[@]} -eq 0 ] || install_debian_packages "${missing[@]}"
  install_npm_packages "$root/tests/peers/browser" "ONNX Runtime for browsers"
  install_npm_packages "$root/tests/peers/parquet" "a reader of Parquet files"
}

install_debian_packages() {
  command -v apt-get >/dev/null 2>&1 || fail "what tests compare with is installed by apt-get, which is not here: install the like of $*"
  local as_root=() log
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  say "installing $*"
  log=$(${as_root[@]+"${as_root[@]}"} apt-get update 2>&1 &&
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" 2>&1) || {
    printf '%s\n' "$log" | tail -20 >&2
    fail "apt-get could not install $* (above): run 'apt-get install $*' as root"
  }
}

# As the lock file says; again only when that is newer. npm's scripts fetch what nobody asked for from elsewhere: left out.
install_npm_packages() {
  local stamp="$1/node_modules/.package-lock.json" log
  [ -f "$stamp" ] && [ ! "$1/package-lock.json" -nt "$stamp" ] && return
  say "installing $2 from npm"
  log=$(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund 2>&1) || {
    printf '%s\n' "$log" | tail -20 >&2
    fail "npm could not install $2 (above): see the network and npm's registry, then run ./mlnetgen setup --peers again"
  }
  touch "$stamp"
}
