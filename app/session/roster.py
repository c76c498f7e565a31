"""The roster on the screen: read and changed on the store thread, told in views and sentences."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.clock import utc_now
from app.errors import UsageError
from app.exchange.reader import person_named
from app.jobs import Jobs
from app.messages import sentence
from app.roster.changes import RosterOffice
from app.roster.force import Force, approve
from app.roster.listing import RosterView, roster_view
from grading.late_methods import dataclass
from storage.enrolment import fingerprint, read_enrolment
from storage.roster import ROLES, RosterKey

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
    person: str = ""  # the name of who is in the roster already and gets another key


@dataclass(frozen=True, slots=True)
class Wish:
    """What an administrator typed for a key that is to enter; empty: as its file asks."""

    login: str = ""
    roles: str = ""  # with commas between
    person: str = ""  # name or id of who is in the roster already


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

    def read(self, file: str, person: str = "") -> None:
        """Read an enrolment file, and look up whose other key it is; nothing is signed."""
        self._run(lambda: self._asking(file, person), self.asked.emit)

    def enrol(self, file: str, fingerprint_seen: str, wish: Wish) -> None:
        """Let the key of an enrolment file in: the one whose fingerprint was compared."""

        def work() -> Force:
            asks = read_enrolment(Path(file.strip()))
            if fingerprint(asks.keyid) != fingerprint_seen:
                raise UsageError("The file changed since its fingerprint was compared.")
            known = self._known(wish.person)
            return (
                RosterOffice(self._ws.home)
                .enrol(
                    asks,
                    login=wish.login.strip() or None,
                    roles=_roles(wish.roles),
                    person=known.person if known else None,
                )
                .force
            )

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

    def _known(self, person: str) -> RosterKey | None:
        return person_named(self._ws.home, person) if person.strip() else None

    def _asking(self, file: str, person: str) -> Asking:
        path = Path(file.strip())
        if not file.strip() or not path.is_file():
            raise UsageError("There is no such file.", advice="Name its enrolment.json.")
        asks, known = read_enrolment(path), self._known(person)
        return Asking(
            file=str(path),
            name=asks.person_name,
            workstation=asks.workstation,
            role=asks.role,
            fingerprint=fingerprint(asks.keyid),
            person=known.person_name if known else "",
        )

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


def _roles(text: str) -> tuple[str, ...]:
    roles = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    stray = [role for role in roles if role not in ROLES]
    if stray:
        raise UsageError(f"There is no role {stray[0]!r}.", advice=f"Roles are {', '.join(ROLES)}.")
    return roles
