// A tensor's life, its description and its memory: what has no operator, or is asked too often for one.
#include "shim.h"

#include <cstring>

using at::Tensor;

extern "C" {

void torchcompat_release(Tensor* t) { delete t; }

// What `want` asks of a tensor that cannot fail.
enum Fact : int32_t {
  Dimensions, Elements, ElementSize, DType, DeviceType, DeviceIndex, RequiresGrad, IsLeaf, IsContiguous,
  IsSparse, StorageOffset, IsNeg, IsConj, IsPinned, IsMeta, HasGrad
};

int64_t torchcompat_fact(Tensor* t, int32_t want) {
  switch (want) {
    case Dimensions: return t->dim();
    case Elements: return t->numel();
    case ElementSize: return t->element_size();
    case DType: return static_cast<int64_t>(t->scalar_type());
    case DeviceType: return static_cast<int64_t>(t->device().type());
    case DeviceIndex: return t->device().index();
    case RequiresGrad: return t->requires_grad();
    case IsLeaf: return t->is_leaf();
    case IsContiguous: return t->is_contiguous();
    case IsSparse: return t->is_sparse();
    case StorageOffset: return t->storage_offset();
    case IsNeg: return t->is_neg();
    case IsConj: return t->is_conj();
    case IsPinned: return t->is_pinned();
    case IsMeta: return t->is_meta();
    case HasGrad: return t->grad().defined();
  }
  return -1;
}

int torchcompat_sizes(Tensor* t, int64_t* sizes) {
  return shim::guarded([&] { std::memcpy(sizes, t->sizes().data(), t->dim() * sizeof(int64_t)); });
}

int torchcompat_strides(Tensor* t, int64_t* strides) {
  return shim::guarded([&] { std::memcpy(strides, t->strides().data(), t->dim() * sizeof(int64_t)); });
}

int torchcompat_data(Tensor* t, void** data) {
  return shim::guarded([&] { *data = t->data_ptr(); });
}

// A new tensor on the CPU with a copy of `data`; null data leaves it uninitialised.
int torchcompat_from_data(const void* data, const int64_t* sizes, int32_t dimensions, int32_t scalarType, Tensor** made) {
  return shim::guarded([&] {
    auto t = at::empty(at::IntArrayRef(sizes, dimensions), at::TensorOptions().dtype(static_cast<at::ScalarType>(scalarType)));
    if (data && t.nbytes()) std::memcpy(t.data_ptr(), data, t.nbytes());
    *made = new Tensor(std::move(t));
  });
}

// Another handle to the same tensor.
Tensor* torchcompat_share(Tensor* t) { return new Tensor(*t); }

// The tensor takes over the other's memory, shape and type, as `tensor.data = other` in Python.
int torchcompat_set_data(Tensor* t, Tensor* other) {
  return shim::guarded([&] { t->set_data(*other); });
}
}
