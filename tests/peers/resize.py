#!/usr/bin/env python3
"""Writes tests/Transforms.Tests/Pictures/Fixtures/resize.json: sizes, and what Pillow's BICUBIC makes of a made picture.

Pixel i (bytes in [height, width, 3] order) of the picture is (i i 7 + i 13 + i / 5 rounded down) mod 256 where smooth is false; where it is true,
a row's and a column's waves. The tests know both. Needs Pillow 9 or newer (Debian: python3-pil).
"""
import base64
import json
import math
from pathlib import Path

from PIL import Image

FIXTURE = Path(__file__).resolve().parents[1] / "Transforms.Tests" / "Pictures" / "Fixtures" / "resize.json"
SIZES = [
    (16, 12, 32, 24), (16, 12, 40, 17), (17, 13, 5, 4), (33, 21, 16, 10), (64, 48, 7, 5), (31, 9, 31, 4), (9, 31, 20, 31), (1, 1, 5, 3),
    (5, 3, 1, 1), (1, 9, 4, 3), (12, 1, 5, 2), (40, 8, 13, 24),
]


def noise(count):
    return bytes((i * i * 7 + i * 13 + i // 5) % 256 for i in range(count))


def waves(width, height):
    return bytes(
        int(128 + 60 * math.sin(x * 0.4 + c) + 60 * math.cos(y * 0.3 - c))
        for y in range(height) for x in range(width) for c in range(3))


def case(smooth, width, height, to_width, to_height, box=None):
    picture = Image.frombytes("RGB", (width, height), waves(width, height) if smooth else noise(width * height * 3))
    result = picture.resize((to_width, to_height), Image.BICUBIC, box=box)
    return {
        "smooth": smooth, "width": width, "height": height, "toWidth": to_width, "toHeight": to_height, "cover": box is not None,
        "pixels": base64.b64encode(result.tobytes()).decode(),
    }


def cover(smooth, width, height, to_width, to_height):
    scale = min(width / to_width, height / to_height)
    left, top = (width - to_width * scale) / 2, (height - to_height * scale) / 2
    return case(smooth, width, height, to_width, to_height, (left, top, left + to_width * scale, top + to_height * scale))


cases = [case(smooth, *sizes) for sizes in SIZES for smooth in (False, True)]
cases += [cover(smooth, *sizes) for sizes in [(40, 17, 8, 8), (17, 40, 12, 9), (10, 7, 24, 24), (33, 20, 11, 7)] for smooth in (False, True)]
FIXTURE.parent.mkdir(parents=True, exist_ok=True)
FIXTURE.write_text(json.dumps({"cases": cases}, indent=1) + "\n")
print(f"{len(cases)} cases in {FIXTURE}")
