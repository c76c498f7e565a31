"""The veil, greyscale and edges, put over plain pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from blur.child.pixels import Pixels, fitted, resized
from blur.veil import (
    CLEAR_LEVEL,
    LIFTED_BLACK,
    RESTING_LEVEL,
    SOLID_LEVEL,
    WORKING_SIDE_PX,
    sigma_share,
)

_SOLID = 96
_EDGE_GAIN = 0.75
# A picture smaller than this is enlarged before the heaviest veil, so that enlarging the frame
# on the screen draws no corners into it.
_LEAST_SIDE_PX = 96
_LIFT = np.minimum(np.rint(np.hypot(np.arange(256), LIFTED_BLACK)), 255).astype(np.uint8)


def solid(size: tuple[int, int], grey: bool) -> Pixels:
    """Return a frame that shows nothing of the picture but its shape."""
    shape = (size[1], size[0]) if grey else (size[1], size[0], 4)
    return np.full(shape, _SOLID, np.uint8)


def working_size(size: tuple[int, int], level: int, room: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which a level's Gaussian is run, for a picture of ``size``.

    The lighter the veil, the larger, so that the Gaussian covers as many pixels at every level.
    """
    short = min(size)
    side = WORKING_SIDE_PX * sigma_share(RESTING_LEVEL) / sigma_share(level)
    least = _LEAST_SIDE_PX if level == RESTING_LEVEL else 1
    share = min(side, max(short, least)) / short
    wanted = max(1, round(size[0] * share)), max(1, round(size[1] * share))
    return fitted(wanted, room)


def veiled(small: Pixels, level: int) -> Pixels:
    """Return pixels of a level's working size under its Gaussian."""
    sigma_px = sigma_share(level) * min(small.shape[:2])
    if level > RESTING_LEVEL:
        return _rounded(cv2.GaussianBlur(small, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT))
    # In floating point, and lifted before the Gaussian, so that nothing fine comes in after it.
    lifted = cv2.LUT(small, _LIFT).astype(np.float32)
    return _rounded(cv2.GaussianBlur(lifted, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT))


def edges_of(pixels: Pixels, level: int) -> Pixels:
    """Return where brightness changes, light on dark, as grey; no sharper than the level is."""
    grey = greyed(pixels)
    across = cv2.Scharr(grey, cv2.CV_32F, 1, 0)
    down = cv2.Scharr(grey, cv2.CV_32F, 0, 1)
    strength = cv2.magnitude(across, down) * np.float32(_EDGE_GAIN / 4)
    lines = _rounded(np.minimum(strength, 255))
    # The size of a slope has finer detail than the slope: veil it again.
    return lines if level >= CLEAR_LEVEL else veiled(lines, level)


def greyed(pixels: Pixels) -> Pixels:
    """Return grey pixels of BGRX or grey ones."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY), dtype=np.uint8)


def as_bgrx(shown: Pixels) -> Pixels:
    """Return BGRX pixels of RGB or grey ones."""
    how = cv2.COLOR_GRAY2BGRA if shown.ndim == 2 else cv2.COLOR_RGB2BGRA
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(shown), how), dtype=np.uint8)


def under_veil(
    clear: Pixels, level: int, room: tuple[int, int], *, edges: bool, grey: bool
) -> Pixels:
    """Return a whole clear picture (BGRX or grey) under a level's veil, at that level's size."""
    high, wide = clear.shape[:2]
    if level == SOLID_LEVEL:
        return solid(working_size((wide, high), RESTING_LEVEL, room), grey or edges)
    if level < CLEAR_LEVEL:
        size = working_size((wide, high), level, room)
        clear = veiled(resized(greyed(clear) if grey else clear, size), level)
    if edges:
        return edges_of(clear, level)
    return greyed(clear) if grey else clear


def rows_aligned(pixels: Pixels) -> Pixels:
    """Return contiguous pixels whose rows are a multiple of four bytes long."""
    if pixels.ndim == 3 or pixels.shape[1] % 4 == 0:
        return np.ascontiguousarray(pixels)
    padding = -pixels.shape[1] % 4
    padded = cv2.copyMakeBorder(pixels, 0, 0, 0, padding, cv2.BORDER_CONSTANT, value=[0])
    return np.asarray(padded, dtype=np.uint8)


def _rounded(pixels: NDArray[np.float32] | Pixels | cv2.typing.MatLike) -> Pixels:
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, dtype=np.uint8)
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
