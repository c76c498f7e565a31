"""What every drawing here starts from: float pictures, noise, colours, and mixing."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

# Height x width x 3 (red, green, blue) or height x width, 0 to 1.
Floats: TypeAlias = NDArray[np.float32]
Colour: TypeAlias = tuple[float, float, float]
Size: TypeAlias = tuple[int, int]
Bytes: TypeAlias = NDArray[np.uint8]

_TILE_PX = 509  # a prime, so that its repetition falls in with nothing
_GRAIN = 7.0
_ROWS_AT_ONCE = 32


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
    # Drawn at half the size: the finest bumps of a large picture are not missed.
    share = 2 if min(size) > 400 else 1
    drawn = (size[0] // share, size[1] // share)
    total = np.zeros((drawn[1], drawn[0]), np.float32)
    weight = 1.0
    for _ in range(octaves):
        wide = max(2, min(round(cells), drawn[0]))
        high = max(2, min(round(cells * size[1] / size[0]), drawn[1]))
        grid = rng.random((high, wide), dtype=np.float32)
        total += np.float32(weight) * stretched(grid, drawn)
        weight, cells = weight / 2, cells * 2
    low, high_value = float(total.min()), float(total.max())
    total = (total - np.float32(low)) / np.float32(max(high_value - low, 1e-6))
    return total if share == 1 else stretched(total, size)


def stretched(grid: Floats, size: Size) -> Floats:
    """Return a picture at another size, smoothly."""
    return np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def softened(picture: Floats, radius_px: float) -> Floats:
    """Return a picture out of focus."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius_px), dtype=np.float32)


def blended(under: Floats, over: Floats | Colour, cover: Floats) -> Floats:
    """Return ``over`` laid on ``under`` where ``cover`` is 1, mixed where it is less."""
    share = np.clip(cover, 0, 1).astype(np.float32, copy=False)
    mixed = np.empty_like(under)
    top = np.broadcast_to(np.asarray(over, np.float32), under.shape)
    for rows in range(0, under.shape[0], _ROWS_AT_ONCE):  # so that it stays in the cache
        part = slice(rows, rows + _ROWS_AT_ONCE)
        np.subtract(top[part], under[part], out=mixed[part])
        mixed[part] *= share[part][..., None]
        mixed[part] += under[part]
    return mixed


def as_bytes(picture: Floats, size: Size) -> Bytes:
    """Return 8-bit pixels of a picture, enlarged to a size if it was drawn smaller."""
    pixels: Bytes = (np.clip(picture, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    if picture.shape[1::-1] == size:
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def grained(pixels: Bytes, rng: np.random.Generator) -> Bytes:
    """Return 8-bit pixels with a film's grain, so that smooth skies show no bands."""
    noise = rng.standard_normal((_TILE_PX, _TILE_PX), dtype=np.float32) * np.float32(_GRAIN)
    grain = np.clip(cv2.GaussianBlur(noise, (3, 3), 0), -20, 20)
    lit = cv2.add(pixels, _laid_out(np.maximum(grain, 0), pixels))
    return np.asarray(cv2.subtract(lit, _laid_out(np.maximum(-grain, 0), pixels)), dtype=np.uint8)


def _laid_out(tile: Floats, pixels: Bytes) -> Bytes:
    """Return grey tiles side by side, as large as a picture."""
    high, wide = pixels.shape[:2]
    grey: Bytes = np.repeat(tile.astype(np.uint8)[..., None], 3, axis=2)
    return np.tile(grey, (high // _TILE_PX + 1, wide // _TILE_PX + 1, 1))[:high, :wide]
