"""Pictures made of whole numbers alone, so that they are the same on every machine for good."""

import numpy as np
from numpy.typing import NDArray

_EDGE, _STEP = 9, 1 << 8


def picture(number: int, wide: int, high: int) -> NDArray[np.uint8]:
    """Soft fields of colour between drawn points: detail as a photograph has it, in RGB."""
    state = 20_260_101 + number
    points = np.zeros((_EDGE, _EDGE, 3), np.int64)
    for place in np.ndindex(points.shape):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % (1 << 64)
        points[place] = 255 - (state >> 56 >> number % 5)  # some rich in detail, some poor
    return _between(_between(points, high, 0), wide, 1).astype(np.uint8)


def _between(points: NDArray[np.int64], length: int, axis: int) -> NDArray[np.int64]:
    """Points along an axis, joined by straight lines, rounded down."""
    at = np.arange(length) * (_EDGE - 1) * _STEP // length
    first, share = at // _STEP, at % _STEP
    shape = [1, 1, 1]
    shape[axis] = length
    share = share.reshape(shape)
    before, after = points.take(first, axis), points.take(first + 1, axis)
    return (before * (_STEP - share) + after * share) // _STEP
