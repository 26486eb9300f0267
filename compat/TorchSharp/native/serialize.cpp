// torch::save and torch::load of one tensor: the archive that C++ and Python's torch.jit.load read.
#include "shim.h"

#include <torch/serialize.h>

using at::Tensor;

extern "C" {

int torchcompat_save(Tensor* t, const char* path) {
  return shim::guarded([&] { torch::save(*t, std::string(path)); });
}

int torchcompat_load(const char* path, Tensor** loaded) {
  return shim::guarded([&] {
    Tensor t;
    torch::load(t, std::string(path));
    *loaded = shim::wrap(t);
  });
}
}
