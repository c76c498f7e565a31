"""Use case: hold the central log against what this machine verified of it, before anything moves.

What a sync reads of the log does not grow with the log: the newest leaves under the pin, and of the
older ones so many in turn, from the first again after the last. Whatever shifts the log (a record
dropped, a tail cut, an old copy, a fork) shows in the newest at once; a leaf exchanged in its place
among the older ones shows when its turn comes. A log up to `NEWEST` and `IN_TURN` leaves is
compared whole each time, as `verify --central` always does.
"""

from app.cosigning import Refusal
from storage.central.interface import CentralStore
from storage.errors import CentralRewrittenError
from storage.home import Home
from storage.log import Checkpoint, CompactRange
from storage.rows import Pin

NEWEST = 10_000  # leaves under the pin
IN_TURN = 40_000  # of those before
TURN_NOTE = "log_compared_in_turn"  # up to which leaf the last turns came
_PAGE = 10_000
_ASKED_RECORDS = 1_000


class Comparison:
    """One sync's look at the log."""

    def __init__(
        self, home: Home, central: CentralStore, outside: Checkpoint | None, refusal: Refusal
    ) -> None:
        """Take what to compare, and how to refuse; ``outside`` is the pin in the second place."""
        self._local = home.local
        self._logbook = home.local.logbook
        self._keyid = home.signer.keyid
        self._central = central
        self._outside = outside
        self._refusal = refusal

    def run(self, *, whole: bool = False) -> None:
        """Refuse a log that is not a longer form of the one this machine has verified.

        ``whole`` compares every leaf, and is not one of the turns: for a log that came by file.

        Raises CentralRewrittenError.
        """
        pin, size = self._logbook.pin(), self._central.size()
        for known in (pin, self._outside):
            if known is not None and size < known.size:
                raise self._refusal(size, f"had {known.size} records and has {size} now")
        if pin is not None and not self._begins_alike(pin, whole=whole):
            raise self._another_root(size, pin.size)
        if self._outside is not None and not self._leads_through(self._outside, pin):
            raise self._another_root(size, self._outside.size)
        last = self._logbook.last_index()
        if last is not None and last >= size:
            raise self._refusal(size, f"confirmed a record at {last} and does not have it now")
        self._require_own(size)

    def _another_root(self, size: int, known: int) -> CentralRewrittenError:
        return self._refusal(size, f"has another root over its first {known} records")

    def _begins_alike(self, pin: Pin, *, whole: bool) -> bool:
        """Whether the log has, under the pin, the leaves that are kept here."""
        newest = max(0, pin.size - NEWEST)
        in_turn = newest > IN_TURN and not whole
        turn = self._local.note_get(TURN_NOTE) or 0 if in_turn else 0
        start = turn if turn < newest else 0
        end = min(newest, start + IN_TURN) if in_turn else newest
        # What this turn has left after the last goes to the first: where the log grows with each
        # sync there would else always be a few more before the end, and never a way round it.
        again = min(start, IN_TURN - (end - start)) if end == newest else 0
        parts = ((newest, pin.size), (start, end), (0, again))
        if not all(self._are_alike(*part) for part in parts):
            # what is kept here may be damaged too: the root alone says whose fault it is
            return self._central.root(pin.size).hex() == pin.root
        if in_turn:
            self._local.note_put(TURN_NOTE, again if end == newest else end)
        return True

    def _are_alike(self, start: int, end: int) -> bool:
        for at in range(start, end, _PAGE):
            many = min(_PAGE, end - at)
            if self._central.leaves(at, many) != self._logbook.leaves(at, many):
                return False
        return True

    def _leads_through(self, outside: Checkpoint, pin: Pin | None) -> bool:
        """Whether the log is a longer form of the one pinned outside the home."""
        if pin is None:
            return self._central.root(outside.size) == outside.root
        if outside.size <= pin.size:
            return self._local.log_states.root_at(outside.size) == outside.root
        known = CompactRange.from_bytes(pin.compact_range)
        return self._central.root(outside.size, known) == outside.root

    def _require_own(self, size: int) -> None:
        """Refuse a log that has the leaves of what this key sent, and not all of the records."""
        if self._central.count_of(self._keyid) >= self._logbook.count_confirmed(self._keyid):
            return
        confirmed = self._logbook.confirmed(self._keyid)
        for start in range(0, len(confirmed), _ASKED_RECORDS):
            asked = confirmed[start : start + _ASKED_RECORDS]
            there = self._central.read(asked)
            lost = next((record_id for record_id in asked if record_id not in there), None)
            if lost is not None:
                raise self._refusal(size, f"confirmed record {lost} and lost it")
