"""Every room in a language with longer words: nothing is left in English, nothing is cut."""

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.exceptions import TimeoutError as NotYetError
from pytestqt.qtbot import QtBot

from app.bootstrap import RESOURCES
from app.keymap import read_keymap
from app.sentences import speak_by
from app.session.new_home import ALONE, BY_FILE, Step
from storage.keyfile import MINIMUM_COST
from tests.widgets.conftest import (
    PATIENCE_MS,
    OpenPlace,
    press,
)
from tests.widgets.mirrored import read_leftward
from tests.widgets.near_tour import NEAR, NearTour
from tests.widgets.pseudo import clipped, pseudo_sentences, pseudo_texts, untranslated
from tests.widgets.tour import Homes, Tour
from widgets.first_run import STORES
from widgets.fittings import Fittings
from widgets.leaf import in_sentence_case
from widgets.look import Look
from widgets.main_window import MainWindow

SETTLED_MS = 3000
TOURED = ("chief", "ann")  # between them they see every room
# What people of the office said, in words of their own, and by which scheme.
SAID = ("drawn or printed?", "mine", "is it drawn?", "“It is a pattern.”", "uk-ew@2026.1")


@pytest.fixture
def fit(look: Look) -> Iterator[Fittings]:
    """The fittings of a window that speaks the pseudo-language."""
    speak_by(pseudo_sentences())
    yield Fittings(look, pseudo_texts(), read_keymap())
    speak_by(None)
    look.key_names.clear()
    look.apply("dark", 100)


def data_of(homes: Homes) -> list[str]:
    """What is no text of the window: the scheme's words, who sits here, what is worked on."""
    scheme = tomllib.loads((RESOURCES / "schemes" / "uk-ew.toml").read_text(encoding="utf-8"))
    said = list(strings(scheme))
    as_written = [in_sentence_case(one) or "" for one in said]
    people = map(str.capitalize, homes.names.values())
    return [*said, *as_written, *people, "Batch 114", *SAID]


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


@pytest.mark.parametrize("who", TOURED)
def test_that_every_place_is_translated_and_fits(
    qtbot: QtBot, open_place: OpenPlace, every_role: Homes, tmp_path: Path, who: str
) -> None:
    place = Path(shutil.copytree(every_role.folder / who, tmp_path / who))
    place.chmod(0o700)
    tour = Tour(qtbot, open_place(place))
    eye = Eye(qtbot, tour.window, [*data_of(every_role), str(place)])
    for stop in tour.stops():
        eye.look_at(stop)
    assert "\n".join(eye.faults) == ""


def test_that_select_and_a_group_with_items_are_translated_and_fit(
    qtbot: QtBot, open_place: OpenPlace, near_copies: Path, every_role: Homes, tmp_path: Path
) -> None:
    place = Path(shutil.copytree(near_copies, tmp_path / NEAR))
    place.chmod(0o700)
    tour = NearTour(qtbot, open_place(place))
    eye = Eye(qtbot, tour.window, [*data_of(every_role), "Ada Analyst", str(place)])
    for stop in tour.stops():
        eye.look_at(stop)
    assert "\n".join(eye.faults) == ""


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
    qtbot.waitUntil(lambda: form.step is Step.KEYS, timeout=PATIENCE_MS)
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
