// Gradients: flags, backward, grad, and the modes that turn recording off.
#include "shim.h"

#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <vector>

using at::Tensor;

static std::vector<Tensor> list(Tensor** tensors, int32_t count) {
  std::vector<Tensor> result;
  result.reserve(count);
  for (int k = 0; k < count; k++) result.push_back(shim::unwrap(tensors[k]));
  return result;
}

extern "C" {

int torchcompat_set_requires_grad(Tensor* t, int32_t value) {
  return shim::guarded([&] { t->set_requires_grad(value != 0); });
}

int torchcompat_retain_grad(Tensor* t) {
  return shim::guarded([&] { t->retain_grad(); });
}

Tensor* torchcompat_grad(Tensor* t) { return shim::wrap(t->grad()); }

int torchcompat_set_grad(Tensor* t, Tensor* grad) {
  return shim::guarded([&] { t->mutable_grad() = shim::unwrap(grad); });
}

int torchcompat_backward(Tensor** tensors, int32_t count, Tensor** grads, int32_t gradCount, int32_t retain, int32_t create,
                         Tensor** inputs, int32_t inputCount) {
  return shim::guarded([&] {
    torch::autograd::backward(list(tensors, count), list(grads, gradCount), retain != 0, create != 0, list(inputs, inputCount));
  });
}

// `results` has room for one handle an input; an input that the outputs do not depend on gets none.
int torchcompat_autograd_grad(Tensor** outputs, int32_t outputCount, Tensor** inputs, int32_t inputCount, Tensor** grads,
                              int32_t gradCount, int32_t retain, int32_t create, int32_t allowUnused, Tensor** results) {
  return shim::guarded([&] {
    auto found = torch::autograd::grad(list(outputs, outputCount), list(inputs, inputCount), list(grads, gradCount),
                                       retain != 0, create != 0, allowUnused != 0);
    for (size_t k = 0; k < found.size(); k++) results[k] = shim::wrap(found[k]);
  });
}

int32_t torchcompat_grad_enabled() { return c10::GradMode::is_enabled(); }
void torchcompat_set_grad_enabled(int32_t on) { c10::GradMode::set_enabled(on != 0); }

// Inference mode is a guard object: it ends when this one is deleted, on the thread that made it.
c10::InferenceMode* torchcompat_enter_inference(int32_t on) { return new c10::InferenceMode(on != 0); }
void torchcompat_leave_inference(c10::InferenceMode* mode) { delete mode; }
int32_t torchcompat_inference_enabled() { return c10::InferenceMode::is_enabled(); }
}
