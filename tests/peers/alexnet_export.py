#!/usr/bin/env python3
"""The PyTorch twin of `mlnetgen bench export`: torch.onnx.export of AlexNet (2012), once.

Prints one JSON object: the seconds, the process' peak memory above what it had before (bytes; Linux) and the file's size.
Needs PyTorch 1.13 or newer (Debian: python3-torch).
"""
import json
import os
import sys
import tempfile
import time
import warnings

import torch
from torch import nn


def alexnet():
    """Krizhevsky et al. 2012: two groups, local response normalisation, 60,965,224 parameters."""
    def normalisation():
        return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), normalisation(), nn.MaxPool2d(3, stride=2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), normalisation(), nn.MaxPool2d(3, stride=2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(9216, 4096), nn.ReLU(),
        nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000))


def memory(key):
    """VmRSS (now) or VmHWM (at most) of this process, in bytes."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(key + ":"))


def reset_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def main():
    warnings.simplefilter("ignore")
    network, example = alexnet().eval(), torch.rand(1, 3, 227, 227)
    linux = sys.platform == "linux"
    before = 0
    if linux:
        reset_peak()
        before = memory("VmRSS")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "alexnet.onnx")
        start = time.perf_counter()
        torch.onnx.export(
            network, example, path, opset_version=17, input_names=["input"], output_names=["output"],
            dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})
        seconds = time.perf_counter() - start
        extra = memory("VmHWM") - before if linux else None
        print(json.dumps({"seconds": seconds, "extraBytes": extra, "fileBytes": os.path.getsize(path)}))


if __name__ == "__main__":
    main()
