#!/usr/bin/env python3
"""Writes the small files of weights that tests/Trainers.Tests/Weights reads: as PyTorch and SciPy write them, safetensors by hand.

Element i of a tensor of n elements is ((7 i + n) mod 61 - 30) / 8, times 8 where the type is whole-numbered: the tests know
that formula and need no second file. Needs PyTorch 1.13 or newer (Debian: python3-torch), python3-scipy, python3-onnx.
"""
import argparse
import io
import json
import pickle
import struct
from collections import OrderedDict
from pathlib import Path

import numpy
import onnx
import onnx.numpy_helper
import torch
from scipy.io import savemat
from torch import nn

FIXTURES = Path(__file__).resolve().parents[1] / "Trainers.Tests" / "Weights" / "Fixtures"
TYPES = {
    "float64": torch.float64, "float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16,
    "int64": torch.int64, "int32": torch.int32, "int16": torch.int16, "int8": torch.int8, "uint8": torch.uint8, "bool": torch.bool,
}
SAFETENSORS_TYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}


def values(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    whole = (7 * torch.arange(count) + count) % 61 - 30
    if dtype == torch.bool:
        return (whole > 0).reshape(shape)
    if dtype == torch.uint8:
        whole = whole + 30
    return (whole / 8 if dtype.is_floating_point else whole).to(dtype).reshape(shape)


def network():
    """The state of features = conv, norm; classifier = two dense layers; names and shapes as nn.Sequential gives them."""
    model = nn.Module()
    model.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    model.classifier = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 3))
    state = model.state_dict()
    for name, tensor in state.items():
        tensor.copy_(values(*tensor.shape, dtype=tensor.dtype))
    return state


def types():
    return OrderedDict((name, values(2, 3, dtype=dtype)) for name, dtype in TYPES.items())


def strided():
    """Tensors that are not simply their storage, some of them parts of one."""
    shared = values(40)
    return OrderedDict(
        transposed=values(4, 6).t(),
        channels_last=values(2, 3, 4, 5).contiguous(memory_format=torch.channels_last),
        first=shared[:16].view(4, 4),
        second=shared[10:34:2],
        expanded=values(3, 1).expand(3, 4),
        scalar=values(1)[0],
        empty=values(0, 3),
    )


def checkpoint():
    """What a training script saves: weights from inside of DataParallel, and much else."""
    state = OrderedDict((f"module.{name}", tensor) for name, tensor in network().items())
    parameter = nn.Parameter(values(5))
    optimizer = torch.optim.SGD([parameter], lr=0.1, momentum=0.9)
    parameter.grad = values(5)
    optimizer.step()
    return {"epoch": 3, "arch": "alexnet", "state_dict": state, "best_acc1": torch.tensor(56.5), "optimizer": optimizer.state_dict(),
            "lucky": True, "none": None, "rates": [0.1, (0.01, 2**40)]}


def save_as_2017(state, path):
    """As PyTorch 0.1 wrote torchvision's first files: parameters with what surrounds them, tensors by _rebuild_tensor."""
    storages = OrderedDict()

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            if not isinstance(value, torch.storage.TypedStorage):
                return None
            known = [key for key, storage in storages.items() if storage.data_ptr() == value.data_ptr()]
            key = known[0] if known else str(len(storages))
            storages[key] = value
            return ("storage", torch.FloatStorage, key, "cpu", len(value), None)

        def reducer_override(self, value):
            if isinstance(value, nn.Parameter):
                return nn.Parameter, (value.data,), (True, False, OrderedDict())
            if isinstance(value, torch.Tensor):
                return torch._utils._rebuild_tensor, (value.storage(), value.storage_offset(), tuple(value.shape), value.stride())
            return NotImplemented

    buffer = io.BytesIO()
    parameters = OrderedDict((name, nn.Parameter(tensor)) for name, tensor in state.items() if tensor.is_floating_point())
    pickler = Pickler(buffer, protocol=2)
    pickler.dump(parameters)
    with open(path, "wb") as file:
        pickle.dump(torch.serialization.MAGIC_NUMBER, file, protocol=2)
        pickle.dump(torch.serialization.PROTOCOL_VERSION, file, protocol=2)
        pickle.dump({"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}, file, protocol=2)
        file.write(buffer.getvalue())
        pickle.dump(sorted(storages), file, protocol=2)
        for key in sorted(storages):
            data = bytes(storages[key].untyped())
            file.write(struct.pack("<q", len(data) // 4) + data)


def save_safetensors(state, path):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        content = bytes(tensor.contiguous().storage().untyped())
        header[name] = {"dtype": SAFETENSORS_TYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def matlab_layer(name, out, into, height, width, old):
    """As MatConvNet has it: kernels [width, height, in, out], the width fastest in memory."""
    kernel = values(out, into, height, width).numpy().transpose(3, 2, 1, 0)
    if out == 1:
        kernel = kernel[..., 0]
    bias = values(1, out).numpy()
    if old:
        return {"type": "conv", "name": name, "filters": kernel, "biases": bias, "stride": 1.0, "pad": 1.0}
    return {"weights": matlab_weights(kernel, bias), "pad": numpy.array([[1.0, 1, 1, 1]]), "type": "conv", "name": name, "stride": numpy.array([[1.0, 1]])}


def matlab_weights(*tensors):
    weights = numpy.empty((1, len(tensors)), dtype=object)
    weights[0, :] = tensors
    return weights


def save_matlab_oriented(path):
    """No two axes of one length, and each number says where scipy's array has it: k[w, h, i, o] = 1000 w + 100 h + 10 i + o."""
    def places(*shape):
        return sum(10.0 ** (len(shape) - 1 - axis) * index for axis, index in enumerate(numpy.indices(shape))).astype(numpy.float32)

    layers = [{"type": "conv", "name": "conv", "weights": matlab_weights(places(5, 4, 3, 2), places(1, 2))},
              {"type": "bnorm", "name": "norm", "weights": matlab_weights(places(3, 1), places(3, 1), places(3, 2))}]
    cell = numpy.empty((1, len(layers)), dtype=object)
    cell[0, :] = layers
    # The layers last: without them a file that is cut off between its variables is still seen to be.
    savemat(path, {"meta": {"normalization": {"averageImage": places(5, 4, 3)}}, "layers": cell}, do_compression=True)
    without_date(path)


def without_date(path):
    content = path.read_bytes()
    path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(116) + content[116:])  # no date, no machine


def save_matlab(path, old, compressed):
    """A network shaped as imagenet-vgg-verydeep-19.mat, small; conv1_2 has one output, whose dimension MATLAB drops."""
    layers = [matlab_layer("conv1_1", 4, 3, 2, 3, old), {"type": "relu", "name": "relu1_1"},
              matlab_layer("conv1_2", 1, 4, 3, 3, old), {"type": "pool", "name": "pool1", "method": "max", "pool": numpy.array([[2.0, 2]])},
              matlab_layer("fc6", 5, 1, 4, 4, old), {"type": "softmax", "name": "prob"}]
    cell = numpy.empty((1, len(layers)), dtype=object)
    cell[0, :] = layers
    # Whole numbers of class double: MATLAB stores them as bytes.
    normalization = {"averageImage": numpy.arange(12.0).reshape(2, 2, 3), "imageSize": numpy.array([[2.0, 2, 3]])}
    variables = {"normalization": normalization} if old else {"meta": {"normalization": normalization, "classes": {"name": "cat"}}}
    savemat(path, {"layers": cell, **variables}, do_compression=compressed)
    without_date(path)


def save_onnx(path):
    """The network's state as initialisers: raw bytes, and float_data as older exporters write."""
    tensors = []
    for name, tensor in network().items():
        if name.startswith("classifier"):
            tensors.append(onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, tensor.shape, tensor.flatten().tolist()))
        else:
            tensors.append(onnx.numpy_helper.from_array(tensor.numpy(), name))
    tensors.append(onnx.helper.make_tensor("shape", onnx.TensorProto.INT64, [2], [-1, 4]))
    tensors.append(onnx.numpy_helper.from_array(values(6).half().numpy(), "half"))
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["x"], ["y"])], "small", [], [], tensors)
    onnx.save(onnx.helper.make_model(graph, producer_name="weights_fixtures"), path)


class Malicious:
    """Runs a command when a careless reader unpickles it."""

    def __reduce__(self):
        import os
        return os.system, ("touch malicious_weights_were_run",)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=FIXTURES)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, state in {"network": network(), "types": types(), "strided": strided(), "checkpoint": checkpoint(), "malicious": {"weight": Malicious()}}.items():
        torch.save(state, out / f"{name}.pth")
        torch.save(state, out / f"{name}_old.pth", _use_new_zipfile_serialization=False)
    save_as_2017(network(), out / "network_2017.pth")
    save_safetensors(network(), out / "network.safetensors")
    save_safetensors(types(), out / "types.safetensors")
    save_matlab(out / "vgg.mat", old=False, compressed=True)
    save_matlab(out / "vgg_old.mat", old=True, compressed=False)
    save_matlab_oriented(out / "oriented.mat")
    save_onnx(out / "network.onnx")


if __name__ == "__main__":
    main()
