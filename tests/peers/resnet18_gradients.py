#!/usr/bin/env python3
"""PyTorch's features and gradients of ML.NET's ResNet-18 in 64 bits, in evaluation and in training mode: what OnnxModule is held against.

In 32 bits, a sum near 0 that is rounded otherwise turns its ReLU on or off: gradients of two right engines then differ by up to 3 %.

Writes tests/Export.Tests/Import/Fixtures/resnet18_gradients.json. Needs PyTorch and onnx: resnet18_gradients.py ResNet18.onnx
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

ROWS, SIZE, FEATURES, FIRST = 2, 224, 512, 3
PARAMETERS = ["Parameter91", "Parameter96", "Parameter97", "Parameter199", "Parameter10", "Parameter418"]
STATISTICS = ["Constant98", "Constant99", "Constant420"]
OUT = Path(__file__).resolve().parents[1] / "Export.Tests" / "Import" / "Fixtures" / "resnet18_gradients.json"


def pads(x, attributes, value):
    top, left, bottom, right = attributes["pads"]
    return F.pad(x, (left, right, top, bottom), value=value)


def run(graph, weights, x, training):
    values = {graph.input[0].name: x, **weights}
    for node in graph.node:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        given = [values[name] for name in node.input]
        if node.op_type == "Conv":
            y = F.conv2d(pads(given[0], attributes, 0), given[1], stride=attributes["strides"])
        elif node.op_type == "BatchNormalization":
            y = F.batch_norm(given[0], given[3], given[4], given[1], given[2], training, 1 - attributes["momentum"], attributes["epsilon"])
        elif node.op_type == "Relu":
            y = F.relu(given[0])
        elif node.op_type == "Add":
            y = given[0] + given[1]
        elif node.op_type == "MaxPool":
            y = F.max_pool2d(pads(given[0], attributes, -math.inf), attributes["kernel_shape"], attributes["strides"])
        elif node.op_type == "AveragePool":
            y = F.avg_pool2d(given[0], attributes["kernel_shape"], attributes["strides"])
        else:
            raise NotImplementedError(node.op_type)
        values[node.output[0]] = y
    return values[graph.output[0].name]


def described(x):
    x = x.detach().double()
    return {"norm": x.norm().item(), "first": x.flatten()[:FIRST].tolist()}


def main():
    graph = onnx.load(sys.argv[1]).graph
    modes = {}
    for mode in ("eval", "train"):
        weights = {t.name: torch.tensor(numpy_helper.to_array(t)).double() for t in graph.initializer}
        for name in PARAMETERS:
            weights[name].requires_grad_()
        i = np.arange(ROWS * 3 * SIZE * SIZE, dtype=np.float64)
        x = torch.tensor(60 * np.sin(0.01 * i + i % 7)).reshape(ROWS, 3, SIZE, SIZE).requires_grad_()
        features = run(graph, weights, x, mode == "train")
        (features.flatten() * torch.cos(torch.arange(ROWS * FEATURES).double())).sum().backward()
        modes[mode] = {
            "features": described(features),
            "input": described(x.grad),
            "parameters": {name: described(weights[name].grad) for name in PARAMETERS},
            "statistics": {name: described(weights[name]) for name in STATISTICS},
        }
    OUT.write_text(json.dumps(modes, indent=1) + "\n")


if __name__ == "__main__":
    main()
