// A transposed convolution computed as the dual of a convolution, for a libtorch whose CPU path for it is slow.
//   forward            = the input gradient of the convolution with the same weights
//   gradient of input  = that convolution itself
//   gradient of weight = that convolution's weight gradient
// Registered as an operator, so it is called by name through the dispatcher like any other.
#include "shim.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Ints = std::vector<int64_t>;

namespace {

Tensor forward_dual(const Tensor& x, const Tensor& w, const Ints& stride, const Ints& padding, const Ints& output_padding,
                    int64_t groups, const Ints& dilation) {
  auto size = [&](int i) {
    return (x.size(i + 2) - 1) * stride[i] - 2 * padding[i] + dilation[i] * (w.size(i + 2) - 1) + output_padding[i] + 1;
  };
  // Only its shape is read: one element, expanded.
  auto like = at::empty({1}, x.options()).expand({x.size(0), w.size(1) * groups, size(0), size(1)});
  return std::get<0>(at::convolution_backward(x, like, w, c10::nullopt, stride, padding, dilation, false, {0, 0}, groups,
                                              {true, false, false}));
}

struct Dual : torch::autograd::Function<Dual> {
  static Tensor forward(AutogradContext* saved, const Tensor& x, const Tensor& w, Ints stride, Ints padding,
                        Ints output_padding, int64_t groups, Ints dilation) {
    at::AutoDispatchBelowADInplaceOrView below;
    saved->save_for_backward({x, w});
    saved->saved_data["stride"] = stride;
    saved->saved_data["padding"] = padding;
    saved->saved_data["dilation"] = dilation;
    saved->saved_data["groups"] = groups;
    return forward_dual(x, w, stride, padding, output_padding, groups, dilation);
  }

  static variable_list backward(AutogradContext* saved, variable_list gradient) {
    auto tensors = saved->get_saved_variables();
    auto stride = saved->saved_data["stride"].toIntVector();
    auto padding = saved->saved_data["padding"].toIntVector();
    auto dilation = saved->saved_data["dilation"].toIntVector();
    auto groups = saved->saved_data["groups"].toInt();
    Tensor gx, gw;
    if (gradient[0].defined()) {
      auto g = gradient[0].contiguous(gradient[0].suggest_memory_format());
      if (saved->needs_input_grad(0)) gx = at::conv2d(g, tensors[1], {}, stride, padding, dilation, groups);
      if (saved->needs_input_grad(1))
        gw = std::get<1>(at::convolution_backward(tensors[0], g, tensors[1], c10::nullopt, stride, padding, dilation, false,
                                                  {0, 0}, groups, {false, true, false}));
    }
    return {gx, gw, Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

// The dual does not check its input as aten does, so what aten would refuse goes to aten.
bool fits_dual(const Tensor& x, const Tensor& w, const c10::optional<Tensor>& b, at::IntArrayRef stride, at::IntArrayRef padding,
               at::IntArrayRef output_padding, int64_t groups, at::IntArrayRef dilation) {
  auto plain = [](const Tensor& t) { return t.is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided; };
  if (!plain(x) || !plain(w) || x.dim() != 4 || w.dim() != 4 || x.numel() == 0 || w.numel() == 0) return false;
  if (groups < 1 || x.size(1) != w.size(0) || x.size(1) % groups != 0) return false;
  if (b.has_value() && b->defined() && (!plain(*b) || b->dim() != 1 || b->size(0) != w.size(1) * groups)) return false;
  for (auto list : {stride, padding, output_padding, dilation})
    if (list.size() != 2) return false;
  for (int i = 0; i < 2; i++) {
    if (stride[i] < 1 || dilation[i] < 1 || padding[i] < 0 || output_padding[i] < 0) return false;
    // Output padding of a stride or more makes an output that the convolution does not map back onto the input.
    if (output_padding[i] >= stride[i]) return false;
    if ((x.size(i + 2) - 1) * stride[i] - 2 * padding[i] + dilation[i] * (w.size(i + 2) - 1) + output_padding[i] + 1 < 1) return false;
  }
  return true;
}

Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const c10::optional<Tensor>& b, at::IntArrayRef stride,
                        at::IntArrayRef padding, at::IntArrayRef output_padding, int64_t groups, at::IntArrayRef dilation) {
  if (!fits_dual(x, w, b, stride, padding, output_padding, groups, dilation))
    return at::conv_transpose2d(x, w, b, stride, padding, output_padding, groups, dilation);
  auto y = Dual::apply(x, w, stride.vec(), padding.vec(), output_padding.vec(), groups, dilation.vec());
  return b.has_value() && b->defined() ? y + b->view({1, -1, 1, 1}) : y;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(compat, library) {
  library.def("conv_transpose2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, "
              "int[2] output_padding=0, int groups=1, int[2] dilation=1) -> Tensor", conv_transpose2d);
}
