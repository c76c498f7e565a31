"""One folder that several desks took in is one batch here: each desk gave it an id of its own."""

from collections.abc import Callable, Iterable
from dataclasses import field

from grading.late_methods import dataclass


@dataclass(slots=True)
class _Families:
    """Batches joined one after another; each is known by the one that came first."""

    of: dict[str, str] = field(default_factory=dict)

    def first(self, batch: str) -> str:
        """Return the first of the batches that a batch is one with."""
        at = self.of.setdefault(batch, batch)
        while self.of[at] != at:
            at = self.of[at]
        self.of[batch] = at
        return at

    def join(self, one: str, other: str) -> None:
        """Make two batches one; the first keeps its name."""
        here, there = self.first(one), self.first(other)
        if here != there:
            self.of[there] = here


def same_batches(
    places: Iterable[tuple[str, str]], title_of: Callable[[str], str]
) -> dict[str, str]:
    """Return for each batch the one it is counted under: same title, and an item in common.

    Args:
        places: Pairs of a batch and an item of it; a batch is counted under the first of it here.
        title_of: What a batch is called, by its id.
    """
    families = _Families()
    titles: dict[str, str] = {}
    seen: dict[tuple[str, str], str] = {}
    for batch, item in places:
        if batch not in titles:  # of a hundred thousand places few are of another batch
            families.first(batch)
            titles[batch] = title_of(batch)
        before = seen.setdefault((titles[batch], item), batch)
        if before != batch:
            families.join(before, batch)
    return {batch: families.first(batch) for batch in families.of}
