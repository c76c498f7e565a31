"""What a central store does, whatever it runs on."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from grading.late_methods import dataclass
from storage.errors import CentralStoreError
from storage.log import CompactRange


@dataclass(frozen=True, slots=True)
class Receipt:
    """The store's answer to one envelope: where it is in the log, and whether it is new there."""

    record_id: str
    index: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class LoggedRecord:
    """One record as the central store gives it out."""

    index: int
    record_id: str
    envelope: bytes
    carrier: str


class CentralStore(Protocol):
    """An append-only log of envelopes. Every method raises CentralStoreError when it cannot."""

    def append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        """Add envelopes at the end of the log, in order, all or none.

        An envelope that is there already is not added again and keeps its index. The store
        computes each record's id itself and takes nobody's word for it.

        Raises:
            EnvelopeRefusedError: one of them is not shaped like a record.

        """
        ...

    def read(self, record_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the envelopes of those records that are here and may be seen."""
        ...

    def count_of(self, keyid: str) -> int:
        """Return how many records of one key are here and may be seen."""
        ...

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """Return up to ``limit`` leaf hashes from index ``start`` on."""
        ...

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        """Return up to ``limit`` records that may be seen, with an index over ``after_index``.

        With ``below`` nothing from that index on is looked at: who sees few records would else
        have the rest of the log searched for a page that never fills.
        """
        ...

    def revealed(self, items: Sequence[str], below: int) -> list[LoggedRecord]:
        """Return records under index ``below`` that own verdicts on these items made visible.

        They may include some that were visible before.
        """
        ...

    def shows_all(self) -> bool:
        """Return whether this person may see every record, so that one not shown is missing."""
        ...

    def size(self) -> int:
        """Return the number of leaves."""
        ...

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        """Return the root of the tree over the first ``size`` leaves.

        With a ``beginning`` that was compared already, only the leaves after it are read.
        """
        ...

    def cosign(self, keyid: str, note: str) -> None:
        """Put a workstation's cosignature (``storage.cosignature``) in the place of its last."""
        ...

    def cosignatures(self) -> list[str]:
        """Return the newest cosignature of every workstation."""
        ...

    def now(self) -> datetime | None:
        """Return the store's own time, in UTC; None for a log without a clock, as from a file."""
        ...

    def close(self) -> None:
        """Let go of the store; calling it again does nothing."""
        ...


def root_by_pages(
    leaves: Callable[[int, int], Sequence[bytes]],
    size: int,
    beginning: CompactRange | None,
    *,
    page: int,
) -> bytes:
    """Return the root over the first ``size`` leaves, ``page`` of them at a time.

    ``leaves`` gives the hashes from an index on, at most so many; ``beginning`` is the tree over
    those that are known already.

    Raises:
        CentralStoreError: there are fewer leaves than that.
    """
    tree = beginning.copy() if beginning is not None else CompactRange()
    while tree.size < size:
        found = leaves(tree.size, min(page, size - tree.size))
        if not found:
            raise CentralStoreError(f"The central log has no {size} records any more.")
        tree.extend(found)
    return tree.root()
