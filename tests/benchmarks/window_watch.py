"""What the window's probe notes: items painted, verdicts kept, and how long nothing moved."""

import argparse
import os
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from app.session import opening
from app.session.grading import GradingSession
from app.session.store import DeskStore, Kept
from storage.database import _prepare
from tests.benchmarks.machine import memory_held_mb
from widgets.canvas import Canvas
from widgets.main_window import MainWindow
from widgets.watchdog import Watchdog

# Off remit, no sign of AI seen, sign: the shortest path.
KEYS = (Qt.Key.Key_5, Qt.Key.Key_1, Qt.Key.Key_Return)
LOOK_MS = 150  # how long a reveal lasts, and the pause after it, where the pause is longer
SETTLING_MS = 1_500  # before the first key of a run: nobody grades while the window still starts
AGAIN_MS = 10
READY_FRAME_PX = (480, 360)
RECORD_BYTES = 3_000  # of one signed verdict


class Watch:
    """Notes each new veiled item that was painted, and takes the floors in the pauses between."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self._asked = asked
        self._items_left: int = asked.items
        self._look_ms = min(LOOK_MS, asked.pause_ms)
        self._seen: QImage | None = None
        self._is_over = False  # to close takes its time, and is no key
        self._pressed_s: float | None = None
        self._space_s: float | None = None
        self._saved_s = 0.0
        # A database that grows and a list of every beat are memory of the probe, not the program's.
        self._counts_memory = bool(asked.memory_every)
        has_floor = bool(asked.items) and not self._counts_memory
        self._disk = Disk(asked.home.parent / "floor.db") if has_floor else None
        if asked.items:
            from PySide6.QtTest import QTest  # noqa: PLC0415 - no part of a start: it presses no key

            self._keyboard = QTest
        self._noted: defaultdict[str, list[float]] = defaultdict(list)

    def begin(self) -> dict[str, list[float]]:
        """Listen in on the canvas, the store and the watchdog; return what will be noted."""
        paint: Callable[[Canvas, QPaintEvent], None] = Canvas.paintEvent
        sign: Callable[..., Kept] = DeskStore.sign
        measure: Callable[[Watchdog, float], None] = Watchdog._measure
        watch = self

        def paint_and_note(canvas: Canvas, event: QPaintEvent) -> None:
            paint(canvas, event)
            watch._note_look(canvas)
            watch._painted(canvas)

        def sign_and_note(store: DeskStore, *said: object, **more: object) -> Kept:
            kept = sign(store, *said, **more)
            watch._saved_s = time.monotonic()
            return kept

        def measure_and_note(watchdog: Watchdog, blocked_ms: float) -> None:
            measure(watchdog, blocked_ms)
            counts = watch._seen is not None and not watch._is_over
            if counts and not watch._counts_memory:
                watch._noted["blocked"].append(max(blocked_ms, 0.0))

        Canvas.paintEvent = paint_and_note  # type: ignore[method-assign]
        DeskStore.sign = sign_and_note  # type: ignore[method-assign]
        Watchdog._measure = measure_and_note  # type: ignore[method-assign]
        opening._nothing_given = passphrase  # nobody sits here to type it
        if self._asked.unfetched is not None:
            fetch_nothing_ahead()
        return self._noted

    def _painted(self, canvas: Canvas) -> None:
        now_s = time.monotonic()
        if canvas._rest is None or canvas._rest is self._seen:
            return
        pause_ms = self._asked.pause_ms
        if self._seen is None:
            self._noted["first"].append((now_s - self._asked.began) * 1000)
            pause_ms += SETTLING_MS
        self._seen = canvas._rest
        if self._pressed_s is not None:
            self._noted["painted"].append((now_s - self._pressed_s) * 1000)
            self._noted["saved"].append((self._saved_s - self._pressed_s) * 1000)
            self._pressed_s = None
            # In the middle of the pause.
            QTimer.singleShot(self._asked.pause_ms // 2, partial(self._take_floors, canvas))
        if self._items_left == 0:
            self._is_over = True
            QTimer.singleShot(0, QApplication.quit)
            return
        self._items_left -= 1
        then = self._reveal if self._asked.reveal else self._press
        QTimer.singleShot(pause_ms, partial(then, canvas.window()))

    def _press(self, window: QWidget, keys: Sequence[Qt.Key] = KEYS) -> None:
        if keys is KEYS and isinstance(window, MainWindow) and window.sheets.is_open:
            # What was done today is told at the sign-in, once there is something to tell.
            self._keyboard.keyClick(window.focusWidget() or window, Qt.Key.Key_Return)
        if keys is KEYS and not takes_keys(window):
            QTimer.singleShot(AGAIN_MS, partial(self._press, window))
            return
        key, *others = keys
        if not others:
            self._pressed_s = time.monotonic()
        self._keyboard.keyClick(window, key)
        if others:
            QTimer.singleShot(self._asked.key_ms, partial(self._press, window, others))

    def _reveal(self, window: QWidget) -> None:
        self._space_s = time.monotonic()
        self._keyboard.keyPress(window, Qt.Key.Key_Space)
        QTimer.singleShot(self._look_ms, partial(self._conceal, window))

    def _conceal(self, window: QWidget) -> None:
        self._space_s = time.monotonic()
        self._keyboard.keyRelease(window, Qt.Key.Key_Space)
        QTimer.singleShot(self._look_ms, partial(self._press, window))

    def _note_look(self, canvas: Canvas) -> None:
        """Note that what Space asked for is seen: the clear frame, or the veil again."""
        if self._space_s is None:
            return
        name = "revealed" if canvas.shows_clear else "reveiled"
        if len(self._noted["revealed"]) - len(self._noted["reveiled"]) == canvas.shows_clear:
            return  # painted again before what was asked for came
        self._noted[name].append((time.monotonic() - self._space_s) * 1000)
        self._space_s = None

    def _take_floors(self, canvas: Canvas) -> None:
        self._noted["draw_floor"].append(draw_floor_ms(canvas))
        if self._disk is not None:
            self._noted["disk_floor"].append(self._disk.commit_ms())
        if self._asked.unfetched is not None:
            self._noted["scaled_floor"].append(scaled_ms(self._asked.unfetched))
        graded = len(self._noted["painted"])
        if self._asked.memory_every and graded % self._asked.memory_every == 0:
            self._noted["memory_mb"].append(memory_held_mb())
        # What was done here is not the program's: the next beat begins now.
        watchdog = canvas.window().findChild(Watchdog)
        if isinstance(watchdog, Watchdog):
            watchdog._beat_s = time.monotonic()


class Disk:
    """A database beside the home, opened as the home's are, to commit one row after another."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlcipher.connect(str(path), isolation_level=None)
        _prepare(self._connection, path, bytes(32))
        self._connection.execute("CREATE TABLE IF NOT EXISTS kept (row BLOB)")

    def commit_ms(self) -> float:
        """Put one row of the size of a record on the disk, for good; return how long it took."""
        row = os.urandom(RECORD_BYTES)
        begun_s = time.monotonic()
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("INSERT INTO kept VALUES (?)", (row,))
        self._connection.execute("COMMIT")
        return (time.monotonic() - begun_s) * 1000


def takes_keys(window: QWidget) -> bool:
    """Whether a key would count for the item on the Desk: it has been seen long enough."""
    return (
        isinstance(window, MainWindow)
        and window.rooms is not None
        and not window.sheets.is_open
        and window.rooms.desk.takes_keys
    )


def fetch_nothing_ahead() -> None:
    """Have the item at hand asked for and no other."""
    made: Callable[..., None] = GradingSession.__init__

    def made_shallow(session: GradingSession, *parts: object, **more: object) -> None:
        made(session, *parts, **(more | {"depth": lambda: 0}))

    GradingSession.__init__ = made_shallow  # type: ignore[method-assign]


def scaled_ms(picture: Path) -> float:
    """Return how long it takes to decode a JPEG at an eighth of its size, and nothing else."""
    # Here, because a window that starts loads no decoder.
    from tests.benchmarks.scaled import scaled  # noqa: PLC0415

    data = picture.read_bytes()
    begun_s = time.monotonic()
    scaled(data)
    return (time.monotonic() - begun_s) * 1000


def draw_floor_ms(canvas: Canvas) -> float:
    """Return what it takes to enlarge and draw a frame that is ready: the least a window can do."""
    frame = QImage(*READY_FRAME_PX, QImage.Format.Format_Grayscale8)
    frame.fill(127)
    begun_s = time.monotonic()
    sheet = QPixmap(canvas.room().size())
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(sheet.rect(), frame)
    painter.end()
    shown = QPixmap(canvas.size())
    painter = QPainter(shown)
    painter.drawPixmap(0, 0, sheet)
    painter.end()
    return (time.monotonic() - begun_s) * 1000


def passphrase() -> str:
    """Return the passphrase at once, as the quickest typist would."""
    return Path(os.environ["ASSAY_PASSPHRASE_FILE"]).read_text(encoding="utf-8").strip()
