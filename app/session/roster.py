"""The roster on the screen: read and changed on the store thread, told in views and sentences."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.clock import utc_now
from app.errors import UsageError
from app.jobs import Jobs
from app.messages import sentence
from app.roster.changes import RosterOffice
from app.roster.force import Force, approve
from app.roster.listing import RosterView, roster_view
from storage.enrolment import Enrolment, fingerprint, read_enrolment
from storage.roster import ROLES

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """What an enrolment file asks for, to be compared by voice before it is signed."""

    file: str
    name: str
    workstation: str
    role: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A change that was signed: whether it counts, or how many persons it lacks."""

    in_force: bool
    lacking: int


class RosterSession(QObject):
    """Answers for the page Roster in Administration."""

    told = Signal(object)  # RosterView
    asked = Signal(object)  # Asking
    signed = Signal(object)  # Signed
    failed = Signal(str)

    def __init__(self, jobs: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws

    @property
    def may_change(self) -> bool:
        """Whether this person may change the roster."""
        return "admin" in self._ws.home.person.roles

    @property
    def may_approve(self) -> bool:
        """Whether this person may stand behind what others signed."""
        return not {"admin", "supervisor"}.isdisjoint(self._ws.home.person.roles)

    def look(self) -> None:
        """Read the roster anew."""
        self._run(self._view, self.told.emit)

    def read(self, file: str) -> None:
        """Read an enrolment file; nothing is signed."""
        self._run(lambda: _asking(file), self.asked.emit)

    def enrol(self, file: str, fingerprint_seen: str, login: str, roles: str) -> None:
        """Let the key of an enrolment file in: the one whose fingerprint was compared."""

        def work() -> Force:
            asks = read_enrolment(Path(file.strip()))
            if fingerprint(asks.keyid) != fingerprint_seen:
                raise UsageError("The file changed since its fingerprint was compared.")
            office = RosterOffice(self._ws.home)
            return office.enrol(asks, login=login.strip() or None, roles=_roles(roles)).force

        self._sign(work)

    def revoke(self, keyid: str, reason: str) -> None:
        """End the force of a key from now on."""
        self._sign(lambda: RosterOffice(self._ws.home).revoke(keyid, reason=reason).force)

    def renew(self, expiry: str, persons: str) -> None:
        """Sign the next version, with another last day or number of persons; empty keeps both."""

        def work() -> Force:
            if persons.strip() and not persons.strip().isdecimal():
                raise UsageError(f"{persons.strip()}: this is no number of persons.")
            count = int(persons) if persons.strip() else None
            office = RosterOffice(self._ws.home)
            return office.renew(expiry=expiry.strip() or None, persons=count).force

        self._sign(work)

    def approve(self, record_id: str) -> None:
        """Stand behind what somebody else signed."""
        self._sign(lambda: approve(self._ws.home, record_id, policy=self._ws.policy))

    def _view(self) -> RosterView:
        return roster_view(self._ws.home, now=utc_now(), policy=self._ws.policy)

    def _sign(self, work: Callable[[], Force]) -> None:
        def done(both: tuple[Force, RosterView]) -> None:
            force, view = both
            self.signed.emit(Signed(force.is_given, force.lacking))
            self.told.emit(view)

        self._run(lambda: (work(), self._view()), done)

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        self._jobs.run(work, done, lambda error: self.failed.emit(sentence(error)))


def _asking(file: str) -> Asking:
    path = Path(file.strip())
    if not file.strip() or not path.is_file():
        raise UsageError("There is no such file.", advice="Name its enrolment.json.")
    asks: Enrolment = read_enrolment(path)
    return Asking(
        file=str(path),
        name=asks.person_name,
        workstation=asks.workstation,
        role=asks.role,
        fingerprint=fingerprint(asks.keyid),
    )


def _roles(text: str) -> tuple[str, ...]:
    roles = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    stray = [role for role in roles if role not in ROLES]
    if stray:
        raise UsageError(f"There is no role {stray[0]!r}.", advice=f"Roles are {', '.join(ROLES)}.")
    return roles
