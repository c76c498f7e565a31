"""The roster as people read it: who, on which workstation, in which roles, since when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.roster.force import Force, waiting_acts
from grading.late_methods import dataclass
from grading.policy import Policy
from storage.enrolment import fingerprint
from storage.envelope import open_envelope
from storage.home import Home
from storage.roster import Roster


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key of the roster. Indexes are places in the log; ``revoked_from`` None: it counts."""

    keyid: str
    fingerprint: str
    person: str
    person_name: str
    workstation: str
    roles: tuple[str, ...]
    login: str | None
    valid_from: int
    revoked_from: int | None
    reason: str
    own: bool  # the key of this home


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act that lacks persons: what it says in words, who signed it, how many it lacks."""

    record_id: str
    kind: str
    words: str
    by: str
    persons: int
    needed: int
    own: bool  # this person stands behind it already


@dataclass(frozen=True, slots=True)
class RosterView:
    """The roster in force and what waits for approval."""

    deployment: str
    first: str  # record id, pinned
    first_fingerprint: str
    version: int
    record_id: str
    expiry: str | None
    persons: int  # how many a change takes
    administrators: int
    keys: tuple[KeyLine, ...]
    waiting: tuple[ActLine, ...]
    warning: str = ""


def roster_view(home: Home, *, now: datetime, policy: Policy | None = None) -> RosterView:
    """Return the roster of a home as people read it."""
    roster = home.roster
    administrators = len(roster.persons("admin"))
    return RosterView(
        deployment=home.deployment,
        first=home.identity.roster,
        first_fingerprint=fingerprint(home.identity.roster),
        version=roster.version,
        record_id=roster.record_id,
        expiry=roster.expiry,
        persons=max(1, min(roster.threshold("roster"), administrators)),
        administrators=administrators,
        keys=_lines(roster, home.signer.keyid),
        waiting=tuple(_act(home, force) for force in waiting_acts(home, policy=policy)),
        warning=expired(roster, now) or _fragile(roster, administrators),
    )


def expired(roster: Roster, now: datetime) -> str:
    """Return what to tell a person of a roster past its day; grading goes on."""
    if roster.expiry is None or now < datetime.fromisoformat(roster.expiry):
        return ""
    return (
        f"Roster {roster.version} ended on {roster.expiry[:10]}: grading goes on; an administrator "
        "renews it with `roster rotate --expires DAY`."
    )


def _fragile(roster: Roster, administrators: int) -> str:
    needed = roster.threshold("roster")
    if needed > 1 and administrators <= needed:
        return (
            f"A change takes {min(needed, administrators)} of {administrators} administrators: if "
            "one of their keys is lost, nobody can change the roster. Enrol one more."
        )
    return ""


def _lines(roster: Roster, own: str) -> tuple[KeyLine, ...]:
    lines = []
    for key in roster.keys:
        revocation = roster.revocation_of(key.keyid)
        lines.append(
            KeyLine(
                keyid=key.keyid,
                fingerprint=fingerprint(key.keyid),
                person=key.person,
                person_name=key.person_name,
                workstation=key.workstation,
                roles=key.roles,
                login=key.login,
                valid_from=key.valid_from,
                revoked_from=revocation.from_index if revocation else None,
                reason=revocation.reason if revocation else "",
                own=key.keyid == own,
            )
        )
    return tuple(lines)


def _act(home: Home, force: Force) -> ActLine:
    record = force.record
    names = {key.person: key.person_name for key in home.roster.keys}
    return ActLine(
        record_id=record.record_id,
        kind=record.kind,
        words=_words(home, force),
        by=names.get(record.author, record.author),
        persons=len(force.persons),
        needed=force.needed,
        own=home.person.id in force.persons,
    )


def _words(home: Home, force: Force) -> str:
    said = open_envelope(force.record.envelope).predicate
    if force.record.kind == "roster":
        return "; ".join(roster_changes(home.roster, said)) or "the same roster, signed anew"
    if force.record.kind == "shred":
        return f"destroy the evidence of batch {said['batch'][:12]}"
    return f"policy version {said.get('version')}"


def roster_changes(old: Roster, said: Mapping[str, Any]) -> Sequence[str]:
    """Return what a proposed roster changes, a clause each."""
    clauses = []
    for entry in said["keys"]:
        known = old.key(entry["keyid"])
        roles = ", ".join(entry["roles"])
        if known is None:
            who = f"{entry['person_name']} ({roles}) at {entry['workstation']}"
            clauses.append(f"enrol {who}, key {fingerprint(entry['keyid'])}")
        elif known.roles != tuple(entry["roles"]):
            clauses.append(f"{known.person_name} becomes {roles}")
    before = {(one.keyid, one.from_index) for one in old.revocations}
    for one in said["revocations"]:
        if (one["keyid"], one["from_index"]) not in before:
            name = key.person_name if (key := old.key(one["keyid"])) else one["keyid"][:12]
            clauses.append(f"revoke a key of {name} ({one['reason']})")
    if said["thresholds"] != dict(old.thresholds):
        clauses.append("other numbers of persons")
    if said["expiry"] != old.expiry:
        clauses.append(f"valid until {str(said['expiry'])[:10]}")
    return clauses
