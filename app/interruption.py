"""What a person is shown of the central log: that this desk agrees with it, or what came between.

Where they contradict each other, both heads stand beside each other, with who has agreed to go on.
"""

from typing import TYPE_CHECKING

from app.resuming import Resuming, Resumption
from app.rights import has_right
from app.sync import SyncSummary, resume, sync
from grading.late_methods import dataclass
from storage.errors import CentralRewrittenError
from storage.log import EMPTY_ROOT

if TYPE_CHECKING:
    from storage.home import Home


@dataclass(frozen=True, slots=True)
class Head:
    """A state of the log."""

    size: int
    root: str  # hex


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who has agreed to go on, why, and how many persons it takes."""

    why: str
    names: tuple[str, ...]
    needed: int
    own: bool  # whether this person is among them


@dataclass(frozen=True, slots=True)
class LogView:
    """The central log as this workstation stands to it."""

    known: Head  # as this workstation last verified it
    found: Head  # as the central store has it now
    stopped: str = ""  # what happened, in a sentence; empty where sync goes on
    agreement: Agreement | None = None  # one that lacks persons
    may_agree: bool = False  # whether this person may stand behind going on, and has not yet

    @property
    def waits(self) -> bool:
        """Whether there is something to agree to."""
        return bool(self.stopped) or self.agreement is not None


def log_view(home: "Home") -> LogView:
    """Sync, and say how it stands.

    Raises:
        CentralStoreError: the store did not answer.

    """
    try:
        summary = sync(home)
    except CentralRewrittenError as error:
        return _stopped(home, str(error))
    return _going_on(home, summary)


def agree(home: "Home", why: str) -> LogView:
    """Stand behind going on with the log as it is now; what happened then is in the view.

    Raises:
        UsageError: it takes a reason.
        RightError: this person may not agree to it.
        CentralStoreError: the store did not answer.

    """
    summary, _ = resume(home, why)
    return log_view(home) if summary is None else _going_on(home, summary)


def _going_on(home: "Home", summary: SyncSummary) -> LogView:
    head = Head(summary.size, summary.root)
    lacking = Resuming(home, home.central()).lacking()
    return _view(home, LogView(head, head), lacking)


def _stopped(home: "Home", why: str) -> LogView:
    central, pin = home.central(), home.local.logbook.pin()
    known = Head(pin.size, pin.root) if pin else Head(0, EMPTY_ROOT.hex())
    size = central.size()
    found = Head(size, central.root(size).hex())
    waiting = next(Resuming(home, central).waiting(), None)
    return _view(home, LogView(known, found, why), waiting)


def _view(home: "Home", view: LogView, resumption: Resumption | None) -> LogView:
    agreement = None
    if resumption is not None:
        names = tuple(sorted(home.roster.name_of(person) for person in resumption.persons))
        own = home.person.id in resumption.persons
        agreement = Agreement(resumption.why, names, resumption.needed, own)
    signed = agreement is not None and agreement.own
    may = has_right(home, "resumption") and not signed
    waits = bool(view.stopped) or agreement is not None
    return LogView(view.known, view.found, view.stopped, agreement, may and waits)
