"""Use case: acts that take several persons. A record that needs approvals has no force before.

The roster says how many persons each kind takes; its author is one of them. Persons are counted,
never keys: two workstations of one person are one.
"""

from collections.abc import Callable, Iterator, Set
from datetime import datetime

from app.clock import as_rfc3339, utc_now
from app.errors import RightError, UnknownRecordNameError, UsageError
from app.rights import require_right
from app.roster.logins import let_in
from grading.late_methods import dataclass
from grading.policy import Policy
from storage.envelope import Opened, open_envelope
from storage.errors import MalformedRecordError
from storage.home import Home
from storage.roster import Roster, roster_from_predicate
from storage.rows import StoredRecord
from storage.statement import Draft
from storage.succession import Found, standing_of

ACTS = ("roster", "policy", "shred")
_MAY_APPROVE = {"roster": ("admin",)}
_MAY_APPROVE_OTHERS = ("admin", "supervisor")
_SHORTEST_PREFIX = 6  # hex digits


@dataclass(frozen=True, slots=True)
class Force:
    """How far an act has come: who stands behind it, by person id, and how many it takes."""

    record: StoredRecord
    persons: frozenset[str]
    needed: int

    @property
    def is_given(self) -> bool:
        """Whether the act has force."""
        return len(self.persons) >= self.needed

    @property
    def lacking(self) -> int:
        """How many more persons it takes."""
        return max(0, self.needed - len(self.persons))


def force_of(home: Home, record: StoredRecord, *, policy: Policy | None = None) -> Force:
    """Return how far an act has come.

    ``policy`` raises what the roster asks for a shred, never lowers it. Records here were
    verified when they came in, so role and validity of who signed are not asked again.
    """
    if record.kind == "roster":
        return _force_of_roster(home, record)
    rosters = home.rosters
    roster = rosters.at(record.log_index)
    needed = roster.threshold(record.kind)
    if policy is not None and record.kind == "shred":
        needed = max(needed, policy.shred.persons)
    able = frozenset().union(*(roster.persons(role) for role in _MAY_APPROVE_OTHERS))
    persons = {record.author} | {approval.author for approval in _approvals(home, record)}
    return Force(record, frozenset(persons), max(1, min(needed, len(able | {record.author}))))


def _force_of_roster(home: Home, record: StoredRecord) -> Force:
    old = home.roster
    proposed = roster_from_predicate(open_envelope(record.envelope).predicate, record.record_id)
    needed = max(1, min(old.threshold("roster"), len(old.persons("admin"))))
    if any(one.record_id == record.record_id for one in home.rosters):
        return Force(record, frozenset({record.author}), 1)
    approvals = [Found(one.envelope, one.log_index) for one in _approvals(home, record)]
    found = Found(record.envelope, record.log_index)
    standing = standing_of(found, proposed, approvals, home.rosters)
    return Force(record, standing.persons, needed)


def _approvals(home: Home, record: StoredRecord) -> Iterator[StoredRecord]:
    approvals = home.local.records(kind="approval", item=record.record_id)
    return (one for one in approvals if not one.fork)


def waiting_acts(home: Home, *, policy: Policy | None = None) -> list[Force]:
    """Return the acts that lack persons, oldest first; rosters that came too late are not asked."""
    found = []
    for kind in ACTS:
        for record in home.local.records(kind=kind):
            if kind == "roster" and not _may_follow(home.roster, record):
                continue
            force = force_of(home, record, policy=policy)
            if not force.is_given:
                found.append(force)
    return sorted(found, key=lambda force: force.record.position)


def _may_follow(newest: Roster, record: StoredRecord) -> bool:
    predicate = open_envelope(record.envelope).predicate
    return bool(predicate.get("previous_roster") == newest.record_id)


def approve(
    home: Home,
    named: str,
    *,
    policy: Policy | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Force:
    """Stand behind an act of someone else; approving it again changes nothing.

    Args:
        home: an open home.
        named: the act's record id, or the beginning of it.
        policy: the one in force.
        now: the clock.

    Raises:
        UnknownRecordNameError: no act here is called that, or several are.
        UsageError: it needs no approval of this person.
        RightError: this person may not approve it.

    """
    record = _act_named(home, named)
    person = home.person
    allowed = _MAY_APPROVE.get(record.kind, _MAY_APPROVE_OTHERS)
    require_right(home, "approval")
    if not set(allowed) & set(person.roles):
        advice = f"It takes the role {' or '.join(allowed)}."
        raise RightError(f"{person.name} may not approve a {record.kind}.", advice=advice)
    if record.author == person.id:
        raise UsageError(
            "You signed this yourself and are counted already.",
            advice="It takes the approval of another person.",
        )
    force = force_of(home, record, policy=policy)
    if force.is_given or person.id in force.persons:
        return force
    if record.kind == "roster":
        proposed = _roster_in(open_envelope(record.envelope))
        _refuse_unfit(home, proposed)
        in_force = gives_force(home, proposed, force.persons | {person.id})
        let_in(home, proposed, in_force=in_force)
    draft = Draft(
        kind="approval",
        subject=record.record_id,
        fields={"record": record.record_id},
        decided_at=as_rfc3339(now()),
    )
    home.local.keep([draft])
    force = force_of(home, record, policy=policy)
    home.reread_rosters()
    return force


def gives_force(home: Home, proposed: Roster, persons: Set[str]) -> bool:
    """Return whether a roster has force once these persons stand behind it."""
    try:
        home.rosters.refuse(proposed, persons)
    except MalformedRecordError:
        return False
    return True


def _refuse_unfit(home: Home, proposed: Roster) -> None:
    try:
        home.rosters.refuse_unfit(proposed)
    except MalformedRecordError as error:
        raise UsageError(
            f"This roster cannot have force any more ({error.why}).",
            advice="`roster show` lists what waits; propose the change anew.",
        ) from error


def _roster_in(record: Opened) -> Roster:
    return roster_from_predicate(record.predicate, record.record_id)


def _act_named(home: Home, named: str) -> StoredRecord:
    lower = named.strip().lower()
    acts = [one for kind in ACTS for one in home.local.records(kind=kind)]
    long_enough = len(lower) >= _SHORTEST_PREFIX
    found = [one for one in acts if long_enough and one.record_id.startswith(lower)]
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} records begin" if found else "no record that can be approved begins"
    raise UnknownRecordNameError(f"{named}: {many} so.")
