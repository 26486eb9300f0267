# npm's packages of a folder, as its lock file says; again only when that is newer. npm's scripts fetch what nobody asked
# for from elsewhere: left out.
#   install_npm_packages FOLDER WHAT
install_npm_packages() {
  local folder=$1 what=$2
  local stamp="$folder/node_modules/.package-lock.json"
  [ -f "$stamp" ] && [ ! "$folder/package-lock.json" -nt "$stamp" ] && return
  say "installing $what from npm"
  local log
  log=$(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund 2>&1) || {
    printf '%s\n' "$log" | tail -20 >&2
    fail "npm could not install $what (above): see the network and npm's registry, then run ./mlnetgen setup again"
  }
  touch "$stamp"
}
