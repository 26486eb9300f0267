// What the parts of the shim share: errors, and the form in which values cross to C#.
#pragma once
#include <ATen/ATen.h>
#include <string>

namespace shim {
std::string& last_error();

// Runs f; on a C++ exception keeps its message for torchcompat_last_error and returns 1.
template <class F>
int guarded(F f) {
  try {
    f();
    return 0;
  } catch (const c10::Error& e) {
    last_error() = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error() = e.what();
  }
  return 1;
}

// A null handle is an undefined tensor, both ways.
inline at::Tensor* wrap(at::Tensor t) { return t.defined() ? new at::Tensor(std::move(t)) : nullptr; }
inline at::Tensor unwrap(at::Tensor* t) { return t ? *t : at::Tensor(); }
}  // namespace shim
