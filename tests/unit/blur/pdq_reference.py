"""PDQ once more, from its published description alone, in float64 and without any shortcut.

Source: "PDQ and TMK + PDQF" (hashing.pdf of facebook/ThreatExchange, 2019), and the comments of
its C++ reference. A picture is taken as it is: the description's step before, making a large one
smaller, is the caller's. Nothing here is shared with `blur.child.prints`.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]


def reference_waves(pixels: NDArray[np.uint8]) -> tuple[Grid, int]:
    """Return the 16 x 16 waves (orders 1 to 16 both ways) and the quality."""
    grid = pixels @ np.array([0.299, 0.587, 0.114]) if pixels.ndim == 3 else pixels.astype(float)
    high, wide = grid.shape
    for _ in range(2):  # a tent, as two boxes
        grid = boxed(grid, window_of(wide))
        grid = boxed(grid.T, window_of(high)).T
    rows = [int((number + 0.5) * high / 64) for number in range(64)]
    columns = [int((number + 0.5) * wide / 64) for number in range(64)]
    small = grid[rows][:, columns]
    places = np.arange(64)
    matrix = np.stack(
        [np.sqrt(2 / 64) * np.cos(np.pi / 128 * order * (2 * places + 1)) for order in range(1, 17)]
    )
    return matrix @ small @ matrix.T, quality_of(small)


def bits_of(waves: Grid) -> str:
    """Return the fingerprint in hex: each wave's bit is whether it is above the lower median."""
    median = sorted(waves.ravel())[127]
    number = 0
    for row in range(16):
        for column in range(16):
            number |= int(waves[row, column] > median) << (16 * row + column)
    return f"{number:064x}"


def window_of(length: int) -> int:
    """The width of one box: half of a 64th, rounded up."""
    return -(-length // 128)


def boxed(lines: Grid, window: int) -> Grid:
    """Means over a window along each row, cut at both ends; an even one reaches farther ahead."""
    ahead = (window + 2) // 2 - 1
    behind = window - 1 - ahead
    length = lines.shape[1]
    sums = np.concatenate([np.zeros((len(lines), 1)), lines.cumsum(axis=1)], axis=1)
    ends = [min(at + ahead + 1, length) for at in range(length)]
    starts = [max(at - behind, 0) for at in range(length)]
    return (sums[:, ends] - sums[:, starts]) / np.subtract(ends, starts)


def quality_of(small: Grid) -> int:
    """The sum of steps between neighbours, each in whole per cents of white, over 90, up to 100."""
    steps = 0
    for row in range(64):
        for column in range(64):
            for other in ((row + 1, column), (row, column + 1)):
                if max(other) < 64:
                    steps += abs(int((small[row, column] - small[other]) * 100 / 255))
    return min(steps // 90, 100)


_ROW, _COLUMN = np.indices((16, 16))


def _signed(negative: NDArray[np.bool_], waves: Grid) -> Grid:
    return np.where(negative, -waves, waves)


# What is published of a picture that is turned or flipped: which waves change their sign, and
# whether rows and columns change places. Beside it, how numpy does the same to the pixels.
TURNS: Mapping[str, tuple[Callable[[Grid], Grid], Callable[[Grid], Grid]]] = {
    "a quarter to the left": (
        lambda waves: _signed(_COLUMN % 2 == 0, waves).T,
        np.rot90,
    ),
    "a half": (
        lambda waves: _signed((_ROW + _COLUMN) % 2 == 1, waves),
        lambda pixels: np.rot90(pixels, 2),
    ),
    "a quarter to the right": (
        lambda waves: _signed(_ROW % 2 == 0, waves).T,
        lambda pixels: np.rot90(pixels, -1),
    ),
    "upside down": (lambda waves: _signed(_ROW % 2 == 0, waves), lambda pixels: pixels[::-1]),
    "left to right": (
        lambda waves: _signed(_COLUMN % 2 == 0, waves),
        lambda pixels: pixels[:, ::-1],
    ),
    "about the falling diagonal": (lambda waves: waves.T, lambda pixels: pixels.swapaxes(0, 1)),
    "about the rising diagonal": (
        lambda waves: _signed((_ROW + _COLUMN) % 2 == 1, waves).T,
        lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    ),
}
