"""Use case: go on with a central log that is not the one this workstation knew.

Sync stops when the log shrank, changed or lost what it had confirmed. When the cause is known (a
server was restored from a backup, say), two persons agree in signed records, which the log itself
carries: every workstation that had stopped finds them there, keeps both heads as evidence, begins
anew from the state agreed on, and sends again what the log has lost.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.cosigning import HEARD_NOTE
from app.errors import UsageError
from app.rights import require_right
from grading.late_methods import dataclass
from storage.canonical import content_digest
from storage.envelope import Opened
from storage.errors import CentralStoreError, VerificationError
from storage.log import EMPTY_ROOT, Checkpoint, CompactRange
from storage.rows import Pin
from storage.statement import Draft
from storage.verification import MemoryBook, verify_alone

if TYPE_CHECKING:
    from storage.central.interface import CentralStore
    from storage.home import Home

KIND = "resumption"
PERSONS = 2  # as many of them as there are, where there are fewer
USED_NOTE = "resumptions_used"
BELOW_NOTE = "resumed_below"  # records under this index are still to be looked through
PAGE_RECORDS = 1_000
_ROLES = ("admin", "supervisor")


@dataclass(frozen=True, slots=True)
class Resumption:
    """An agreement to go on with another log: which state of it, and who stands behind it."""

    record_id: str
    author: str
    accepted: Checkpoint
    why: str
    persons: frozenset[str]
    needed: int

    @property
    def in_force(self) -> bool:
        """Whether enough persons stand behind it."""
        return len(self.persons) >= self.needed


class Resuming:
    """One workstation and one central log that contradict each other."""

    def __init__(self, home: "Home", central: "CentralStore") -> None:
        self._home = home
        self._central = central

    def agreed(self) -> Resumption | None:
        """Return an agreement in force that this workstation has not followed yet, or None."""
        return next((one for one in self.waiting() if one.in_force), None)

    def waiting(self) -> Iterator[Resumption]:
        """Yield the agreements, in force or not, that this log fits and that are not followed."""
        used = set(self._home.local.note_get(USED_NOTE) or [])
        pin = self._home.local.logbook.pin()
        pinned = pin.size if pin else 0
        found = {**_kept(self._home), **self._logged()}
        for record in (one for one in found.values() if one.kind == KIND):
            place = self._home.local.logbook.index_of(record.record_id)
            known = self._home.local.has_record(record.record_id)
            if record.record_id in used or (known and place is not None and place < pinned):
                continue  # it speaks of an earlier interruption
            resumption = _resumption(self._home, record, found.values())
            if self._fits(resumption.accepted):
                yield resumption

    def stands_behind(self, now: Callable[[], datetime] = utc_now) -> Resumption | None:
        """Approve what another person agreed to and what lacks persons, where sync goes on here.

        A workstation that has seen less may not be stopped, and its person can be the second.
        Returns the agreement, None where there is none to stand behind.
        """
        lacking = self.lacking()
        if lacking is None or self._home.person.id in lacking.persons:
            return None
        self._approve(lacking, now)
        found = _kept(self._home)
        return _resumption(self._home, found[lacking.record_id], found.values())

    def lacking(self) -> Resumption | None:
        """Return an agreement that is here, fits the log and lacks persons; None without one.

        One that this person has not signed comes first: one's own from long ago, which nobody
        seconded, must not hide it. What was followed here lacks nobody, whoever left since.
        """
        used = set(self._home.local.note_get(USED_NOTE) or [])
        found = _kept(self._home)
        own = None
        for record in (one for one in found.values() if one.kind == KIND):
            resumption = _resumption(self._home, record, found.values())
            done = resumption.in_force or record.record_id in used
            if done or not self._fits(resumption.accepted):
                continue
            if self._home.person.id not in resumption.persons:
                return resumption
            own = own or resumption
        return own

    def _approve(self, resumption: Resumption, now: Callable[[], datetime]) -> None:
        require_right(self._home, KIND)
        fields = {"record": resumption.record_id}
        self._sign(_draft("approval", resumption.record_id, fields, now))

    def agree(self, why: str, now: Callable[[], datetime] = utc_now) -> Resumption:
        """Stand behind going on with the log as it is; the first to do so says why.

        What this person signed is sent at once, after all that the log lacks of this key.

        Raises:
            RightError: this person may not.
            CentralStoreError: it was signed here and not sent; running it again sends it.

        """
        require_right(self._home, KIND)
        waiting = next(self.waiting(), None)
        if waiting is None:
            kept = self._sign(self._proposal(why, now))
        elif self._home.person.id not in waiting.persons:
            self._approve(waiting, now)
        self._send()
        wanted = kept if waiting is None else waiting.record_id
        return next(one for one in self.waiting() if one.record_id == wanted)

    def follow(self, resumption: Resumption) -> None:
        """Begin anew from the state agreed on: both heads are kept, nothing that is here is lost.

        It can be cut at any step: the next sync does it again.

        Raises:
            CentralStoreError: the store did not give the leaves of that state.

        """
        local, place = self._home.local, self._home.outside_pin()
        leaves, tree = self._leaves_of(resumption.accepted)
        gone = self._gone()
        outside = place.read() if place is not None else None
        pin = local.logbook.pin()
        with local.transaction():
            detail = f"resumed by {len(resumption.persons)} persons: {resumption.why}"
            local.logbook.alarm(
                "resumed",
                detail,
                log_index=resumption.accepted.size,
                evidence=both_heads(self._home.deployment, pin, resumption.accepted),
            )
            local.log_states.begin_again(leaves, tree, gone)
            local.outbox.again(self._home.signer.keyid)
            used = [*(local.note_get(USED_NOTE) or []), resumption.record_id]
            local.note_put(BELOW_NOTE, resumption.accepted.size)
            local.note_put(HEARD_NOTE, {})
            if place is None or outside == resumption.accepted:
                local.note_put(USED_NOTE, used)
        if place is not None and outside != resumption.accepted:
            place.swap(outside, resumption.accepted)  # a cut before this: it is followed again
            local.note_put(USED_NOTE, used)
        if self._home.knows_roster:
            self._home.reread_rosters()

    def _gone(self) -> set[str]:
        """Return the ids of this key's records that the central store does not have."""
        own = self._home.local.logbook.confirmed(self._home.signer.keyid)
        gone: set[str] = set()
        for start in range(0, len(own), PAGE_RECORDS):
            page = own[start : start + PAGE_RECORDS]
            gone |= set(page) - self._central.read(page).keys()
        return gone

    def _leaves_of(self, accepted: Checkpoint) -> tuple[list[bytes], CompactRange]:
        leaves: list[bytes] = []
        tree = CompactRange()
        while tree.size < accepted.size:
            many = min(PAGE_RECORDS, accepted.size - tree.size)
            page = self._central.leaves(tree.size, many)
            if not page:
                raise CentralStoreError("The central store gave fewer leaves than its log has.")
            tree.extend(page)
            leaves += page
        if tree.root() != accepted.root:
            raise CentralStoreError("The central log is not the one that was agreed on.")
        return leaves, tree

    def _fits(self, accepted: Checkpoint) -> bool:
        if self._central.size() < accepted.size:
            return False
        return self._central.root(accepted.size) == accepted.root

    def _proposal(self, why: str, now: Callable[[], datetime]) -> Draft:
        pin, size = self._home.local.logbook.pin(), self._central.size()
        fields = {
            "known": {"size": pin.size, "root": pin.root}
            if pin
            else {"size": 0, "root": EMPTY_ROOT.hex()},
            "accepted": {"size": size, "root": self._central.root(size).hex()},
            "why": why,
        }
        return _draft(KIND, content_digest(fields), fields, now)

    def _sign(self, draft: Draft) -> str:
        (kept,) = self._home.local.keep([draft])
        return kept.record_id

    def _send(self) -> None:
        """Send what the log lacks of this key's chain, in order."""
        keyid = self._home.signer.keyid
        own = [one for one in self._home.local.records() if one.keyid == keyid]
        for start in range(0, len(own), PAGE_RECORDS):
            page = own[start : start + PAGE_RECORDS]
            there = self._central.read([one.record_id for one in page])
            lacking = [one.envelope for one in page if one.record_id not in there]
            self._central.append(lacking, self._home.person.id)

    def _logged(self) -> dict[str, Opened]:
        return _verified(self._home, self._envelopes())

    def _envelopes(self) -> Iterator[bytes]:
        last = -1
        while page := self._central.records(last, PAGE_RECORDS):
            yield from (one.envelope for one in page)
            last = page[-1].index


def was_resumed(home: "Home") -> bool:
    """Return whether this home goes on with another log than the one some signers had seen."""
    found = _kept(home)
    return any(
        one.kind == KIND and _resumption(home, one, found.values()).in_force
        for one in found.values()
    )


def _kept(home: "Home") -> dict[str, Opened]:
    rows = [row for kind in (KIND, "approval") for row in home.local.records(kind=kind)]
    return _verified(home, (row.envelope for row in rows))


def _verified(home: "Home", envelopes: Iterable[bytes]) -> dict[str, Opened]:
    """Return the agreements and approvals that hold under the newest roster, by id."""
    book = MemoryBook(home.rosters, lambda *_: None)
    found = {}
    for envelope in envelopes:
        try:
            record = verify_alone(envelope, book=book)
        except VerificationError:
            continue  # not of these kinds, or told by the sync that takes it in
        if record.kind in {KIND, "approval"}:
            found[record.record_id] = record
    return found


def _resumption(home: "Home", record: Opened, others: Iterable[Opened]) -> Resumption:
    said = record.predicate
    able = frozenset().union(*(home.roster.persons(role) for role in _ROLES))
    behind = {str(said["author"])}
    behind |= {
        str(one.predicate["author"])
        for one in others
        if one.kind == "approval" and one.subject == record.record_id
    }
    root = bytes.fromhex(said["accepted"]["root"])
    return Resumption(
        record_id=record.record_id,
        author=str(said["author"]),
        accepted=Checkpoint(home.deployment, said["accepted"]["size"], root),
        why=str(said["why"]),
        persons=frozenset(behind & able),
        needed=max(1, min(PERSONS, len(able))),
    )


def both_heads(deployment: str, pin: Pin | None, head: Checkpoint) -> bytes:
    """Return both heads as C2SP checkpoints, that of the central log first."""
    known = Checkpoint(deployment, pin.size, bytes.fromhex(pin.root)) if pin else None
    return f"{head.text()}\n{known.text() if known else ''}".encode()


def require_reason(why: str | None) -> str:
    """Return the reason that a person gives. Raises UsageError without one."""
    if why is None or not why.strip():
        raise UsageError(
            "Going on with another log takes a reason, which stays in the log.",
            advice="Say it with --why TEXT: what happened to the central store.",
        )
    return why.strip()


def _draft(
    kind: str, subject: str, fields: Mapping[str, object], now: Callable[[], datetime]
) -> Draft:
    return Draft(kind=kind, subject=subject, fields=fields, decided_at=as_rfc3339(now()))
