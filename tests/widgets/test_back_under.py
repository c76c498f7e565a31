"""What takes a revealed item back under the veil beside keys: each cause in the real window."""

import dataclasses
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from app.session.types import Stage
from tests.widgets.conftest import PATIENCE_MS, OpenWindow, hold, press, sign_in, stage
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key
LOCKS = [
    ("org.freedesktop.ScreenSaver", "ActiveChanged", [True]),
    ("org.gnome.ScreenSaver", "ActiveChanged", [True]),
    ("org.freedesktop.login1.Session", "Lock", []),
    ("org.freedesktop.login1.Manager", "PrepareForSleep", [True]),
]


@pytest.fixture
def sitting_here(window: MainWindow) -> Sitting:
    assert window.sitting is not None
    return window.sitting


def test_that_a_held_key_alone_does_not_keep_the_item_revealed(
    qtbot: QtBot, window: MainWindow, sitting_here: Sitting, revealed: Desk
) -> None:
    sitting_here.viewing._idle.start(200)
    repeats = QTimer()
    repeats.timeout.connect(lambda: hold(window, K.Key_Space, down=True, repeat=True))
    repeats.start(20)
    try:
        qtbot.waitUntil(lambda: not revealed.canvas.shows_clear, timeout=PATIENCE_MS)
    finally:
        repeats.stop()


def half(window: MainWindow, at_ms: int, *, down: bool) -> None:
    """One half of a key press with its time, as a display sends it that repeats a held key."""
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    event = QKeyEvent(kind, K.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    event.setTimestamp(at_ms)
    QApplication.sendEvent(window.focusWidget() or window, event)


def test_that_a_repetition_that_looks_like_a_press_reveals_nothing_that_went_back_by_itself(
    window: MainWindow, sitting_here: Sitting, revealed: Desk
) -> None:
    viewing = sitting_here.viewing
    half(window, 500, down=False)
    half(window, 500, down=True)
    assert viewing.state.revealed  # nothing but the key had to do with it
    viewing._idle.timeout.emit()
    for at_ms in (540, 580):
        half(window, at_ms, down=False)
        half(window, at_ms, down=True)
        assert not viewing.state.revealed
    half(window, 620, down=False)
    half(window, 900, down=True)
    assert viewing.state.revealed


def test_that_a_break_takes_the_item_back_under(
    qtbot: QtBot, window: MainWindow, sitting_here: Sitting, revealed: Desk
) -> None:
    duty = sitting_here.duty
    assert duty.today is not None
    duty._today = dataclasses.replace(duty.today, break_due=True)
    press(qtbot, window, K.Key_N)
    assert not revealed.canvas.shows_clear
    qtbot.waitUntil(lambda: stage(window) is Stage.RESTING, timeout=PATIENCE_MS)
    assert not revealed.canvas.shows_clear


def test_that_a_fault_takes_the_item_back_under(
    qtbot: QtBot, window: MainWindow, sitting_here: Sitting, revealed: Desk
) -> None:
    for file in (sitting_here._ws.home.place / "vault").rglob("*"):
        if file.is_file():
            file.unlink()
    ahead = sitting_here._ws.viewing()._ahead
    assert ahead is not None
    for decoder in ahead._decoders:
        decoder.calm()
    press(qtbot, window, K.Key_B)
    qtbot.waitUntil(lambda: not revealed.canvas.shows_clear, timeout=PATIENCE_MS)
    assert not sitting_here.viewing.state.revealed


DEATHS = {"killed": signal.SIGKILL, "out of memory or a crash": signal.SIGSEGV}


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("is_asked", [False, True], ids=["at rest", "while it is asked"])
def test_that_a_decoder_lost_in_a_reveal_takes_the_item_back_under_until_space_is_pressed_anew(
    qtbot: QtBot,
    window: MainWindow,
    sitting_here: Sitting,
    revealed: Desk,
    death: str,
    is_asked: bool,
) -> None:
    canvas, viewing = revealed.canvas, sitting_here.viewing
    ahead = sitting_here._ws.viewing()._ahead
    assert ahead is not None
    holder = ahead._entries[ahead._order[0]].decoder
    assert holder is not None
    lost = ahead._decoders[holder].pid
    assert lost is not None
    frames: list[object] = []
    viewing.revealed.connect(frames.append)
    with qtbot.waitSignal(viewing.lost, timeout=PATIENCE_MS):
        if is_asked:
            os.kill(lost, signal.SIGSTOP)
            press(qtbot, window, K.Key_B)
        os.kill(lost, DEATHS[death])
        if is_asked:
            os.kill(lost, signal.SIGCONT)
    assert not canvas.shows_clear
    assert not viewing.state.revealed
    hold(window, K.Key_Space, down=True, repeat=True)  # the key is still down
    jobs = viewing._jobs
    qtbot.waitUntil(lambda: jobs.waiting == 0, timeout=PATIENCE_MS)
    assert (frames, canvas.shows_clear) == ([], False)
    assert "Space again" in window.edges.status._told.text()
    hold(window, K.Key_Space, down=False)
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: canvas.shows_clear, timeout=PATIENCE_MS)


@pytest.fixture
def bus() -> Iterator[str]:
    """A real message bus, of this test alone."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    daemon = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    yield address
    daemon.terminate()
    daemon.communicate(timeout=60)


@pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no message bus here")
@pytest.mark.parametrize(("interface", "name", "arguments"), LOCKS)
def test_that_a_locked_screen_or_a_machine_that_falls_asleep_takes_the_item_back_under(
    qtbot: QtBot,
    open_window: OpenWindow,
    bus: str,
    interface: str,
    name: str,
    arguments: list[bool],
) -> None:
    ours = QDBusConnection.connectToBus(bus, f"listening-{interface}")
    window = open_window()
    window._presence._screen_lock.listen(ours, ours)
    sign_in(qtbot, window)
    assert window.rooms is not None
    canvas = window.rooms.desk.canvas
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: canvas.shows_clear, timeout=PATIENCE_MS)
    desktop = QDBusConnection.connectToBus(bus, f"desktop-{interface}")
    message = QDBusMessage.createSignal("/org/desktop", interface, name)
    message.setArguments(arguments)
    assert desktop.send(message)
    qtbot.waitUntil(lambda: not canvas.shows_clear, timeout=PATIENCE_MS)
    for connection in ("listening", "desktop"):
        QDBusConnection.disconnectFromBus(f"{connection}-{interface}")
