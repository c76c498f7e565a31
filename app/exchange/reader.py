"""What the central store would show one person: their own records, and what no blindness hides.

A supervisor or QA reads all. Everyone else reads what all may read, their own records, and answers
of others only on items that they have given a verdict on themselves.
"""

from collections.abc import Mapping
from typing import Any

from app.errors import UsageError
from storage.envelope import open_envelope
from storage.errors import UnknownRecordError, VerificationError
from storage.home import Home
from storage.kinds import kinds
from storage.roster import READS_ALL, RosterKey

_AFTER_ONES_OWN = frozenset({"see blindness", "after one's own", "all who answered"})


class Reader:
    """Says of a record whether one person may read it, as far as this home knows their answers."""

    def __init__(self, home: Home, person: str) -> None:
        self._home = home
        self._person = person
        keys = [key for key in home.roster.keys if key.person == person]
        counting = [key for key in keys if home.roster.revocation_of(key.keyid) is None]
        self.reads_all = any(not READS_ALL.isdisjoint(key.roles) for key in counting)
        own = home.local.records(kind="verdict", author=person)
        self._answered = {one.subject for one in own}

    def may_read(self, envelope: bytes) -> bool:
        """Say whether the person may read a record; what is no record is read by nobody."""
        try:
            opened = open_envelope(envelope)
        except VerificationError:
            return False
        kind = kinds().get(opened.kind)
        if self.reads_all or opened.predicate.get("author") == self._person:
            return True
        if kind is None:
            return False
        return self._by_kind(kind.read_by, opened.subject, opened.predicate)

    def _by_kind(self, read_by: str, subject: str, predicate: Mapping[str, Any]) -> bool:
        if read_by == "all":
            return True
        if read_by in _AFTER_ONES_OWN:
            return subject in self._answered
        if read_by == "those named":
            named = predicate.get("for")
            return self._person == named or (isinstance(named, list) and self._person in named)
        if read_by == "as the record":
            try:
                return self.may_read(self._home.local.record(subject).envelope)
            except UnknownRecordError:
                return False
        return False


def person_named(home: Home, named: str) -> RosterKey:
    """Return a key of the person with this id, login or name; UsageError unless it is one."""
    wanted = named.strip()
    keys = [key for key in home.roster.keys if wanted in {key.person, key.login, key.person_name}]
    if len({key.person for key in keys}) == 1:
        return keys[-1]
    many = "several persons are called so" if keys else "nobody in the roster is called so"
    raise UsageError(f"{named}: {many}.", advice="`roster show` lists persons with their ids.")
