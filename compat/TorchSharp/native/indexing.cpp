// Python's subscripts: integers, slices, ellipsis, None, truth values and tensors, as ATen's C++ API takes them.
#include "shim.h"

#include <ATen/TensorIndexing.h>

#include <vector>

using at::Tensor;
namespace ix = at::indexing;

namespace {

enum Kind : int32_t { None, Single, Ellipsis, Bool, OfTensor, Slice };
constexpr int64_t Absent = INT64_MIN;

struct Index {
  Kind kind;
  int64_t start;  // or the integer, or the truth value
  int64_t stop;
  int64_t step;
  Tensor* tensor;
};

std::vector<ix::TensorIndex> indices(const Index* list, int32_t count) {
  std::vector<ix::TensorIndex> result;
  result.reserve(count);
  auto given = [](int64_t bound) { return bound == Absent ? c10::nullopt : c10::optional<int64_t>(bound); };
  for (int k = 0; k < count; k++) {
    const Index& i = list[k];
    switch (i.kind) {
      case None: result.emplace_back(ix::None); break;
      case Single: result.emplace_back(i.start); break;
      case Ellipsis: result.emplace_back(ix::Ellipsis); break;
      case Bool: result.emplace_back(i.start != 0); break;
      case OfTensor: result.emplace_back(*i.tensor); break;
      case Slice: result.emplace_back(ix::Slice(given(i.start), given(i.stop), given(i.step))); break;
    }
  }
  return result;
}

}  // namespace

extern "C" {

int torchcompat_index(Tensor* t, const Index* list, int32_t count, Tensor** result) {
  return shim::guarded([&] { *result = shim::wrap(t->index(indices(list, count))); });
}

int torchcompat_index_put(Tensor* t, const Index* list, int32_t count, Tensor* value) {
  return shim::guarded([&] { t->index_put_(indices(list, count), *value); });
}
}
