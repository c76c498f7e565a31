"""The first frame the window gets of an item is the veiled one, and so is every other.

What is recorded is the screen itself, before each painting, from the first item on.
"""

import secrets
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    OpenWindow,
    at_hand,
    hold,
    make_home,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.recorder import Pattern, Recorder, planted
from widgets.main_window import MainWindow

K = Qt.Key
ITEMS = 4


@pytest.fixture(scope="module")
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[MadeHome, dict[str, Pattern]]:
    """A home with pictures that nobody has seen before."""
    root = tmp_path_factory.mktemp("planted")
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    patterns = planted(root / "found", ITEMS, seed)
    return make_home(root, root / "found", ITEMS), patterns


@pytest.fixture
def drawn_home(planted_home: tuple[MadeHome, dict[str, Pattern]]) -> MadeHome:
    """The home that the window opens a copy of."""
    return planted_home[0]


class Watched:
    """The window under watch, with hands that say what they ask for."""

    def __init__(self, qtbot: QtBot, window: MainWindow, recorder: Recorder) -> None:
        self.qtbot, self.window, self.recorder = qtbot, window, recorder

    @property
    def name(self) -> str:
        """The file of the item at hand."""
        assert self.window.sitting is not None
        at = at_hand(self.window)
        rows = self.window.sitting._ws.home.local.items(at.batch)
        return next(row.names[0] for row in rows if row.item == at.item)

    def reveal(self) -> None:
        """Hold Space until the item is seen."""
        assert self.window.rooms is not None
        self.recorder.moment, self.recorder.asked_for = f"reveal {self.name}", self.name
        hold(self.window, K.Key_Space, down=True)
        canvas = self.window.rooms.desk.canvas
        self.qtbot.waitUntil(lambda: canvas.shows_clear, timeout=PATIENCE_MS)
        name = self.name
        self.qtbot.waitUntil(
            lambda: self.looked() or name in self.recorder.seen, timeout=PATIENCE_MS
        )

    def looked(self) -> bool:
        """Look at the screen; False, so that a wait goes on."""
        self.recorder.look()
        return False

    def let_go(self, moment: str) -> None:
        """Say that from here on nothing may be seen, and look at once."""
        self.recorder.moment, self.recorder.asked_for = moment, None
        self.recorder.look()

    def next(self, key: Qt.Key = K.Key_N) -> None:
        """Go to another item and wait for it."""
        before = at_hand(self.window).item
        press(self.qtbot, self.window, key)
        self.let_go(f"after {key.name}")
        self.qtbot.waitUntil(lambda: self._is_at_another(before), timeout=PATIENCE_MS)
        wait_for_item(self.qtbot, self.window)
        self.recorder.look()

    def _is_at_another(self, before: str) -> bool:
        at = self.window.sitting.grading.at_hand if self.window.sitting else None
        return at is not None and at.item != before


@pytest.fixture
def watched(
    qtbot: QtBot,
    open_window: OpenWindow,
    planted_home: tuple[MadeHome, dict[str, Pattern]],
) -> Watched:
    """A window watched from before its first item."""
    window = open_window()
    recorder = Recorder(window, planted_home[1])
    # Once the Desk stands, long before there is an item for it.
    watch = partial(_watch, window, recorder)
    window._opening.opened.connect(lambda _: window._turns.take([watch]))
    sign_in(qtbot, window)
    for _ in range(2):  # every reveal is clear, in grey: the fine pattern is whole
        press(qtbot, window, K.Key_B)
    return Watched(qtbot, window, recorder)


def _watch(window: MainWindow, recorder: Recorder) -> None:
    assert window.rooms is not None
    recorder.item = window.rooms.desk.canvas


def test_that_the_screen_shows_nothing_clear_unless_the_key_is_held(watched: Watched) -> None:
    qtbot, window = watched.qtbot, watched.window
    for _ in range(ITEMS):  # each item, revealed and let go, then the next
        watched.reveal()
        hold(window, K.Key_Space, down=False)
        watched.let_go("after the release")
        watched.next() if at_hand(window).number < ITEMS else None
    watched.reveal()
    watched.next(K.Key_P)  # the key that reveals is still down, and stays so
    hold(window, K.Key_Space, down=False)
    watched.reveal()
    press(qtbot, window, K.Key_5, K.Key_1)
    press(qtbot, window, K.Key_Return)
    watched.let_go("after signing")
    wait_for_item(qtbot, window)
    hold(window, K.Key_Space, down=False)
    for chord in ("?", "Ctrl+K", "C", "Esc", "Ctrl+2"):
        watched.reveal()
        press_chord(qtbot, window, chord)
        watched.let_go(f"after {chord}")
        hold(window, K.Key_Space, down=False)
        _come_back(watched, chord)
    recorder = watched.recorder
    recorder.end()
    assert recorder.faults == []
    assert len(recorder.seen) == ITEMS
    assert recorder.frames > 3 * ITEMS


def _come_back(watched: Watched, chord: str) -> None:
    back = {"?": "?", "Ctrl+K": "Ctrl+K", "C": "Ctrl+D", "Esc": "Enter", "Ctrl+2": "Ctrl+1"}
    press_chord(watched.qtbot, watched.window, back[chord])
    wait_for_item(watched.qtbot, watched.window)
    watched.recorder.look()


def test_that_the_screen_shows_nothing_clear_once_the_window_lost_the_keyboard(
    watched: Watched,
) -> None:
    qtbot, window = watched.qtbot, watched.window
    watched.reveal()
    other = QLabel()
    qtbot.addWidget(other)
    with qtbot.waitActive(other, timeout=PATIENCE_MS):
        other.show()
        other.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow(), timeout=PATIENCE_MS)
    watched.let_go("after the keyboard went elsewhere")
    other.close()
    watched.recorder.end()
    assert watched.recorder.faults == []


def test_that_the_recorder_sees_what_is_clear(watched: Watched) -> None:
    watched.reveal()
    watched.recorder.asked_for = None
    watched.recorder.end()
    assert [fault.name for fault in watched.recorder.faults] == [watched.name]
    hold(watched.window, K.Key_Space, down=False)
