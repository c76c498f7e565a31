"""Mandelbrot and Julia sets, coloured by how fast their points escape."""

import numpy as np
from numpy.typing import NDArray

from blur.samples.canvas import Colour, Floats, Size, colour, ramp

_ESCAPE = 64.0
_STEPS = 128
_POINTS_AT_ONCE = 8192

PALETTES: dict[str, list[Colour]] = {
    name: [colour(code) for code in codes.split()]
    for name, codes in {
        "ember": "0b0714 3a0f2e 8a1c2f e0622b f9c667 fff7e0",
        "ice": "050a1c 0d2a55 2374a8 7cc6d8 e8f7f5 ffffff",
        "moss": "0c120b 20391f 4f7a3a a5b86a e9e2b0 fffdf0",
        "violet": "0a0618 2b1a55 6a3fa0 c07ad0 f4c8dc fff5f8",
        "ink": "101010 333333 6b6b6b a8a8a8 dedede ffffff",
    }.items()
}


def fractal(
    size: Size, centre: complex, width: float, palette: str, seed: complex | None = None
) -> Floats:
    """Return a part of the Mandelbrot set, or of the Julia set of ``seed``.

    ``centre`` and ``width`` say which part of the plane the picture shows.
    """
    wide, high = size
    across = np.linspace(-0.5, 0.5, wide) * width + centre.real
    down = np.linspace(-0.5, 0.5, high) * width * high / wide + centre.imag
    plane = (across[None, :] + 1j * down[:, None]).astype(np.complex64).ravel()
    speed = _escape_speed(plane, seed)
    banded = np.sqrt(speed) * np.float32(2.6)
    # There and back, so that neighbouring bands join.
    folded = np.abs((banded + 1) % 2 - 1)
    folded[speed <= 0] = 0
    return ramp(folded.reshape(high, wide), PALETTES[palette])


def _escape_speed(plane: NDArray[np.complex64], seed: complex | None) -> Floats:
    """Return 0 for points that stay, else how soon they leave, smooth between whole steps."""
    speed = np.zeros(plane.shape, np.float32)
    # A few thousand points at a time stay in the processor's cache from step to step.
    for start in range(0, plane.size, _POINTS_AT_ONCE):
        part = slice(start, start + _POINTS_AT_ONCE)
        _escape(plane[part], seed, speed[part])
    return speed


def _escape(plane: NDArray[np.complex64], seed: complex | None, speed: Floats) -> None:
    where = np.arange(plane.size)
    points = plane if seed is not None else np.zeros_like(plane)
    step_by = np.full_like(plane, seed) if seed is not None else plane
    for step in range(1, _STEPS + 1):
        points = points * points + step_by
        size = points.real**2 + points.imag**2
        gone = size > _ESCAPE**2
        if gone.any():
            smooth = step + 1 - np.log2(np.log(size[gone]) / (2 * np.log(_ESCAPE)))
            speed[where[gone]] = np.maximum(smooth, 1) / _STEPS
            stays = ~gone
            points, step_by, where = points[stays], step_by[stays], where[stays]
            if not where.size:
                return
