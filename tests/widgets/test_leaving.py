"""Locking and closing hide at once; children, threads, stores and keys end beside the window."""

import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation, open_workstation
from app.collector import much_is_apart, set_apart
from app.drawer.gathering import EvidenceReader
from app.freed_memory import give_back_memory
from app.group_tiles import GroupTiles
from app.session.ending import Ending
from app.session.sitting import THREADS
from app.viewing import Viewing
from storage.errors import StorageError
from storage.home import Home
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome, sign_in, wait_for_item
from widgets.main_window import MainWindow

BLOCKING: tuple[tuple[type, str], ...] = (
    (Viewing, "close"),
    (GroupTiles, "end"),
    (EvidenceReader, "close"),
    (ThreadPoolExecutor, "shutdown"),
    (Workstation, "close"),
    (Home, "close"),
)


class Gate:
    """Notes on which thread each step of an ending is taken; the first one waits to be let by."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.called: list[tuple[str, bool]] = []  # what, and whether on the window's thread
        self.opened = threading.Event()
        for owner, name in BLOCKING:
            monkeypatch.setattr(owner, name, self._noted(owner, name))

    def _noted(self, owner: type, name: str) -> Callable[..., Any]:
        original = getattr(owner, name)

        def noted(one: Any, *given: Any, **named: Any) -> Any:
            here = threading.current_thread() is threading.main_thread()
            self.called.append((f"{owner.__name__}.{name}", here))
            if not here:
                assert self.opened.wait(PATIENCE_MS / 1000)
            return original(one, *given, **named)

        return noted

    def names(self) -> list[str]:
        return [name for name, _ in self.called]


@pytest.fixture
def gate(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Stands before the end of the sitting in the window."""
    made = Gate(monkeypatch)
    yield made
    made.opened.set()


def test_that_locking_hides_first_and_ends_everything_off_the_thread_that_paints(
    qtbot: QtBot, window: MainWindow, gate: Gate
) -> None:
    rooms, sitting = window.rooms, window.sitting
    assert rooms is not None
    assert sitting is not None
    assert sitting.evidence._reader is not None  # as if a drawer had been opened
    window.lock()
    assert window._pages.currentWidget() is window.sign_in
    assert window.sitting is None
    assert sitting.viewing.item is None
    assert not rooms.isVisible()
    # The window is alive while the end of the sitting stands at its first step.
    qtbot.waitUntil(lambda: bool(gate.called), timeout=PATIENCE_MS)
    assert "Home.close" not in gate.names()
    sitting.grading.open_batch()  # nothing is begun any more
    gate.opened.set()
    sign_in(qtbot, window)  # after the end, or the home would be in use
    assert [name for name, on_window in gate.called if on_window] == []
    names = gate.names()
    assert set(names) == {f"{owner.__name__}.{name}" for owner, name in BLOCKING}
    # What was accepted is kept before the keys go.
    before = names[: names.index("Home.close")]
    assert before.count("ThreadPoolExecutor.shutdown") >= len(THREADS)
    assert not window._leaving


def test_that_closing_hides_the_window_first_and_the_program_waits_for_the_end(
    qtbot: QtBot, made_home: MadeHome, window: MainWindow, gate: Gate
) -> None:
    assert window.close()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: bool(gate.called), timeout=PATIENCE_MS)
    with pytest.raises(StorageError, match="in use"):
        open_workstation(made_home.place, lambda: PASSPHRASE)
    gate.opened.set()
    assert "Home.close" not in [name for name, on_window in gate.called if on_window]
    window._opening.close()  # as the program does before it ends
    open_workstation(made_home.place, lambda: PASSPHRASE).close()


def test_that_a_home_that_is_locked_and_opened_again_goes_on_where_it_was(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    at = window.sitting.grading.at_hand
    for _ in range(2):
        window.lock()
        sign_in(qtbot, window)
        wait_for_item(qtbot, window)
    assert window.sitting.grading.at_hand == at


def test_that_a_sitting_whose_end_takes_long_goes_whole_once_it_has_ended(
    qtbot: QtBot, window: MainWindow, gate: Gate
) -> None:
    left = weakref.ref(window.sitting)
    set_apart()  # as Quality does where it reads much
    window.lock()
    qtbot.waitUntil(lambda: bool(gate.called), timeout=PATIENCE_MS)
    give_back_memory()  # a second after the rooms are gone, while the end stands at its first step
    assert left() is not None
    gate.opened.set()
    qtbot.waitUntil(lambda: not window._leaving, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: left() is None and not much_is_apart(), timeout=PATIENCE_MS)


def test_that_each_step_of_an_end_is_taken_also_after_one_that_failed() -> None:
    taken: list[str] = []

    def fail() -> None:
        taken.append("child")
        raise OSError("it would not end")

    ending = Ending([fail], [lambda: taken.append("thread")], lambda: taken.append("home"))
    with pytest.raises(OSError, match="it would not end"):
        ending()
    assert taken == ["child", "thread", "home"]
