"""A mistake of the program: hidden, told once, noted without a word of what it was about."""

import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.fault_log import FaultLog
from app.jobs import Jobs
from app.messages import log_of_the_person
from tests.widgets.conftest import PATIENCE_MS, OpenPlace, OpenWindow, press
from widgets.desk import Desk
from widgets.fault_sheet import FaultSheet, FaultWatch
from widgets.fittings import Fittings
from widgets.main_window import MainWindow
from widgets.window import watch_faults

SECRET = "what-was-found.png"


@pytest.fixture
def faults(fit: Fittings, window: MainWindow) -> Iterator[FaultWatch]:
    watch = watch_faults(fit, window, window._opening)
    yield watch
    watch.stop()


def is_told(faults: FaultWatch) -> bool:
    """Whether the sheet about a fault is on the screen."""
    return faults.sheet is not None and faults.sheet.isVisible()


def fail() -> None:
    raise LookupError(SECRET)


def fall(qtbot: QtBot, faults: FaultWatch) -> FaultSheet:
    """Let a fault happen as Qt lets it: nothing catches it, the hook is called."""
    try:
        fail()
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: is_told(faults), timeout=PATIENCE_MS)
    assert faults.sheet is not None
    return faults.sheet


def logged(window: MainWindow) -> list[str]:
    """What the log of the home holds, a text a file."""
    return [file.read_text() for file in (window._opening.place / "log").iterdir()]


def test_that_a_mistake_hides_what_is_revealed_and_names_a_log_without_a_word_of_it(
    qtbot: QtBot, faults: FaultWatch, window: MainWindow, revealed: Desk
) -> None:
    sheet = fall(qtbot, faults)
    qtbot.waitUntil(lambda: not revealed.canvas.shows_clear, timeout=PATIENCE_MS)
    assert sheet.hasFocus()
    (file,) = (window._opening.place / "log").iterdir()
    assert str(file) in sheet.where.text()
    assert "LookupError" in file.read_text()
    assert SECRET not in file.read_text()


def test_that_it_is_told_once_and_enter_goes_back_to_the_desk(
    qtbot: QtBot, faults: FaultWatch, window: MainWindow
) -> None:
    sheet = fall(qtbot, faults)
    assert window.sitting is not None
    asking = window.sitting.grading.asking
    with qtbot.assertNotEmitted(asking):
        press(qtbot, window, Qt.Key.Key_1)  # no key reaches the Desk below
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert not sheet.isVisible()
    try:
        fail()
    except LookupError as error:
        with qtbot.waitSignal(faults._fell, timeout=PATIENCE_MS):
            sys.excepthook(type(error), error, error.__traceback__)
    with qtbot.waitSignal(asking, timeout=PATIENCE_MS):
        press(qtbot, window, Qt.Key.Key_1)
    assert not sheet.isVisible()
    assert len(logged(window)) == 1


def test_that_before_there_are_rooms_enter_goes_back_to_where_one_typed(
    qtbot: QtBot, fit: Fittings, open_window: OpenWindow
) -> None:
    window = open_window()
    field = window.sign_in._passphrase
    qtbot.waitUntil(field.hasFocus, timeout=PATIENCE_MS)
    watch = watch_faults(fit, window, window._opening)
    try:
        sheet = fall(qtbot, watch)
        assert not field.hasFocus()
        qtbot.keyClick(sheet, Qt.Key.Key_Return)
        assert field.hasFocus()
    finally:
        watch.stop()


def test_that_without_a_home_it_is_noted_in_the_log_of_the_person_and_else_said_that_it_is_not(
    qtbot: QtBot, fit: Fittings, open_place: OpenPlace, tmp_path: Path, nobodys_home: Path
) -> None:
    window = open_place(tmp_path / "nowhere")
    watch = watch_faults(fit, window, window._opening)
    try:
        sheet = fall(qtbot, watch)
        (file,) = log_of_the_person().iterdir()
        assert str(file) in sheet.where.text()
        assert file.is_relative_to(nobodys_home)
        shutil.rmtree(log_of_the_person())
        log_of_the_person().touch()
        watch.log = FaultLog(lambda: tmp_path / "nowhere")
        qtbot.keyClick(sheet, Qt.Key.Key_Return)
        fall(qtbot, watch)
        place = str(log_of_the_person())
        assert sheet.where.text() == fit.texts("fault.not_logged", folder=place)
    finally:
        watch.stop()


def test_that_other_threads_and_jobs_are_noted_and_the_calm_screen_covers_the_sheet(
    qtbot: QtBot, faults: FaultWatch, window: MainWindow
) -> None:
    jobs, told = Jobs("failing"), []
    jobs.run(fail, lambda _: None, told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    jobs.close()
    assert faults.sheet is None  # it was told where it happened
    thread = threading.Thread(target=int, args=(SECRET,))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: is_told(faults), timeout=PATIENCE_MS)
    kinds = sorted(text.splitlines()[1] for text in logged(window))
    assert kinds == ["LookupError", "ValueError"]
    assert not any(SECRET in text for text in logged(window))
    press(qtbot, window, Qt.Key.Key_Escape)
    seen = window.childAt(window.rect().center())
    calm = window.sheets.calm_screen
    assert seen is calm or calm.isAncestorOf(seen)
