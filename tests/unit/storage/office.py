"""An office of the tests: people with keys, a roster, and records they sign in memory."""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grading.scheme import Scheme, read_scheme
from grading.tree import decide, walk
from grading.verdict import Verdict, predicate_fields
from storage.audit import Logged
from storage.envelope import Sealed, seal
from storage.roster import Roster, RosterChain, found_roster, roster_from_predicate
from storage.signing import SigningKey
from storage.statement import (
    ChainHead,
    Draft,
    LogSeen,
    RosterRef,
    content_digest,
    statement,
)
from storage.verification import MemoryBook

ROOT = Path(__file__).parents[3]
VECTORS = ROOT.parent / "shared" / "vectors"
SCHEME_FILE = ROOT / "resources" / "schemes" / "uk-ew.toml"
DECIDED_AT = "2026-03-02T09:00:00Z"
BATCH = hashlib.sha256(b"batch").hexdigest()
DRAWING: Mapping[str, str] = {
    "person": "suspected-adult",
    "appears_photograph": "no",
    "ai": "generated",
}


def digest(text: str) -> str:
    """A SHA-256 in hex that stands for something."""
    return hashlib.sha256(text.encode()).hexdigest()


def uk_ew() -> Scheme:
    """The scheme that the program ships."""
    return read_scheme(SCHEME_FILE.read_bytes(), str(SCHEME_FILE))


class Office:
    """One deployment with one founder; ``records`` are its envelopes in log order."""

    def __init__(self, role: str = "analyst", *, colleague: SigningKey | None = None) -> None:
        self.key = SigningKey.generate()
        self.deployment = digest("deployment")
        self.person = "person-1"
        self.head = ChainHead()
        self.roster_ref = RosterRef()
        self.records: list[Sealed] = []
        self._nonces = itertools.count()
        self.scheme = uk_ew()
        fields = found_roster(
            deployment=self.deployment,
            public=self.key.public,
            person=self.person,
            person_name="Ada",
            workstation="desk-1",
            role=role,
        )
        if colleague is not None:
            (own,) = fields["keys"]  # type: ignore[misc]
            public = colleague.public
            theirs = {"keyid": public.keyid, "public": public.raw.hex(), "person": "person-2"}
            fields["keys"] = [own, own | theirs]
        founded = self.sign("roster", fields)
        self.roster_fields: Mapping[str, Any] = fields
        self.roster: Roster = roster_from_predicate(fields, founded.record_id)
        self.roster_ref = RosterRef(1, founded.record_id)

    def sign(self, kind: str, fields: Mapping[str, object], subject: str = "") -> Sealed:
        """Sign the next record of the founder's key."""
        said = self.say(kind, fields, subject)
        return self.keep(said)

    def say(self, kind: str, fields: Mapping[str, Any], subject: str = "") -> dict[str, Any]:
        """Make the next statement of the founder's key."""
        draft = Draft(
            kind=kind,
            subject=subject or content_digest(fields),
            fields=fields,
            decided_at=DECIDED_AT,
        )
        return statement(
            draft,
            author=self.person,
            head=self.head,
            roster=self.roster_ref,
            log_seen=LogSeen(),
            nonce=f"{next(self._nonces):032x}",
        )

    def keep(self, said: Mapping[str, Any], key: SigningKey | None = None) -> Sealed:
        """Seal a statement, whatever it says, and keep it as the next of the chain."""
        sealed = seal(said, key or self.key)
        self.head = ChainHead(said["predicate"]["seq"], sealed.record_id)
        self.records.append(sealed)
        return sealed

    def verdict(self, item: str, facts: Mapping[str, str] = DRAWING) -> Sealed:
        """Sign a verdict on an item."""
        return self.sign("verdict", self.verdict_fields(item, facts), digest(item))

    def referral_fields(self, item: str, basis: str, **others: object) -> dict[str, Any]:
        """What a referral of an item states; it rests on an answer tagged ``generated``."""
        said = {"item": digest(item), "batch": BATCH, "to": "Unit 7", "ai": "generated"}
        facts = [{"kind": "place", "words": "A pier"}]
        more = {"identifying": facts, "real_child": "Seen in an earlier report.", "basis": basis}
        return said | more | others

    def verdict_fields(self, item: str, facts: Mapping[str, str] = DRAWING) -> dict[str, Any]:
        """What a verdict on an item states."""
        outcome = decide(self.scheme, facts)
        return predicate_fields(
            Verdict(
                item=digest(item),
                batch=BATCH,
                scheme_id=self.scheme.id,
                scheme_version=self.scheme.version,
                scheme_sha256=self.scheme.sha256,
                answers=walk(self.scheme, facts),
                outcome=outcome,  # type: ignore[arg-type]  # the facts are complete
            )
        )

    def graded(self, count: int) -> Sequence[Sealed]:
        """Sign ``count`` verdicts and return them."""
        return [self.verdict(f"item {number}") for number in range(count)]

    def find_scheme(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        """The one scheme that is here."""
        one = self.scheme
        return one if (one.id, one.version, one.sha256) == (scheme_id, version, sha256) else None

    def book(self, *, logged: bool = True) -> MemoryBook:
        """A book that knows this office's roster and, if logged, its records' indexes."""
        book = MemoryBook(RosterChain(self.roster), self.find_scheme)
        if logged:
            book.indexes = {sealed.record_id: at for at, sealed in enumerate(self.records)}
        return book

    def rows(self) -> list[Logged]:
        """The records as a store hands them out."""
        return [Logged(sealed.envelope, sealed.record_id) for sealed in self.records]
