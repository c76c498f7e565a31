"""Makes the tiles of one group at a time: each veiled and compared with the group's first."""

from blur.child.difference import Samples, differences, samples_of
from blur.child.kept import first_of
from blur.child.pixels import Pixels
from blur.child.rendering import as_bgrx, greyed, veiled, working_size
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.tile import SAME, Differences
from blur.veil import RESTING_LEVEL

_DECODED_SIDE_PX = 256  # twice the samples that are compared, and enough for the veil at rest


class Tiles:
    """Keeps of a group's first only the samples that others are compared with."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._first: tuple[bytes, Samples] | None = None

    def begin(
        self, token: bytes, data: bytes, room: tuple[int, int]
    ) -> tuple[PictureFacts, Pixels, Differences]:
        """Make the first's tile, and keep what its group is compared with under ``token``."""
        facts, small, shown = self._looked_at(data, room)
        self._first = token, samples_of(shown)
        return facts, small, SAME

    def tile(
        self, token: bytes, data: bytes, room: tuple[int, int]
    ) -> tuple[PictureFacts, Pixels, Differences] | None:
        """Make another's tile; ``None`` if the first of its group is not held any more."""
        if self._first is None or self._first[0] != token:
            return None
        facts, small, shown = self._looked_at(data, room)
        return facts, small, differences(self._first[1], samples_of(shown))

    def _looked_at(self, data: bytes, room: tuple[int, int]) -> tuple[PictureFacts, Pixels, Pixels]:
        first = first_of(data, self._limits, (_DECODED_SIDE_PX, _DECODED_SIDE_PX))
        size = (first.facts.width_px, first.facts.height_px)
        small = first.frame.greyed().scaled(working_size(size, RESTING_LEVEL, room)).shown()
        return first.facts, veiled(greyed(as_bgrx(small)), RESTING_LEVEL), first.frame.shown()
