"""What every drawing here starts from: float pictures, noise, colours, and mixing."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

# Height x width x 3 (red, green, blue) or height x width, 0 to 1.
Floats: TypeAlias = NDArray[np.float32]
Colour: TypeAlias = tuple[float, float, float]
Size: TypeAlias = tuple[int, int]


def colour(code: str) -> Colour:
    """Return the colour that six hex digits say, as the screen has it, 0 to 1."""
    return int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:], 16) / 255


def filled(size: Size, with_colour: Colour) -> Floats:
    """Return a picture of one colour; ``size`` is width and height in pixels."""
    picture = np.empty((size[1], size[0], 3), np.float32)
    picture[:] = with_colour
    return picture


def ramp(values: Floats, colours: list[Colour]) -> Floats:
    """Return a picture that shows numbers 0 to 1 as colours, blended between evenly set stops."""
    table = np.linspace(0, 1, 1024, dtype=np.float32)
    stops = np.linspace(0, 1, len(colours))
    channels = [np.interp(table, stops, [stop[axis] for stop in colours]) for axis in range(3)]
    palette = np.stack(channels, axis=-1).astype(np.float32)
    picture: Floats = palette[(np.clip(values, 0, 1) * 1023).astype(np.int32)]
    return picture


def upright(size: Size) -> Floats:
    """Return how far down each pixel lies, 0 at the top to 1 at the bottom."""
    rows = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    return np.broadcast_to(rows, (size[1], size[0]))


def clouds(rng: np.random.Generator, size: Size, cells: float, octaves: int = 5) -> Floats:
    """Return smooth noise, about 0 to 1, with ``cells`` bumps across its width at the coarsest."""
    total = np.zeros((size[1], size[0]), np.float32)
    weight = 1.0
    for _ in range(octaves):
        wide = max(2, min(round(cells), size[0]))
        high = max(2, min(round(cells * size[1] / size[0]), size[1]))
        grid = rng.random((high, wide), dtype=np.float32)
        total += np.float32(weight) * stretched(grid, size)
        weight, cells = weight / 2, cells * 2
    low, high_value = float(total.min()), float(total.max())
    return (total - np.float32(low)) / np.float32(max(high_value - low, 1e-6))


def stretched(grid: Floats, size: Size) -> Floats:
    """Return a picture at another size, smoothly."""
    return np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def softened(picture: Floats, radius_px: float) -> Floats:
    """Return a picture out of focus."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius_px), dtype=np.float32)


def blended(under: Floats, over: Floats | Colour, cover: Floats) -> Floats:
    """Return ``over`` laid on ``under`` where ``cover`` is 1, mixed where it is less."""
    share = np.clip(cover, 0, 1)[..., None]
    top = np.asarray(over, np.float32)
    mixed: Floats = under + (top - under) * share
    return mixed


def as_bytes(picture: Floats, rng: np.random.Generator, grain: float = 0.012) -> NDArray[np.uint8]:
    """Return 8-bit pixels, with a little grain so that smooth skies show no bands."""
    height, width = picture.shape[:2]
    noise = stretched(
        rng.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32), (width, height)
    )
    grained = picture + np.float32(grain) * (noise if picture.ndim == 2 else noise[..., None])
    pixels: NDArray[np.uint8] = (np.clip(grained, 0, 1) * 255 + 0.5).astype(np.uint8)
    return pixels
