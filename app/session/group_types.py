"""What the sheet of a group shows, as frozen values."""

from blur.tile import CELLS, Differences, Tile
from grading.late_methods import dataclass

__all__ = ["CELLS", "Differences", "GroupState", "Tile"]


@dataclass(frozen=True, slots=True)
class GroupState:
    """The group on the Desk. `items` has the first first; `at` is the place of the chosen tile.

    `bits` says of each item in how many of 256 it differs from the group's first. `alone` are those
    revealed by themselves, `differing` those whose map marks anything; `compared` counts tiles.
    """

    items: tuple[str, ...] = ()
    bits: tuple[int, ...] = ()
    at: int = 0
    excluded: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    differing: frozenset[str] = frozenset()
    compared: int = 0
    corrects: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the sheet lies on the Desk."""
        return bool(self.items)

    @property
    def chosen(self) -> str:
        """The item that a reveal is about."""
        return self.items[self.at]
