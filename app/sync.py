"""Use case: send what waits to the central store, and take in what is new there.

One loop, resumable at every step: nothing leaves the outbox before the central store was read
back, nothing is pinned before every leaf was seen and the roots agree. It holds the local store
for a page at a time only, so that grading never waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.schemes import SchemeShelf
from grading.scheme import Scheme
from storage.book import LocalBook
from storage.central.interface import CentralStore, LoggedRecord, Receipt
from storage.envelope import Opened
from storage.envelope import record_id as id_of
from storage.errors import CentralRewrittenError, CentralStoreError, VerificationError
from storage.home import Home
from storage.log import Checkpoint, CompactRange, leaf_hash
from storage.rows import KeptRecord, Pin
from storage.verification import Place, SchemeFinder, verify, verify_alone

PUSH_RECORDS = 1_000
PULL_RECORDS = 1_000
_ROSTER_KINDS = frozenset({"roster", "approval"})


@dataclass(frozen=True, slots=True)
class SyncSummary:
    """What a sync did, and the log as this machine has verified it."""

    pushed: int
    pulled: int
    waiting: int
    size: int
    root: str  # hex
    alarms: int = 0  # records that were there and are not what they must be


def sync(
    home: Home, central: CentralStore | None = None, *, schemes: SchemeFinder | None = None
) -> SyncSummary:
    """Send and fetch, and return what moved.

    Args:
        home: an open home.
        central: the store to sync with; the home's own if None.
        schemes: finds the scheme a pulled verdict names; the program's own shelf if None.

    Raises:
        CentralRewrittenError: the log is not the one this machine knows; both are kept.
        CentralStoreError: the store did not answer, or not as it must. What was done stays.
        StoreError: the local store refused a write.

    """
    run = _Sync(home, central or home.central(), schemes or _Shelf())
    run.compare()
    run.push()
    run.pull()
    return run.summary()


class _Shelf:
    """Reads the program's schemes on the first question only; most syncs pull no verdict."""

    def __init__(self) -> None:
        self._shelf: SchemeShelf | None = None

    def __call__(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        self._shelf = self._shelf or SchemeShelf()
        return self._shelf.exact(scheme_id, version, sha256)


class _Sync:
    """One run."""

    def __init__(self, home: Home, central: CentralStore, schemes: SchemeFinder) -> None:
        self._home = home
        self._local = home.local
        self._logbook = home.local.logbook
        self._central = central
        self._second_place = home.outside_pin()
        self._outside = self._second_place.read() if self._second_place else None
        self._book = LocalBook(home.local, lambda: home.rosters, schemes)
        self._pushed = self._pulled = self._alarms = 0
        self._fresh: list[tuple[Opened, LoggedRecord]] = []

    def compare(self) -> None:
        """Refuse a log that is not a longer form of the one this machine has verified."""
        pin, size = self._logbook.pin(), self._central.size()
        known = {pin.size: pin.root} if pin is not None else {}
        if self._outside is not None:
            known.setdefault(self._outside.size, self._outside.root.hex())
        for pinned, root in known.items():
            if size < pinned:
                raise self._rewritten(size, f"had {pinned} records and has {size} now")
            if self._central.root(pinned).hex() != root:
                raise self._rewritten(size, f"has another root over its first {pinned} records")
        last = self._logbook.last_index()
        if last is not None and last >= size:
            raise self._rewritten(size, f"confirmed a record at {last} and does not have it now")
        # pulled by a run that was cut before it could compare roots
        self._logbook.forget_leaves(pin.size if pin is not None else 0)

    def push(self) -> None:
        """Send what waits, oldest first; take it out only when it was read back."""
        while waiting := self._local.outbox.waiting(PUSH_RECORDS):
            carrier = self._home.person.id
            receipts = self._central.append([record.envelope for record in waiting], carrier)
            _check_receipts(waiting, receipts)
            found = self._central.read([record.record_id for record in waiting])
            if any(found.get(record.record_id) != record.envelope for record in waiting):
                raise CentralStoreError("The central store does not have what it confirmed.")
            pairs = zip(waiting, receipts, strict=True)
            self._local.outbox.confirmed([(kept.position, got.index) for kept, got in pairs])
            self._pushed += sum(receipt.fresh for receipt in receipts)

    def pull(self) -> None:
        """Take in what is new, then pin the log if its root is the one these leaves give."""
        pin = self._logbook.pin()
        tree = CompactRange.from_bytes(pin.compact_range) if pin else CompactRange()
        size = self._central.size()
        while tree.size < size:
            leaves = self._central.leaves(tree.size, min(PULL_RECORDS, size - tree.size))
            if not leaves:
                raise CentralStoreError("The central store gave fewer leaves than its log has.")
            self._page(tree.size, leaves)
            tree.extend(leaves)
        root = tree.root()
        if self._central.root(size) != root:
            raise self._rewritten(size, "has another root than its leaves give")
        if pin is None or size > pin.size:
            self._logbook.move_pin(size, root, tree.to_bytes())
        now = Checkpoint(self._home.deployment, size, root)
        if self._second_place is not None and now != self._outside:
            self._second_place.swap(self._outside, now)
            self._outside = now

    def summary(self) -> SyncSummary:
        """Return what this run did."""
        pin = self._logbook.pin() or Pin(0, CompactRange().root().hex(), b"", "")
        return SyncSummary(
            pushed=self._pushed,
            pulled=self._pulled,
            waiting=self._local.outbox.count(),
            size=pin.size,
            root=pin.root,
            alarms=self._alarms,
        )

    def _page(self, start: int, leaves: Sequence[bytes]) -> None:
        end = start + len(leaves)
        here = self._logbook.record_ids(start, len(leaves))
        for index, record_id in here.items():
            if leaves[index - start] != leaf_hash(record_id):
                raise self._rewritten(end, f"confirmed record {record_id} and lost it")
        for logged in self._central.records(start - 1, len(leaves)):
            if logged.index >= end:
                break
            if leaves[logged.index - start] != leaf_hash(id_of(logged.envelope)):
                raise self._rewritten(end, f"has other bytes at {logged.index} than its leaf says")
            if logged.index not in here:
                self._take(logged)
        self._store()
        self._logbook.add_leaves(start, leaves)

    def _take(self, logged: LoggedRecord) -> None:
        """Verify one record unless it is here; a bad one is an alarm and stays out."""
        record_id = id_of(logged.envelope)
        self._book.logged(record_id, logged.index)
        if self._local.has_record(record_id):
            self._logbook.place(record_id, logged.index)
            return
        try:
            record = self._verified(logged)
        except VerificationError as error:
            self._alarm("unverified", f"{error} Carried by {logged.carrier}.", logged)
            return
        self._book.note(record)
        self._fresh.append((record, logged))
        if record.kind in _ROSTER_KINDS:
            self._store()
            self._home.reread_rosters()

    def _verified(self, logged: LoggedRecord) -> Opened:
        record = verify_alone(logged.envelope, book=self._book)
        holder = self._book.holder_of(Place(record.keyid, record.predicate["seq"]))
        if holder is None:
            return verify(logged.envelope, book=self._book).record
        # both stay: which of the two counts is not for one machine to say
        self._alarm("fork", f"record {record.record_id} and record {holder}", logged)
        return record

    def _store(self) -> None:
        with self._local.transaction():
            for record, logged in self._fresh:
                self._local.take_in(record, logged.envelope, logged.index)
        self._pulled += len(self._fresh)
        self._fresh.clear()
        self._book.stored()

    def _alarm(self, what: str, detail: str, logged: LoggedRecord) -> None:
        self._logbook.alarm(what, detail, log_index=logged.index, evidence=logged.envelope)
        self._alarms += 1

    def _rewritten(self, size: int, why: str) -> CentralRewrittenError:
        """Keep the other head as evidence beside our pin, and return the refusal."""
        at = min(size, self._central.size())
        head = Checkpoint(self._home.deployment, at, self._central.root(at))
        self._logbook.alarm("rewritten", why, log_index=at, evidence=head.text().encode())
        return CentralRewrittenError(f"The central log {why}.")


def _check_receipts(waiting: Sequence[KeptRecord], receipts: Sequence[Receipt]) -> None:
    sent = [record.record_id for record in waiting]
    if [receipt.record_id for receipt in receipts] != sent:
        raise CentralStoreError("The central store confirmed other records than were sent.")
