"""A tile of a group's sheet: one near-copy under its veil, and where it differs from the first.

What the map may tell is bounded by its form: 16 x 16 cells over the picture, each one of four
numbers, 64 bytes in all. That is coarser than the veil at rest, which keeps 24 waves over the
shorter side, and it says how much differs there, never what is there.
"""

from dataclasses import dataclass

from blur.frame import Frame
from blur.protocol import BrokenAnswerError

CELLS = 16  # along each side, whatever the picture's shape
MAP_BYTES = CELLS * CELLS // 4  # two bits a cell
# How far, in the mean over a spot of five of 128 samples, a picture lies outside what the first
# shows near there: more than this of 255 is marked. Near-copies that were encoded, scaled, cropped
# or toned anew stay under it.
MARKED_FROM = (20.0, 45.0, 90.0)


@dataclass(frozen=True, slots=True)
class Differences:
    """Where a picture differs from another: 0 not, 1 a little, 2 clearly, 3 altogether.

    ``cells`` has the rows of the map one after another, the top one first.
    """

    cells: bytes

    @property
    def count(self) -> int:
        """How many cells differ."""
        return len(self.cells) - self.cells.count(0)

    def at(self, column: int, row: int) -> int:
        """Return how much a cell differs; columns and rows count from 0, at the left and top."""
        return self.cells[row * CELLS + column]


SAME = Differences(bytes(CELLS * CELLS))


@dataclass(frozen=True, slots=True)
class Tile:
    """One item of a group: its frame under the veil at rest, small, and how it differs."""

    veiled: Frame
    differences: Differences


def packed_differences(differences: Differences) -> bytes:
    """Return a map as bytes; the child's side."""
    cells = differences.cells
    return bytes(
        cells[at] | cells[at + 1] << 2 | cells[at + 2] << 4 | cells[at + 3] << 6
        for at in range(0, len(cells), 4)
    )


def opened_differences(untrusted: bytes) -> Differences:
    """Return the map that a child's bytes are; any 64 bytes are one.

    Raises:
        BrokenAnswerError: they are more, or fewer.
    """
    if len(untrusted) != MAP_BYTES:
        raise BrokenAnswerError("no map of differences")
    return Differences(bytes(one >> shift & 3 for one in untrusted for shift in (0, 2, 4, 6)))
