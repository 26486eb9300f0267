#!/usr/bin/env python3
"""The PyTorch twin of `mlnetgen bench export`: torch.onnx.export of one network, once, with random weights.

Prints one JSON object: the seconds, the process' peak memory above what it had before (bytes; Linux) and the file's size.
Needs PyTorch 1.13 or newer and, for its networks, torchvision 0.14 (Debian: python3-torch, python3-torchvision).
"""
import argparse
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


def make(name):
    if name == "alexnet_2012":
        return alexnet()
    from torchvision import models
    return getattr(models, name)()


def export(network, example, path):
    torch.onnx.export(
        network, example, path, opset_version=17, input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--network", default="alexnet_2012", help="alexnet_2012, or a network of torchvision.models")
    parser.add_argument("--size", type=int, default=227, help="height and width of the example")
    parser.add_argument("--warm-up", action="store_true", help="first export a small network")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    network, example = make(options.network).eval(), torch.rand(1, 3, options.size, options.size)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "network.onnx")
        if options.warm_up:
            small = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
            export(small.eval(), torch.rand(1, 3, 8, 8), path)
        linux = sys.platform == "linux"
        before = 0
        if linux:
            reset_peak()
            before = memory("VmRSS")
        start = time.perf_counter()
        export(network, example, path)
        seconds = time.perf_counter() - start
        extra = memory("VmHWM") - before if linux else None
        print(json.dumps({"seconds": seconds, "extraBytes": extra, "fileBytes": os.path.getsize(path)}))


if __name__ == "__main__":
    main()
