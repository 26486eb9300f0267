# Debian's packages: installs what is missing and nothing else.
#   install_debian_packages WHO-NEEDS-THEM PACKAGE...
install_debian_packages() {
  local who=$1 missing=() package
  shift
  for package in "$@"; do
    have_debian_package "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null 2>&1 ||
    fail "$who needs ${missing[*]}, and this machine has no apt-get: install their like"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "$who needs ${missing[*]}: run 'apt-get install ${missing[*]}' as root"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  local log
  log=$("${as_root[@]}" apt-get update 2>&1 &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" 2>&1) || {
    printf '%s\n' "$log" | tail -20 >&2
    fail "apt-get could not install ${missing[*]} (above): run 'apt-get install ${missing[*]}' as root"
  }
}

# A compiler or npm that came another way will do.
have_debian_package() {
  case $1 in
    g++|npm) command -v "$1" >/dev/null 2>&1 ;;
    *) [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
  esac
}
