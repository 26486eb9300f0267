// The process: seeds and generators, threads, default dtype, CUDA.
#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

using at::Tensor;

static at::Device device_of(int32_t type, int32_t index) {
  auto kind = static_cast<at::DeviceType>(type);
  return kind == at::kCPU ? at::Device(kind) : at::Device(kind, static_cast<at::DeviceIndex>(index < 0 ? 0 : index));
}

extern "C" {

// Seeds every device.
int torchcompat_manual_seed(int64_t seed) {
  return shim::guarded([&] { at::manual_seed(static_cast<uint64_t>(seed)); });
}

int torchcompat_default_generator(int32_t type, int32_t index, at::Generator** generator) {
  return shim::guarded([&] {
    *generator = new at::Generator(at::globalContext().defaultGenerator(device_of(type, index)));
  });
}

// A generator of its own: the default one's copy, seeded.
int torchcompat_new_generator(uint64_t seed, int32_t type, int32_t index, at::Generator** generator) {
  return shim::guarded([&] {
    auto made = at::globalContext().defaultGenerator(device_of(type, index)).clone();
    made.set_current_seed(seed);
    *generator = new at::Generator(std::move(made));
  });
}

void torchcompat_release_generator(at::Generator* generator) { delete generator; }

int torchcompat_seed_generator(at::Generator* generator, int64_t seed) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_current_seed(static_cast<uint64_t>(seed));
  });
}

int64_t torchcompat_generator_seed(at::Generator* generator) { return static_cast<int64_t>(generator->current_seed()); }

int torchcompat_generator_state(at::Generator* generator, Tensor** state) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    *state = shim::wrap(generator->get_state());
  });
}

int torchcompat_set_generator_state(at::Generator* generator, Tensor* state) {
  return shim::guarded([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_state(*state);
  });
}

int32_t torchcompat_threads() { return at::get_num_threads(); }
int torchcompat_set_threads(int32_t n) {
  return shim::guarded([&] { at::set_num_threads(n); });
}
int32_t torchcompat_interop_threads() { return at::get_num_interop_threads(); }
int torchcompat_set_interop_threads(int32_t n) {
  return shim::guarded([&] { at::set_num_interop_threads(n); });
}

int32_t torchcompat_default_dtype() { return static_cast<int32_t>(c10::get_default_dtype_as_scalartype()); }
int torchcompat_set_default_dtype(int32_t type) {
  return shim::guarded([&] { c10::set_default_dtype(c10::scalarTypeToTypeMeta(static_cast<at::ScalarType>(type))); });
}

int32_t torchcompat_cuda_devices() {
  return c10::impl::hasDeviceGuardImpl(at::kCUDA) ? c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount() : 0;
}
int32_t torchcompat_has_cuda() { return torchcompat_cuda_devices() > 0; }
int32_t torchcompat_has_cudnn() { return torchcompat_has_cuda() && at::detail::getCUDAHooks().hasCuDNN(); }
int torchcompat_cuda_synchronize(int32_t index) {
  return shim::guarded([&] { at::detail::getCUDAHooks().deviceSynchronize(index); });
}

// libtorch loads a device's part on first use.
int torchcompat_initialise(int32_t type) {
  return shim::guarded([&] {
    if (static_cast<at::DeviceType>(type) == at::kCUDA) {
      TORCH_CHECK(torchcompat_has_cuda(), "Torch device type CUDA did not initialise: this libtorch has no CUDA, or the machine no GPU.");
      at::globalContext().lazyInitCUDA();
    }
  });
}
}
