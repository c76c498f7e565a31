"""Use case: take in a bundle that came by file. Twice changes nothing.

A bundle with a fault, or of another deployment, is refused whole. Two records with one number are
no fault of the bundle: both are taken in, and told. What it holds is verified once
more against what this home knows. Its log is taken in as a sync would: extended, compared, pinned.
What is in no log yet waits here to be sent on, or is set down as waiting for what it follows.
"""

from collections.abc import Callable, Iterable
from dataclasses import field
from pathlib import Path

from app.exchange.reader import Reader
from app.pace import UNWATCHED, Watch
from app.roster.joining import meet_roster
from app.schemes import SchemeShelf
from app.sync import fork_words, pull_from
from grading.late_methods import dataclass
from storage.audit import CHAIN_STEP, Fault
from storage.book import LocalBook
from storage.central.interface import LoggedRecord
from storage.envelope import Opened, open_envelope
from storage.errors import CentralRewrittenError, StrangerBundleError, VerificationError
from storage.exchange.bundle import Bundle
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_log import BundleLog
from storage.exchange.bundle_reading import read_bundle
from storage.home import Home
from storage.home_file import EMBEDDED
from storage.log import leaf_hash
from storage.rows import Arrival
from storage.verification import SchemeFinder, verify_or_fork

_ROSTER_KINDS = frozenset({"roster", "approval"})
_NOT_LOGGED = -1


@dataclass(slots=True)
class ImportSummary:
    """What an import did: records new here, those of them in no log yet, and what stayed out.

    ``hidden`` are records that this person may not read before they answered themselves, ``early``
    those that follow a record which has not come yet, ``faults`` what is wrong, forks among it; if
    ``refused``, nothing was taken in.
    """

    new: int = 0
    here: int = 0
    waiting: int = 0
    hidden: int = 0
    early: int = 0
    confirmed: int = 0  # own records that are in the log, as this home learnt now
    refused: bool = False
    faults: list[Fault] = field(default_factory=list)


def import_bundle(
    home: Home,
    path: Path,
    *,
    schemes: SchemeFinder | None = None,
    watch: Watch = UNWATCHED,
) -> ImportSummary:
    """Take in a bundle; ``watch`` is told how many records are checked, then taken in.

    Raises:
        BundleError: it cannot be read as a bundle.
        StrangerBundleError: it is of another deployment.
        StoppedError: it was stopped; the same bundle goes on from there.
        CentralRewrittenError: its log contradicts the one that this home has verified.

    """
    bundle = read_bundle(path)
    _refuse_stranger(home, bundle, path)
    audit = BundleAudit(bundle, home.identity.roster)
    found = list(audit.faults(_ticking(audit, watch)))
    if not all(fault.fork for fault in found):
        return ImportSummary(refused=True, faults=found)
    summary = ImportSummary()
    meet_roster(home, _rosters(bundle))
    with home.local.with_room():
        _Import(home, bundle, schemes or SchemeShelf().exact, summary).run(watch)
    return summary


def _ticking(audit: BundleAudit, watch: Watch) -> Callable[[int], None]:
    pace = watch.pace("checking", audit.expected)

    def tick(checked: int) -> None:
        watch.go_on()
        pace.reached(checked)

    return tick


def _refuse_stranger(home: Home, bundle: Bundle, path: Path) -> None:
    if bundle.first_roster != home.identity.roster:
        raise StrangerBundleError(
            f"{path}: this bundle is of another deployment: its first roster is "
            f"{bundle.first_roster[:16]}…, and this home's is {home.identity.roster[:16]}…."
        )


def _rosters(bundle: Bundle) -> Iterable[LoggedRecord]:
    for name, envelope in bundle.rosters.items():
        proof = bundle.proofs.get(name)
        index = _NOT_LOGGED if proof is None else proof.index
        yield LoggedRecord(index, name, envelope, "")


class _Import:
    """One run over a bundle that has no fault."""

    def __init__(
        self, home: Home, bundle: Bundle, schemes: SchemeFinder, summary: ImportSummary
    ) -> None:
        self._home = home
        self._local = home.local
        self._bundle = bundle
        self._schemes = schemes
        self._summary = summary
        self._book = LocalBook(home.local, lambda: home.rosters, schemes)
        self._held = {**bundle.rosters, **bundle.envelopes}

    def run(self, watch: Watch) -> None:
        """Take in what the log holds, then what it does not."""
        before = self._local.count()
        known = {name for name in self._held if self._local.has_record(name)}
        self._summary.here = len(known)
        if self._bundle.leaves:
            self._take_log(watch)
        self._take_in(self._open(known), watch)
        self._summary.confirmed = self._confirm()
        self._summary.new = self._local.count() - before

    def _take_log(self, watch: Watch) -> None:
        """Extend this home's log by the bundle's; where it is older, it must be its beginning."""
        log, pin = BundleLog(self._bundle, self._readable()), self._local.logbook.pin()
        if pin is None or log.size() > pin.size:
            alarms = pull_from(self._home, log, schemes=self._schemes, watch=watch)
            told = self._local.logbook.alarms()[-alarms:] if alarms else []
            self._summary.faults += [Fault(8, None, "bundle", one.detail) for one in told]
        elif self._local.logbook.leaves(0, log.size()) != log.leaves(0, log.size()):
            why = f"has another root over its first {log.size()} records than this home verified"
            raise CentralRewrittenError(f"The log in this bundle {why}.")

    def _readable(self) -> dict[str, bytes]:
        """Return what this person may read; where the home is the centre itself, all of it."""
        reader = Reader(self._home, self._home.local.author)
        if reader.reads_all or self._home.identity.central == EMBEDDED:
            return self._held
        return {one: content for one, content in self._held.items() if reader.may_read(content)}

    def _open(self, known: set[str]) -> dict[str, Opened]:
        readable = self._readable()
        self._summary.hidden = len(self._held.keys() - readable.keys() - known)
        found = {
            name: open_envelope(content)
            for name, content in readable.items()
            if not self._local.has_record(name)
        }
        order = sorted(found, key=lambda name: (found[name].keyid, found[name].predicate["seq"]))
        return {name: found[name] for name in order}

    def _take_in(self, left: dict[str, Opened], watch: Watch) -> None:
        """Take in record after record, as long as one makes way for another."""
        why: dict[str, VerificationError] = {}
        pace, moved = watch.pace("taking_in", len(left)), True
        while left and moved:
            moved = False
            for name in list(left):
                watch.go_on()
                try:
                    _, other = verify_or_fork(self._held[name], book=self._book)
                except VerificationError as error:
                    why[name] = error
                    continue
                self._keep(left.pop(name))
                if other is not None:
                    self._tell_fork(name, other)
                moved = True
                pace.more()
        for name, opened in left.items():
            prev = opened.predicate["prev"]
            missing = prev is not None and not self._local.has_record(prev)
            if missing and why[name].step == 8:
                self._summary.early += 1
            else:
                self._summary.faults.append(Fault(why[name].step, name, "bundle", why[name].why))

    def _tell_fork(self, name: str, other: str) -> None:
        words = fork_words(name, other)
        self._local.logbook.alarm(
            "fork", words, log_index=self._place(name), evidence=self._held[name]
        )
        self._summary.faults.append(Fault(CHAIN_STEP, name, "bundle", words, fork=True))

    def _keep(self, opened: Opened) -> None:
        index = self._place(opened.record_id)
        content = self._held[opened.record_id]
        self._local.take_in([Arrival(opened, content, index, to_send=index is None)])
        self._summary.waiting += index is None
        if opened.kind in _ROSTER_KINDS:
            self._home.reread_rosters()

    def _place(self, record_id: str) -> int | None:
        """Return where in this home's own log a record is; a bundle's word is not taken for it."""
        proof = self._bundle.proofs.get(record_id)
        if proof is None:
            return None
        leaves = self._local.logbook.leaves(proof.index, 1)
        return proof.index if leaves == [leaf_hash(record_id)] else None

    def _confirm(self) -> int:
        """Take out of the outbox what the log turns out to hold."""
        outbox, logbook = self._local.outbox, self._local.logbook
        places = [(one, logbook.index_of(one.record_id)) for one in outbox.waiting(outbox.count())]
        logged = [(one.position, index) for one, index in places if index is not None]
        outbox.confirmed(logged)
        if logged:
            self._home.reread_rosters()
        return len(logged)
