"""Writes gradient_penalties.json: gradient penalties and their gradients, by PyTorch.

    python3 gradient_penalties.py > gradient_penalties.json

Weights and pictures follow from formulas, which GradientPenaltyTests.cs repeats.
"""
import json

import torch
from torch import nn


def fill(network):
    with torch.no_grad():
        for k, parameter in enumerate(network.parameters()):
            i = torch.arange(parameter.numel(), dtype=torch.float64)
            parameter.copy_((0.3 * torch.sin(1.7 * k + 0.9 * i)).reshape(parameter.shape))


def network(transposed=False, normalized=False):
    layers = [nn.ConvTranspose2d(2, 2, 4, 2, 1)] if transposed else []
    layers += [nn.Conv2d(2, 2, 4, 2, 1)]
    if normalized:
        layers += [nn.BatchNorm2d(2)]
    layers += [nn.LeakyReLU(0.2), nn.Conv2d(2, 3, 3, 2, 1), nn.LeakyReLU(0.2), nn.Flatten()]
    layers += [nn.Linear(12, 1)]
    result = nn.Sequential(*layers).double()
    fill(result)
    return result


def case(size, penalty, **kind):
    critic = network(**kind)
    i = torch.arange(3 * 2 * size * size, dtype=torch.float64)
    pictures = torch.cos(0.37 * i).reshape(3, 2, size, size).requires_grad_(True)
    logits = critic(pictures)
    gradient, = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    value = penalty(gradient.flatten(1).square().sum(1))
    value.backward()
    # Biases at the end do not take part.
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in critic.parameters()]
    return {"value": value.item(), "gradients": [round(g, 9) for p in gradients for g in p.flatten().tolist()]}


print(json.dumps({
    "wasserstein": case(8, lambda squares: 10 * (squares.sqrt() - 1).square().mean()),
    "r1": case(8, lambda squares: 10 / 2 * squares.mean()),
    "normalized": case(8, lambda squares: squares.mean(), normalized=True),
    "transposed": case(4, lambda squares: squares.mean(), transposed=True),
}))
