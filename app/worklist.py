"""What there is to grade, in which order, and how far this person has come.

Everything is computed from signed records and the manifest. What a person has done with an item
is read once for a batch and then carried forward record by record, so that asking after every
verdict costs nothing that grows with the batch.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grading.verdict import Verdict

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is in one batch. Items are distinct contents, files are names.

    ``items`` = to_grade + graded + set_aside + passed + unreadable. ``second_opinion`` counts
    graded items on which this person asked for one.
    """

    items: int
    files: int
    to_grade: int
    graded: int
    set_aside: int
    passed: int
    unreadable: int
    second_opinion: int


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """One batch of this home; ``signed`` is False while its intake is not finished."""

    id: str
    title: str
    started_at: str
    signed: bool
    counts: Progress


@dataclass(frozen=True, slots=True)
class OwnVerdict:
    """A verdict of this person, as it was signed."""

    record_id: str
    decided_at: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """An item set aside: the record that did it, and why."""

    record_id: str
    item: str
    why: str | None


class Worklist:
    """The items of this home as one person's work. Used from the store thread."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws

    def batches(self) -> list[BatchSummary]:
        """Return every batch, newest first, with this person's counts."""
        raise NotImplementedError

    def progress(self, batch: str) -> Progress:
        """Return this person's counts in ``batch``."""
        raise NotImplementedError

    def order(self, batch: str) -> tuple[str, ...]:
        """Return the items still to grade, in the order to grade them.

        Left out are items with an own verdict (in any batch), an own open hold or pass, and
        those that cannot be read.
        """
        raise NotImplementedError

    def set_aside(self, batch: str) -> tuple[Held, ...]:
        """Return the items of ``batch`` this person set aside and has not graded since."""
        raise NotImplementedError

    def latest_own_verdict(self, item: str) -> OwnVerdict | None:
        """Return this person's newest verdict on ``item`` in any batch."""
        raise NotImplementedError

    def last_signed(self) -> OwnVerdict | None:
        """Return the verdict this person signed last: what a correction starts from."""
        raise NotImplementedError

    def names(self, batch: str, item: str) -> tuple[str, ...]:
        """Return the file names that ``item`` has in ``batch``."""
        raise NotImplementedError

    def found_unreadable(self, batch: str, item: str, reason: str) -> None:
        """Remember that the decoder could not show ``item``, so that it is not offered again."""
        raise NotImplementedError
