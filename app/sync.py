"""Use case: send what waits to the central store, and take in what is new there.

One loop, resumable at every step: nothing leaves the outbox before the central store was read
back, nothing is pinned before every leaf was seen and the roots agree. It holds the local store
for a page at a time only, so that grading never waits for it.
"""

from collections.abc import Sequence
from dataclasses import asdict, field

from app.central_time import CentralClock
from app.comparing import Comparison
from app.cosigning import Witness
from app.pace import UNWATCHED, Watch
from app.resuming import BELOW_NOTE, Resuming, Resumption, both_heads, require_reason
from app.roster.joining import meet_roster, records_of
from app.schemes import SchemeShelf
from app.upload import Upload
from grading.late_methods import dataclass
from grading.scheme import Scheme
from storage.book import LocalBook
from storage.central.interface import CentralStore, LoggedRecord
from storage.envelope import Opened
from storage.envelope import record_id as id_of
from storage.errors import CentralRewrittenError, CentralStoreError, VerificationError
from storage.home import Home
from storage.log import Checkpoint, CompactRange, leaf_hash
from storage.rows import Arrival, Pin
from storage.verification import SchemeFinder, verify_or_fork

PULL_RECORDS = 1_000
READS_ALL_NOTE = "sync_reads_all"  # what is under the pin was read as by one who reads all
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
    told: str = field(default="", compare=False)  # the first of them, for a person to read

    def document(self) -> dict[str, object]:
        """Return the figures in JSON types."""
        return {name: value for name, value in asdict(self).items() if name != "told"}


def sync(
    home: Home,
    central: CentralStore | None = None,
    *,
    schemes: SchemeFinder | None = None,
    watch: Watch = UNWATCHED,
) -> SyncSummary:
    """Send and fetch, and return what moved.

    Args:
        home: an open home.
        central: the store to sync with; the home's own if None.
        schemes: finds the scheme a pulled verdict names; the program's own shelf if None.
        watch: is told how many records are sent, then how many are taken in, and may stop it
            between two pages; it is warned of the alarms of a sync that does not come to its end.

    Raises:
        CentralRewrittenError: the log is not the one this machine knows; both are kept.
        CentralStoreError: the store did not answer, or not as it must. What was done stays.
        StoppedError: it was stopped; the next sync goes on from there.
        EnrolmentError: the home joined, and the roster it was told of is not there.
        StoreError: the local store refused a write.

    """
    central = central or home.central()
    CentralClock(home.local).hear(central)
    meet_roster(home, records_of(central))
    run = _Sync(home, central, schemes or _Shelf(), watch)
    try:
        with home.local.with_room():
            _run(run, home, central)
    except BaseException:
        if told := run.told():  # the next run meets these records as known ones
            watch.warn(told)
        raise
    return run.summary()


def _run(run: "_Sync", home: Home, central: CentralStore) -> None:
    run.compare_or_resume()
    if not home.is_enrolled:  # the log may hold the roster that has this key
        run.pull()
    if home.is_enrolled:
        run.send()
        reads_all = central.shows_all()
        run.pull()
        run.look_back(reads_all=reads_all)
        run.witness.speak()


def resume(
    home: Home,
    why: str | None,
    central: CentralStore | None = None,
    *,
    watch: Watch = UNWATCHED,
) -> tuple[SyncSummary | None, Resumption | None]:
    """Sync; where the log is not the one this machine knows, stand behind going on with it.

    Returns:
        What the sync did, None as long as more persons must agree; and the agreement, None where
        nothing kept the sync from going on.

    Raises:
        UsageError: it takes a reason.
        RightError: this person may not agree to it.
        CentralStoreError: as of ``sync``, but for a log that was rewritten.

    """
    central = central or home.central()
    resuming = Resuming(home, central)
    try:
        summary = sync(home, central, watch=watch)
    except CentralRewrittenError:
        agreement = resuming.agree(require_reason(why))
        return (sync(home, central, watch=watch) if agreement.in_force else None), agreement
    approved = resuming.stands_behind()
    return (sync(home, central, watch=watch) if approved else summary), approved


def pull_from(
    home: Home, log: CentralStore, *, schemes: SchemeFinder, watch: Watch = UNWATCHED
) -> int:
    """Take in what is new in a log that came by file, and pin it; return how many alarms it gave.

    Raises CentralRewrittenError where it is not a longer form of the log this home has verified.
    """
    run = _Sync(home, log, schemes, watch)
    with home.local.with_room():
        run.compare(whole=True)
        run.pull()
    return run.summary().alarms


def fork_words(one: str, other: str) -> str:
    """Return the clause that tells of two records with one number."""
    return f"record {one} and record {other} of the same key have the same number"


class _Shelf:
    """Reads the program's schemes on the first question only; most syncs pull no verdict."""

    def __init__(self) -> None:
        self._shelf: SchemeShelf | None = None

    def __call__(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        self._shelf = self._shelf or SchemeShelf()
        return self._shelf.exact(scheme_id, version, sha256)


class _Sync:
    """One run."""

    def __init__(
        self,
        home: Home,
        central: CentralStore,
        schemes: SchemeFinder,
        watch: Watch = UNWATCHED,
    ) -> None:
        self._home = home
        self._watch = watch
        self._local = home.local
        self._logbook = home.local.logbook
        self._central = central
        self._second_place = home.outside_pin()
        self._outside = self._second_place.read() if self._second_place else None
        self.witness = Witness(home, central)
        self._book = LocalBook(home.local, lambda: home.rosters, schemes)
        self._pushed = self._pulled = self._alarms = 0
        self._first: tuple[int, str] | None = None  # alarm of this run: its place, what is wrong
        self._told = {(alarm.what, alarm.log_index) for alarm in home.local.logbook.alarms()}
        self._from_nothing = False  # whether all of the log is pulled by this run
        self._fresh: list[Arrival] = []
        self._graded: set[str] = set()  # items with an own verdict that is new in the log

    def compare_or_resume(self) -> None:
        """Refuse a log as ``compare`` does, unless enough persons agreed to go on with it."""
        try:
            self.compare()
        except CentralRewrittenError:
            resuming = Resuming(self._home, self._central)
            agreed = resuming.agreed() if self._home.is_enrolled else None
            if agreed is None:
                raise
            resuming.follow(agreed)
            self._outside = self._second_place.read() if self._second_place else None
            self.compare()

    def _agreed(self) -> bool:
        """Whether an agreement just followed, or come with this pull, excuses a contradiction."""
        if self._local.note_get(BELOW_NOTE) is not None:
            return True
        return Resuming(self._home, self._central).agreed() is not None

    def compare(self, *, whole: bool = False) -> None:
        """Refuse a log that is not a longer form of the one this machine has verified."""
        pin = self._logbook.pin()
        self._from_nothing = pin is None
        Comparison(self._home, self._central, self._outside, self._rewritten).run(whole=whole)
        # pulled by a run that was cut before it could compare roots
        self._logbook.forget_leaves(pin.size if pin is not None else 0)

    def send(self) -> None:
        """Send what waits."""
        self._pushed = Upload(self._home, self._central, self._watch).run()
        if self._pushed:
            self._home.reread_rosters()  # what was logged now judges by its place in the log

    def pull(self) -> None:
        """Take in what is new, then pin the log if its root is the one these leaves give."""
        pin = self._logbook.pin()
        compared = CompactRange.from_bytes(pin.compact_range) if pin else CompactRange()
        tree, size = compared.copy(), self._central.size()
        pace = self._watch.pace("taking_in", size - tree.size)
        while tree.size < size:
            self._watch.go_on()
            leaves = self._central.leaves(tree.size, min(PULL_RECORDS, size - tree.size))
            if not leaves:
                raise CentralStoreError("The central store gave fewer leaves than its log has.")
            self._page(tree.size, leaves)
            tree.extend(leaves)
            pace.more(len(leaves))
        self._take_revealed(size)
        root = tree.root()
        if self._central.root(size, compared) != root:
            raise self._rewritten(size, "has another root than its leaves give")
        if self._home.is_enrolled:
            self.witness.hear(size, self._rewritten, self._agreed)
        if pin is None or size > pin.size:
            self._logbook.move_pin(size, root, tree.to_bytes())
        now = Checkpoint(self._home.deployment, size, root)
        if self._second_place is not None and now != self._outside:
            self._second_place.swap(self._outside, now)
            self._outside = now

    def look_back(self, *, reads_all: bool) -> None:
        """Take in what a new role has opened: `pull` reads only what is above the pin.

        ``reads_all`` says what this person might read when the pull began.
        """
        noted = self._local.note_get(READS_ALL_NOTE)
        below = self._local.note_get(BELOW_NOTE)
        if below is not None or (reads_all and not noted and not self._from_nothing):
            last, size = -1, self._logbook.size()
            while page := self._central.records(last, PULL_RECORDS):
                self._take_new([logged for logged in page if logged.index < size])
                last = page[-1].index
        if below is not None:
            self._local.note_put(BELOW_NOTE, None)
        if reads_all != noted:
            self._local.note_put(READS_ALL_NOTE, reads_all)

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
            told=self.told(),
        )

    def told(self) -> str:
        """Return what a person must be told of the alarms of this run; empty without one."""
        if self._first is None:
            return ""
        place, detail = self._first
        others = f", the first of {self._alarms:,} such" if self._alarms > 1 else ""
        return (
            f"The central log holds a record that is not what it must be{others}, at place "
            f"{place:,}: {detail} Show this line to your supervisor."
        )

    def _page(self, start: int, leaves: Sequence[bytes]) -> None:
        end = start + len(leaves)
        self._book.leaves(start, leaves)
        here = self._logbook.record_ids(start, len(leaves))
        for index, record_id in here.items():
            if leaves[index - start] != leaf_hash(record_id):
                raise self._rewritten(end, f"confirmed record {record_id} and lost it")
        # Where all of a page is here there is nothing to ask for: it was read back when sent.
        lacks = len(here) < len(leaves)
        new = self._central.records(start - 1, len(leaves), end) if lacks else ()
        for logged in new:
            if logged.index >= end:
                break
            if leaves[logged.index - start] != leaf_hash(id_of(logged.envelope)):
                raise self._rewritten(end, f"has other bytes at {logged.index} than its leaf says")
            if logged.index not in here:
                self._take(logged)
        self._store()
        self._graded |= self._logbook.graded(self._local.author, start, len(leaves))
        self._logbook.add_leaves(start, leaves)

    def _take_revealed(self, below: int) -> None:
        """Take in what own verdicts, new in the log since the pin, have made visible below them.

        The pin moves after this: a run that was cut asks again.
        """
        items = sorted(self._graded)
        for start in range(0, len(items), PULL_RECORDS):
            page = self._central.revealed(items[start : start + PULL_RECORDS], below)
            for at in range(0, len(page), PULL_RECORDS):
                self._take_new(page[at : at + PULL_RECORDS])

    def _take_new(self, page: Sequence[LoggedRecord]) -> None:
        """Take in those of a page that are not here; to ask for each alone is a commit each."""
        ids = [id_of(logged.envelope) for logged in page]
        known = self._local.placed(ids)
        for record_id, logged in zip(ids, page, strict=True):
            if record_id not in known:
                self._take(logged)
        self._store()

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
        self._fresh.append(Arrival(record, logged.envelope, logged.index))
        if record.kind in _ROSTER_KINDS:
            self._store()
            self._home.reread_rosters()

    def _verified(self, logged: LoggedRecord) -> Opened:
        record, holder = verify_or_fork(logged.envelope, book=self._book)
        if holder is not None:
            self._alarm("fork", fork_words(record.record_id, holder), logged)
        return record

    def _store(self) -> None:
        self._local.take_in(self._fresh)
        self._pulled += len(self._fresh)
        self._fresh.clear()
        self._book.stored()

    def _alarm(self, what: str, detail: str, logged: LoggedRecord) -> None:
        """Tell of a record once, however often it is met."""
        if (what, logged.index) in self._told:
            return
        self._told.add((what, logged.index))
        self._logbook.alarm(what, detail, log_index=logged.index, evidence=logged.envelope)
        self._first = self._first or (logged.index, detail)
        self._alarms += 1

    def _rewritten(self, size: int, why: str) -> CentralRewrittenError:
        """Keep the other head as evidence beside our pin, and return the refusal."""
        at = min(size, self._central.size())
        head = Checkpoint(self._home.deployment, at, self._central.root(at))
        heads = both_heads(self._home.deployment, self._logbook.pin(), head)
        self._logbook.alarm("rewritten", why, log_index=at, evidence=heads)
        return CentralRewrittenError(f"The central log {why}.")
