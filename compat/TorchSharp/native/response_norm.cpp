// Local response normalisation of contiguous CPU maps: x / (k + alpha / size * sum of squares of `size` neighbouring channels)^beta.
// libtorch squares, pads, pools in three dimensions, multiplies, adds, raises and divides: a pass over memory each.
#include "kernel.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

constexpr int64_t Stretch = 1024;  // pixels of all channels that are worked on at a time

struct Norm {
  int64_t size, channels, pixels;
  double alpha, beta, k;

  int64_t first(int64_t c) const { return std::max<int64_t>(0, c - size / 2); }
  int64_t last(int64_t c) const { return std::min(channels - 1, c + (size - 1) / 2); }
  // The channels that count channel c among their neighbours.
  int64_t first_of(int64_t c) const { return std::max<int64_t>(0, c - (size - 1) / 2); }
  int64_t last_of(int64_t c) const { return std::min(channels - 1, c + size / 2); }
};

SHIM_KERNEL void add_squares(const float* __restrict x, float* __restrict sum, int64_t count) {
  for (int64_t i = 0; i < count; i++) sum[i] += x[i] * x[i];
}

SHIM_KERNEL void add_row(const float* __restrict x, float* __restrict sum, int64_t count) {
  for (int64_t i = 0; i < count; i++) sum[i] += x[i];
}

SHIM_KERNEL void scale_row(float* __restrict sum, int64_t count, float factor, float k) {
  for (int64_t i = 0; i < count; i++) sum[i] = k + factor * sum[i];
}

// scale^-0.75, the paper's exponent, without a logarithm.
SHIM_KERNEL void three_quarters(const float* __restrict scale, float* __restrict power, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    float root = std::sqrt(scale[i]);
    power[i] = 1 / (root * std::sqrt(root));
  }
}

void powers(const float* scale, float* power, int64_t count, double beta) {
  if (beta == 0.75) return three_quarters(scale, power, count);
  for (int64_t i = 0; i < count; i++) power[i] = std::pow(scale[i], float(-beta));
}

SHIM_KERNEL void multiply(const float* __restrict a, const float* __restrict b, float* __restrict out, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = a[i] * b[i];
}

// g·x·scale^(-beta-1)
SHIM_KERNEL void weigh(const float* __restrict g, const float* __restrict x, const float* __restrict power, const float* __restrict scale,
                       float* __restrict out, int64_t count) {
  for (int64_t i = 0; i < count; i++) out[i] = g[i] * x[i] * power[i] / scale[i];
}

SHIM_KERNEL void combine(const float* __restrict g, const float* __restrict x, const float* __restrict power, const float* __restrict sum,
                         float* __restrict out, int64_t count, float factor) {
  for (int64_t i = 0; i < count; i++) out[i] = g[i] * power[i] - factor * x[i] * sum[i];
}

// All channels of a stretch: `scale` and `power`, [channels, count].
void measure(const Norm& n, const float* x, int64_t count, float* scale, float* power) {
  for (int64_t c = 0; c < n.channels; c++) {
    float* sum = scale + c * count;
    std::fill(sum, sum + count, 0.f);
    for (int64_t j = n.first(c); j <= n.last(c); j++) add_squares(x + j * n.pixels, sum, count);
    scale_row(sum, count, float(n.alpha / n.size), float(n.k));
    powers(sum, power + c * count, count, n.beta);
  }
}

template <class F>
void for_stretches(const Norm& n, int64_t pictures, F work) {
  int64_t stretches = (n.pixels + Stretch - 1) / Stretch;
  at::parallel_for(0, pictures * stretches, 1, [&](int64_t from, int64_t to) {
    std::vector<float> scale(n.channels * Stretch), power(n.channels * Stretch), weighed(n.channels * Stretch), sum(Stretch);
    for (int64_t i = from; i < to; i++) {
      int64_t start = i % stretches * Stretch;
      work(i / stretches * n.channels * n.pixels + start, std::min(Stretch, n.pixels - start), scale.data(), power.data(), weighed.data(), sum.data());
    }
  });
}

Norm norm_of(const Tensor& x, int64_t size, double alpha, double beta, double k) {
  return {size, x.size(1), x.numel() / x.size(0) / x.size(1), alpha, beta, k};
}

Tensor formula(const Tensor& x, int64_t size, double alpha, double beta, double k) {
  auto shape = x.sizes();
  // The channels become the height of a picture whose width is everything else.
  Tensor square = x.mul(x).reshape({shape[0], 1, shape[1], -1});
  Tensor mean = at::avg_pool2d(at::constant_pad_nd(square, {0, 0, size / 2, (size - 1) / 2}), {size, 1}, {1, 1}).reshape(shape);
  return x.div(mean.mul(alpha).add(k).pow(beta));
}

struct Response : torch::autograd::Function<Response> {
  static Tensor forward(AutogradContext* saved, const Tensor& x, int64_t size, double alpha, double beta, double k) {
    at::AutoDispatchBelowADInplaceOrView below;
    saved->save_for_backward({x});
    saved->saved_data["size"] = size;
    saved->saved_data["alpha"] = alpha;
    saved->saved_data["beta"] = beta;
    saved->saved_data["k"] = k;
    Norm n = norm_of(x, size, alpha, beta, k);
    Tensor y = at::empty(x.sizes(), x.options());
    const float* in = x.data_ptr<float>();
    float* out = y.data_ptr<float>();
    for_stretches(n, x.size(0), [&](int64_t at, int64_t count, float* scale, float* power, float*, float*) {
      measure(n, in + at, count, scale, power);
      for (int64_t c = 0; c < n.channels; c++) multiply(in + at + c * n.pixels, power + c * count, out + at + c * n.pixels, count);
    });
    return y;
  }

  static variable_list backward(AutogradContext* saved, variable_list gradient) {
    Tensor x = saved->get_saved_variables()[0];
    Norm n = norm_of(x, saved->saved_data["size"].toInt(), saved->saved_data["alpha"].toDouble(), saved->saved_data["beta"].toDouble(),
                     saved->saved_data["k"].toDouble());
    Tensor gx;
    if (gradient[0].defined()) {
      // A gradient that is to be differentiated itself has to come from operators.
      if (c10::GradMode::is_enabled()) {
        auto grads = torch::autograd::grad({formula(x, n.size, n.alpha, n.beta, n.k)}, {x}, {gradient[0]}, true, true);
        gx = grads[0];
      } else {
        gx = rows(n, gradient[0].contiguous(), x);
      }
    }
    return {gx, Tensor(), Tensor(), Tensor(), Tensor()};
  }

  static Tensor rows(const Norm& n, const Tensor& gradient, const Tensor& x) {
    Tensor result = at::empty(x.sizes(), x.options());
    const float *g = gradient.data_ptr<float>(), *in = x.data_ptr<float>();
    float* out = result.data_ptr<float>();
    float factor = float(2 * n.alpha * n.beta / n.size);
    for_stretches(n, x.size(0), [&](int64_t at, int64_t count, float* scale, float* power, float* weighed, float* sum) {
      measure(n, in + at, count, scale, power);
      for (int64_t c = 0; c < n.channels; c++)
        weigh(g + at + c * n.pixels, in + at + c * n.pixels, power + c * count, scale + c * count, weighed + c * count, count);
      for (int64_t c = 0; c < n.channels; c++) {
        std::fill(sum, sum + count, 0.f);
        for (int64_t j = n.first_of(c); j <= n.last_of(c); j++) add_row(weighed + j * count, sum, count);
        combine(g + at + c * n.pixels, in + at + c * n.pixels, power + c * count, sum, out + at + c * n.pixels, count, factor);
      }
    });
    return result;
  }
};

Tensor local_response_norm(const Tensor& x, int64_t size, double alpha, double beta, double k) {
  bool half = x.scalar_type() == at::kBFloat16;
  bool fits = shim::plain_cpu(x) && (half || x.scalar_type() == at::kFloat) && x.numel() > 0 && size >= 1 && !x.has_names();
  if (!fits) return formula(x, size, alpha, beta, k);
  if (half) return Response::apply(x.to(at::kFloat), size, alpha, beta, k).to(at::kBFloat16);
  return Response::apply(x, size, alpha, beta, k);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(compat, library) {
  library.def("local_response_norm(Tensor input, int size, float alpha, float beta, float k) -> Tensor", local_response_norm);
}
