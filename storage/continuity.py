"""Whether a home goes on where its key stopped: asked before the key signs again.

A home put back from an old copy has forgotten the newest records of its own chain; what it signs
next would take a number that is taken. The pin outside the home and the embedded central store
have not forgotten.
"""

from collections.abc import Callable
from dataclasses import field

from grading.late_methods import dataclass
from storage.central.interface import CentralStore
from storage.envelope import open_envelope
from storage.errors import OlderCopyError, StorageError, VerificationError
from storage.outside_pin import OutsidePin
from storage.records import RecordStore

PAGE_RECORDS = 1_000


@dataclass(slots=True)
class Continuity:
    """Says no to signing as long as another place knows a later state than this home.

    The answer yes is remembered: nobody else writes to a home that is open. The answer no is not,
    because a sync may fetch what is missing.

    Attributes:
        store: the records of this home.
        keyid: the key that would sign.
        outside: gives the second place of the pin, if the home has one.
        central: gives the embedded central store, which answers at once.
    """

    store: RecordStore
    keyid: str
    outside: Callable[[], OutsidePin | None]
    central: Callable[[], CentralStore]
    _holds: bool = field(default=False, init=False)

    def require(self) -> None:
        """Return if the next record may be signed here.

        Raises:
            OlderCopyError: this home is older than what was seen of it elsewhere.
            CorruptStoreError: the pin outside the home is damaged.

        """
        if self._holds:
            return
        self._against_pin()
        self._against_central()
        self._holds = True

    def _against_pin(self) -> None:
        place = self.outside()
        outside = place.read() if place is not None else None
        if outside is None:
            return
        pin = self.store.logbook.pin()
        known = pin.size if pin is not None else 0
        if known < outside.size:
            raise OlderCopyError(
                f"This home was put back from an old copy: the central log had {outside.size:,} "
                f"records when this workstation last synced, and the home knows {known:,}."
            )
        if pin is not None and known == outside.size and pin.root != outside.root.hex():
            raise OlderCopyError(
                f"This home and another copy of it went different ways: they know two central "
                f"logs of {known:,} records."
            )

    def _against_central(self) -> None:
        pin = self.store.logbook.pin()
        head = self.store.head(self.keyid).seq
        try:
            later = self._own_after(head, pin.size if pin is not None else 0)
        except StorageError:
            return  # it cannot be asked now; grading goes on, and sync says what is wrong with it
        if later:
            raise OlderCopyError(
                f"This home was put back from an old copy: its central store has record "
                f"{head + later:,} of this key, and here the last is {head:,}."
            )

    def _own_after(self, head: int, size: int) -> int:
        """Return by how many numbers the log, from a size on, leads the chain that is here."""
        central, last, lead = self.central(), size - 1, 0
        while page := central.records(last, PAGE_RECORDS):
            for logged in page:
                lead = max(lead, self._number(logged.envelope) - head)
            last = page[-1].index
        return lead

    def _number(self, envelope: bytes) -> int:
        """Return the number of a record in the own chain, 0 if it is of another key."""
        try:
            record = open_envelope(envelope)
        except VerificationError:
            return 0
        seq = record.predicate.get("seq")
        return seq if record.keyid == self.keyid and isinstance(seq, int) else 0
