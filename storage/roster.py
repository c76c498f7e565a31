"""The roster: who may sign, with which key, in which roles, from which record of the log on.

A roster is a record modelled on TUF's root. Its id is the id of the record that states it.
"""

import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, field
from typing import Any

from grading.late_methods import dataclass
from storage.errors import MalformedRecordError
from storage.signing import PublicKey, require_fit_key

ROLES = ("analyst", "trainee", "supervisor", "qa", "admin")
READS_ALL = frozenset({"supervisor", "qa"})  # at the central store; never independent
EMBEDDED_THRESHOLDS: Mapping[str, int] = {"roster": 1, "policy": 1, "shred": 1}
ORGANISATION_THRESHOLDS: Mapping[str, int] = {"roster": 2, "policy": 2, "shred": 2}
NOT_LOGGED = sys.maxsize  # the index of what is not in the log yet: after all that is


@dataclass(frozen=True, slots=True)
class RosterKey:
    """One key of the roster: a person on a workstation."""

    keyid: str
    public: PublicKey
    person: str  # id
    person_name: str
    workstation: str
    roles: tuple[str, ...]
    login: str | None  # at the central store
    valid_from: int  # log index of the first record it may sign


@dataclass(frozen=True, slots=True)
class Revocation:
    """From this log index on, records of the key do not count."""

    keyid: str
    from_index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Roster:
    """One version of the roster, as its record states it."""

    record_id: str
    deployment: str
    version: int
    previous: str | None  # id of the roster record before
    expiry: str | None  # RFC 3339
    thresholds: Mapping[str, int]  # kind -> persons who must stand behind such a record
    keys: tuple[RosterKey, ...]
    revocations: tuple[Revocation, ...]
    _by_id: Mapping[str, RosterKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {key.keyid: key for key in self.keys})

    def key(self, keyid: str) -> RosterKey | None:
        """Return the key with this id, revoked or not."""
        return self._by_id.get(keyid)

    def role_of(self, keyid: str) -> tuple[str, ...]:
        """Return the roles of a key; none for a key that is not here."""
        key = self._by_id.get(keyid)
        return key.roles if key else ()

    def name_of(self, person: str) -> str:
        """Return what a person is called; the id of one who is not here."""
        return next((key.person_name for key in self.keys if key.person == person), person)

    def revocation_of(self, keyid: str) -> Revocation | None:
        """Return the earliest revocation of a key."""
        revoked = [one for one in self.revocations if one.keyid == keyid]
        return min(revoked, key=lambda one: one.from_index, default=None)

    def key_at(self, keyid: str, index: int | None) -> RosterKey | None:
        """Return the key if it is valid for the record at this log index.

        None stands for a record not yet logged: every revocation then counts.
        """
        key, revocation = self._by_id.get(keyid), self.revocation_of(keyid)
        if key is None:
            return None
        if index is None:
            return None if revocation else key
        revoked = revocation is not None and index >= revocation.from_index
        return None if revoked or index < key.valid_from else key

    def threshold(self, kind: str) -> int:
        """Return how many persons must stand behind a record of this kind, its author included."""
        return self.thresholds.get(kind, 1)

    def next_fields(self) -> dict[str, Any]:
        """Return the fields of the version that follows and changes nothing."""
        return {
            "deployment": self.deployment,
            "version": self.version + 1,
            "previous_roster": self.record_id,
            "expiry": self.expiry,
            "thresholds": dict(self.thresholds),
            "keys": [_entry(key) for key in self.keys],
            "revocations": [asdict(one) for one in self.revocations],
        }

    def persons(self, role: str) -> frozenset[str]:
        """Return the ids of those whose unrevoked keys have this role."""
        return frozenset(
            key.person
            for key in self.keys
            if role in key.roles and self.revocation_of(key.keyid) is None
        )


class RosterChain:
    """The rosters of a deployment in order, each in force from a log index on."""

    def __init__(self, first: Roster) -> None:
        if first.version != 1:
            raise MalformedRecordError("version", "a chain of rosters begins with version 1")
        self._rosters = [first]
        self._from_index = [0]

    @property
    def first(self) -> Roster:
        """The roster whose id is pinned when a home is made."""
        return self._rosters[0]

    @property
    def newest(self) -> Roster:
        """The roster in force now."""
        return self._rosters[-1]

    def __iter__(self) -> Iterator[Roster]:
        return iter(self._rosters)

    def at(self, index: int | None) -> Roster:
        """Return the roster that judges the record at this log index; None is not yet logged."""
        if index is None:
            return self.newest
        return self._rosters[bisect_right(self._from_index, index) - 1]

    def refuse(self, roster: Roster, persons: Set[str]) -> None:
        """Raise MalformedRecordError with the rule that keeps ``roster`` from being the next.

        ``persons`` are the ids of those who stand behind it: its author and who approved it.
        """
        self.refuse_unfit(roster)
        old = self.newest
        for side in (old, roster):
            needed = min(old.threshold("roster"), len(old.persons("admin")))
            if len(persons & side.persons("admin")) < max(needed, 1):
                raise MalformedRecordError("thresholds", "too few administrators approved it")

    def refuse_unfit(self, roster: Roster) -> None:
        """Raise MalformedRecordError if ``roster`` cannot be the next, whoever approves it."""
        old = self.newest
        if roster.version != old.version + 1 or roster.previous != old.record_id:
            raise MalformedRecordError("version", f"it does not follow roster {old.version}")
        if roster.deployment != old.deployment:
            raise MalformedRecordError("deployment", "it is of another deployment")
        if any(roster.key(key.keyid) != key and _moved(key, roster) for key in old.keys):
            raise MalformedRecordError("keys", "a key was taken out or given to someone else")
        if not set(old.revocations) <= set(roster.revocations):
            raise MalformedRecordError("revocations", "a revocation was taken back")

    def succeed(self, roster: Roster, *, persons: Set[str], from_index: int) -> None:
        """Put ``roster`` in force, or raise MalformedRecordError with the rule it breaks.

        ``from_index`` is the first log index that it judges, NOT_LOGGED while it is not logged.
        """
        self.refuse(roster, persons)
        self._rosters.append(roster)
        self._from_index.append(max(from_index, self._from_index[-1]))


def _moved(key: RosterKey, roster: Roster) -> bool:
    now = roster.key(key.keyid)
    return now is None or (now.person, now.valid_from) != (key.person, key.valid_from)


def found_roster(
    *,
    deployment: str,
    public: PublicKey,
    person: str,
    person_name: str,
    workstation: str,
    role: str,
    login: str | None = None,
    thresholds: Mapping[str, int] = EMBEDDED_THRESHOLDS,
) -> dict[str, object]:
    """Return the fields of roster version 1: the founder has ``role`` and is also admin.

    As long as there are fewer administrators than ``thresholds`` ask for, all of them suffice.
    """
    if role not in ROLES:
        raise MalformedRecordError("role", f"there is no role {role!r}")
    require_fit_key(public.raw)
    roles = [role] if role == "admin" else [role, "admin"]
    key: dict[str, object] = {
        "keyid": public.keyid,
        "public": public.raw.hex(),
        "person": person,
        "person_name": person_name,
        "workstation": workstation,
        "roles": roles,
        "login": login,
        "valid_from": 0,
    }
    return {
        "deployment": deployment,
        "version": 1,
        "previous_roster": None,
        "expiry": None,
        "thresholds": dict(thresholds),
        "keys": [key],
        "revocations": [],
    }


def roster_from_predicate(predicate: Mapping[str, Any], record_id: str) -> Roster:
    """Return the roster that a roster record's predicate states.

    Raises MalformedRecordError where it is not whole, UnfitKeyError for a key that may not enter.
    """
    try:
        roster = Roster(
            record_id=record_id,
            deployment=predicate["deployment"],
            version=predicate["version"],
            previous=predicate["previous_roster"],
            expiry=predicate["expiry"],
            thresholds=dict(predicate["thresholds"]),
            keys=tuple(_key(entry) for entry in predicate["keys"]),
            revocations=tuple(Revocation(**entry) for entry in predicate["revocations"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedRecordError("roster", f"it is not whole: {error}") from error
    _refuse_contradictions(roster)
    return roster


def _entry(key: RosterKey) -> dict[str, Any]:
    return {
        "keyid": key.keyid,
        "public": key.public.raw.hex(),
        "person": key.person,
        "person_name": key.person_name,
        "workstation": key.workstation,
        "roles": list(key.roles),
        "login": key.login,
        "valid_from": key.valid_from,
    }


def _key(entry: Mapping[str, Any]) -> RosterKey:
    public = require_fit_key(bytes.fromhex(entry["public"]))
    if public.keyid != entry["keyid"]:
        raise MalformedRecordError("keys", "a key id is not the SHA-256 of its key")
    if not set(entry["roles"]) <= set(ROLES):
        raise MalformedRecordError("keys", "a role is not one of ours")
    return RosterKey(
        keyid=entry["keyid"],
        public=public,
        person=entry["person"],
        person_name=entry["person_name"],
        workstation=entry["workstation"],
        roles=tuple(entry["roles"]),
        login=entry["login"],
        valid_from=entry["valid_from"],
    )


def _refuse_contradictions(roster: Roster) -> None:
    ids: Sequence[str] = [key.keyid for key in roster.keys]
    if len(set(ids)) != len(ids):
        raise MalformedRecordError("keys", "one key stands there twice")
    if any(roster.key(revocation.keyid) is None for revocation in roster.revocations):
        raise MalformedRecordError("revocations", "a key is revoked that is not there")
    if (roster.version == 1) != (roster.previous is None):
        raise MalformedRecordError("previous_roster", "only version 1 has no roster before it")
    if not roster.persons("admin"):
        raise MalformedRecordError("keys", "nobody is admin")
