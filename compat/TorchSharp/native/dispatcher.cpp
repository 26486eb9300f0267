// Any libtorch operator by name, with boxed arguments: this one call replaces thousands of wrappers.
#include "shim.h"

#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <chrono>
#include <vector>

using at::Tensor;
using c10::IValue;

namespace {

// One argument or result. A list has `count` elements at `data`, eight bytes each.
enum Kind : int32_t {
  None, OneTensor, Int, Double, Bool, Ints, Doubles, Bools, Tensors, OptionalTensors, Text,
  ComplexNumber, OnDevice, OneGenerator
};
struct Value {
  Kind kind;
  int32_t count;
  int64_t i;
  double d;
  void* data;
};

// What the schema asks for, so that an int may stand for a Scalar, a float or a list of one.
enum class Wants : uint8_t { AsIs, Tensor, Scalar, Float, Int, Bool, Ints, Floats, Tensors, OptionalTensors };

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Wants> wants;
  std::vector<int32_t> lengths;  // of a fixed-size list, else 0
  std::vector<IValue> defaults;
};

Wants wants_of(c10::TypePtr type) {
  if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  else if (type->kind() == c10::TypeKind::TensorType) return Wants::Tensor;
  switch (type->kind()) {
    case c10::TypeKind::NumberType: return Wants::Scalar;
    case c10::TypeKind::FloatType: return Wants::Float;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Wants::Int;
    case c10::TypeKind::BoolType: return Wants::Bool;
    case c10::TypeKind::ListType: {
      auto element = type->castRaw<c10::ListType>()->getElementType();
      switch (element->kind()) {
        case c10::TypeKind::IntType:
        case c10::TypeKind::SymIntType: return Wants::Ints;
        case c10::TypeKind::FloatType: return Wants::Floats;
        case c10::TypeKind::TensorType: return Wants::Tensors;
        case c10::TypeKind::OptionalType: return Wants::OptionalTensors;
        default: return Wants::AsIs;
      }
    }
    default: return Wants::AsIs;
  }
}

template <class T>
c10::List<T> list_of(const Value& v) {
  c10::List<T> list;
  list.reserve(v.count);
  for (int k = 0; k < v.count; k++) list.push_back(T(static_cast<int64_t*>(v.data)[k]));
  return list;
}

IValue in(const Value& v, Wants wants, int32_t length) {
  switch (v.kind) {
    case None:
      return wants == Wants::Tensor ? IValue(Tensor()) : IValue();
    case OneTensor:
      return *static_cast<Tensor*>(v.data);
    case Int:
      if (wants == Wants::Scalar) return c10::Scalar(v.i);
      if (wants == Wants::Float) return static_cast<double>(v.i);
      if (wants == Wants::Bool) return v.i != 0;
      if (wants == Wants::Ints) return c10::List<int64_t>(std::vector<int64_t>(std::max(1, length), v.i));
      return v.i;
    case Double:
      if (wants == Wants::Scalar) return c10::Scalar(v.d);
      return v.d;
    case Bool:
      if (wants == Wants::Scalar) return c10::Scalar(v.i != 0);
      return v.i != 0;
    case ComplexNumber: {
      double imaginary;
      std::memcpy(&imaginary, &v.i, sizeof imaginary);
      return c10::Scalar(c10::complex<double>(v.d, imaginary));
    }
    case Ints:
      if (wants == Wants::Floats) {
        c10::List<double> list;
        for (int k = 0; k < v.count; k++) list.push_back(static_cast<double>(static_cast<int64_t*>(v.data)[k]));
        return list;
      }
      return IValue(at::IntArrayRef(static_cast<int64_t*>(v.data), v.count));
    case Doubles:
      return IValue(at::ArrayRef<double>(static_cast<double*>(v.data), v.count));
    case Bools:
      return list_of<bool>(v);
    case Tensors: {
      if (wants == Wants::OptionalTensors) break;
      c10::List<Tensor> list;
      list.reserve(v.count);
      for (int k = 0; k < v.count; k++) list.push_back(*static_cast<Tensor**>(v.data)[k]);
      return list;
    }
    case OptionalTensors:
      break;
    case Text:
      return std::string(static_cast<char*>(v.data), v.count);
    case OnDevice:
      return c10::Device(static_cast<c10::DeviceType>(v.i), static_cast<c10::DeviceIndex>(v.count));
    case OneGenerator:
      return *static_cast<at::Generator*>(v.data);
  }
  c10::List<c10::optional<Tensor>> list;
  list.reserve(v.count);
  for (int k = 0; k < v.count; k++) {
    auto* t = static_cast<Tensor**>(v.data)[k];
    list.push_back(t ? c10::optional<Tensor>(*t) : c10::nullopt);
  }
  return list;
}

Value out(const IValue& value) {
  if (value.isTensor()) return {OneTensor, 0, 0, 0, shim::wrap(value.toTensor())};
  if (value.isTensorList()) {
    auto tensors = value.toTensorVector();
    auto** list = new Tensor*[tensors.size()];
    for (size_t k = 0; k < tensors.size(); k++) list[k] = shim::wrap(tensors[k]);
    return {Tensors, static_cast<int32_t>(tensors.size()), 0, 0, list};
  }
  if (value.isInt()) return {Int, 0, value.toInt(), 0, nullptr};
  if (value.isDouble()) return {Double, 0, 0, value.toDouble(), nullptr};
  if (value.isBool()) return {Bool, 0, value.toBool(), 0, nullptr};
  if (value.isComplexDouble()) {
    auto number = value.toComplexDouble();
    Value result{ComplexNumber, 0, 0, number.real(), nullptr};
    double imaginary = number.imag();
    std::memcpy(&result.i, &imaginary, sizeof imaginary);
    return result;
  }
  return {None, 0, 0, 0, nullptr};
}

}  // namespace

std::string& shim::last_error() {
  static thread_local std::string error;
  return error;
}

extern "C" {

const char* torchcompat_last_error() { return shim::last_error().c_str(); }

// The operator lives as long as the process.
int torchcompat_find(const char* name, const char* overload, Operator** found) {
  return shim::guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    auto op = std::make_unique<Operator>(Operator{handle, {}, {}, {}});
    for (const auto& argument : handle.schema().arguments()) {
      op->wants.push_back(wants_of(argument.type()));
      op->lengths.push_back(argument.N().value_or(0));
      op->defaults.push_back(argument.default_value().value_or(IValue()));
    }
    *found = op.release();
  });
}

// Arguments left out take the schema's defaults. `used` is how many of the `capacity` result slots were filled.
int torchcompat_call(const Operator* op, const Value* arguments, int count, Value* results, int capacity, int* used) {
  return shim::guarded([&] {
    const size_t wanted = op->wants.size();
    TORCH_CHECK(static_cast<size_t>(count) <= wanted, op->handle.schema().name(), ": ", count, " arguments for ", wanted);
    torch::jit::Stack stack;
    stack.reserve(wanted);
    for (int k = 0; k < count; k++) stack.push_back(in(arguments[k], op->wants[k], op->lengths[k]));
    for (size_t k = count; k < wanted; k++) stack.push_back(op->defaults[k]);
    op->handle.callBoxed(&stack);
    TORCH_CHECK(stack.size() <= static_cast<size_t>(capacity), op->handle.schema().name(), " has ", stack.size(), " results");
    int n = 0;
    for (const IValue& value : stack) results[n++] = out(value);
    *used = n;
  });
}

void torchcompat_free_list(Tensor** list) { delete[] list; }

// The floor that a call from C# is held against: add(t, t) by the same boxed call in a C++ loop; nanoseconds a call.
double torchcompat_boxed_add_floor(Tensor* t, int64_t times) {
  auto op = c10::Dispatcher::singleton().findSchemaOrThrow("aten::add", "Tensor");
  auto start = std::chrono::steady_clock::now();
  for (int64_t k = 0; k < times; k++) {
    torch::jit::Stack stack;
    stack.reserve(3);
    stack.push_back(*t);
    stack.push_back(*t);
    stack.push_back(c10::Scalar(1));
    op.callBoxed(&stack);
  }
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / times;
}
}
