"""The log that a bundle carries, read like a central store: a desk syncs with a file."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from storage.central.interface import LoggedRecord, Receipt
from storage.errors import NoCentralError
from storage.exchange.bundle import Bundle
from storage.log import CompactRange, root_of

CARRIER = "a bundle"


class BundleLog:
    """``CentralStore`` over a bundle whose audit found no fault; nothing can be added to it."""

    def __init__(self, bundle: Bundle, held: Mapping[str, bytes]) -> None:
        """Read the log of a bundle, and in it the records ``held``, by id."""
        self._leaves = bundle.leaves
        places = {one: proof.index for one, proof in bundle.proofs.items() if one in held}
        self._records = [
            LoggedRecord(index, one, held[one], CARRIER)
            for one, index in sorted(places.items(), key=lambda pair: pair[1])
        ]

    def append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        """Refuse: a bundle is what it is."""
        self._refuse()

    def read(self, record_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the envelopes of those records that are in the bundle."""
        wanted = set(record_ids)
        return {one.record_id: one.envelope for one in self._records if one.record_id in wanted}

    def count_of(self, keyid: str) -> int:
        """Return as many as there may be: a bundle need not hold every record of a key."""
        return self.size()

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """Return up to ``limit`` leaf hashes from index ``start`` on."""
        return list(self._leaves[start : start + limit])

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        """Return up to ``limit`` records with an index over ``after_index``."""
        end = self.size() if below is None else below
        return [one for one in self._records if after_index < one.index < end][:limit]

    def revealed(self, items: Sequence[str], below: int) -> list[LoggedRecord]:
        """Return nothing: what an own verdict opens comes in a bundle made after it."""
        return []

    def shows_all(self) -> bool:
        """Return False: a bundle need not hold every record of the log."""
        return False

    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._leaves)

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        """Return the root of the tree over the first ``size`` leaves."""
        return root_of(self._leaves[:size])

    def cosign(self, keyid: str, note: str) -> None:
        """Refuse: a bundle is what it is."""
        self._refuse()

    def cosignatures(self) -> list[str]:
        """Return nothing: a bundle carries none of other workstations."""
        return []

    def now(self) -> None:
        """Return nothing: a file has no clock."""

    def close(self) -> None:
        """Do nothing: the file was read whole."""

    def _refuse(self) -> NoReturn:
        raise NoCentralError("A bundle takes no records; it is read.")
