#!/usr/bin/env python3
"""Figures of pictures by scikit-image, blurred and shrunk pictures by SciPy and PyTorch, and the perceptual loss by PyTorch: what super-resolution's own are
held against.

Writes tests/Trainers.Tests/SuperResolution/fixture/super-resolution.json. Needs Debian's python3-skimage and python3-torch.
"""
import json
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import gaussian_filter
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from alexnet import numbers
from style import BLOCKS, WIDTH, features, vgg

OUT = Path(__file__).resolve().parents[1] / "Trainers.Tests" / "SuperResolution" / "fixture" / "super-resolution.json"
WINDOW = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255)


def picture(width, height, step):
    """[height, width, 3] bytes by a formula that the tests have too."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * x * 3 + y * 7 * (c + 1) + x * y * 2 + step * ((x * 5 + y * 3 + c) % 11)) % 256).astype(np.uint8)


def quality(width, height):
    truth, other = picture(width, height, 0), picture(width, height, 2)
    a, b = rgb2ycbcr(other), rgb2ycbcr(truth)
    return {
        "width": width, "height": height,
        "luminancePsnr": peak_signal_noise_ratio(b[..., 0], a[..., 0], data_range=255),
        "luminanceSsim": structural_similarity(b[..., 0], a[..., 0], **WINDOW),
        "rgbPsnr": peak_signal_noise_ratio(truth, other, data_range=255),
        "rgbSsim": structural_similarity(truth.astype(float), other.astype(float), channel_axis=2, **WINDOW),
    }


def shrunk(width, height, factor):
    planes = picture(width, height, 1).transpose(2, 0, 1).astype(np.float64)
    blurred = np.stack([gaussian_filter(plane, 1.0, mode="nearest", truncate=4) for plane in planes])
    small = torch.nn.functional.interpolate(torch.from_numpy(blurred)[None], scale_factor=1 / factor, mode="bicubic", align_corners=False)
    return {"width": width, "height": height, "factor": factor, "values": [round(v, 4) for v in small.flatten().tolist()]}


def perceptual(layer):
    network, names = vgg(BLOCKS["VGG-16"], WIDTH)
    network.requires_grad_(False)
    made, truth = (numbers((2, 3, 36, 40), 21, 255) + 127.5).requires_grad_(), numbers((2, 3, 36, 40), 22, 200) + 120
    difference = features(network, names, "torchvision", made)[layer] - features(network, names, "torchvision", truth)[layer]
    loss = (difference ** 2).mean()
    gradient = torch.autograd.grad(loss, made)[0].flatten()
    return {"layer": layer, "loss": loss.item(), "gradient": gradient[::97].tolist()}


def main():
    OUT.write_text(json.dumps({
        "quality": [quality(24, 18), quality(11, 11), quality(40, 33)],
        "shrunk": [shrunk(24, 16, 4), shrunk(24, 16, 2), shrunk(16, 24, 8)],
        "perceptual": [perceptual("relu2_2"), perceptual("relu3_3")],
    }, indent=1) + "\n")


if __name__ == "__main__":
    main()
