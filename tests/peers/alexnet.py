#!/usr/bin/env python3
"""The PyTorch twins of MLNetGen's three AlexNets: the same layers under the same names, in plain eager PyTorch.

alexnet.py fixture FILE     writes what the networks compute from weights that a formula gives: the truth of the C# tests
alexnet.py train            times training steps of torchvision's alexnet (SGD with momentum); prints images per second
alexnet.py forward          times its forward pass alone

Needs PyTorch 1.13 or newer (Debian: python3-torch).
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

RATE, MOMENTUM, DECAY = 0.001, 0.9, 5e-4


class AlexNet(nn.Module):
    def __init__(self, features, classifier, pool=None):
        super().__init__()
        self.features, self.pool, self.classifier = nn.Sequential(*features), pool, nn.Sequential(*classifier)

    def forward(self, x):
        x = self.features(x)
        if self.pool is not None:
            x = self.pool(x)
        return self.classifier(torch.flatten(x, 1))


def paper(classes=1000, size=227, dropout=0.5):
    """Krizhevsky, Sutskever and Hinton 2012, section 3: two groups, local response normalisation; 60,965,224 parameters."""
    def normalisation():
        return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)

    side = (((size - 11) // 4 + 1 - 3) // 2 + 1 - 3) // 2 + 1
    side = (side - 3) // 2 + 1
    return AlexNet(
        [nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), normalisation(), nn.MaxPool2d(3, stride=2),
         nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), normalisation(), nn.MaxPool2d(3, stride=2),
         nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
         nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
         nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, stride=2)],
        [nn.Linear(256 * side * side, 4096), nn.ReLU(), nn.Dropout(dropout),
         nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout), nn.Linear(4096, classes)])


def torchvision(classes=1000, dropout=0.5):
    """torchvision's alexnet (Krizhevsky 2014, one GPU); 61,100,840 parameters."""
    return AlexNet(
        [nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, stride=2),
         nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, stride=2),
         nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True),
         nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True),
         nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, stride=2)],
        [nn.Dropout(dropout), nn.Linear(256 * 36, 4096), nn.ReLU(inplace=True),
         nn.Dropout(dropout), nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Linear(4096, classes)],
        nn.AdaptiveAvgPool2d((6, 6)))


def compact(classes=10, size=32, dropout=0.5):
    """Five batch-normalised convolutions and three dense layers for small pictures."""
    stride = (size + 39) // 40

    def block(before, after, kernel, step=1):
        return [nn.Conv2d(before, after, kernel, stride=step, padding=kernel // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()]

    def pool():
        return nn.MaxPool2d(3, stride=2, padding=1)

    side = (size - 1) // stride + 1
    for _ in range(3):
        side = (side - 1) // 2 + 1
    return AlexNet(
        [*block(3, 48, 3 + 2 * stride, stride), pool(), *block(48, 96, 5), pool(), *block(96, 192, 3), *block(192, 192, 3),
         *block(192, 128, 3), pool()],
        [nn.Dropout(dropout), nn.Linear(128 * side * side, 512, bias=False), nn.BatchNorm1d(512), nn.ReLU(),
         nn.Dropout(dropout), nn.Linear(512, 512, bias=False), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, classes)])


# ---- numbers that both sides compute exactly: (3i² + 7i + offset) modulo a prime, from -0.5 to 0.5

PRIME = 65521
LARGE = 1_000_000


def numbers(shape, offset, scale):
    i = torch.arange(PRIME, dtype=torch.int64)
    period = (((i * i * 3 + i * 7 + offset).remainder(PRIME).double() / PRIME - 0.5) * scale).float()
    count = torch.Size(shape).numel()
    return period.repeat(-(-count // PRIME))[:count].reshape(shape)


@torch.no_grad()
def fill(network):
    """Weights about as large as He's, biases small, BatchNorm's weights about 1."""
    for offset, parameter in enumerate(network.parameters()):
        fan_in = parameter[0].numel()
        if parameter.dim() > 1:
            parameter.copy_(numbers(parameter.shape, offset, (24 / fan_in) ** 0.5))
        else:
            parameter.copy_(numbers(parameter.shape, offset, 0.2))
    for layer in network.modules():
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.weight.add_(1)


def places(count):
    """Where a tensor is looked at: up to six places, the first and the last among them."""
    return sorted({0, count // 5, count * 2 // 5, count * 3 // 5, count * 4 // 5, count - 1})


def look(tensor):
    """Numbers at those places, the largest magnitude, and the Euclidean length unless the tensor is large."""
    flat = tensor.detach().flatten()
    return {"values": [flat[at].item() for at in places(len(flat))], "largest": flat.abs().max().item(),
            "length": flat.double().norm().item() if len(flat) <= LARGE else None}


def truth(network, size, classes, batch):
    """Losses of one batch and two steps of SGD, in float64. BatchNorm takes the batch's statistics; there is no dropout."""
    fill(network)
    network.double()
    network.train()
    pictures = numbers((batch, 3, size, size), 11, 4.0).double()
    labels = torch.tensor([(7 * i + 3) % classes for i in range(batch)])
    weights = torch.tensor([0.5 + (c % 7) / 6 for c in range(classes)], dtype=torch.float64)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    result = {"size": size, "classes": classes, "batch": batch, "parameters": sum(p.numel() for p in network.parameters()), "steps": []}
    for step in range(2):
        logits = network(pictures)
        if step == 0:
            result["logits"] = look(logits)
            result["losses"] = {
                "plain": F.cross_entropy(logits, labels).item(),
                "smoothed": F.cross_entropy(logits, labels, label_smoothing=0.1).item(),
                "weighted": F.cross_entropy(logits, labels, weight=weights).item(),
                "both": F.cross_entropy(logits, labels, weight=weights, label_smoothing=0.1).item()}
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(logits, labels, weight=weights, label_smoothing=0.1)
        loss.backward()
        gradients = {name: look(p.grad) for name, p in network.named_parameters()}
        optimizer.step()
        result["steps"].append({
            "loss": loss.item(), "gradients": gradients, "weights": {name: look(p) for name, p in network.named_parameters()},
            "buffers": {name: look(b) for name, b in network.named_buffers() if b.is_floating_point()}})
    return result


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return [rounded(item) for item in value] if isinstance(value, list) else value


def fixture(options):
    torch.set_num_threads(options.threads)
    result = {
        "paper": truth(paper(dropout=0), 227, 1000, 2),
        "torchvision": truth(torchvision(dropout=0), 224, 1000, 2),
        "compact": truth(compact(dropout=0), 32, 10, 6)}
    with open(options.file, "w", encoding="utf-8") as file:
        json.dump(rounded(result), file)
        file.write("\n")


# ---- speed

def bench(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    train = options.command == "train"
    network = {"torchvision": torchvision, "paper": paper}[options.network]().train(train)
    size = 227 if options.network == "paper" else 224
    pictures, labels = torch.randn(options.batch, 3, size, size), torch.randint(1000, (options.batch,))
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(pictures), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    def forward():
        with torch.no_grad():
            return network(pictures)[0, 0].item()

    seconds = []
    for _ in range(options.warm_up + options.steps):
        start = time.perf_counter()
        (step if train else forward)()
        seconds.append(time.perf_counter() - start)

    speed = options.batch / statistics.median(seconds[options.warm_up:])
    if options.json:
        print(json.dumps({"imagesPerSecond": speed}))
    else:
        print(f"{options.command} {options.network}, batch {options.batch}: {speed:.1f} images/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("fixture", help="write the C# tests' truth")
    make.add_argument("file")
    make.add_argument("--threads", type=int, default=2)
    for name in ("train", "forward"):
        time_it = commands.add_parser(name)
        time_it.add_argument("--network", choices=["torchvision", "paper"], default="torchvision")
        time_it.add_argument("--batch", type=int, default=32)
        time_it.add_argument("--threads", type=int, default=2)
        time_it.add_argument("--warm-up", type=int, default=2, metavar="STEPS")
        time_it.add_argument("--steps", type=int, default=5)
        time_it.add_argument("--json", action="store_true", help="end with one JSON object on a line of its own")
    options = parser.parse_args()
    fixture(options) if options.command == "fixture" else bench(options)


if __name__ == "__main__":
    main()
