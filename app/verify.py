"""Use case: check everything a home holds, and say each fault once.

The local store and the central store are audited record by record; then the log is held against
what this machine confirmed: its checkpoint and the places it was told for its own records.
Every page of both files is read first; last, each item must have its file in the vault.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import field

from app.resuming import was_resumed
from grading.late_methods import dataclass
from storage.audit import CHAIN_STEP, Auditor, Fault, Logged
from storage.central.interface import CentralStore, LoggedRecord
from storage.errors import (
    CentralStoreError,
    CorruptStoreError,
    DiskFullError,
    StorageError,
    UnwritableStoreError,
    VerificationError,
)
from storage.home import Home
from storage.log import leaf_hash
from storage.log_audit import Confirmed, LogView, audit_log
from storage.roster import RosterChain
from storage.rows import StoredRecord
from storage.succession import Found, rosters_in_force
from storage.verification import MemoryBook, SchemeFinder

LOCAL, CENTRAL, LOCAL_LOG = "local store", "central store", "local copy of the log"
OUTSIDE, VAULT = "pin outside the home", "vault"
_WORLD = (UnwritableStoreError, DiskFullError, CentralStoreError)
_ITEMS_TOLD = 5
_PAGE = 2_000

Tick = Callable[[int], None]


@dataclass(slots=True)
class HomeAudit:
    """Audits one open home; its counts stand once ``faults`` is exhausted.

    ``checked`` counts distinct records, ``pending`` those not in the log yet, ``unseen`` those
    that follow a record which is in the log and may not be read here.
    """

    home: Home
    schemes: SchemeFinder
    central: CentralStore | None = None  # another address than the home's own
    checked: int = 0
    pending: int = 0
    unseen: int = 0
    log_size: int = 0
    _logged: dict[int, str] = field(default_factory=dict)  # record id by index, as the centre says
    _leaves: list[bytes] = field(default_factory=list)
    _here: set[str] = field(default_factory=set)  # ids in the local store
    _shows_all: bool = True  # the central store hides no record from this person
    _broken: set[str] = field(default_factory=set)  # stores told to be damaged, once
    _refused: StorageError | None = None  # what the disk or a server did not give

    @property
    def expected(self) -> int:
        """How many records there are to check, as far as is known: more once the log was read."""
        try:
            return max(self.home.local.count(), self.log_size)
        except StorageError:  # the damage is told where it is met
            return self.log_size

    def faults(self, tick: Tick = lambda checked: None) -> Iterator[Fault]:
        """Yield every fault of the home's two stores and of the log.

        Raises:
            StorageError: after all faults, where the disk or a server did not let a store be read.

        """
        yield from self._page_faults(LOCAL, self.home.local_page_fault)
        if self.home.has_central:
            yield from self._page_faults(CENTRAL, self.home.central_page_fault)
        try:
            yield from self._record_faults(tick)
            yield from self._evidence_faults()
        except StorageError as error:
            yield from self._unread(LOCAL, error)
        if self._refused is not None:  # everything else was checked all the same
            raise self._refused

    def _page_faults(self, where: str, check: Callable[[], str | None]) -> Iterator[Fault]:
        """Yield one fault for a file with damage in it, even where nothing would read it."""
        try:
            why = check()
        except StorageError as error:
            yield from self._unread(where, error)
            return
        if why is not None:
            self._broken.add(where)
            yield Fault(1, None, where, why)

    def _evidence_faults(self) -> Iterator[Fault]:
        """Yield the first items whose file in the vault is gone or cut, and how many more."""
        found = 0
        for batch in self.home.local.batches():
            rows = self.home.local.items(batch.batch_id)
            sizes = [(row.item, row.size_bytes) for row in rows if row.unreadable is None]
            for item, why in self.home.vault.file_faults(batch.batch_id, sizes):
                found += 1
                if found <= _ITEMS_TOLD:
                    yield Fault(1, None, VAULT, f"the evidence of item {item} {why}")
        if found > _ITEMS_TOLD:
            why = f"the evidence of {found - _ITEMS_TOLD:,} more items is missing or cut"
            yield Fault(1, None, VAULT, why)

    def _unread(self, where: str, error: StorageError) -> Iterator[Fault]:
        """Yield why a store cannot be read, unless its damage was told.

        What the disk or a server refuses is no fault of the records: what can be read is checked,
        and then it is raised.
        """
        if isinstance(error, _WORLD):
            self._refused = self._refused or error
        elif where not in self._broken:
            self._broken.add(where)
            yield _unreadable(where, error)

    def _record_faults(self, tick: Tick) -> Iterator[Fault]:
        central = yield from self._central()
        try:
            rosters = self._rosters()
        except VerificationError as error:
            yield Fault(error.step, error.record_id, LOCAL, error.why)
            return  # without it no signature can be judged: one fault, not one a record
        auditor = Auditor(MemoryBook(rosters, self.schemes, indexes=self._indexes(central)))
        yield from self._local_faults(auditor, tick)
        if central is not None:
            yield from self._central_faults(auditor, central, tick)
        yield from self._log_faults(central, auditor)
        self.checked, self.pending, self.unseen = auditor.checked, auditor.pending, auditor.unseen

    def _central(self) -> Generator[Fault, None, CentralStore | None]:
        """Read the central store's index and leaves; None where it cannot be read."""
        if not self.home.has_central:
            return None
        try:
            central = self.central or self.home.central()
            self._shows_all = central.shows_all()
            for logged in _pages(central):
                self._logged[logged.index] = logged.record_id
            more = True
            while more:  # a short page is the last: after a hole, indexes and counts differ
                page = central.leaves(len(self._leaves), _PAGE)
                self._leaves.extend(page)
                more = len(page) == _PAGE
        except StorageError as error:
            yield from self._unread(CENTRAL, error)
            return None
        self.log_size = len(self._leaves)
        return central

    def _indexes(self, central: CentralStore | None) -> dict[str, int]:
        if central is not None:
            shown = {record: index for index, record in self._logged.items()}
            return shown if self._shows_all else self._with_hidden(shown)
        return {record: index for index, record in self._receipts().items()}

    def _with_hidden(self, shown: dict[str, int]) -> dict[str, int]:
        """Add the predecessors that this person may not read, found in the log by their leaves."""
        places = {leaf: index for index, leaf in enumerate(self._leaves)}
        named = {record.prev for record in self.home.local.records() if record.prev}
        hidden = {one: places[leaf_hash(one)] for one in named if leaf_hash(one) in places}
        return hidden | shown

    def _receipts(self) -> dict[int, str]:
        logbook = self.home.local.logbook
        last = logbook.last_index()
        return {} if last is None else logbook.record_ids(0, last + 1)

    def _rosters(self) -> RosterChain:
        local = self.home.local
        rosters = [_found(record) for record in local.records(kind="roster")]
        approvals = [_found(record) for record in local.records(kind="approval")]
        return rosters_in_force(self.home.identity.roster, rosters, approvals)

    def _is_own(self, keyid: str) -> bool:
        return keyid == self.home.signer.keyid

    def _local_faults(self, auditor: Auditor, tick: Tick) -> Iterator[Fault]:
        waiting = 0

        def rows() -> Iterator[Logged]:
            nonlocal waiting
            for record in self.home.local.records():
                waiting += record.log_index is None
                self._here.add(record.record_id)
                yield _row(record)

        try:
            yield from auditor.records(rows(), where=LOCAL, complete=self._is_own, tick=tick)
            in_outbox = self.home.local.outbox.count()
        except StorageError as error:
            yield from self._unread(LOCAL, error)
            return
        if waiting != in_outbox:
            why = f"{waiting} records are not in the log, and {in_outbox} wait to be sent"
            yield Fault(CHAIN_STEP, None, LOCAL, why)

    def _central_faults(
        self, auditor: Auditor, central: CentralStore, tick: Tick
    ) -> Iterator[Fault]:
        rows = (Logged(logged.envelope, logged.record_id) for logged in _pages(central))
        try:
            yield from auditor.records(rows, where=CENTRAL, complete=self._is_own, tick=tick)
        except StorageError as error:
            yield from self._unread(CENTRAL, error)
            return
        if LOCAL not in self._broken:  # what could not be read is not lost
            yield from self._lost_tail(auditor)

    def _lost_tail(self, auditor: Auditor) -> Iterator[Fault]:
        """Yield one fault if this store lost its newest records: the next would be a fork."""
        chain = auditor.numbers_of(self.home.signer.keyid)
        head = max((seq for record, seq in chain.items() if record in self._here), default=0)
        lost = sorted((seq, record) for record, seq in chain.items() if seq > head)
        if lost:
            why = f"{len(lost)} newest records of this key are in the central store and not here"
            yield Fault(CHAIN_STEP, lost[0][1], LOCAL, why)

    def _log_faults(self, central: CentralStore | None, auditor: Auditor) -> Iterator[Fault]:
        logbook, receipts = self.home.local.logbook, self._receipts()
        pin = logbook.pin()
        inside = {pin.size: bytes.fromhex(pin.root)} if pin else {}
        size = logbook.size()
        # A sync that was cut may have confirmed records whose leaves were not pulled yet.
        known = {index: record for index, record in receipts.items() if index < size}
        ours = LogView(LOCAL_LOG, known, logbook.leaves(0, size), whole=False)
        yield from audit_log(ours, Confirmed(inside, known))
        outside = yield from self._outside(inside)
        if central is not None:
            theirs = LogView(CENTRAL, self._logged, self._leaves, whole=self._shows_all)
            pinned = outside | inside
            yield from audit_log(theirs, Confirmed(pinned, receipts, self._seen(auditor)))

    def _seen(self, auditor: Auditor) -> dict[tuple[int, str], str]:
        """Return which states signers say they saw; two persons may have agreed on another log."""
        return {} if was_resumed(self.home) else auditor.log_seen

    def _outside(self, inside: dict[int, bytes]) -> Generator[Fault, None, dict[int, bytes]]:
        """Read the pin outside the home, which an old copy of the home cannot have forgotten."""
        try:
            place = self.home.outside_pin()
            pin = place.read() if place is not None else None
        except StorageError as error:
            yield _unreadable(OUTSIDE, error)
            return {}
        if pin is None:
            return {}
        if inside.get(pin.size, pin.root) != pin.root:
            why = f"it has another root for {pin.size} records than the one in the home"
            yield Fault(CHAIN_STEP, None, OUTSIDE, why)
        return {pin.size: pin.root}


def opening_fault(error: StorageError) -> Fault | None:
    """Return the fault that kept a home from being opened, or None if it was something else."""
    if isinstance(error, VerificationError):
        return Fault(error.step, error.record_id, LOCAL, error.why)
    if isinstance(error, CorruptStoreError):
        return _unreadable(LOCAL, error)
    return None


def _unreadable(where: str, error: StorageError) -> Fault:
    return Fault(1, None, where, str(error).rstrip("."))


def _pages(central: CentralStore) -> Iterator[LoggedRecord]:
    last = -1
    while page := central.records(last, _PAGE):
        yield from page
        last = page[-1].index


def _found(record: StoredRecord) -> Found:
    return Found(record.envelope, record.log_index)


def _row(record: StoredRecord) -> Logged:
    columns = {
        "keyid": record.keyid,
        "seq": record.seq,
        "prev": record.prev,
        "kind": record.kind,
        "subject": record.subject,
        "author": record.author,
        "batch": record.batch,
    }
    return Logged(record.envelope, record.record_id, columns)
