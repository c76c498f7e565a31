"""Use case: change who may sign. Every change is a new version of the roster, signed here.

It has force once enough administrators stand behind it, by the rules of `storage.succession`.
Keys are never taken out, only revoked from a log index on: what was logged before stays valid.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from app.clock import as_rfc3339, utc_now
from app.errors import RosterChangeError, UsageError
from app.rights import require_right
from app.roster.force import Force, force_of, gives_force
from app.roster.logins import let_in
from grading.late_methods import dataclass
from storage.canonical import content_digest
from storage.enrolment import Enrolment, fingerprint
from storage.errors import EnrolmentError, MalformedRecordError
from storage.home import Home
from storage.roster import ROLES, RosterKey, roster_from_predicate
from storage.statement import Draft

_SHORTEST_PREFIX = 6  # digits of a key id or of its fingerprint
MOST_PERSONS = 9


@dataclass(frozen=True, slots=True)
class RosterChange:
    """A new version of the roster that this person has signed."""

    record_id: str
    version: int
    force: Force

    @property
    def in_force(self) -> bool:
        """Whether it counts already."""
        return self.force.is_given


class RosterOffice:
    """Signs new versions of the roster for the administrator of one home."""

    def __init__(self, home: Home, *, now: Callable[[], datetime] = utc_now) -> None:
        """Raise RightError unless the person of the home may change the roster."""
        require_right(home, "roster")
        self._home = home
        self._now = now

    def enrol(
        self,
        enrolment: Enrolment,
        *,
        login: str | None = None,
        roles: tuple[str, ...] = (),
        person: str | None = None,
    ) -> RosterChange:
        """Let a key into the roster.

        Args:
            enrolment: what its workstation handed over.
            login: its person's login at the central store.
            roles: what they may do; what the enrolment asks for if empty.
            person: the id of a person who is in the roster, for another key of theirs.

        """
        roster = self._home.roster
        if enrolment.roster != self._home.identity.roster:
            raise EnrolmentError(
                "This enrolment file is for another deployment: it names another first roster.",
                advice="Make that home anew with the fingerprint that `roster show` prints here.",
            )
        if roster.key(enrolment.keyid) is not None:
            raise RosterChangeError("This key is in the roster already.")
        known = [key for key in roster.keys if key.person == person]
        if person is not None and not known:
            raise UsageError(f"{person}: the roster has no person with this id.")
        self._refuse_taken_login(login, person)
        entry = {
            "keyid": enrolment.keyid,
            "public": enrolment.public,
            "person": person or enrolment.person,
            "person_name": known[0].person_name if known else enrolment.person_name,
            "workstation": enrolment.workstation,
            "roles": list(_checked(roles or (enrolment.role,))),
            "login": login or (known[0].login if known else None),
            "valid_from": self._log_size(),
        }
        fields = roster.next_fields()
        return self._propose(fields | {"keys": [*fields["keys"], entry]})

    def revoke(self, named: str, *, reason: str, from_index: int | None = None) -> RosterChange:
        """Take a key's force away from a log index on; from now on unless one is given."""
        if not reason.strip():
            raise UsageError("The reason is empty.", advice="Say why the key is revoked.")
        key, size = self.key_named(named), self._log_size()
        if from_index is not None and not 0 <= from_index <= size:
            raise UsageError(f"The log has {size:,} records: name an index from 0 to {size}.")
        told = self._home.roster.revocation_of(key.keyid)
        index = size if from_index is None else from_index
        if told is not None and told.from_index <= index:
            raise RosterChangeError(
                f"This key is revoked already, from record {told.from_index} of the log on."
            )
        revoked = {"keyid": key.keyid, "from_index": index, "reason": reason.strip()}
        fields = self._home.roster.next_fields()
        return self._propose(fields | {"revocations": [*fields["revocations"], revoked]})

    def renew(
        self,
        *,
        expiry: str | None = None,
        persons: int | None = None,
        roles: Mapping[str, tuple[str, ...]] | None = None,
    ) -> RosterChange:
        """Sign the roster anew, with what is to be otherwise in it.

        Args:
            expiry: the day on which it ends, YYYY-MM-DD; None keeps what stands there.
            persons: how many must stand behind a roster, a policy, a shred.
            roles: the new roles of a key, by its id or the beginning of it.

        """
        fields = self._home.roster.next_fields()
        if expiry is not None:
            fields["expiry"] = self._checked_day(expiry)
        if persons is not None:
            fields["thresholds"] = dict.fromkeys(fields["thresholds"], self._able(persons))
        for named, given in (roles or {}).items():
            keyid = self.key_named(named).keyid
            for entry in fields["keys"]:
                if entry["keyid"] == keyid:
                    entry["roles"] = list(_checked(given))
        return self._propose(fields)

    def key_named(self, named: str) -> RosterKey:
        """Return the key with this id, with one that begins so, or with this fingerprint."""
        wanted = named.replace(" ", "").lower()
        found = [
            key
            for key in self._home.roster.keys
            if len(wanted) >= _SHORTEST_PREFIX
            and (
                key.keyid.startswith(wanted)
                or fingerprint(key.keyid).replace(" ", "").startswith(wanted)
            )
        ]
        if len(found) == 1:
            return found[0]
        many = (
            f"{len(found)} keys of the roster begin so"
            if found
            else "no key begins so in the roster"
        )
        raise UsageError(f"{named}: {many}.", advice="`roster show` lists the keys.")

    def _propose(self, fields: dict[str, Any]) -> RosterChange:
        home = self._home
        try:
            proposed = roster_from_predicate(fields, home.roster.record_id)
            home.rosters.refuse_unfit(proposed)
        except MalformedRecordError as error:
            why = "nobody would be administrator" if "admin" in error.why else error.why
            raise RosterChangeError(f"The roster cannot be changed so: {why}.") from error
        in_force = gives_force(home, proposed, {home.person.id})
        let_in(home, proposed, in_force=in_force)
        draft = Draft(
            kind="roster",
            subject=content_digest(fields),
            fields=fields,
            decided_at=as_rfc3339(self._now()),
        )
        (kept,) = home.local.keep([draft])
        force = force_of(home, home.local.record(kept.record_id))
        home.reread_rosters()
        return RosterChange(kept.record_id, proposed.version, force)

    def _log_size(self) -> int:
        pin = self._home.local.logbook.pin()
        return pin.size if pin is not None else 0

    def _checked_day(self, day: str) -> str:
        try:
            ends = date.fromisoformat(day)
        except ValueError as error:
            raise UsageError(f"{day}: this is no day.", advice="Write it YYYY-MM-DD.") from error
        if ends <= self._now().date():
            raise UsageError(f"{day}: this day is past.", advice="Name a day to come.")
        return f"{ends.isoformat()}T00:00:00Z"

    def _able(self, persons: int) -> int:
        administrators = len(self._home.roster.persons("admin"))
        if not 1 <= persons <= min(MOST_PERSONS, administrators):
            raise RosterChangeError(
                f"{persons} persons cannot be asked for where {administrators} are administrators.",
                advice="Enrol more administrators first.",
            )
        return persons

    def _refuse_taken_login(self, login: str | None, person: str | None) -> None:
        taken = [key for key in self._home.roster.keys if login and key.login == login]
        if any(key.person != person for key in taken):
            raise RosterChangeError(
                f"The login {login} is that of {taken[0].person_name}.",
                advice="Each person has a login of their own; for another key of this person "
                "name their id with --person.",
            )


def _checked(roles: tuple[str, ...]) -> tuple[str, ...]:
    stray = [role for role in roles if role not in ROLES]
    if stray or not roles:
        raise UsageError(
            f"There is no role {stray[0]!r}." if stray else "No role is named.",
            advice=f"The roles are {', '.join(ROLES)}.",
        )
    return tuple(dict.fromkeys(roles))
