"""Use case: send what waits in the outbox to the central store, and see that it is there."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from app.pace import UNWATCHED, StoppedError, Watch
from storage.central.interface import CentralStore, Receipt
from storage.envelope import open_envelope
from storage.errors import CentralStoreError
from storage.home import Home
from storage.log import leaf_hash
from storage.rows import KeptRecord

PUSH_RECORDS = 1_000


class Upload:
    """One run. What it has done stays done, wherever it is cut."""

    def __init__(self, home: Home, central: CentralStore, watch: Watch = UNWATCHED) -> None:
        self._watch = watch
        self._local = home.local
        self._carrier = home.person.id
        self._central = central

    def run(self) -> int:
        """Send oldest first, and take out only what was read back; return how many are new there.

        Raises CentralStoreError where the store did not answer, or not as it must; StoppedError
        where it was stopped: what is there is noted all the same.
        """
        fresh, noting = 0, None
        outbox = self._local.outbox
        waiting = outbox.waiting(PUSH_RECORDS)
        pace = self._watch.pace("sending", outbox.count())
        # While the store takes in what was sent, what is there is noted and the next is read: each
        # waits for its disk.
        with ThreadPoolExecutor(1, "upload") as beside:
            while waiting and not self._watch.stopped():
                last = waiting[-1].position
                following = beside.submit(outbox.waiting, PUSH_RECORDS, after=last)
                receipts = self._sent(waiting)
                if noting is not None:
                    noting.result()
                pairs = zip(waiting, receipts, strict=True)
                places = [(kept.position, got.index) for kept, got in pairs]
                fresh += sum(receipt.fresh for receipt in receipts)
                # asked again at the end: somebody may have graded meanwhile
                waiting = following.result() or outbox.waiting(PUSH_RECORDS, after=last)
                noting = beside.submit(outbox.confirmed, places)
                pace.more(len(places))
        if noting is not None:
            noting.result()
        if waiting:
            raise StoppedError
        return fresh

    def _sent(self, waiting: Sequence[KeptRecord]) -> list[Receipt]:
        """Send records and read them back; return where in the log they are."""
        receipts = self._central.append([record.envelope for record in waiting], self._carrier)
        _check_receipts(waiting, receipts)
        found = self._central.read([record.record_id for record in waiting])
        if not self._are_there(waiting, receipts, found):
            raise CentralStoreError("The central store does not have what it confirmed.")
        return receipts

    def _are_there(
        self, sent: Sequence[KeptRecord], receipts: Sequence[Receipt], found: Mapping[str, bytes]
    ) -> bool:
        """Return whether each record sent is in the store, to the byte where it may be read.

        What somebody else signed and this desk only carries need not be readable: its leaf is.
        """
        for record, receipt in zip(sent, receipts, strict=True):
            envelope = found.get(record.record_id)
            if envelope is None and self._is_carried(record):
                if self._central.leaves(receipt.index, 1) != [leaf_hash(record.record_id)]:
                    return False
            elif envelope != record.envelope:
                return False
        return True

    def _is_carried(self, record: KeptRecord) -> bool:
        return str(open_envelope(record.envelope).predicate["author"]) != self._local.author


def _check_receipts(waiting: Sequence[KeptRecord], receipts: Sequence[Receipt]) -> None:
    sent = [record.record_id for record in waiting]
    if [receipt.record_id for receipt in receipts] != sent:
        raise CentralStoreError("The central store confirmed other records than were sent.")
