#!/usr/bin/env bash
# A newcomer's first minutes: clones this repository into a temporary folder, types README's commands there until a classifier has given its answer
# and a picture is painted, and prints the seconds of each.
#   tests/newcomer.sh [PHOTO]
# Packages are taken from NuGet's cache where they are there: 'NUGET_PACKAGES=$(mktemp -d) tests/newcomer.sh' downloads them too.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
photo=${1:+$(realpath "$1")}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

began=$SECONDS report=''
timed() {
  local started=$SECONDS
  printf '\n$ %s\n' "$*"
  "$@" || { printf 'after %d s this failed: %s\n' $((SECONDS - began)) "$*" >&2; exit 1; }
  report+=$(printf '%5d s  %s' $((SECONDS - started)) "$*")$'\n'
}

cd "$folder"
timed git clone --quiet "$root" mlnetgen
cd mlnetgen
timed ./mlnetgen demo
timed ./mlnetgen classify --model out/demo/classifier -k 5 out/demo/moon.png
timed ./mlnetgen stylize --model wave --out painted.png "${photo:-out/demo/painting/content.png}"
[ -s out/demo/index.html ] && [ -s painted.png ] || { echo "the demo's page or the painted picture is missing" >&2; exit 1; }
printf '\n%s%5d s  in all\n' "$report" $((SECONDS - began))
