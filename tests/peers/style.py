#!/usr/bin/env python3
"""The PyTorch twin of MLNetGen's style losses: VGG features, Gram matrices, content, style and total variation, with gradients.

style.py        writes tests/Trainers.Tests/Style/Fixtures: losses.json, the truth of the C# tests, from weights that a formula gives;
                and small networks shaped as VGG-16 and VGG-19 in every format that is read, with the same weights

The losses are written as the classic TensorFlow code has them (lengstrom/fast-style-transfer, optimize.py): 2 l2_loss(x) is Σx².
Needs PyTorch 1.13 or newer (Debian: python3-torch), python3-scipy, python3-onnx.
"""
import json
from collections import OrderedDict
from pathlib import Path

import numpy
import onnx
import onnx.numpy_helper
import torch
from scipy.io import savemat
from torch import nn

from alexnet import look, numbers
from weights_fixtures import matlab_weights, save_safetensors, without_date

FIXTURES = Path(__file__).resolve().parents[1] / "Trainers.Tests" / "Style" / "Fixtures"
BLOCKS = {"VGG-16": [2, 2, 3, 3, 3], "VGG-19": [2, 2, 4, 4, 4]}
STYLE_LAYERS = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
CONTENT_LAYER = "relu4_2"
WIDTH = 8
LAYER_WEIGHTS = [1.0, 0.5, 2.0, 0.25, 3.0]
MIXING = [[1.0, 0.0], [0.25, 0.75]]
WEIGHTS = {"content": 7.5, "style": 100.0, "totalVariation": 200.0}


def vgg(blocks, width, dense=0):
    """torchvision's vgg: the same layers under the same names."""
    layers, names, before = [], [], 3
    for block, count in enumerate(blocks, 1):
        after = width * 2 ** min(block - 1, 3)
        for layer in range(1, count + 1):
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.ReLU()]
            names += [f"conv{block}_{layer}", f"relu{block}_{layer}"]
            before = after
        layers.append(nn.MaxPool2d(2, 2))
        names.append(f"pool{block}")
    network = nn.Module()
    network.features = nn.Sequential(*layers)
    if dense:
        network.classifier = nn.Sequential(nn.Linear(before * 4, dense))
    fill(network)
    return network, names


@torch.no_grad()
def fill(network):
    for offset, parameter in enumerate(network.parameters()):
        fan_in = parameter[0].numel()
        parameter.copy_(numbers(parameter.shape, offset, (24 / fan_in) ** 0.5 if parameter.dim() > 1 else 0.2))


def normalise(pixels, convention):
    if convention == "matconvnet":
        return pixels - torch.tensor([123.68, 116.779, 103.939]).reshape(1, 3, 1, 1)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1), torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
    return (pixels / 255 - mean) / deviation


def features(network, names, convention, pixels):
    """As MatConvNet and TensorFlow's SAME padding pool, the last row of an odd number counts; in torchvision it does not."""
    x, found = normalise(pixels, convention), {}
    for name, layer in zip(names, network.features):
        if isinstance(layer, nn.MaxPool2d):
            layer = nn.MaxPool2d(2, 2, ceil_mode=convention == "matconvnet")
        x = layer(x)
        found[name] = x
    return found


def gram(x):
    n, c, h, w = x.shape
    flat = x.reshape(n, c, h * w)
    return torch.bmm(flat, flat.transpose(1, 2)) / (c * h * w)


def total_variation(x):
    n, c, h, w = x.shape
    dy, dx = x[:, :, 1:] - x[:, :, :-1], x[:, :, :, 1:] - x[:, :, :, :-1]
    return ((dy ** 2).sum() / (c * (h - 1) * w) + (dx ** 2).sum() / (c * h * (w - 1))) / n


def losses(blocks, convention):
    network, names = vgg(blocks, WIDTH)
    network.requires_grad_(False)
    stylised = (numbers((2, 3, 53, 45), 11, 255) + 127.5).requires_grad_()
    content = numbers((2, 3, 53, 45), 12, 255) + 127.5
    styles = [numbers((1, 3, 39, 64), 13, 200) + 120, numbers((1, 3, 64, 48), 14, 120) + 60]
    ours = features(network, names, convention, stylised)
    theirs = features(network, names, convention, content)
    grams = [[gram(features(network, names, convention, style)[layer]) for style in styles] for layer in STYLE_LAYERS]

    d = ours[CONTENT_LAYER] - theirs[CONTENT_LAYER]
    content_loss = (d ** 2).sum() / d.numel()

    def style_loss(target):
        terms = [weight * ((gram(ours[layer]) - target(of)) ** 2).sum() / (of[0].numel() * len(stylised))
                 for layer, weight, of in zip(STYLE_LAYERS, LAYER_WEIGHTS, grams)]
        return sum(terms)

    mixing = torch.tensor(MIXING)
    terms = {
        "content": WEIGHTS["content"] * content_loss,
        "style": WEIGHTS["style"] * style_loss(lambda of: of[0]),
        "mixed": WEIGHTS["style"] * style_loss(lambda of: mixing[:, :1, None] * of[0] + mixing[:, 1:, None] * of[1]),
        "totalVariation": WEIGHTS["totalVariation"] * total_variation(stylised),
    }
    return {
        "features": {name: look(ours[name]) for name in names if not name.startswith("pool5")},
        "grams": {layer: look(gram(ours[layer])) for layer in STYLE_LAYERS},
        "terms": {name: term.item() for name, term in terms.items()},
        "gradients": {name: look(torch.autograd.grad(term, stylised, retain_graph=True)[0]) for name, term in terms.items()},
    }


# ---- files, of networks as narrow as can be

def save_matlab(network, blocks, path):
    layers, convolutions = [], [layer for layer in network.features if isinstance(layer, nn.Conv2d)]
    for block, count in enumerate(blocks, 1):
        for layer in range(1, count + 1):
            convolution = convolutions.pop(0)
            kernel = convolution.weight.detach().numpy().transpose(3, 2, 1, 0)  # width first, as MatConvNet has it
            kernel = kernel[..., 0] if kernel.shape[-1] == 1 else kernel
            layers += [{"type": "conv", "name": f"conv{block}_{layer}", "weights": matlab_weights(kernel, convolution.bias.detach().numpy()[:, None])},
                       {"type": "relu", "name": f"relu{block}_{layer}"}]
        layers.append({"type": "pool", "name": f"pool{block}", "method": "max"})
    dense = network.classifier[0]
    kernel = dense.weight.detach().numpy().reshape(len(dense.bias), -1, 2, 2).transpose(3, 2, 1, 0)
    layers.append({"type": "conv", "name": "fc6", "weights": matlab_weights(kernel, dense.bias.detach().numpy()[:, None])})
    cell = numpy.empty((1, len(layers)), dtype=object)
    cell[0, :] = layers
    average = numpy.broadcast_to(numpy.array([120.5, 110.25, 100.75], dtype=numpy.float32), (4, 4, 3))
    savemat(path, {"meta": {"normalization": {"averageImage": average}}, "layers": cell}, do_compression=True)
    without_date(path)


def save_onnx(network, path, naming):
    """Initialisers alone; sorted by name as text, as some exporters do."""
    tensors = sorted((naming(name), tensor) for name, tensor in network.state_dict().items())
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["x"], ["y"])], "small", [], [],
                                   [onnx.numpy_helper.from_array(tensor.numpy(), name) for name, tensor in tensors])
    onnx.save(onnx.helper.make_model(graph, producer_name="style"), path)


def caffe_name(blocks):
    """features.0.weight → conv1_1_w_0"""
    names, index = {}, 0
    for block, count in enumerate(blocks, 1):
        for layer in range(1, count + 1):
            names[f"features.{index}.weight"], names[f"features.{index}.bias"] = f"conv{block}_{layer}_w_0", f"conv{block}_{layer}_b_0"
            index += 2
        index += 1
    return lambda name: names.get(name, name.replace("classifier", "fc6"))


def main():
    FIXTURES.mkdir(parents=True, exist_ok=True)
    truth = {f"{name} {convention}": losses(blocks, convention) for name, blocks in BLOCKS.items() for convention in ("torchvision", "matconvnet")}
    (FIXTURES / "losses.json").write_text(json.dumps(truth, indent=1) + "\n")

    for name, blocks in BLOCKS.items():
        network, _ = vgg(blocks, 1, dense=5)
        stem = FIXTURES / name.replace("-", "").lower()
        torch.save(network.state_dict(), stem.with_suffix(".pth"))
        torch.save(network.state_dict(), f"{stem}_old.pth", _use_new_zipfile_serialization=False)
        save_safetensors(network.state_dict(), stem.with_suffix(".safetensors"))
        save_matlab(network, blocks, stem.with_suffix(".mat"))
        save_onnx(network, stem.with_suffix(".onnx"), lambda name: name)
        save_onnx(network, Path(f"{stem}_caffe.onnx"), caffe_name(blocks))
        # No names to go by: biases are known by their lengths.
        order = {key: f"t{place:02}" for place, key in enumerate(network.state_dict())}
        save_onnx(network, Path(f"{stem}_nameless.onnx"), order.get)
    eleven, _ = vgg([1, 1, 2, 2, 2], 1)
    torch.save(eleven.state_dict(), FIXTURES / "vgg11.pth")
    normed = OrderedDict([("features.0.weight", torch.zeros(1, 3, 3, 3)), ("features.1.running_mean", torch.zeros(1))])
    torch.save(normed, FIXTURES / "vgg_bn.pth")


if __name__ == "__main__":
    main()
