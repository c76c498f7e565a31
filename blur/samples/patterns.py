"""Gradients and surfaces: wood, marble, brick, weave, waves, terrazzo."""

from itertools import pairwise

import cv2
import numpy as np

from blur.samples.canvas import Colour, Floats, Size, blended, clouds, colour, filled, ramp, upright


def _colours(codes: str) -> list[Colour]:
    return [colour(code) for code in codes.split()]


def gradient(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return colours flowing into each other, folded a little by noise."""
    fold = clouds(rng, size, 2.5, 3)
    across = np.linspace(0, 1, size[0], dtype=np.float32)[None, :]
    return ramp(upright(size) * 0.5 + across * 0.25 + fold * np.float32(0.4), _colours(codes))


def marble(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return polished stone with veins."""
    fold = clouds(rng, size, 4, 7)
    across = np.linspace(0, 3, size[0], dtype=np.float32)[None, :]
    vein = np.abs(np.sin((across + upright(size) + fold * 3.2) * np.float32(np.pi)))
    fine = np.abs(clouds(rng, size, 9, 6) - np.float32(0.5)) * 2
    return ramp(vein**0.35 * np.float32(0.8) + np.minimum(fine * 3, 1) * 0.2, _colours(codes))


def wood(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return planks with grain."""
    wide, high = size
    planks = 5
    picture = np.empty((high, wide, 3), np.float32)
    edges = np.linspace(0, wide, planks + 1).astype(int)
    for left, right in pairwise(edges):
        long = clouds(rng, (high // 6, right - left), 3, 4)
        grain = cv2.resize(long, (high, right - left), interpolation=cv2.INTER_CUBIC).T
        rings = (np.sin(grain * np.float32(34)) * 0.5 + 0.5) * 0.6
        fibre = clouds(rng, (right - left, high // 20), 40, 2)
        fibres = cv2.resize(fibre, (right - left, high), interpolation=cv2.INTER_CUBIC)
        plank = ramp(rings + fibres * 0.3 + np.float32(rng.uniform(0, 0.15)), _colours(codes))
        plank[:, : max(2, wide // 500)] *= 0.35
        picture[:, left:right] = plank
    return picture


def bricks(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return a wall of bricks."""
    wide, high = size
    mortar, *tones = _colours(codes)
    picture = filled(size, mortar)
    rows = 14
    tall = high / rows
    long = tall * 2.6
    joint = tall * 0.07
    for row in range(rows):
        for column in range(-1, int(wide / long) + 1):
            left = int((column + (row % 2) * 0.5) * long + joint)
            box = (
                slice(int(row * tall + joint), int((row + 1) * tall - joint)),
                slice(max(left, 0), max(0, int(left + long - 2 * joint))),
            )
            tone = np.asarray(tones[int(rng.integers(len(tones)))]) * rng.uniform(0.8, 1.12)
            picture[box] = tone
    return picture * (np.float32(0.72) + clouds(rng, size, 60, 5) * np.float32(0.5))[..., None]


def weave(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return woven cloth: threads over and under."""
    wide, high = size
    threads = 56
    across = np.arange(wide, dtype=np.float32)[None, :] * threads / wide
    down = np.arange(high, dtype=np.float32)[:, None] * threads / wide
    over = ((np.floor(across) + np.floor(down)) % 2).astype(np.float32)
    warp = np.abs(np.sin(across * np.float32(np.pi))) * np.abs(np.sin(down * np.pi / 2 + over))
    weft = np.abs(np.sin(down * np.float32(np.pi)))
    first, second, stripe = _colours(codes)
    light = np.where(over > 0.5, warp, weft) * np.float32(0.5) + np.float32(0.5)
    base = blended(filled(size, first), second, over)
    bands = ((across // 7 % 3 < 1) | (down // 7 % 3 < 1)).astype(np.float32)
    cloth = blended(base, stripe, bands * 0.6) * light[..., None].astype(np.float32)
    return cloth * (np.float32(0.85) + clouds(rng, size, 30, 4) * np.float32(0.25))[..., None]


def waves(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return the rings of drops that fell into a pond."""
    wide, high = size
    across = np.linspace(0, wide / high, wide, dtype=np.float32)[None, :]
    down = upright(size)
    height = np.zeros((high, wide), np.float32)
    for _ in range(5):
        x, y = rng.uniform(0, wide / high), rng.uniform(0, 1)
        far = np.hypot(across - np.float32(x), down - np.float32(y))
        height += np.sin(far * np.float32(rng.uniform(60, 110))) * np.exp(-far * 3)
    return ramp(height * 0.25 + 0.35 + clouds(rng, size, 3) * 0.25, _colours(codes))


def terrazzo(rng: np.random.Generator, size: Size, codes: str) -> Floats:
    """Return polished chips of stone in cement."""
    ground, *chips = _colours(codes)
    picture = np.ascontiguousarray(filled(size, ground))
    wide, high = size
    for _ in range(700):
        around = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 8))))
        reach = rng.uniform(0.004, 0.03) * wide * rng.uniform(0.6, 1, len(around))
        middle = rng.uniform(0, 1, 2) * (wide, high)
        corners = middle + np.stack([np.cos(around), np.sin(around)], 1) * reach[:, None]
        tone = np.asarray(chips[int(rng.integers(len(chips)))]) * rng.uniform(0.85, 1.1)
        cv2.fillPoly(
            picture, [(corners * 16).astype(np.int32)], tone.tolist(), cv2.LINE_AA, shift=4
        )
    return picture * (np.float32(0.93) + clouds(rng, size, 20, 4) * np.float32(0.1))[..., None]
