"""A deployment of the tests: a founder's home and homes that joined it, each with its own key."""

from datetime import UTC, datetime
from pathlib import Path

from app.policies import default_policy
from app.roster.changes import RosterChange, RosterOffice
from app.roster.force import approve
from app.sync import SyncSummary, sync
from grading.policy import policy_fields
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.home import Home, init_home, open_home
from storage.keyfile import MINIMUM_COST

PASSPHRASE = "pears and apples"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def new_home(place: Path, name: str, role: str, *, joins: str | None = None) -> Home:
    """Make a home with its keys in a file, and open it."""
    return init_home(
        place,
        person_name=name,
        role=role,
        policy_fields=policy_fields(default_policy()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
        joins=joins,
    )


def reopened(home: Home) -> Home:
    """Close a home and open it again."""
    home.close()
    return open_home(home.place, passphrase=lambda: PASSPHRASE)


class Deployment:
    """Homes that share the founder's central store; the clock stands at noon."""

    def __init__(self, place: Path, *, role: str = "supervisor") -> None:
        self.place = place
        self.founder = new_home(place / "founder", "Ada", role)
        self.homes = [self.founder]
        self.sync(self.founder)

    def sync(self, home: Home) -> SyncSummary:
        """Sync a home with the founder's central store."""
        return sync(home, self.founder.central())

    def joining(self, name: str, role: str = "analyst") -> Home:
        """Make a home that asks to join."""
        home = new_home(self.place / name, name, role, joins=self.founder.identity.roster)
        self.homes.append(home)
        return home

    def office(self, home: Home | None = None) -> RosterOffice:
        """An administrator's hand on the roster."""
        return RosterOffice(home or self.founder, now=lambda: NOON)

    def enrol(self, home: Home, *roles: str, person: str | None = None) -> RosterChange:
        """Propose the key of a home, by the founder."""
        asks = read_enrolment(home.place / ENROLMENT_NAME)
        return self.office().enrol(asks, roles=roles, person=person)

    def joined(self, name: str, *roles: str) -> Home:
        """Make a home that has joined: enrolled by the founder alone, and synced."""
        home = self.joining(name, roles[0] if roles else "analyst")
        assert self.enrol(home, *roles).in_force
        self.sync(self.founder)
        self.sync(home)
        return home

    def approve(self, home: Home, record_id: str) -> bool:
        """Let a home approve, and say whether the act has force then."""
        self.sync(home)
        force = approve(home, record_id, now=lambda: NOON)
        self.sync(home)
        return force.is_given

    def close(self) -> None:
        """Close every home."""
        for home in self.homes:
            home.close()
