// What the kernels of our own share: which tensors they take, bfloat16, and compilation for several processors.
#pragma once
#include "shim.h"

#include <cstdint>
#include <cstring>

// Loops over plain memory: the widest vectors that the processor has, chosen when the library is loaded. By level and not by
// model ("arch=haswell"), which would be Intel's alone.
#define SHIM_OPTIMIZED optimize("O3", "no-math-errno", "no-trapping-math")
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12
#define SHIM_KERNEL __attribute__((SHIM_OPTIMIZED, target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SHIM_KERNEL __attribute__((SHIM_OPTIMIZED, target_clones("avx2", "default")))
#else
#define SHIM_KERNEL
#endif

namespace shim {
inline bool plain_cpu(const at::Tensor& t) { return t.defined() && t.is_cpu() && t.layout() == at::kStrided && t.is_contiguous() && !t.is_neg(); }

inline float widen(uint16_t bits) {
  uint32_t wide = uint32_t(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

// To the nearest, ties to even.
inline uint16_t narrow(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (value != value) return 0x7FC0;
  return uint16_t((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
}  // namespace shim
