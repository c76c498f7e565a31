"""The policy on the screen: read, edited field by field, previewed, signed, acknowledged."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.duty_notice import PolicyNews, acknowledge, policy_news
from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, StoppedError, Watch
from app.policies import policy_in_force
from app.policy_change import (
    PolicyVersion,
    Preview,
    force_of_policy,
    policy_versions,
    preview,
    sign_policy,
)
from app.policy_form import PolicyLine, policy_lines, with_field
from app.second_opinion.voices import Voices
from app.session.roster import Signed
from grading.late_methods import dataclass
from grading.policy import Policy
from storage.kinds import kinds

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy in force, the proposal that is being made, and every version that was signed."""

    version: int
    lines: tuple[PolicyLine, ...]
    versions: tuple[PolicyVersion, ...]

    @property
    def changed(self) -> int:
        """How many fields the proposal changes."""
        return sum(line.changed for line in self.lines)


@dataclass(eq=False, slots=True)
class _Wish:
    """A preview that was asked for, and the proposal that it is made of, once that is read."""

    of: Policy | None = None
    is_read: bool = False


class PolicySession(QObject):
    """Answers for the page Policy in Administration, and for what is to be read at sign-in."""

    told = Signal(object)  # PolicyView
    seen = Signal(object)  # Preview
    previewing = Signal(object)  # Progress
    signed = Signal(object)  # Signed
    news = Signal(object)  # PolicyNews: to be acknowledged
    read = Signal()  # it was
    failed = Signal(str)
    _reached = Signal(object, object)  # _Wish, Progress; comes from the thread that reads

    def __init__(self, store: Jobs, reading: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._store, self._reading = store, reading
        self._ws = ws
        self._proposed: Policy | None = None  # used from the store thread
        self.unread: PolicyNews | None = None
        self.asked_news = False
        self._wish: _Wish | None = None  # the preview that was asked for last
        self._reached.connect(self._say_how_far)

    @property
    def may_change(self) -> bool:
        """Whether this person may sign a policy."""
        return kinds()["policy"].may_be_signed_in(self._ws.home.person.roles)

    def look(self) -> None:
        """Read the policy anew; a proposal that was being made stays."""
        self._run(self._store, self._view, self.told.emit)

    def change(self, name: str, text: str) -> None:
        """Propose another value for one field; a preview goes on unless one is taken."""

        def work() -> PolicyView:
            before = self._proposal()
            after = with_field(before, name, text)
            if after != before:
                self._proposed = after
            return self._view()

        self._run(self._store, work, self.told.emit)

    def drop(self) -> None:
        """Forget the proposal; a preview of it that is being made ends."""
        self._wish = None

        def work() -> PolicyView:
            self._proposed = None
            return self._view()

        self._run(self._store, work, self.told.emit)

    def preview(self) -> None:
        """Say what the proposal would change; not on the thread that verdicts wait for.

        It tells how far it is, and ends where the proposal is changed, dropped or asked of again.
        """
        wish = self._wish = _Wish()
        watch = Watch(
            tell=lambda progress: self._reached.emit(wish, progress),
            stopped=lambda: not self._holds(wish),
        )

        def work() -> Preview | None:
            proposed = self._proposal()
            wish.of, wish.is_read = self._proposed, True
            if wish.of is not None and wish.of is not proposed:
                return None  # it was changed in this moment
            voices = Voices(self._ws.home, watch)
            try:
                return preview(self._ws, proposed, voices, watch)
            except StoppedError:
                return None
            finally:
                voices.forget()

        def done(seen: Preview | None) -> None:
            if seen is not None and self._holds(wish):
                self.seen.emit(seen)

        self._run(self._reading, work, done)

    def sign(self) -> None:
        """Sign the proposal as the next version."""

        def work() -> tuple[Signed, PolicyView]:
            force = force_of_policy(self._ws, sign_policy(self._ws, self._proposal()))
            self._proposed = None
            return Signed(force.is_given, force.lacking), self._view()

        def done(both: tuple[Signed, PolicyView]) -> None:
            self.signed.emit(both[0])
            self.told.emit(both[1])

        self._run(self._store, work, done)

    def ask_news(self) -> None:
        """Look whether a changed policy is still to be read."""
        self.asked_news = True

        def done(news: PolicyNews | None) -> None:
            self.unread = news
            if news is not None:
                self.news.emit(news)

        self._run(self._store, lambda: policy_news(self._ws.home), done)

    def acknowledge(self, record: str) -> None:
        """Sign that a changed policy was read."""

        def done(_: str) -> None:
            self.unread = None
            self.read.emit()

        self._run(self._store, lambda: acknowledge(self._ws, record), done)

    def put_off(self) -> None:
        """Let the person work though it could not be signed that they read it."""
        self.unread = None

    def _holds(self, wish: _Wish) -> bool:
        """Whether a preview is still wanted, and of what it is made of."""
        return wish is self._wish and (not wish.is_read or wish.of is self._proposed)

    @Slot(object, object)
    def _say_how_far(self, wish: _Wish, progress: Progress) -> None:
        if self._holds(wish):
            self.previewing.emit(progress)

    def _proposal(self) -> Policy:
        current = policy_in_force(self._ws.home)
        if self._proposed is not None and self._proposed.version != current.version:
            self._proposed = None  # it was made from one that is in force no more
        return self._proposed or current

    def _view(self) -> PolicyView:
        current = policy_in_force(self._ws.home)
        return PolicyView(
            current.version,
            policy_lines(current, self._proposal()),
            policy_versions(self._ws.home),
        )

    def _run(self, jobs: Jobs, work: Callable[[], T], done: Callable[[T], object]) -> None:
        jobs.run(work, done, lambda error: self.failed.emit(sentence(error)))


__all__ = ["PolicyNews", "PolicySession", "PolicyVersion", "PolicyView", "Preview", "Signed"]
