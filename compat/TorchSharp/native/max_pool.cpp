// Max pooling of contiguous CPU maps, row by row in vectors, with a byte an output for where its maximum lies; libtorch goes
// element by element and keeps eight. Registered as an operator, so it is called by name through the dispatcher like any other.
#include "kernel.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <limits>
#include <vector>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Ints = std::vector<int64_t>;

namespace {

constexpr int64_t LargestWindow = 255;
constexpr int64_t Lanes = 16;

struct Window {
  int64_t height, width, kernel_h, kernel_w, stride_h, stride_w, padding_h, padding_w, out_h, out_w;
};

// A map's rows taken apart by column modulo the stride, so that one place in the windows of neighbouring outputs lies side by
// side; padded with -infinity, which no comparison takes.
struct Phases {
  int64_t width;  // of a phase, in floats
  std::vector<float> rows;

  explicit Phases(const Window& w)
      : width((w.out_w + Lanes - 1) / Lanes * Lanes + (w.kernel_w - 1) / w.stride_w),
        rows(w.height * w.stride_w * width, -std::numeric_limits<float>::infinity()) {}

  float* at(const Window& w, int64_t row, int64_t phase) { return rows.data() + (row * w.stride_w + phase) * width; }
};

inline float number(float value) { return value; }
inline float number(uint16_t bits) { return shim::widen(bits); }

template <int Stride, class T>
SHIM_KERNEL void take(const T* __restrict in, float* __restrict phase, int64_t stride, int64_t count) {
  int64_t step = Stride ? Stride : stride;
  for (int64_t k = 0; k < count; k++) phase[k] = number(in[k * step]);
}

template <class T>
void take_apart(const Window& w, const T* in, Phases& phases) {
  auto copy = w.stride_w == 1 ? take<1, T> : w.stride_w == 2 ? take<2, T> : take<0, T>;
  for (int64_t row = 0; row < w.height; row++)
    for (int64_t phase = 0; phase < w.stride_w; phase++) {
      // Column c is number (c + padding) / stride of phase (c + padding) % stride.
      int64_t first = phase - w.padding_w;
      while (first < 0) first += w.stride_w;
      if (first >= w.width) continue;
      int64_t at = (first + w.padding_w) / w.stride_w;
      int64_t count = std::min((w.width - 1 - first) / w.stride_w + 1, phases.width - at);
      if (count > 0) copy(in + row * w.width + first, phases.at(w, row, phase) + at, w.stride_w, count);
    }
}

// One place in the windows of a row's outputs. The first of equals wins, and a NaN against all before it, as in libtorch.
SHIM_KERNEL void compare(const float* __restrict in, int32_t place, int64_t blocks, float* __restrict best, int32_t* __restrict where) {
  for (int64_t x = 0; x < blocks * Lanes; x++) {
    float value = in[x];
    bool take = (value > best[x]) | (value != value);
    best[x] = take ? value : best[x];
    where[x] = take ? place : where[x];
  }
}

SHIM_KERNEL void narrow_row(const float* __restrict in, uint16_t* __restrict out, int64_t count) {
  for (int64_t x = 0; x < count; x++) out[x] = shim::narrow(in[x]);
}

// One map that has been taken apart; `best` and `where` have room for whole blocks.
void pool(const Window& w, Phases& phases, float* out, uint8_t* places, std::vector<float>& best, std::vector<int32_t>& where) {
  int64_t blocks = (w.out_w + Lanes - 1) / Lanes;
  int64_t starts[LargestWindow];
  for (int64_t kx = 0; kx < w.kernel_w; kx++) starts[kx] = kx % w.stride_w * phases.width + kx / w.stride_w;
  for (int64_t y = 0; y < w.out_h; y++) {
    // Of a window that holds nothing else, libtorch takes the first place inside the map.
    int64_t first_row = std::max<int64_t>(0, w.padding_h - y * w.stride_h);
    for (int64_t x = 0; x < w.out_w; x++)
      where[x] = int32_t(first_row * w.kernel_w + std::max<int64_t>(0, w.padding_w - x * w.stride_w));
    std::fill(best.begin(), best.end(), -std::numeric_limits<float>::infinity());
    for (int64_t ky = 0; ky < w.kernel_h; ky++) {
      int64_t row = y * w.stride_h - w.padding_h + ky;
      if (row < 0 || row >= w.height) continue;
      const float* start = phases.at(w, row, 0);
      for (int64_t kx = 0; kx < w.kernel_w; kx++) compare(start + starts[kx], int32_t(ky * w.kernel_w + kx), blocks, best.data(), where.data());
    }
    std::copy_n(best.data(), w.out_w, out + y * w.out_w);
    for (int64_t x = 0; x < w.out_w; x++) places[y * w.out_w + x] = uint8_t(where[x]);
  }
}

// Adds each output's gradient to its maximum's place.
template <class G, class Widen>
void spread(const Window& w, const G* gradient, const uint8_t* places, float* into, Widen value) {
  std::vector<int64_t> offsets(w.kernel_h * w.kernel_w);
  for (int64_t k = 0; k < int64_t(offsets.size()); k++)
    offsets[k] = (k / w.kernel_w - w.padding_h) * w.width + k % w.kernel_w - w.padding_w;
  for (int64_t y = 0; y < w.out_h; y++)
    for (int64_t x = 0; x < w.out_w; x++) {
      int64_t at = y * w.out_w + x;
      into[y * w.stride_h * w.width + x * w.stride_w + offsets[places[at]]] += value(gradient[at]);
    }
}

Window window_of(const Tensor& x, const Ints& kernel, const Ints& stride, const Ints& padding, const Ints& out) {
  return {x.size(-2), x.size(-1), kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1], out[0], out[1]};
}

std::pair<Tensor, Tensor> forward_rows(const Tensor& x, const Ints& kernel, const Ints& stride, const Ints& padding, const Ints& out) {
  Window w = window_of(x, kernel, stride, padding, out);
  auto shape = x.sizes().vec();
  shape[shape.size() - 2] = w.out_h;
  shape[shape.size() - 1] = w.out_w;
  Tensor y = at::empty(shape, x.options()), places = at::empty(shape, x.options().dtype(at::kByte));
  int64_t in_size = w.height * w.width, out_size = w.out_h * w.out_w;
  bool half = x.scalar_type() == at::kBFloat16;
  uint8_t* p = places.data_ptr<uint8_t>();
  void *from_data = x.data_ptr(), *to_data = y.data_ptr();
  at::parallel_for(0, x.numel() / in_size, 1 + (1 << 13) / in_size, [&](int64_t from, int64_t to) {
    Phases phases(w);
    int64_t room = (w.out_w + Lanes - 1) / Lanes * Lanes;
    std::vector<int32_t> where(room);
    std::vector<float> best(room), result(half ? out_size : 0);
    for (int64_t map = from; map < to; map++) {
      if (half) {
        take_apart(w, static_cast<uint16_t*>(from_data) + map * in_size, phases);
        pool(w, phases, result.data(), p + map * out_size, best, where);
        narrow_row(result.data(), static_cast<uint16_t*>(to_data) + map * out_size, out_size);
      } else {
        take_apart(w, static_cast<float*>(from_data) + map * in_size, phases);
        pool(w, phases, static_cast<float*>(to_data) + map * out_size, p + map * out_size, best, where);
      }
    }
  });
  return {y, places};
}

Tensor backward_rows(const Tensor& gradient, const Tensor& x, const Tensor& places, const Ints& kernel, const Ints& stride,
                     const Ints& padding, const Ints& out) {
  Window w = window_of(x, kernel, stride, padding, out);
  Tensor g = gradient.contiguous(), result = at::empty(x.sizes(), x.options());
  int64_t in_size = w.height * w.width, out_size = w.out_h * w.out_w;
  bool half = x.scalar_type() == at::kBFloat16;
  const uint8_t* p = places.data_ptr<uint8_t>();
  void *from_data = g.data_ptr(), *to_data = result.data_ptr();
  at::parallel_for(0, x.numel() / in_size, 1 + (1 << 13) / in_size, [&](int64_t from, int64_t to) {
    std::vector<float> sums(half ? in_size : 0);
    for (int64_t map = from; map < to; map++) {
      float* into = half ? sums.data() : static_cast<float*>(to_data) + map * in_size;
      std::fill(into, into + in_size, 0.f);
      if (!half) {
        spread(w, static_cast<float*>(from_data) + map * out_size, p + map * out_size, into, [](float v) { return v; });
        continue;
      }
      spread(w, static_cast<uint16_t*>(from_data) + map * out_size, p + map * out_size, into, shim::widen);
      narrow_row(into, static_cast<uint16_t*>(to_data) + map * in_size, in_size);
    }
  });
  return result;
}

struct Pool : torch::autograd::Function<Pool> {
  static Tensor forward(AutogradContext* saved, const Tensor& x, Ints kernel, Ints stride, Ints padding, Ints out) {
    at::AutoDispatchBelowADInplaceOrView below;
    auto [y, places] = forward_rows(x, kernel, stride, padding, out);
    saved->save_for_backward({x, places});
    saved->saved_data["kernel"] = kernel;
    saved->saved_data["stride"] = stride;
    saved->saved_data["padding"] = padding;
    saved->saved_data["out"] = out;
    return y;
  }

  static variable_list backward(AutogradContext* saved, variable_list gradient) {
    auto tensors = saved->get_saved_variables();
    auto kernel = saved->saved_data["kernel"].toIntVector();
    auto stride = saved->saved_data["stride"].toIntVector();
    auto padding = saved->saved_data["padding"].toIntVector();
    auto out = saved->saved_data["out"].toIntVector();
    Tensor gx;
    if (gradient[0].defined()) {
      // A gradient that is to be differentiated itself has to come from operators.
      if (c10::GradMode::is_enabled()) {
        Tensor indices = std::get<1>(at::max_pool2d_with_indices(tensors[0].detach(), kernel, stride, padding, {1, 1}, false));
        gx = at::max_pool2d_with_indices_backward(gradient[0], tensors[0], kernel, stride, padding, {1, 1}, false, indices);
      } else {
        gx = backward_rows(gradient[0], tensors[0], tensors[1], kernel, stride, padding, out);
      }
    }
    return {gx, Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

bool fits(const Tensor& x, const Ints& kernel, const Ints& stride, const Ints& padding, at::IntArrayRef dilation, bool ceil_mode) {
  if (!shim::plain_cpu(x) || (x.scalar_type() != at::kFloat && x.scalar_type() != at::kBFloat16)) return false;
  if (x.dim() != 4 || x.numel() == 0 || ceil_mode || x.has_names()) return false;
  for (int i = 0; i < 2; i++)
    if (kernel[i] < 1 || stride[i] < 1 || padding[i] < 0 || padding[i] > kernel[i] / 2 || dilation[i] != 1 || x.size(i + 2) + 2 * padding[i] < kernel[i])
      return false;
  return kernel[0] * kernel[1] <= LargestWindow;
}

Tensor max_pool2d(const Tensor& x, at::IntArrayRef kernel_size, at::IntArrayRef strides, at::IntArrayRef paddings, at::IntArrayRef dilation,
                  bool ceil_mode) {
  auto pair = [](at::IntArrayRef list) { return list.size() == 1 ? Ints{list[0], list[0]} : list.vec(); };
  Ints kernel = pair(kernel_size), stride = strides.empty() ? kernel : pair(strides), padding = pair(paddings);
  if (!fits(x, kernel, stride, padding, pair(dilation), ceil_mode))
    return at::max_pool2d(x, kernel_size, strides, paddings, dilation, ceil_mode);
  Ints out;
  for (int i = 0; i < 2; i++) out.push_back((x.size(i + 2) + 2 * padding[i] - kernel[i]) / stride[i] + 1);
  return Pool::apply(x, kernel, stride, padding, out);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(compat, library) {
  library.def("max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor",
              max_pool2d);
}
