"""Which rosters are in force: each verified under the one before it, from the pinned first on."""

from collections.abc import Iterable, Sequence

from grading.late_methods import dataclass
from storage.envelope import Opened, open_envelope, record_id, signed_bytes
from storage.errors import MalformedRecordError, UnfitKeyError, VerificationError
from storage.roster import NOT_LOGGED, Roster, RosterChain, roster_from_predicate

_ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Found:
    """A record met while looking for rosters and approvals, and its log index if it has one."""

    envelope: bytes
    index: int | None = None


def rosters_in_force(
    pinned: str, rosters: Iterable[Found], approvals: Sequence[Found] = ()
) -> RosterChain:
    """Return the chain of rosters that have force, beginning with the pinned one.

    A later roster has force once enough administrators of the roster before it and of itself
    have signed or approved it, from the log index after the last signature that was needed; one
    given later changes nothing. Of two that follow the same roster, the one that was first to
    have force has it. What has none, or does not hold, is passed over.

    Raises:
        VerificationError: The pinned roster is not among them or does not hold.
    """
    found = list(rosters)
    first = next((one for one in found if record_id(one.envelope) == pinned), None)
    if first is None:
        raise VerificationError(3, "the pinned first roster is not here", pinned)
    chain = RosterChain(_first(first, pinned))
    readable = [pair for pair in _readable(found) if pair[1].version > 1]
    while (following := _following(chain, readable, approvals)) is not None:
        from_index, standing = following
        chain.succeed(standing.roster, persons=standing.persons, from_index=from_index)
    return chain


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind a roster, and from which log index on it has force, if it has any."""

    roster: Roster
    persons: frozenset[str]
    from_index: int | None


def standing_of(
    candidate: Found, roster: Roster, approvals: Iterable[Found], chain: RosterChain
) -> Standing:
    """Return who stands behind a roster that would follow the newest of the chain."""
    author = _administrator(open_envelope(candidate.envelope), (chain.newest,))
    if author is None:
        return Standing(roster, frozenset(), None)
    written = _place(candidate)
    signed = [(written, author)]
    for approval in approvals:
        person = _approver(approval, roster, chain.newest)
        if person is not None:
            signed.append((max(written, _place(approval)), person))
    persons: set[str] = set()
    from_index = None
    for place, person in sorted(signed):
        persons.add(person)
        if from_index is None and _is_enough(chain, roster, persons):
            # it judges what is logged after what gave it force
            from_index = place if place == NOT_LOGGED else place + 1
    return Standing(roster, frozenset(persons), from_index)


def _following(
    chain: RosterChain, readable: Iterable[tuple[Found, Roster]], approvals: Sequence[Found]
) -> tuple[int, Standing] | None:
    version = chain.newest.version + 1
    standing = (
        standing_of(found, roster, approvals, chain)
        for found, roster in readable
        if roster.version == version
    )
    ready = [(one.from_index, one) for one in standing if one.from_index is not None]
    return min(ready, key=lambda pair: (pair[0], pair[1].roster.record_id), default=None)


def _place(found: Found) -> int:
    return NOT_LOGGED if found.index is None else found.index


def _is_enough(chain: RosterChain, roster: Roster, persons: set[str]) -> bool:
    try:
        chain.refuse(roster, persons)
    except MalformedRecordError:
        return False
    return True


def _first(found: Found, pinned: str) -> Roster:
    record = open_envelope(found.envelope)
    try:
        roster = roster_from_predicate(record.predicate, pinned)
    except (MalformedRecordError, UnfitKeyError) as error:
        raise VerificationError(6, str(error).rstrip("."), pinned) from error
    if roster.version != 1 or not _administrator(record, (roster,)):
        raise VerificationError(3, "the pinned roster is not signed by its founder", pinned)
    return roster


def _readable(found: Iterable[Found]) -> list[tuple[Found, Roster]]:
    readable = []
    for one in found:
        try:
            record = open_envelope(one.envelope)
            readable.append((one, roster_from_predicate(record.predicate, record.record_id)))
        except (VerificationError, MalformedRecordError, UnfitKeyError):
            continue  # an audit of the store says what is wrong with it
    return readable


def _approver(approval: Found, roster: Roster, old: Roster) -> str | None:
    try:
        record = open_envelope(approval.envelope)
    except VerificationError:
        return None
    if record.kind != "approval" or record.predicate.get("record") != roster.record_id:
        return None
    return _administrator(record, (old, roster))


def _administrator(record: Opened, rosters: Sequence[Roster]) -> str | None:
    """Return the person who signed, if one of the rosters has their key as an administrator's."""
    for roster in rosters:
        key = roster.key(record.keyid)
        if key is None or _ADMIN not in key.roles or roster.revocation_of(key.keyid):
            continue
        if record.predicate.get("author") == key.person and key.public.verifies(
            record.signature, signed_bytes(record.payload)
        ):
            return key.person
    return None
