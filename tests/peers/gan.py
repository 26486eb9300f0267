#!/usr/bin/env python3
"""The PyTorch twin of `mlnetgen train gan --network animeface64`: the same networks and updates, in plain eager PyTorch.

Times training steps on random pictures; training images per second are what ours are held against.
Needs PyTorch 1.13 or newer (Debian: python3-torch).
"""
import argparse
import copy
import json
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

LATENT, SIZE, CHANNELS = 100, 64, 3
EPSILON, MOMENTUM, SLOPE = 1e-3, 0.5, 0.2
LABEL_NOISE = 0.2
AVERAGE_LIMIT = 0.999


def normalised(convolution, width):
    return [convolution, nn.BatchNorm2d(width, eps=EPSILON, momentum=MOMENTUM), nn.LeakyReLU(SLOPE, inplace=True)]


def generator(width):
    """z [N, 100] to pictures [N, 3, 64, 64] in [-1, 1]."""
    return nn.Sequential(
        nn.Unflatten(1, (LATENT, 1, 1)),
        *normalised(nn.ConvTranspose2d(LATENT, 8 * width, 4), 8 * width),                              # 4x4
        *normalised(nn.ConvTranspose2d(8 * width, 4 * width, 4, stride=2, padding=1), 4 * width),      # 8x8
        *normalised(nn.ConvTranspose2d(4 * width, 2 * width, 4, stride=2, padding=1), 2 * width),      # 16x16
        *normalised(nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1), width),              # 32x32
        *normalised(nn.Conv2d(width, width, 3, padding=1), width),
        nn.ConvTranspose2d(width, CHANNELS, 4, stride=2, padding=1), nn.Tanh())                        # 64x64


def discriminator(width):
    """Pictures [N, 3, 64, 64] to logits [N, 1]; above 0 is real."""
    return nn.Sequential(
        nn.Conv2d(CHANNELS, width, 4, stride=2, padding=1), nn.LeakyReLU(SLOPE, inplace=True),         # 32x32
        *normalised(nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), 2 * width),                   # 16x16
        *normalised(nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1), 4 * width),               # 8x8
        *normalised(nn.Conv2d(4 * width, 8 * width, 4, stride=2, padding=1), 8 * width),               # 4x4
        nn.Flatten(), nn.Linear(8 * width * 16, 1))


def glorot(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)


class Training:
    """Both networks, both optimisers, and the generator's moving average."""

    def __init__(self, width):
        self.g, self.d = generator(width).apply(glorot), discriminator(width).apply(glorot)
        self.average = copy.deepcopy(self.g).requires_grad_(False)
        self.g_optimizer = torch.optim.Adam(self.g.parameters(), lr=1.5e-4, betas=(0.5, 0.999), eps=1e-7)
        self.d_optimizer = torch.optim.Adam(self.d.parameters(), lr=2e-4, betas=(0.5, 0.999), eps=1e-7)
        self.steps = 0

    def step(self, real):
        """One update of each network from one batch of made pictures."""
        made = self.g(torch.randn(len(real), LATENT))

        self.d_optimizer.zero_grad(set_to_none=True)
        on_real, on_made = self.d(real), self.d(made.detach())
        real_loss = F.binary_cross_entropy_with_logits(on_real, 1 - LABEL_NOISE * torch.rand_like(on_real))
        made_loss = F.binary_cross_entropy_with_logits(on_made, LABEL_NOISE * torch.rand_like(on_made))
        (real_loss + made_loss).backward()
        self.d_optimizer.step()

        self.g_optimizer.zero_grad(set_to_none=True)
        logits = self.d(made)
        g_loss = F.binary_cross_entropy_with_logits(logits, torch.ones_like(logits))
        g_loss.backward()
        self.g_optimizer.step()
        self.take_average()
        return (real_loss.item(), made_loss.item(), g_loss.item(),
                on_real.detach().sigmoid().mean().item(), on_made.detach().sigmoid().mean().item())

    def two_pass_step(self, real):
        """The source's procedure: the discriminator updates on real and on made apart; the generator makes pictures anew."""
        losses, probabilities = [], []
        with torch.no_grad():
            self.g.eval()
            made = self.g(torch.randn(len(real), LATENT))
            self.g.train()
        for pictures, is_real in ((real, True), (made, False)):
            self.d_optimizer.zero_grad(set_to_none=True)
            logits = self.d(pictures)
            noise = LABEL_NOISE * torch.rand_like(logits)
            loss = F.binary_cross_entropy_with_logits(logits, 1 - noise if is_real else noise)
            loss.backward()
            self.d_optimizer.step()
            losses.append(loss.item())
            probabilities.append(logits.detach().sigmoid().mean().item())

        self.g_optimizer.zero_grad(set_to_none=True)
        logits = self.d(self.g(torch.randn(len(real), LATENT)))
        g_loss = F.binary_cross_entropy_with_logits(logits, 1 - LABEL_NOISE * torch.rand_like(logits))
        g_loss.backward()
        self.g_optimizer.step()
        self.take_average()
        return (*losses, g_loss.item(), *probabilities)

    @torch.no_grad()
    def take_average(self):
        decay = min(AVERAGE_LIMIT, (1 + self.steps) / (10 + self.steps))
        for mean, live in zip(self.average.parameters(), self.g.parameters()):
            mean.lerp_(live, 1 - decay)
        self.steps += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10, help="steps that are timed")
    parser.add_argument("--warm-up", type=int, default=3, metavar="STEPS", help="steps before them that are not")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--width", type=int, default=64, help="channels next to the picture")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--two-pass", action="store_true", help="the source's procedure: two updates of the discriminator, two passes of the generator")
    parser.add_argument("--json", action="store_true", help="end with one JSON object on a line of its own")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    training = Training(options.width)
    step = training.two_pass_step if options.two_pass else training.step
    pictures = torch.randint(0, 256, (4 * options.batch, CHANNELS, SIZE, SIZE), dtype=torch.uint8)
    seconds = []
    for number in range(options.warm_up + options.steps):
        start = time.perf_counter()
        rows = torch.randint(len(pictures), (options.batch,))
        losses = step(pictures[rows] / 127.5 - 1)
        seconds.append(time.perf_counter() - start)
        print("step {:3}  D on real {:.3f}, on made {:.3f}, G {:.3f}; D(x) {:.2f}, D(G(z)) {:.2f}; {:.2f} s"
              .format(number + 1, *losses, seconds[-1]), flush=True)
    if options.json:
        print(json.dumps({
            "imagesPerSecond": options.batch / statistics.median(seconds[options.warm_up:]),
            "generatorParameters": sum(p.numel() for p in training.g.parameters()),
            "discriminatorParameters": sum(p.numel() for p in training.d.parameters()),
        }))


if __name__ == "__main__":
    main()
