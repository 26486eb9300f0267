// A step of stochastic gradient descent in one pass over weight, gradient and momentum, where the operators take five.
#include "kernel.h"

#include <ATen/Parallel.h>

using at::Tensor;

namespace {

struct Numbers {
  float rate, momentum, keep, decay;  // keep = 1 - dampening
};

template <bool First, bool Nesterov>
SHIM_KERNEL void with_momentum(float* __restrict w, const float* __restrict g, float* __restrict m, int64_t count, Numbers n) {
  for (int64_t i = 0; i < count; i++) {
    float direction = g[i] + n.decay * w[i];
    float moving = First ? direction : n.momentum * m[i] + n.keep * direction;
    m[i] = moving;
    w[i] -= n.rate * (Nesterov ? direction + n.momentum * moving : moving);
  }
}

SHIM_KERNEL void without_momentum(float* __restrict w, const float* __restrict g, int64_t count, Numbers n) {
  for (int64_t i = 0; i < count; i++) w[i] -= n.rate * (g[i] + n.decay * w[i]);
}

bool fits(const Tensor& t, const Tensor& like) {
  return shim::plain_cpu(t) && t.scalar_type() == at::kFloat && t.sizes() == like.sizes();
}

}  // namespace

extern "C" {

// Sets `done` to 0, and changes nothing, for tensors that the operators have to take. `moving` may be null: no momentum.
int torchcompat_sgd(Tensor* weight, Tensor* gradient, Tensor* moving, int32_t first, double rate, double momentum, double dampening,
                    double decay, int32_t nesterov, int32_t* done) {
  return shim::guarded([&] {
    *done = fits(*weight, *weight) && fits(*gradient, *weight) && (!moving || fits(*moving, *weight));
    if (!*done) return;
    Numbers n{float(rate), float(momentum), float(1 - dampening), float(decay)};
    float* w = weight->data_ptr<float>();
    const float* g = gradient->data_ptr<float>();
    float* m = moving ? moving->data_ptr<float>() : nullptr;
    auto kernel = !m ? nullptr
                  : first ? (nesterov ? with_momentum<true, true> : with_momentum<true, false>)
                          : (nesterov ? with_momentum<false, true> : with_momentum<false, false>);
    at::parallel_for(0, weight->numel(), 1 << 15, [&](int64_t from, int64_t to) {
      if (kernel) kernel(w + from, g + from, m + from, to - from, n);
      else without_momentum(w + from, g + from, to - from, n);
    });
    weight->unsafeGetTensorImpl()->bump_version();
    if (moving) moving->unsafeGetTensorImpl()->bump_version();
  });
}
}
