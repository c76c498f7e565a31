"""Opening a home from the window: off its thread, and every refusal with what can be done."""

import threading
from collections.abc import Callable
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.bootstrap import DESCRIPTIONS, Workstation, home_place, open_workstation, workstation_of
from app.chosen_home import keep_chosen_home
from app.clock import utc_now
from app.collector import note_beginning, note_end
from app.decoders import Decoders
from app.dumps import LastLines
from app.jobs import Jobs
from app.machine_look import (
    LANGUAGE,
    PERCENT,
    THEME,
    keep_machine_look,
    read_machine_look,
)
from app.messages import log_folders, log_of_the_person
from app.pace import Watch
from app.passphrase import passphrase_from_file
from app.session.head_start import fetch_where_it_was_left
from app.session.new_home import SERVER, NewHome, NewHomeError, Step, check, whole_path
from app.session.refusal import AskedError, Refusal, UnaskedError, Wanted, refusal_of
from app.settings import SettingValue
from grading.policy import policy_fields
from storage.aside import set_aside
from storage.errors import (
    CentralRewrittenError,
    CentralStoreError,
    NotEnrolledError,
)
from storage.home import init_home, open_home
from storage.home_file import HOME_FILE_NAME
from storage.keys import KEY_FILE_NAME, has_trusted_keyring
from storage.upgrade_watch import upgrades_counted

if TYPE_CHECKING:
    from app.demo import Demo
    from app.intake.folder import IntakeProgress
    from app.session.diagnosis import DiagnosisSession

ROLES = ("analyst", "trainee", "supervisor", "qa", "admin")


class OpeningSession(QObject):
    """Opens one home, or makes it."""

    working = Signal(str)  # the id of a text: what is being done
    progressed = Signal(object)  # IntakeProgress of the demo; comes from the opening thread
    upgrading = Signal(object)  # Progress of an older home that is brought up to date; likewise
    opened = Signal(object)  # Workstation
    refused = Signal(object)  # Refusal
    place_taken = Signal()  # a home can be made in the folder that was chosen
    keyring_looked = Signal(bool)  # whether this computer has one that can be trusted

    def __init__(
        self, place: Path | None, *, demo: bool = False, decoders: Decoders | None = None
    ) -> None:
        super().__init__()
        self._place = place
        self._demo_wanted = demo
        self._demo: Demo | None = None
        self._decoders = decoders or Decoders()
        self._file_tried = False
        self._is_chosen = False  # another folder for the home, in this window
        self._waits = False  # for its enrolment
        self._wanted: Wanted | None = None
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
    def wanted(self) -> Wanted | None:
        """What the person was asked for last; None before anything was."""
        return self._wanted

    @cached_property
    def diagnosis(self) -> "DiagnosisSession":
        """The report for support, of a home that is not open."""
        from app.session.diagnosis import DiagnosisSession  # noqa: PLC0415 - when first asked for

        return DiagnosisSession(self._jobs, lambda: self.place)

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
            self._refuse(Refusal(Wanted.RETURN))
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
            self._refuse(refusal_of(error, Wanted.NEW_HOME))
            return
        self.working.emit("opening.make")
        self._run(lambda: self._make(wanted), on_failure=Wanted.NEW_HOME)

    def choose_place(self, typed: str) -> None:
        """Have the home in another folder: one that is there is opened, else more is asked."""
        try:
            place = whole_path(typed)
        except NewHomeError as error:
            self._refuse(refusal_of(error, Wanted.NEW_HOME))
            return

        def looked(is_there: bool) -> None:
            self._is_chosen = self._is_chosen or place != self.place
            self._place = place
            if is_there:
                self.start()
            else:
                self.place_taken.emit()

        def look() -> bool:
            from storage.site import look_at_site  # noqa: PLC0415 - once in the life of a home

            return look_at_site(place)

        self._jobs.run(
            look,
            looked,
            lambda error: self._refuse(refusal_of(error, Wanted.NEW_HOME)),
        )

    def look_for_keyring(self) -> None:
        """Find out whether there is a keyring to keep keys in; `keyring_looked` tells it."""
        self._jobs.run(
            has_trusted_keyring, self.keyring_looked.emit, lambda _: self.keyring_looked.emit(False)
        )

    def begin_anew(self) -> None:
        """Set a home that waits to be enrolled aside, whole, and ask for another."""
        if not self._waits:
            return
        self.working.emit("opening.set_aside")
        self._move_last_lines(log_of_the_person())  # a folder with an open file may not be moved
        self._jobs.run(
            lambda: set_aside(self.place, utc_now()),
            lambda _: self._refuse(Refusal(Wanted.NEW_HOME, step=Step.WHO)),
            lambda error: self._refuse(refusal_of(error, Wanted.HELP)),
        )

    def _refuse(self, refusal: Refusal) -> None:
        if self._is_chosen and refusal.wanted is Wanted.HELP and not refusal.may_begin_anew:
            # The way back: to another folder.
            refusal = Refusal(Wanted.NEW_HOME, refusal.sentence, Step.WHO, "where")
        self._waits, self._wanted = refusal.may_begin_anew, refusal.wanted
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
            self._refuse(refusal_of(error, on_failure))

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
        if self._is_chosen:
            self._is_chosen = False
            self._jobs.run(lambda: keep_chosen_home(ws.home.place), _nothing, _nothing)
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
                raise UnaskedError(error) from error
        return open_workstation(place, passphrase)


def _nothing(_: object) -> None:
    """Nobody is told: where it was not kept the next start looks as the desktop does."""


def _nothing_given() -> str:
    raise AskedError


def _given_in_file() -> str:
    secret = passphrase_from_file()
    if secret is None:
        raise AskedError
    return secret
