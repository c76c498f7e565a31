"""Which rosters are in force: each verified under the one before it, from the pinned first on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.envelope import Opened, open_envelope, record_id, signed_bytes
from storage.errors import MalformedRecordError, UnfitKeyError, VerificationError
from storage.roster import Roster, RosterChain, roster_from_predicate

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
    have signed or approved it. What has none, or does not hold, is passed over.

    Raises:
        VerificationError: The pinned roster is not among them or does not hold.
    """
    found = list(rosters)
    first = next((one for one in found if record_id(one.envelope) == pinned), None)
    if first is None:
        raise VerificationError(3, "the pinned first roster is not here", pinned)
    chain = RosterChain(_first(first, pinned))
    for candidate, roster in sorted(_readable(found), key=lambda pair: pair[1].version):
        if roster.version > 1:
            _put_in_force(chain, (candidate, roster), approvals)
    return chain


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


def _put_in_force(
    chain: RosterChain, candidate: tuple[Found, Roster], approvals: Sequence[Found]
) -> None:
    found, roster = candidate
    author = _administrator(open_envelope(found.envelope), (chain.newest,))
    if author is None:
        return
    persons, indexes = {author}, [found.index]
    for approval in approvals:
        person = _approver(approval, roster, chain.newest)
        if person is not None and person not in persons:
            persons.add(person)
            indexes.append(approval.index)
    # It judges what is logged after it and after what gave it force; unlogged ones do not count.
    from_index = max((index + 1 for index in indexes if index is not None), default=0)
    try:
        chain.succeed(roster, persons=persons, from_index=from_index)
    except MalformedRecordError:
        return


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
