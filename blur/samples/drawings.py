"""Drawings in line: plans of flats, spirographs, contour maps, boxes in perspective."""

import cv2
import numpy as np
from numpy.typing import NDArray

from blur.samples.canvas import Colour, Floats, Size, clouds, colour, filled

_SHIFT = 4  # OpenCV takes sixteenths of a pixel, which keeps lines smooth


def _line(
    picture: Floats, points: NDArray[np.float64], ink: Colour, width_px: float, closed: bool = False
) -> None:
    corners = np.round(points * (1 << _SHIFT)).astype(np.int32)
    width = max(1, round(width_px))
    cv2.polylines(picture, [corners], closed, ink, width, cv2.LINE_AA, _SHIFT)


def _paper(rng: np.random.Generator, size: Size, tone: str) -> Floats:
    sheet = (
        filled(size, colour(tone))
        * (np.float32(0.97) + clouds(rng, size, 50, 3) * np.float32(0.04))[..., None]
    )
    return np.ascontiguousarray(sheet)


def floor_plan(rng: np.random.Generator, size: Size, tone: str = "f3efe4") -> Floats:
    """Return the plan of a flat: walls, doors, windows, a measure along the edge."""
    wide, high = size
    picture = _paper(rng, size, tone)
    ink = colour("26364a")
    scale = min(wide, high)
    rooms = _split(rng, (0.12, 0.14, 0.76, 0.7), 0)
    for left, top, across, down in rooms:
        corners = np.array(
            [(left, top), (left + across, top), (left + across, top + down), (left, top + down)]
        ) * (wide, high)
        _line(picture, corners, ink, scale / 160, closed=True)
        _door(rng, picture, corners, scale)
    _measure(picture, ink)
    return picture


def _split(
    rng: np.random.Generator, room: tuple[float, float, float, float], depth: int
) -> list[tuple[float, float, float, float]]:
    left, top, across, down = room
    if depth >= 3 or (depth == 2 and rng.random() < 0.4):
        return [room]
    share = rng.uniform(0.36, 0.64)
    if across > down:
        first = (left, top, across * share, down)
        second = (left + across * share, top, across * (1 - share), down)
    else:
        first = (left, top, across, down * share)
        second = (left, top + down * share, across, down * (1 - share))
    return _split(rng, first, depth + 1) + _split(rng, second, depth + 1)


def _door(
    rng: np.random.Generator, picture: Floats, corners: NDArray[np.float64], scale: int
) -> None:
    size = scale / 13
    hinge = corners[0] + (corners[1] - corners[0]) * rng.uniform(0.2, 0.6)
    gap = np.array([hinge, hinge + np.array((size, 0.0))])
    _line(picture, gap, tuple(picture[2, 2].tolist()), scale / 110)
    angles = np.linspace(0, np.pi / 2, 24)
    swing = hinge + size * np.stack([np.cos(angles), np.sin(angles)], 1)
    _line(picture, swing, colour("7d8da0"), scale / 500)
    _line(picture, np.array([hinge, swing[-1]]), colour("26364a"), scale / 300)


def _measure(picture: Floats, ink: Colour) -> None:
    high, wide = picture.shape[:2]
    level = high * 0.92
    _line(picture, np.array([(wide * 0.12, level), (wide * 0.88, level)]), ink, wide / 700)
    for tick in np.linspace(0.12, 0.88, 11):
        ends = np.array([(wide * tick, level - high / 80), (wide * tick, level + high / 80)])
        _line(picture, ends, ink, wide / 700)


def spirograph(rng: np.random.Generator, size: Size, tone: str = "fbf8f0") -> Floats:
    """Return curves of wheels rolling in wheels."""
    picture = _paper(rng, size, tone)
    middle = np.array(size) / 2
    reach = min(size) * 0.44
    for code in ("b03a2e", "1f618d", "1e8449", "7d3c98"):
        teeth, wheel = int(rng.integers(60, 110)), int(rng.integers(20, 52))
        pen = rng.uniform(0.5, 0.95)
        turn = np.linspace(0, 2 * np.pi * wheel / np.gcd(teeth, wheel), 9000)
        share = wheel / teeth
        arm = (1 - share) * np.exp(1j * turn) + pen * share * np.exp(-1j * turn * (1 / share - 1))
        points = middle + reach * np.stack([arm.real, arm.imag], 1)
        _line(picture, points, colour(code), min(size) / 900)
    return picture


def contour_map(rng: np.random.Generator, size: Size, tone: str = "f5f0df") -> Floats:
    """Return a map of hills by lines of equal height."""
    picture = _paper(rng, size, tone)
    height = clouds(rng, size, 4, 4)
    for step, level in enumerate(np.linspace(0.12, 0.9, 22)):
        above = (height > level).astype(np.uint8)
        outlines, _ = cv2.findContours(above, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        ink = colour("8a5a2b") if step % 5 else colour("5a3515")
        width = min(size) / (900 if step % 5 else 450)
        for outline in outlines:
            _line(picture, outline[:, 0, :].astype(np.float64), ink, width, closed=True)
    return picture


def boxes(rng: np.random.Generator, size: Size, tone: str = "1d3557") -> Floats:
    """Return a town of boxes in parallel perspective, white on blue, as a draughtsman draws."""
    picture = _paper(rng, size, tone)
    wide, high = size
    unit = wide / 19
    right, left, up = np.array((0.87, 0.5)), np.array((-0.87, 0.5)), np.array((0.0, -1.0))
    ground = colour(tone)
    for row in range(9):
        for column in range(9):
            foot = np.array((wide / 2, high * 0.24)) + unit * 1.35 * (column * right + row * left)
            tall = unit * rng.uniform(0.4, 3.4)
            faces = (
                (foot, right * unit, up * tall, 0.82),
                (foot + right * unit, left * unit, up * tall, 1.0),
                (foot + left * unit, right * unit, up * tall, 1.12),
                (foot + up * tall, right * unit, left * unit, 1.3),
            )
            for start, along, across, light in faces[1:]:
                face = np.array([start, start + along, start + along + across, start + across])
                fill = tuple(min(1.0, channel * light) for channel in ground)
                cv2.fillPoly(picture, [(face * 16).astype(np.int32)], fill, cv2.LINE_AA, _SHIFT)
                _line(picture, face, colour("e8eef5"), wide / 900, closed=True)
    return picture
