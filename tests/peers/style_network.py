#!/usr/bin/env python3
"""The PyTorch twin of MLNetGen's style network (Johnson et al. 2016 with instance normalisation), in plain eager PyTorch.

style_network.py fixture FILE     writes what small networks compute from weights that a formula gives: the truth of the C# tests
style_network.py forward          times passes of the full network over one picture; prints pictures per second

Needs PyTorch 1.13 or newer (Debian: python3-torch).
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

EPSILON = 1e-3


class Normalization(nn.Module):
    """A scale and a shift a channel, of its own a style, mixed by the styles' weights."""

    def __init__(self, channels, styles):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.ones(styles, channels)), nn.Parameter(torch.zeros(styles, channels))

    def forward(self, x, style):
        return F.instance_norm(x, eps=EPSILON) * (style @ self.scale)[:, :, None, None] + (style @ self.shift)[:, :, None, None]


class Normalized(nn.Module):
    """Padding, convolution without bias, instance normalisation of its own a style, ReLU."""

    def __init__(self, before, after, kernel, stride=1, relu=True, padding="reflection", grow=None, depthwise=False, styles=1):
        super().__init__()
        self.kernel, self.stride, self.relu, self.padding, self.grow = kernel, stride, relu, padding, grow
        if grow == "transposed":
            self.convolutions = nn.ModuleList([nn.ConvTranspose2d(
                before, after, kernel, stride=2, padding=1 if padding == "reflection" else 0, output_padding=1 if padding == "reflection" else 0, bias=False)])
        elif depthwise:
            self.convolutions = nn.ModuleList([
                nn.Conv2d(before, before, kernel, stride, groups=before, bias=False), nn.Conv2d(before, after, 1, bias=False)])
        else:
            self.convolutions = nn.ModuleList([nn.Conv2d(before, after, kernel, stride, bias=False)])
        self.normalization = Normalization(after, styles)

    def forward(self, x, style):
        if self.grow == "nearest":
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        if self.grow != "transposed":
            if self.padding == "reflection":
                x = F.pad(x, [self.kernel // 2] * 4, mode="reflect")
            else:
                # TensorFlow's SAME: what is odd goes below and to the right.
                height, width = x.shape[2:]
                down = max((-(-height // self.stride) - 1) * self.stride + self.kernel - height, 0)
                across = max((-(-width // self.stride) - 1) * self.stride + self.kernel - width, 0)
                x = F.pad(x, [across // 2, across - across // 2, down // 2, down - down // 2])
        for convolution in self.convolutions:
            x = convolution(x)
        if self.grow == "transposed" and self.padding == "same":
            x = x[:, :, :-1, :-1]
        x = self.normalization(x, style)
        return F.relu(x) if self.relu else x


class StyleNetwork(nn.Module):
    def __init__(self, widths=(32, 64, 128), blocks=5, upsampling="nearest", padding="reflection", depthwise=False, styles=1):
        super().__init__()
        a, b, c = widths
        self.down = nn.ModuleList([
            Normalized(3, a, 9, padding=padding, styles=styles), Normalized(a, b, 3, 2, padding=padding, styles=styles),
            Normalized(b, c, 3, 2, padding=padding, styles=styles)])
        self.residual = nn.ModuleList([nn.ModuleList([
            Normalized(c, c, 3, padding=padding, depthwise=depthwise, styles=styles),
            Normalized(c, c, 3, relu=False, padding=padding, depthwise=depthwise, styles=styles)]) for _ in range(blocks)])
        self.up = nn.ModuleList([
            Normalized(c, b, 3, padding=padding, grow=upsampling, styles=styles),
            Normalized(b, a, 3, padding=padding, grow=upsampling, styles=styles),
            Normalized(a, 3, 9, relu=False, padding=padding, styles=styles)])
        self.styles = styles

    def forward(self, pixels, style=None):
        style = torch.ones(len(pixels), 1) if style is None else style
        x = pixels / 255
        for layer in self.down:
            x = layer(x, style)
        for first, second in self.residual:
            x = x + second(first(x, style), style)
        for layer in self.up:
            x = layer(x, style)
        return torch.tanh(x) * 150 + 127.5


# ---- numbers that both sides compute exactly: (3i² + 7i + offset) modulo a prime, from -0.5 to 0.5

PRIME = 65521


def numbers(shape, offset, scale):
    i = torch.arange(PRIME, dtype=torch.int64)
    period = (((i * i * 3 + i * 7 + offset).remainder(PRIME).double() / PRIME - 0.5) * scale).float()
    count = torch.Size(shape).numel()
    return period.repeat(-(-count // PRIME))[:count].reshape(shape)


@torch.no_grad()
def fill(network):
    """Kernels of about the variance that training begins with; scales about 1."""
    for offset, (name, parameter) in enumerate(network.named_parameters()):
        parameter.copy_(numbers(parameter.shape, offset, 0.35 if parameter.dim() == 4 else 0.5))
        if name.endswith("scale"):
            parameter.add_(1)


def look(tensor):
    flat = tensor.detach().flatten()
    places = sorted({0, len(flat) // 5, len(flat) * 2 // 5, len(flat) * 3 // 5, len(flat) * 4 // 5, len(flat) - 1})
    return {"values": [flat[at].item() for at in places], "length": flat.double().norm().item()}


def truth(styles=1, **shape):
    network = StyleNetwork(styles=styles, **shape)
    fill(network)
    pixels = numbers((2, 3, 40, 48), 11, 255.0) + 127.5
    style = None if styles == 1 else torch.tensor([[0.25, 0.75], [1.0, 0.0]])
    painted = network(pixels, style)
    painted.square().mean().backward()
    return {"parameters": sum(p.numel() for p in network.parameters()), "painted": look(painted),
            "gradients": [look(p.grad) for p in network.parameters()]}


def fixture(options):
    small = {"widths": (8, 16, 32), "depthwise": True}
    result = {
        "nearestReflection": truth(upsampling="nearest", padding="reflection"),
        "nearestSame": truth(upsampling="nearest", padding="same"),
        "transposedReflection": truth(upsampling="transposed", padding="reflection"),
        "transposedSame": truth(upsampling="transposed", padding="same"),
        "small": truth(**small),
        "twoStyles": truth(styles=2, **small)}

    def rounded(value):
        if isinstance(value, float):
            return float(f"{value:.8g}")
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        return [rounded(item) for item in value] if isinstance(value, list) else value

    with open(options.file, "w", encoding="utf-8") as file:
        json.dump(rounded(result), file)
        file.write("\n")


@torch.no_grad()
def forward(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = StyleNetwork().eval()
    picture = torch.rand(1, 3, options.size, options.size) * 255
    seconds = []
    for _ in range(options.warm_up + options.passes):
        start = time.perf_counter()
        network(picture)[0, 0, 0, 0].item()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"picturesPerSecond": 1 / statistics.median(seconds[options.warm_up:])}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("fixture", help="write the C# tests' truth")
    make.add_argument("file")
    speed = commands.add_parser("forward")
    speed.add_argument("--size", type=int, default=256)
    speed.add_argument("--threads", type=int, default=2)
    speed.add_argument("--warm-up", type=int, default=2, metavar="PASSES")
    speed.add_argument("--passes", type=int, default=8)
    options = parser.parse_args()
    fixture(options) if options.command == "fixture" else forward(options)


if __name__ == "__main__":
    main()
