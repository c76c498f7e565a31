"""Pictures for benchmarks: large JPEGs of noise over a gradient, each with bytes of its own."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

WIDE_PX, HIGH_PX = 4000, 3000  # 12 megapixels
BASES = 6  # pictures really painted; the others differ from one of them in a comment only


def paint_jpegs(
    folder: Path, count: int, size_px: tuple[int, int] = (WIDE_PX, HIGH_PX), bases: int = BASES
) -> None:
    """Write `count` JPEGs, of 12 megapixels about 3 MB each, no two alike in their bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    painted = [_jpeg(seed, *size_px) for seed in range(min(count, bases))]
    for number in range(count):
        base = painted[number % len(painted)]
        marked = base[:2] + _comment(f"picture {number}") + base[2:]
        (folder / f"{number:04}.jpg").write_bytes(marked)


def _jpeg(seed: int, wide_px: int, high_px: int) -> bytes:
    """Return one picture: coarse colour waves with grain, which compress like a photograph."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:high_px, 0:wide_px].astype(np.float32)
    channels = [
        127 + 90 * np.sin(x / random.uniform(150, 600) + y / random.uniform(150, 600))
        for _ in range(3)
    ]
    grain = random.normal(0, 6, (high_px, wide_px, 1))
    pixels = np.clip(np.stack(channels, axis=-1) + grain, 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=88)
    return stream.getvalue()


def _comment(text: str) -> bytes:
    """Return a JPEG comment segment."""
    data = text.encode()
    return b"\xff\xfe" + (len(data) + 2).to_bytes(2, "big") + data
