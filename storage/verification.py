"""Verification of one record: the eight steps of `records.md`, in order, in one function."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any, Protocol

from grading.errors import GradingError, InvalidVerdictError
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.tree import decide, walk
from grading.verdict import check_verdict, verdict_from_predicate
from storage.envelope import Opened, Unsealed, read_statement, signed_bytes, unseal
from storage.errors import MalformedRecordError, UnfitKeyError, VerificationError
from storage.kinds import Kind, kinds
from storage.roster import RosterChain, RosterKey, roster_from_predicate
from storage.rows import Place

__all__ = ["Book", "MemoryBook", "Place", "SchemeFinder", "VerificationError", "Verified", "verify"]

# What of a verdict its scheme has a say in; identities and times are left out.
_BESIDE_THE_FACTS = (
    "tags",
    "series",
    "ai_basis",
    "confidence",
    "comment",
    "second_opinion",
    "group",
    "viewed",
    "frames",
    "worst",
)

# Finds a scheme by id, version and the SHA-256 of its file.
SchemeFinder = Callable[[str, str, str], Scheme | None]


class Book(Protocol):
    """What a verifier has to know beyond the record itself."""

    @property
    def rosters(self) -> RosterChain:
        """The rosters in force, from the pinned first on."""
        ...

    def index_of(self, record_id: str) -> int | None:
        """Return the record's log index, or None if the log is not known to hold it."""
        ...

    def scheme(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        """Return the scheme with exactly these bytes, or None if it is not here."""
        ...

    def place_of(self, record_id: str) -> Place | None:
        """Return the place of a record that is here, or None."""
        ...

    def holder_of(self, place: Place) -> str | None:
        """Return the id of the record that is here at this place of a chain, or None."""
        ...


@dataclass(slots=True)
class MemoryBook:
    """A book in memory. Implements ``Book``; ``note`` adds a record that was verified."""

    rosters: RosterChain
    schemes: SchemeFinder
    indexes: dict[str, int] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    holders: dict[Place, str] = field(default_factory=dict)

    def note(self, record: Opened) -> None:
        """Remember the place of a record, so that the next of its key can follow it."""
        place = Place(record.keyid, record.predicate["seq"])
        self.places[record.record_id] = place
        self.holders.setdefault(place, record.record_id)

    def index_of(self, record_id: str) -> int | None:
        """Return the record's log index, or None."""
        return self.indexes.get(record_id)

    def scheme(self, scheme_id: str, version: str, sha256: str) -> Scheme | None:
        """Return the scheme with exactly these bytes, or None."""
        return self.schemes(scheme_id, version, sha256)

    def place_of(self, record_id: str) -> Place | None:
        """Return the place of a record that is here, or None."""
        return self.places.get(record_id)

    def holder_of(self, place: Place) -> str | None:
        """Return the id of the record at this place, or None."""
        return self.holders.get(place)


@dataclass(frozen=True, slots=True)
class Verified:
    """A record that passed. Its payload is the one that was signed."""

    record: Opened
    pending: bool  # not logged yet: judged by the newest roster
    unseen_predecessor: bool  # the log holds the record before it, and it is not here


def verify(envelope: bytes, *, book: Book) -> Verified:
    """Return the record if it passes all eight steps, or raise VerificationError with the step.

    1. strict JSON and base64, id = SHA-256     5. the key is valid at the record's log index
    2. the payload type                         6. statement and predicate are well-formed
    3. signature over PAE by a roster's key     7. the facts give the stated outcome
    4. the key's role is allowed for the kind   8. seq and prev continue the key's chain
    """
    record = verify_alone(envelope, book=book)
    _by_the_author_it_needs(record, book)
    unseen = _continues_its_chain(record, book)
    return Verified(record, book.index_of(record.record_id) is None, unseen)


def verify_or_fork(envelope: bytes, *, book: Book) -> tuple[Opened, str | None]:
    """Return a record that passed, and the id of another one with its number, if there is one.

    Which of the two counts is not for one machine to say: both stay, and an alarm tells of them.
    """
    record = verify_alone(envelope, book=book)
    holder = book.holder_of(Place(record.keyid, record.predicate["seq"]))
    if holder in {None, record.record_id}:
        _by_the_author_it_needs(record, book)
        _continues_its_chain(record, book)
        return record, None
    return record, holder


def verify_alone(envelope: bytes, *, book: Book) -> Opened:
    """Return the record if it passes steps 1 to 7, which need no other record."""
    parts = unseal(envelope)  # steps 1 and 2
    index = book.index_of(parts.record_id)
    key = _signed_by_a_key_of_the_roster(parts, book.rosters)
    record = read_statement(parts)
    kind = _allowed_for_its_signer(record, book.rosters, index)
    _valid_when_logged(record, book.rosters, index)
    _well_formed(record, kind, key)
    if "facts" in record.predicate:
        _facts_give_the_outcome(record, book)
    return record


def _signed_by_a_key_of_the_roster(record: Unsealed, rosters: RosterChain) -> RosterKey:
    key = rosters.newest.key(record.keyid)
    if key is None:
        raise VerificationError(3, "no roster has the key that signed it", record.record_id)
    if not key.public.verifies(record.signature, signed_bytes(record.payload)):
        raise VerificationError(3, "the signature does not hold", record.record_id)
    return key


def _allowed_for_its_signer(record: Opened, rosters: RosterChain, index: int | None) -> Kind:
    kind = kinds().get(record.kind)
    if kind is None:
        raise VerificationError(4, f"there is no kind {record.kind!r}", record.record_id)
    # A key that the roster of its time did not hold yet fails at step 5, with its true reason.
    roles = rosters.at(index).role_of(record.keyid) or rosters.newest.role_of(record.keyid)
    if not kind.may_be_signed_in(roles):
        held = ", ".join(roles)
        raise VerificationError(4, f"a {kind.name} is not signed by {held}", record.record_id)
    return kind


def _by_the_author_it_needs(record: Opened, book: Book) -> None:
    place = book.place_of(record.subject) if kinds()[record.kind].own_record else None
    key = book.rosters.newest.key(place.keyid) if place else None
    if key is not None and key.person != record.predicate["author"]:
        why = f"a {record.kind} of a record of someone else"
        raise VerificationError(4, why, record.record_id)


def _valid_when_logged(record: Opened, rosters: RosterChain, index: int | None) -> None:
    if rosters.newest.key_at(record.keyid, index) and rosters.at(index).key(record.keyid):
        return
    revocation = rosters.newest.revocation_of(record.keyid)
    when = "when it was logged" if index is not None else "and it is not logged yet"
    if revocation and (index is None or index >= revocation.from_index):
        why = f"its key is revoked from log index {revocation.from_index} ({revocation.reason})"
    else:
        why = f"its key was not valid {when}"
    raise VerificationError(5, why, record.record_id)


def _well_formed(record: Opened, kind: Kind, key: RosterKey) -> None:
    try:
        kind.check(record.predicate, record.subject)
        if record.kind == "roster":
            roster_from_predicate(record.predicate, record.record_id)
    except (MalformedRecordError, UnfitKeyError) as error:
        raise VerificationError(6, str(error).rstrip("."), record.record_id) from error
    if record.predicate["author"] != key.person:
        raise VerificationError(6, "its author is not the person of its key", record.record_id)


def _facts_give_the_outcome(record: Opened, book: Book) -> None:
    named = record.predicate["scheme"]
    scheme = book.scheme(named["id"], named["version"], named["sha256"])
    if scheme is None:
        called = f"{named['id']} {named['version']} with SHA-256 {named['sha256'][:12]}…"
        lacking = f"the scheme {called} is not here, so no outcome under it can be judged"
        raise VerificationError(7, lacking, record.record_id, cause=called)
    if why := _why_not_borne_out(_Stated(_what_decides(record), record.predicate, scheme)):
        raise VerificationError(7, why, record.record_id)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a record states under a scheme; equal to every record that states the same."""

    what_decides: Hashable
    predicate: Mapping[str, Any] = field(compare=False)
    scheme: Scheme = field(compare=False)


def _what_decides(record: Opened) -> Hashable:
    """Return all that step 7 looks at: the same facts with other times are judged once."""
    said = record.predicate
    return (
        record.kind,
        said["scheme"]["sha256"],
        tuple((answer["fact"], answer["value"]) for answer in said["facts"]),
        tuple(said["outcome"].items()),
        *map(_hashable, map(said.get, _BESIDE_THE_FACTS)),
    )


def _hashable(value: object) -> Hashable:
    kind = type(value)
    if kind is list:
        return tuple(value)  # type: ignore[arg-type]
    return tuple(value.items()) if kind is dict else value  # type: ignore[attr-defined]


@lru_cache(maxsize=4096)  # pure, and most records of a batch state what another one stated
def _why_not_borne_out(stated: _Stated) -> str | None:
    try:
        if stated.predicate["kind"] == "verdict":
            check_verdict(verdict_from_predicate(stated.predicate), stated.scheme)
        else:
            _check_answers(stated.predicate, stated.scheme)
    except GradingError as error:
        return str(error).rstrip(".")
    return None


def _check_answers(predicate: Mapping[str, Any], scheme: Scheme) -> None:
    stated = [answer["fact"] for answer in predicate["facts"]]
    facts = {answer["fact"]: answer["value"] for answer in predicate["facts"]}
    if stated != [answer.fact for answer in walk(scheme, facts)]:
        raise InvalidVerdictError("the facts do not stand in the order in which they are asked")
    outcome = decide(scheme, facts)
    if not isinstance(outcome, Outcome) or outcome.as_json() != predicate["outcome"]:
        raise InvalidVerdictError("the facts do not give the stated outcome")


def _continues_its_chain(record: Opened, book: Book) -> bool:
    """Raise at step 8, or return whether the record before this one is logged but not here."""
    seq, prev = record.predicate["seq"], record.predicate["prev"]
    holder = book.holder_of(Place(record.keyid, seq))
    if holder not in {None, record.record_id}:
        raise VerificationError(
            8, f"a fork: record {holder} of the same key has number {seq} too", record.record_id
        )
    before = book.place_of(prev) if prev else None
    if why := chain_fault(record.keyid, seq, prev, before):
        raise VerificationError(8, why, record.record_id)
    if prev is None or before is not None:
        return False
    if book.index_of(prev) is None:
        raise VerificationError(
            8, f"the record before it, {prev}, is neither here nor in the log", record.record_id
        )
    return True


def chain_fault(keyid: str, seq: int, prev: str | None, before: Place | None) -> str | None:
    """Return why a record's number and predecessor contradict, or None.

    ``before`` is the place of the predecessor where that is here.
    """
    if seq < 1 or (seq == 1) != (prev is None):
        return f"it has number {seq} and {'no' if prev is None else 'a'} record before it"
    if before is None:
        return None
    if before.keyid != keyid:
        return "it names a record of another key as the one before it"
    if before.seq != seq - 1:
        return f"it has number {seq} and follows the record with number {before.seq}"
    return None
