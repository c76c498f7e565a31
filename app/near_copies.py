"""The groups of near-copies of a batch: what can be graded together, and why it is together.

A group has a first, its largest picture, and holds what lies within 31 bits of that by PDQ; what
is near to several firsts belongs to the nearest. It depends on what is in the batch alone, not on
the order in which files came. A picture without detail (quality under 50) is in none.
"""

from hashlib import sha256
from typing import TYPE_CHECKING

from grading.late_methods import dataclass
from storage.fingerprints import printed_items

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class NearCopy:
    """An item of a group, and in how many of 256 bits it differs from the first."""

    item: str
    bits: int


@dataclass(frozen=True, slots=True)
class NearGroup:
    """Near-copies of one batch: the first, then the others, the nearest first."""

    copies: tuple[NearCopy, ...]

    @property
    def first(self) -> str:
        """The item that the others are compared with."""
        return self.copies[0].item

    @property
    def items(self) -> tuple[str, ...]:
        """All items, the first first."""
        return tuple(copy.item for copy in self.copies)


def near_groups(ws: "Workstation", batch: str) -> tuple[NearGroup, ...]:
    """Return the groups of near-copies in a batch, the largest group first. Takes seconds."""
    from blur import similar  # noqa: PLC0415 - numpy: the window is up long before it is asked

    printed = [
        one
        for one in printed_items(ws.home.local, batch)
        if one.pdq_quality >= similar.LEAST_QUALITY
    ]
    printed.sort(key=lambda one: (-one.pixels, one.item))
    codes = similar.codes_of_bytes(b"".join(one.pdq for one in printed))
    groups = [
        NearGroup(tuple(NearCopy(printed[near.place].item, near.bits) for near in group))
        for group in similar.near_groups(codes)
    ]
    groups.sort(key=lambda group: (-len(group.copies), group.first))
    return tuple(groups)


def group_id(items: tuple[str, ...]) -> str:
    """Return what the verdicts given together name: a digest of the items, in whatever order."""
    return sha256("\n".join(sorted(items)).encode()).hexdigest()
