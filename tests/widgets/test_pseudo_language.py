"""Every room in a language with longer words: nothing is left in English, nothing is cut."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import TimeoutError as NotYetError
from pytestqt.qtbot import QtBot

from app.bootstrap import RESOURCES
from app.keymap import read_keymap
from app.policies import default_policy
from app.sentences import speak_by
from app.session.new_home import ALONE, BY_FILE
from grading.policy import policy_fields
from storage.home import init_home
from storage.keyfile import MINIMUM_COST
from tests.widgets.conftest import (
    PASSPHRASE,
    PATIENCE_MS,
    MadeHome,
    OpenPlace,
    OpenWindow,
    press,
    press_chord,
    sign_in,
)
from tests.widgets.pseudo import clipped, pseudo_sentences, pseudo_texts, untranslated
from widgets.doors import DOORS, closed_to
from widgets.fact_row import FactRow
from widgets.first_run import STORES
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow

SETTLED_MS = 3000
SHEETS = ("legend", "palette", "settings", "exposure", "casebook", "help", "refer", "referrals")
PHOTOGRAPH = (Qt.Key.Key_1, Qt.Key.Key_1)  # the answers after which the drawer may open
QUALITY = ("overview", "pairs", "items", "plan", "calibration", "classifiers")


@pytest.fixture
def fit(look: Look) -> Iterator[Fittings]:
    """The fittings of a window that speaks the pseudo-language."""
    speak_by(pseudo_sentences())
    yield Fittings(look, pseudo_texts(), read_keymap())
    speak_by(None)
    look.key_names.clear()
    look.apply("dark", 100)


@pytest.fixture
def data(made_home: MadeHome) -> list[str]:
    """What is no text of the window: the scheme's words, who sits here, what is worked on."""
    scheme = tomllib.loads((RESOURCES / "schemes" / "uk-ew.toml").read_text(encoding="utf-8"))
    return [*strings(scheme), "Ada Analyst", "Batch 114", str(made_home.place)]


def strings(of: object) -> Iterator[str]:
    """Every string in a table of tables, with single spaces."""
    if isinstance(of, str):
        yield " ".join(of.split())
    elif isinstance(of, dict):
        for value in of.values():
            yield from strings(value)
    elif isinstance(of, list):
        for value in of:
            yield from strings(value)


class Eye:
    """Looks at the window where it is, and keeps what is not as it should be."""

    def __init__(self, qtbot: QtBot, window: MainWindow, data: list[str]) -> None:
        self._qtbot, self._window, self._data = qtbot, window, data
        self.faults: list[str] = []

    def look_at(self, place: str) -> None:
        """Find what is left in English there, and what is cut."""
        with suppress(NotYetError):  # what was just said takes its room a turn later
            self._qtbot.waitUntil(lambda: not clipped(self._window), timeout=SETTLED_MS)
        left, cut = untranslated(self._window, self._data), clipped(self._window)
        self.faults += [f"{place}, in English: {one}" for one in left]
        self.faults += [f"{place}, cut: {one}" for one in cut]


def test_that_an_analysts_rooms_and_sheets_are_translated_and_fit(
    qtbot: QtBot, open_window: OpenWindow, data: list[str]
) -> None:
    window = open_window()
    eye = Eye(qtbot, window, data)
    qtbot.waitUntil(window.sign_in._passphrase.isVisible, timeout=PATIENCE_MS)
    eye.look_at("sign-in")
    sign_in(qtbot, window)
    for room in rooms(window):
        window.go(room)
        eye.look_at(room)
    window.go("desk")
    for sheet in SHEETS:
        press_chord(qtbot, window, window._fit.keymap.key(sheet))
        eye.look_at(sheet)
        window.sheets.close()
    look_into_the_drawer(qtbot, window, eye)
    with read_leftward():
        for room in rooms(window):
            window.go(room)
            eye.look_at(f"{room}, read from the right")
    assert "\n".join(eye.faults) == ""


def look_into_the_drawer(qtbot: QtBot, window: MainWindow, eye: Eye) -> None:
    """Shut, and open with all that the item at hand declares."""
    assert window.sitting is not None
    assert window.rooms is not None
    evidence, desk = window.sitting.evidence, window.rooms.desk
    eye.look_at("drawer, shut")
    qtbot.waitUntil(lambda: desk.takes_keys, timeout=PATIENCE_MS)  # no key counts before
    press(qtbot, window, *PHOTOGRAPH, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: evidence.state.is_open, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not evidence.state.is_reading, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(desk.drawer.findChildren(FactRow)), timeout=PATIENCE_MS)
    eye.look_at("drawer")
    press(qtbot, window, Qt.Key.Key_I)


def test_that_the_first_start_is_translated_and_fits_at_every_step_and_mistake(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.keyfile.calibrated_cost", lambda: MINIMUM_COST)
    place = tmp_path / "none"
    window = open_place(place)
    eye = Eye(qtbot, window, [str(place)])
    form = window.sign_in._new
    qtbot.waitUntil(form.isVisible, timeout=PATIENCE_MS)
    eye.look_at("who")
    qtbot.keyClicks(form.name, "Ada")
    press(qtbot, window, Qt.Key.Key_Return)
    eye.look_at("keys")
    for field in (form.first, form.again):
        qtbot.keyClicks(field, "long enough")
    press(qtbot, window, Qt.Key.Key_Return)
    for store in STORES:
        form.stores[store].click()
        eye.look_at(f"store, {store}")
    form.stores[ALONE].click()
    press(qtbot, window, Qt.Key.Key_Return)
    eye.look_at("limits")
    with read_leftward():
        eye.look_at("limits, read from the right")
    qtbot.keyClick(form, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    form.stores[BY_FILE].click()
    form.fingerprint.setText("ab" * 32)
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.sign_in._help.isVisible, timeout=PATIENCE_MS)
    eye.look_at("waits to be enrolled")
    assert "\n".join(eye.faults) == ""


@contextmanager
def read_leftward() -> Iterator[None]:
    """Lay everything out for a language that is read from the right."""
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        yield
    finally:
        QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_that_a_supervisors_rooms_and_pages_are_translated_and_fit(
    qtbot: QtBot, open_place: OpenPlace, data: list[str], tmp_path: Path
) -> None:
    home = init_home(
        tmp_path / "office",
        person_name="Ada Analyst",
        role="supervisor",
        policy_fields=policy_fields(default_policy().without_end_of_viewing()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
    )
    home.close()
    window = open_place(tmp_path / "office")
    eye = Eye(qtbot, window, [*data, str(tmp_path / "office")])
    qtbot.waitUntil(window.sign_in._passphrase.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(window.sign_in._passphrase, PASSPHRASE)
    qtbot.keyClick(window.sign_in._passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.rooms is not None, timeout=PATIENCE_MS)
    assert window.rooms is not None
    for room in rooms(window):
        window.go(room)
        eye.look_at(room)
    for page in QUALITY:
        window.go("quality")
        press_chord(qtbot, window, window._fit.keymap.key(f"quality_{page}"))
        eye.look_at(f"quality, {page}")
    window.go("administration")
    for page in window.rooms.administration.pages:
        window.rooms.administration.show_page(page)
        eye.look_at(page)
    assert "\n".join(eye.faults) == ""


def rooms(window: MainWindow) -> list[str]:
    """The rooms that this person may enter."""
    assert window.sitting is not None
    closed = closed_to(window.sitting.roles)
    return [door.name for door in DOORS if door.name not in closed]
