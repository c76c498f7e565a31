"""A real home with a small batch, the real decoder, and the real window over them."""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation, open_workstation, workstation_of
from app.intake.folder import IntakeRequest, add_folder
from app.keymap import Keymap, read_keymap
from app.policies import default_policy
from app.session.opening import OpeningSession
from app.session.sitting import Sitting
from app.session.types import AtHand, Stage
from app.texts import Texts, read_texts
from grading.policy import Policy, policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.chords import chord_of
from tests.widgets.lender import Lender
from tests.widgets.patterns import write_patterns
from widgets.desk import Desk
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.reader_roles import tell_roles

if TYPE_CHECKING:
    from tests.widgets.tour import Homes

PASSPHRASE = "quiet reading room"
ITEMS = 12
WINDOW_PX = (1366, 768)
PATIENCE_MS = 60_000  # the machine is shared


@dataclass(frozen=True)
class MadeHome:
    """A home on the disk with one batch of `ITEMS` patterns."""

    place: Path
    folder: Path
    batch: str


@pytest.fixture(scope="session")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """Make the home once; tests get copies of it."""
    root = tmp_path_factory.mktemp("drawn")
    return make_home(root, write_patterns(root / "found", ITEMS), ITEMS)


@pytest.fixture(scope="session")
def every_role(tmp_path_factory: pytest.TempPathFactory) -> "Homes":
    """The homes of an office of every role; tests get copies of them."""
    from tests.widgets.tour import homes_of_all  # noqa: PLC0415 - few tests need it

    return homes_of_all(tmp_path_factory.mktemp("every_role"))


@pytest.fixture(scope="session")
def near_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an analyst with near-copies to select and to grade; tests get copies of it."""
    from tests.widgets.near_tour import home_of_near_copies  # noqa: PLC0415 - few tests need it

    return home_of_near_copies(tmp_path_factory.mktemp("near_copies"))


def make_home(
    root: Path,
    folder: Path,
    items: int,
    passphrase: str = PASSPHRASE,
    policy: Policy | None = None,
) -> MadeHome:
    """Make a home in `root` with one batch of what is in `folder`."""
    home = init_home(
        root / "home",
        person_name="Ada Analyst",
        role="analyst",
        policy_fields=policy_fields((policy or default_policy()).without_end_of_viewing()),
        keys="file",
        passphrase=lambda: passphrase,
        cost=MINIMUM_COST,
    )
    ws = workstation_of(home)
    summary = add_folder(ws, IntakeRequest(folder, "Batch 114"))
    ws.close()
    assert summary.added == items
    return MadeHome(root / "home", folder, summary.batch)


@pytest.fixture
def made_home(drawn_home: MadeHome, tmp_path: Path) -> MadeHome:
    """A copy of the home, for one test."""
    place = tmp_path / "home"
    shutil.copytree(drawn_home.place, place)
    place.chmod(0o700)
    return MadeHome(place, drawn_home.folder, drawn_home.batch)


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Look:
    """The look, applied once to the application of all tests."""
    tell_roles()
    look = Look()
    look.load_fonts()
    look.apply("dark", 100)
    return look


@pytest.fixture(scope="session")
def words_and_keys() -> tuple[Texts, Keymap]:
    """The shipped texts and keys, which nothing changes: read once, as in the program."""
    return read_texts(), read_keymap()


@pytest.fixture
def fit(look: Look, words_and_keys: tuple[Texts, Keymap]) -> Iterator[Fittings]:
    """What every widget is given, as the program starts."""
    yield Fittings(look, *words_and_keys)
    look.apply("dark", 100)


@pytest.fixture(scope="session")
def lender() -> Iterator[Lender]:
    """The decoder processes of all windows."""
    lender = Lender()
    yield lender
    lender.end()


@pytest.fixture
def workstation(made_home: MadeHome, lender: Lender) -> Iterator[Workstation]:
    """The home opened without a window."""
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    ws.decoders = lender
    yield ws
    ws.close()


@pytest.fixture
def sitting(qtbot: QtBot, workstation: Workstation) -> Iterator[Sitting]:
    """A sitting without a window, an item on the Desk."""
    sitting = Sitting(workstation)
    with qtbot.waitSignal(sitting.grading.asking, timeout=PATIENCE_MS):
        sitting.start()
    yield sitting
    sitting.close()


OpenPlace = Callable[[Path], MainWindow]
OpenWindow = Callable[[], MainWindow]


@pytest.fixture
def open_place(qtbot: QtBot, fit: Fittings, lender: Lender) -> Iterator[OpenPlace]:
    """Open a window on any place, not signed in; every window is closed after the test."""
    made: list[tuple[MainWindow, OpeningSession]] = []

    def make(place: Path) -> MainWindow:
        opening = OpeningSession(place, decoders=lender)
        window = MainWindow(fit, opening)
        made.append((window, opening))
        window.resize(*WINDOW_PX)
        with qtbot.waitActive(window, timeout=PATIENCE_MS):
            window.show()
            window.activateWindow()
        opening.start()
        return window

    yield make
    for window, opening in made:
        window.close()
        opening.close()
        window.deleteLater()
    QApplication.processEvents()
    logging.getLogger("widgets").setLevel(logging.NOTSET)


@pytest.fixture
def open_window(open_place: OpenPlace, made_home: MadeHome) -> OpenWindow:
    """Open a window on the home, not signed in."""
    return lambda: open_place(made_home.place)


@pytest.fixture
def window(qtbot: QtBot, open_window: OpenWindow) -> MainWindow:
    """The window, signed in, the first item veiled on the Desk."""
    window = open_window()
    sign_in(qtbot, window)
    return window


def sign_in(qtbot: QtBot, window: MainWindow, passphrase: str = PASSPHRASE) -> None:
    """Type the passphrase and wait for the first item."""
    qtbot.waitUntil(lambda: isinstance(window.focusWidget(), QWidget), timeout=PATIENCE_MS)
    field = window.sign_in._passphrase
    qtbot.waitUntil(field.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(field, passphrase)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait_for_item(qtbot, window)


def wait_for_item(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until a veiled item is on screen and may be answered."""

    def there() -> bool:
        sitting, rooms = window.sitting, window.rooms
        if sitting is None or rooms is None:
            return False
        at_item = sitting.grading.stage in (Stage.ASKING, Stage.DECIDED)
        return at_item and rooms.desk.takes_keys

    qtbot.waitUntil(there, timeout=PATIENCE_MS)


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> None:
    """Press keys one after the other, on whatever has the keyboard."""
    for key in keys:
        qtbot.keyClick(window.focusWidget() or window, key)


def press_chord(qtbot: QtBot, window: MainWindow, chord: str) -> None:
    """Press a key as the table of keys names it, such as `Shift+B`, `?` or `Ctrl+K`."""
    qtbot.keyClick(window.focusWidget() or window, *chord_of(chord))


@pytest.fixture
def desk(window: MainWindow) -> Desk:
    """The Desk of the window."""
    assert window.rooms is not None
    return window.rooms.desk


def stage(window: MainWindow) -> Stage:
    """What the Desk is doing."""
    assert window.sitting is not None
    return window.sitting.grading.stage


def at_hand(window: MainWindow) -> AtHand:
    """The item on the Desk."""
    assert window.sitting is not None
    at = window.sitting.grading.at_hand
    assert at is not None
    return at


def hold(window: MainWindow, key: Qt.Key, *, down: bool, repeat: bool = False) -> None:
    """Send one half of a key press, as the keyboard does while a key is held."""
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, " ", repeat)
    QApplication.sendEvent(window.focusWidget() or window, event)


@pytest.fixture
def revealed(qtbot: QtBot, window: MainWindow, desk: Desk) -> Iterator[Desk]:
    """The Desk while Space is held and the clear frame is on screen."""
    hold(window, Qt.Key.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    yield desk
    hold(window, Qt.Key.Key_Space, down=False)
