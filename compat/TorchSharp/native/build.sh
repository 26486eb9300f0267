#!/bin/bash
# Compiles the shim against libtorch into native/bin/libtorchcompat.so, when a source is newer than it.
# LIBTORCH names another libtorch's root (the folder with include/ and lib/); else the system's is used.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p bin
exec 9>bin/.lock
flock 9 # several builds may ask at once

target=bin/libtorchcompat.so
built_for="LIBTORCH=${LIBTORCH:-system}"
up_to_date() {
  [ -f "$target" ] && [ "$(cat bin/.built-for 2>/dev/null)" = "$built_for" ] &&
    [ -z "$(find . -maxdepth 1 -name '*.cpp' -newer "$target" -o -maxdepth 1 -name '*.h' -newer "$target" -o -maxdepth 1 -name build.sh -newer "$target")" ]
}
up_to_date && exit 0

# In the form that MSBuild shows as an error of the build.
fail() { echo "native/build.sh : error : $1: run ./mlnetgen setup" >&2; exit 1; }
command -v g++ >/dev/null || fail "g++ is not installed"

flags=(-O2 -std=c++17 -fPIC -Wall -Wno-unknown-pragmas -Wno-sign-compare)
libraries=(-ltorch -ltorch_cpu -lc10)
if [ -n "${LIBTORCH:-}" ]; then
  [ -f "$LIBTORCH/include/ATen/ATen.h" ] || fail "LIBTORCH=$LIBTORCH has no include/ATen/ATen.h"
  flags+=(-isystem "$LIBTORCH/include" -isystem "$LIBTORCH/include/torch/csrc/api/include")
  libraries=(-L"$LIBTORCH/lib" -Wl,-rpath,"$LIBTORCH/lib" "${libraries[@]}")
  [ -f "$LIBTORCH/lib/libtorch_cuda.so" ] && libraries+=(-Wl,--no-as-needed -ltorch_cuda -lc10_cuda)
  # A libtorch built with the old string type needs callers built so too.
  abi=0
  if nm -D --defined-only "$LIBTORCH/lib/libc10.so" | grep '_ZN3c10.*__cxx11' >/dev/null; then abi=1; fi
  flags+=(-D_GLIBCXX_USE_CXX11_ABI=$abi)
else
  [ -f /usr/include/ATen/ATen.h ] || fail "libtorch's headers are not installed (libtorch-dev)"
  include=/usr/include/torch/csrc/api/include
  [ -d "$include" ] && flags+=(-isystem "$include")
fi

work=$(mktemp -d bin/build.XXXXXX)
trap 'rm -rf "$work"' EXIT
printf '%s\0' *.cpp | xargs -0 -P "$(nproc)" -I{} g++ "${flags[@]}" -c {} -o "$work/{}.o" || fail "compiling failed"
g++ -shared "$work"/*.o -o "$work/libtorchcompat.so" "${libraries[@]}" || fail "linking failed"
mv -f "$work/libtorchcompat.so" "$target"
echo "$built_for" >bin/.built-for
