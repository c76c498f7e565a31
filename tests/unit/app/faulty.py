"""A line to a central store that fails where the test says."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from storage.central.interface import CentralStore, LoggedRecord, Receipt
from storage.errors import CentralUnreachableError
from storage.log import CompactRange

T = TypeVar("T")


class Faulty:
    """A central store behind a line that fails at one step. Implements ``CentralStore``.

    Every call has two steps: the question may be lost before the store sees it, the answer after
    it has done what was asked.
    """

    def __init__(self, inner: CentralStore, fails_at: int) -> None:
        self._inner = inner
        self._fails_at = fails_at
        self.steps = 0
        self.at_the_step: Callable[[], None] | None = None  # what happens there; else it fails

    def append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        return self._asked(lambda: self._inner.append(envelopes, carrier))

    def read(self, record_ids: Sequence[str]) -> dict[str, bytes]:
        return self._asked(lambda: self._inner.read(record_ids))

    def count_of(self, keyid: str) -> int:
        return self._asked(lambda: self._inner.count_of(keyid))

    def leaves(self, start: int, limit: int) -> list[bytes]:
        return self._asked(lambda: self._inner.leaves(start, limit))

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        return self._asked(lambda: self._inner.records(after_index, limit, below))

    def revealed(self, items: Sequence[str], below: int) -> list[LoggedRecord]:
        return self._asked(lambda: self._inner.revealed(items, below))

    def shows_all(self) -> bool:
        return self._asked(self._inner.shows_all)

    def size(self) -> int:
        return self._asked(self._inner.size)

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        return self._asked(lambda: self._inner.root(size, beginning))

    def cosign(self, keyid: str, note: str) -> None:
        self._asked(lambda: self._inner.cosign(keyid, note))

    def cosignatures(self) -> list[str]:
        return self._asked(self._inner.cosignatures)

    def now(self) -> datetime | None:
        return self._asked(self._inner.now)

    def close(self) -> None:
        self._inner.close()

    def _asked(self, question: Callable[[], T]) -> T:
        self._step()
        answer = question()
        self._step()
        return answer

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self._fails_at:
            if self.at_the_step is not None:
                self.at_the_step()
                return
            raise CentralUnreachableError("The line was cut.")
