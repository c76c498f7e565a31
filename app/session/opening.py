"""Opening a home from the window: off its thread, and every refusal with what can be done."""

import threading
from collections.abc import Callable
from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.bootstrap import DESCRIPTIONS, Workstation, home_place, open_workstation, workstation_of
from app.clock import utc_now
from app.collector import note_beginning, note_end
from app.decoders import Decoders
from app.dumps import LastLines
from app.errors import AppError, SecretError
from app.jobs import Jobs
from app.machine_look import (
    LANGUAGE,
    PERCENT,
    THEME,
    keep_machine_look,
    read_machine_look,
)
from app.messages import log_folders, log_of_the_person, sentence
from app.pace import Watch
from app.passphrase import passphrase_from_file
from app.session.head_start import fetch_where_it_was_left
from app.session.new_home import SERVER, NewHome, NewHomeError, Step, check
from app.settings import SettingValue
from grading.late_methods import dataclass
from grading.policy import policy_fields
from storage.aside import set_aside
from storage.errors import (
    CentralLimitError,
    CentralLoginError,
    CentralNewerError,
    CentralNotReadyError,
    CentralRewrittenError,
    CentralStoreError,
    CentralStrangerError,
    CentralUnreachableError,
    CentralUntrustedError,
    EnrolmentError,
    KeyringError,
    NoHomeError,
    NotEnrolledError,
    WrongPassphraseError,
    advice_without_a_desk,
)
from storage.home import init_home, open_home
from storage.home_file import HOME_FILE_NAME
from storage.keys import KEY_FILE_NAME
from storage.upgrade_watch import upgrades_counted

if TYPE_CHECKING:
    from app.demo import Demo
    from app.intake.folder import IntakeProgress

ROLES = ("analyst", "trainee", "supervisor", "qa", "admin")


class Wanted(Enum):
    """What is needed from the person before the home can be opened."""

    NEW_HOME = auto()  # there is none yet
    PASSPHRASE = auto()  # its keys are in a file
    RETURN = auto()  # it was locked, and opens without a passphrase
    HELP = auto()  # something stands in the way


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the home is not open: what is wanted, and a sentence, empty at the first asking."""

    wanted: Wanted
    sentence: str = ""
    step: Step | None = None  # of a new home: where an answer is to be mended
    field: str = ""
    may_begin_anew: bool = False  # the home waits to be enrolled, so nothing hangs on it


class _AskedError(Exception):
    """The keys are in a file, and no passphrase was given yet."""

    advice = ""  # it is nobody's fault


_UNASKED: Final[dict[type[CentralStoreError], str]] = {
    CentralStoreError: (
        "Try again, and if it comes back, tell the person who looks after the central store."
    ),
    CentralUnreachableError: (
        "Look at the link and try again, or begin anew with another address. If you are not "
        "enrolled yet, give enrolment.json to an administrator."
    ),
    CentralLimitError: (
        "Whoever looks after the database must make room or raise a limit; then try again."
    ),
    CentralUntrustedError: (
        "Nothing was sent; ask the person who looks after the central store for its address and "
        "its certificate."
    ),
    CentralLoginError: (
        "If the password was mistyped, begin anew; else ask the person who looks after the "
        "central store about your login. If you are not enrolled yet, give enrolment.json to an "
        "administrator."
    ),
    CentralNotReadyError: (
        "Whoever looks after the database runs `central provision URL`; then try again."
    ),
    CentralNewerError: "Update this program, then try again.",
    CentralStrangerError: (
        "Give enrolment.json to an administrator, who enrols you; then try again."
    ),
}


class _UnaskedError(AppError):
    """A home waits to be enrolled, and the central store could not be asked whether it is.

    Nobody grades in such a home, so the advice is not the one of a desk.
    """

    def __init__(self, error: CentralStoreError) -> None:
        super().__init__(str(error), advice=advice_without_a_desk(error, _UNASKED))


class OpeningSession(QObject):
    """Opens one home, or makes it."""

    working = Signal(str)  # the id of a text: what is being done
    progressed = Signal(object)  # IntakeProgress of the demo; comes from the opening thread
    upgrading = Signal(object)  # Progress of an older home that is brought up to date; likewise
    opened = Signal(object)  # Workstation
    refused = Signal(object)  # Refusal

    def __init__(
        self, place: Path | None, *, demo: bool = False, decoders: Decoders | None = None
    ) -> None:
        super().__init__()
        self._place = place
        self._demo_wanted = demo
        self._demo: Demo | None = None
        self._decoders = decoders or Decoders()
        self._file_tried = False
        self._waits = False  # for its enrolment
        self._begun = False
        self._ending = threading.Event()
        self._jobs = Jobs("opening")
        self._look = read_machine_look(DESCRIPTIONS)
        self.last_lines = LastLines()

    @property
    def place(self) -> Path:
        """Where the home is, or would be."""
        return home_place(self._place)

    @property
    def look(self) -> tuple[str, int]:
        """The theme and the size of text in percent with which the window begins."""
        return self._look.text(THEME), self._look.number(PERCENT)

    @property
    def language(self) -> str:
        """The language that the window was asked to speak: `en`, `de`, or `system`."""
        return self._look.text(LANGUAGE)

    def keep_look(self, name: str, value: SettingValue) -> None:
        """Begin with this theme, size or language the next time; a demo leaves nothing behind."""
        if not self._demo_wanted:
            self._jobs.run(lambda: keep_machine_look(self._look, name, value), _nothing, _nothing)

    def keep_last_lines(self) -> None:
        """Have a fault that ends the program at once leave a word for the next start.

        In the home's log; before there is a home in the person's. A demo leaves nothing behind.
        """
        if not self._demo_wanted:
            is_home = (self.place / HOME_FILE_NAME).is_file()
            folders = log_folders(self.place) if is_home else [log_of_the_person()]
            self.last_lines.go_into(*folders)

    def begin(self) -> None:
        """Open a home that is there while the window is still being built; `start` tells of it."""
        if not self._demo_wanted:
            self._begun = True
            self._open()

    def start(self) -> None:
        """Open the home without asking, as far as that goes.

        A passphrase in a file opens it once: whoever locked the home types it.
        """
        if self._demo_wanted:
            self.working.emit("opening.demo")
            self._run(self._open_demo)
        else:
            self.working.emit("opening.open")
            if not self._begun:
                self._open()
            self._begun = False

    def ask_again(self) -> None:
        """Ask who is there, after the home was locked: none opens again by itself."""
        if self._demo is not None or not (self.place / KEY_FILE_NAME).exists():
            self.refused.emit(Refusal(Wanted.RETURN))
        else:
            self.start()

    def unlock(self, passphrase: str) -> None:
        """Open the home with its passphrase."""
        self._decoders.start()  # they load while the key is derived
        self.working.emit("opening.unlock")
        self._run(lambda: _opened_or_enrolled(self.place, lambda: passphrase))

    def make(self, wanted: NewHome) -> None:
        """Make a home and open it."""
        try:
            check(wanted)
        except NewHomeError as error:
            self.refused.emit(_refusal(error, Wanted.NEW_HOME))
            return
        self.working.emit("opening.make")
        self._run(lambda: self._make(wanted), on_failure=Wanted.NEW_HOME)

    def begin_anew(self) -> None:
        """Set a home that waits to be enrolled aside, whole, and ask for another."""
        if not self._waits:
            return
        self.working.emit("opening.set_aside")
        self._move_last_lines(log_of_the_person())  # a folder with an open file may not be moved
        self._jobs.run(
            lambda: set_aside(self.place, utc_now()),
            lambda _: self._refuse(Refusal(Wanted.NEW_HOME, step=Step.WHO)),
            lambda error: self._refuse(_refusal(error, Wanted.HELP)),
        )

    def _refuse(self, refusal: Refusal) -> None:
        self._waits = refusal.may_begin_anew
        self.refused.emit(refusal)

    def after(self, ending: Callable[[], object], done: Callable[[], object]) -> None:
        """End a sitting before a home is opened again, off the window's thread; then call `done`.

        `done` lets go of the sitting.

        A fault in it is raised where the window stands, once everything was tried. A window that
        closes waits for the end, and is not called any more.
        """

        def over(_: object) -> None:
            note_end()
            done()

        def failed(error: BaseException) -> None:
            over(None)
            raise error

        self._jobs.run(ending, over, failed)

    def close(self) -> None:
        """End the thread, and the demo's home with it; one still being made is given up."""
        self._ending.set()
        self._jobs.close()
        self._decoders.close()
        if self._demo is not None:
            self._demo.close()

    def _open(self) -> None:
        given = _nothing_given if self._file_tried else _given_in_file
        self._file_tried = True
        self._run(lambda: _opened_or_enrolled(self.place, given))

    def _open_demo(self) -> Workstation:
        if self._demo is None:
            from app.demo import make_demo  # noqa: PLC0415 - a home that is there needs none

            self._demo = make_demo(progress=self._tell, cancelled=self._ending.is_set)
            self._place = self._demo.place
        return open_workstation(self._place, self._demo.passphrase)

    def _tell(self, progress: "IntakeProgress") -> None:
        self.progressed.emit(progress)

    def _make(self, wanted: NewHome) -> Workstation:
        home = init_home(
            self.place,
            person_name=wanted.name.strip(),
            role=wanted.role,
            policy_fields=policy_fields(wanted.policy),
            keys="keyring" if wanted.keyring else "file",
            passphrase=lambda: wanted.passphrase,
            joins=wanted.joins,
            central_url=wanted.address.strip() if wanted.store == SERVER else None,
            central_password=wanted.password or None,
        )
        return workstation_of(home)

    def _run(self, work: Callable[[], Workstation], on_failure: Wanted = Wanted.HELP) -> None:
        def failed(error: BaseException) -> None:
            self._refuse(_refusal(error, on_failure))

        self._jobs.run(lambda: self._with_a_start(self._counted(work)), self._opened, failed)

    def _counted(self, work: Callable[[], Workstation]) -> Workstation:
        """Tell of an upgrade. A window that closes gives it up, and it begins anew next time."""
        with upgrades_counted(Watch(self.upgrading.emit, self._ending.is_set).counted):
            return work()

    def _with_a_start(self, ws: Workstation) -> Workstation:
        ws.decoders = self._decoders
        try:
            fetch_where_it_was_left(ws)
        except BaseException:
            ws.close()
            raise
        return ws

    def _move_last_lines(self, *folders: Path) -> None:
        if self.last_lines.file is not None:
            self.last_lines.go_into(*folders)

    def _opened(self, ws: Workstation) -> None:
        note_beginning()
        self._move_last_lines(*log_folders(self.place))  # it may have been made only now
        self.opened.emit(ws)


def _opened_or_enrolled(place: Path, passphrase: Callable[[], str]) -> Workstation:
    """Open a home; one that waits to be enrolled asks the central store first."""
    try:
        return open_workstation(place, passphrase)
    except NotEnrolledError:
        from app.sync import sync  # noqa: PLC0415 - in the first days of a home only

        with closing(open_home(place, passphrase=passphrase)) as home:
            if not home.identity.has_server:
                raise
            try:
                sync(home)
            except CentralRewrittenError:
                raise  # both states are evidence: the home stays, and a supervisor is told
            except CentralStoreError as error:
                raise _UnaskedError(error) from error
        return open_workstation(place, passphrase)


def _nothing(_: object) -> None:
    """Nobody is told: where it was not kept the next start looks as the desktop does."""


def _nothing_given() -> str:
    raise _AskedError


def _given_in_file() -> str:
    secret = passphrase_from_file()
    if secret is None:
        raise _AskedError
    return secret


def _refusal(error: BaseException, otherwise: Wanted) -> Refusal:
    if isinstance(error, _AskedError):
        return Refusal(Wanted.PASSPHRASE)
    if isinstance(error, NoHomeError):
        return Refusal(Wanted.NEW_HOME)
    if isinstance(error, WrongPassphraseError | SecretError):
        return Refusal(Wanted.PASSPHRASE, sentence(error))
    waits = isinstance(error, NotEnrolledError | EnrolmentError | _UnaskedError)
    wanted = Wanted.HELP if waits else otherwise
    return Refusal(wanted, sentence(error), *_place_to_mend(error), may_begin_anew=waits)


def _place_to_mend(error: BaseException) -> tuple[Step, str]:
    """Return which answer for a new home an error is about: its step, and the field there."""
    if isinstance(error, NewHomeError):
        return error.step, error.field
    if isinstance(error, KeyringError):
        return Step.KEYS, "keys"
    if isinstance(error, CentralStoreError):
        return Step.STORE, "address"
    return Step.WHO, "where"  # what a disk says, or a folder that is taken
