// A tensor's life, its description and its memory: what has no operator, or is asked too often for one.
#include "shim.h"

#include <ATen/NamedTensorUtils.h>

#include <cstring>
#include <vector>

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

// A tensor over memory that the caller owns; `release(owner)` is called when the last tensor over it goes.
int torchcompat_over_memory(void* data, const int64_t* sizes, int32_t dimensions, int32_t scalarType, void* owner,
                            void (*release)(void*), Tensor** made) {
  return shim::guarded([&] {
    *made = new Tensor(at::from_blob(data, at::IntArrayRef(sizes, dimensions), [owner, release](void*) { release(owner); },
                                     at::TensorOptions().dtype(static_cast<at::ScalarType>(scalarType))));
  });
}

// Another handle to the same tensor.
Tensor* torchcompat_share(Tensor* t) { return new Tensor(*t); }

// The names of the dimensions, "*" for one without; null when none has one.
const char* torchcompat_name(Tensor* t, int32_t dimension) {
  static thread_local std::string name;
  if (!t->has_names()) return nullptr;
  name = t->names()[dimension].symbol().toUnqualString();
  return name.c_str();
}

int torchcompat_set_names(Tensor* t, const char** names, int32_t count) {
  return shim::guarded([&] {
    std::vector<at::Dimname> list;
    for (int k = 0; k < count; k++)
      list.push_back(names[k] ? at::Dimname::fromSymbol(at::Symbol::dimname(names[k])) : at::Dimname::wildcard());
    if (count == 0) at::internal_set_names_inplace(*t, c10::nullopt);
    else at::internal_set_names_inplace(*t, at::DimnameList(list));
  });
}

// The tensor takes over the other's memory, shape and type, as `tensor.data = other` in Python.
int torchcompat_set_data(Tensor* t, Tensor* other) {
  return shim::guarded([&] { t->set_data(*other); });
}
}
