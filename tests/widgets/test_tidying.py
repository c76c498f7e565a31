"""Garbage is looked for when nobody waits; counted, not timed."""

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS
from widgets.tidying import Tidying

FULL = 2  # the generation of all objects
LONG_MS, SHORT_MS = 10_000_000, 10


class Item:
    """Something that holds on to itself, as what signals are connected to does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def full() -> Iterator[list[str]]:
    """Every look through all objects that begins here or in what is tested.

    Rooms of earlier windows that go meanwhile give their memory back, which looks through all too.
    """
    seen: list[str] = []

    def note(phase: str, told: dict[str, int]) -> None:
        where = sys._getframe(1).f_code.co_filename  # where it began
        if phase == "start" and told["generation"] == FULL and where.endswith("tidying.py"):
            seen.append(where)

    thresholds, was_on = gc.get_threshold(), gc.isenabled()
    gc.collect()
    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)
    gc.set_threshold(*thresholds)
    (gc.enable if was_on else gc.disable)()


def window_of(qtbot: QtBot) -> QWidget:
    """A window on the screen."""
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window, timeout=PATIENCE_MS):
        window.show()
    return window


def test_that_no_work_makes_the_window_look_through_everything(
    qtbot: QtBot, full: list[str]
) -> None:
    tidying = Tidying(window_of(qtbot), LONG_MS)
    tidying.begin()
    batch = [[str(number)] for number in range(400_000)]
    assert len(batch) == 400_000
    assert not full


@pytest.mark.usefixtures("full")
def test_that_nothing_is_looked_through_before_the_first_quiet_moment(qtbot: QtBot) -> None:
    tidying = Tidying(window_of(qtbot), LONG_MS)
    gc.disable()  # as a start does
    tidying.begin()
    assert not gc.isenabled()
    tidying._look()
    assert gc.isenabled()


def test_that_garbage_goes_in_a_quiet_moment_and_once(qtbot: QtBot, full: list[str]) -> None:
    window = window_of(qtbot)
    tidying = Tidying(window, LONG_MS)
    tidying.begin()
    left = weakref.ref(Item())
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_1)
    tidying._look()
    assert not full  # somebody was at the keys
    with qtbot.waitSignal(tidying.tidied, timeout=PATIENCE_MS):
        tidying._timer.start(SHORT_MS)
    assert left() is None
    tidying._look()
    assert len(full) == 1  # nothing was done since


def test_that_whoever_never_rests_has_garbage_looked_for_all_the_same(
    qtbot: QtBot, full: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widgets.tidying.BUSY_LIMIT", 3)
    window = window_of(qtbot)
    tidying = Tidying(window, LONG_MS)
    tidying.begin()
    for _ in range(6):
        qtbot.keyClick(window.windowHandle(), Qt.Key.Key_1)
        tidying._look()
    assert len(full) == 2


def test_that_nothing_is_looked_through_while_another_thread_works(
    qtbot: QtBot, full: list[str]
) -> None:
    at_work = [True]
    tidying = Tidying(window_of(qtbot), LONG_MS, at_work=lambda: at_work[0])
    tidying.begin()
    tidying._look()
    assert not full
    at_work.clear()
    at_work.append(False)
    tidying._look()
    assert len(full) == 1
