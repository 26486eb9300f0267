#!/usr/bin/env python3
"""The PyTorch twin of `mlnetgen train vae`: the same networks, loss, optimiser and schedule, in plain eager PyTorch.

Its figures are what ours are held against: nats per image after the same epochs, and training images per second.
Needs PyTorch 1.13 or newer (Debian: python3-torch) and a folder with one MNIST-style idx file of images.
"""
import argparse
import gzip
import json
import math
import statistics
import struct
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

LATENT = 20
DEFAULTS = {
    "mlp": {"batch": 128, "lr": 1e-3, "schedule": "constant"},
    "convolutional": {"batch": 64, "lr": 2e-3, "schedule": "one-cycle"},
}


class Vae(nn.Module):
    """A body, two heads for the posterior's mean and log-variance, and a decoder to logits [N, 1, 28, 28]."""

    def __init__(self, body, features, decoder):
        super().__init__()
        self.body, self.decoder = body, decoder
        self.mean = nn.Linear(features, LATENT)
        self.log_variance = nn.Linear(features, LATENT)

    def forward(self, x, generator=None):
        h = self.body(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        noise = torch.randn(mean.shape, generator=generator)
        z = mean + torch.exp(0.5 * log_variance) * noise
        return self.decoder(z), mean, log_variance


def mlp():
    """784-400-20, as in PyTorch's examples/vae."""
    return Vae(
        body=nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU()),
        features=400,
        decoder=nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784), nn.Unflatten(1, (1, 28, 28))))


def convolutional():
    return Vae(
        body=nn.Sequential(
            nn.Conv2d(1, 32, 4, stride=2, padding=1), nn.SiLU(),            # 14x14
            nn.Conv2d(32, 64, 4, stride=2, padding=1), nn.SiLU(),           # 7x7
            nn.Flatten(), nn.Linear(3136, 256), nn.SiLU()),
        features=256,
        decoder=nn.Sequential(
            nn.Linear(LATENT, 256), nn.SiLU(),
            nn.Linear(256, 3136), nn.SiLU(), nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), nn.SiLU(),  # 14x14
            nn.ConvTranspose2d(32, 1, 4, stride=2, padding=1)))             # 28x28


NETWORKS = {"mlp": mlp, "convolutional": convolutional}


def loss_terms(logits, x, mean, log_variance):
    """Reconstruction and KL divergence, each summed over the batch, in nats."""
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    kl = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
    return reconstruction, kl


def rate_at(step, steps, peak, schedule):
    """One cycle: linear up to the peak over the first tenth, then half a cosine down to zero."""
    if schedule == "constant":
        return peak
    done = (step + 1) / (steps + 1)
    return peak * done / 0.1 if done < 0.1 else peak * 0.5 * (1 + math.cos(math.pi * (done - 0.1) / 0.9))


def read_images(folder):
    """The idx file (gzip or not) of a folder, as float32 [N, 1, height, width] in [0, 1]."""
    files = sorted(f for f in Path(folder).glob("*idx3-ubyte*") if f.suffix in ("", ".gz"))
    if len(files) != 1:
        sys.exit(f"{folder} has {len(files)} files named like *-images-idx3-ubyte[.gz]; give a folder with one")
    with (gzip.open if files[0].suffix == ".gz" else open)(files[0], "rb") as file:
        data = bytearray(file.read())
    magic, count, height, width = struct.unpack(">4i", data[:16])
    if magic != 2051 or len(data) != 16 + count * height * width:
        sys.exit(f"{files[0]} is not an idx file of images (magic {magic}, {len(data)} bytes)")
    return torch.frombuffer(data, dtype=torch.uint8, offset=16).view(count, 1, height, width).float() / 255


def per_image(reconstruction, kl, images):
    return {"negativeElbo": (reconstruction + kl) / images, "reconstruction": reconstruction / images, "kl": kl / images}


def train_epoch(model, optimizer, images, batch, rate_of_step):
    model.train()
    reconstruction_sum = kl_sum = 0.0
    for step, rows in enumerate(torch.randperm(len(images)).split(batch)):
        x = images[rows]
        for group in optimizer.param_groups:
            group["lr"] = rate_of_step(step)
        logits, mean, log_variance = model(x)
        reconstruction, kl = loss_terms(logits, x, mean, log_variance)
        optimizer.zero_grad(set_to_none=True)
        ((reconstruction + kl) / len(x)).backward()
        optimizer.step()
        reconstruction_sum += reconstruction.item()
        kl_sum += kl.item()
    return per_image(reconstruction_sum, kl_sum, len(images))


@torch.no_grad()
def evaluate(model, images, seed):
    """One draw of z a row, the same draws every time."""
    model.eval()
    generator = torch.Generator().manual_seed(seed)
    reconstruction_sum = kl_sum = 0.0
    for x in images.split(500):
        logits, mean, log_variance = model(x, generator)
        reconstruction, kl = loss_terms(logits, x, mean, log_variance)
        reconstruction_sum += reconstruction.item()
        kl_sum += kl.item()
    return per_image(reconstruction_sum, kl_sum, len(images))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, metavar="DIR", help="folder with the idx file of images")
    parser.add_argument("--architecture", choices=list(NETWORKS), default="convolutional")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, help="default: 128 for mlp, 64 for convolutional")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--split", type=int, default=9000, help="rows that train; the rest test")
    parser.add_argument("--lr", type=float, help="peak learning rate; default: 0.001 for mlp, 0.002 for convolutional")
    parser.add_argument("--schedule", choices=["constant", "one-cycle"],
                        help="default: constant for mlp, one-cycle for convolutional")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, metavar="ROWS", help="train on the first ROWS rows of the split only")
    parser.add_argument("--json", action="store_true", help="end with one JSON object on a line of its own")
    options = parser.parse_args()
    for name, value in DEFAULTS[options.architecture].items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    images = read_images(options.data)
    train, test = images[:options.split][:options.limit], images[options.split:]
    model = NETWORKS[options.architecture]()
    optimizer = torch.optim.Adam(model.parameters(), lr=options.lr)
    steps = math.ceil(len(train) / options.batch)

    epochs = []
    for epoch in range(options.epochs):
        def rate_of_step(step):
            return rate_at(epoch * steps + step, options.epochs * steps, options.lr, options.schedule)

        start = time.perf_counter()
        figures = {"epoch": epoch + 1, "train": train_epoch(model, optimizer, train, options.batch, rate_of_step)}
        seconds = time.perf_counter() - start
        line = f"epoch {epoch + 1:3}  train {figures['train']['negativeElbo']:7.2f}"
        if len(test):
            t = figures["test"] = evaluate(model, test, options.seed)
            line += f"  test {t['negativeElbo']:7.2f} = {t['reconstruction']:.2f} + {t['kl']:.2f} nats"
        figures["imagesPerSecond"] = len(train) / seconds
        print(f"{line}  {figures['imagesPerSecond']:6.0f} images/s", flush=True)
        epochs.append(figures)

    if options.json:
        # The first epoch warms up memory and kernels.
        rates = [figures["imagesPerSecond"] for figures in epochs]
        print(json.dumps({
            "epochs": epochs,
            "imagesPerSecond": statistics.median(rates[1:] or rates),
            "parameters": sum(p.numel() for p in model.parameters()),
        }))


if __name__ == "__main__":
    main()
