"""A window in a process of its own, driven line by line, so that a test can search its memory.

Reads words from standard input and answers each with one line: `reveal` signs in and shows the
first item, `draft` answers one question, `kept` says whether it is answered, `visit` enters every
room, `lock` locks as after a long time with nobody there, `end` ends. Started with the home and the
file of its passphrase.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.freed_memory import leave_nothing_when_freed
from app.keymap import read_keymap
from app.session.opening import OpeningSession
from app.session.types import Stage
from app.texts import read_texts
from widgets.doors import open_to
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.room import DESK

PATIENCE_S = 200.0  # the machine is shared
LOOK_MS = 10
OURS = ("app.", "blur.", "grading.", "storage.", "widgets.")
LEAST_ROOMS = 3
K = Qt.Key


class Driver:
    """Types into the window as a person would."""

    def __init__(self, home: Path, secret_file: Path) -> None:
        look = Look()
        look.load_fonts()
        look.apply("dark", 100)
        self._secret_file = secret_file
        self._opening = OpeningSession(home)
        self.window = MainWindow(Fittings(look, read_texts(), read_keymap()), self._opening)
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()
        self._opening.start()

    def reveal(self) -> bool:
        field = self.window.sign_in._passphrase
        if not _waited(field.isVisible):
            return False
        with self._secret_file.open("rb", buffering=0) as secret:
            while sign := secret.read(1):  # never whole in this driver's own hands
                QTest.keyClick(field, sign.decode())
        QTest.keyClick(field, K.Key_Return)
        if not _waited(self._shows_item):
            return False
        QTest.keyPress(self.window.focusWidget() or self.window, K.Key_Space)
        return _waited(self._shows_clear)

    def draft(self) -> bool:
        assert self.window.sitting is not None
        QTest.keyRelease(self.window.focusWidget() or self.window, K.Key_Space)
        if not _waited(self._takes_keys):
            return False
        QTest.keyClick(self.window.focusWidget() or self.window, K.Key_1)
        session = self.window.sitting.grading
        return _waited(lambda: bool(session._work.state.answers))

    def kept(self) -> bool:
        session = self.window.sitting.grading if self.window.sitting is not None else None
        return session is not None and bool(session._work.state.answers)

    def visit(self) -> bool:
        """Enter every room once all is loaded ahead; done if none loads any more of ours."""
        rooms = self.window.rooms
        if rooms is None or not _waited(lambda: rooms.ahead.is_over):
            return False
        before = set(sys.modules)
        for door in open_to(self.window.sitting.roles if self.window.sitting else ()):
            self.window.go(door.name)
        late = {name for name in set(sys.modules) - before if name.startswith(OURS)}
        print("loaded late:", *sorted(late), file=sys.stderr)
        self.window.go(DESK)
        return len(rooms.built) > LEAST_ROOMS and not late

    def lock(self) -> bool:
        self.window._presence.locking.idle.idle.emit()  # nobody was there for a long time
        field = self.window.sign_in._passphrase
        return _waited(field.isVisible)

    def settle(self) -> bool:
        """Let the event loop turn once more."""
        QTimer.singleShot(50, lambda: None)  # something will come, if nothing else does
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return True

    def end(self) -> bool:
        self.window.close()
        self._opening.close()
        return True

    def _shows_item(self) -> bool:
        rooms = self.window.rooms
        return (
            rooms is not None
            and self.window.isActiveWindow()
            and rooms.desk.canvas.shows_item
            and rooms.desk._session.stage is Stage.ASKING
        )

    def _takes_keys(self) -> bool:
        rooms = self.window.rooms
        return rooms is not None and rooms.desk.takes_keys

    def _shows_clear(self) -> bool:
        rooms = self.window.rooms
        return rooms is not None and rooms.desk.canvas.shows_clear


def _waited(done: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + PATIENCE_S
    while not done() and time.monotonic() < until_s:
        QTest.qWait(LOOK_MS)  # who looks without a pause takes the time of who is waited for
    return done()


def main(home: str, secret_file: str) -> int:
    """Do as told until the end."""
    leave_nothing_when_freed()  # as `widgets.window` does
    application = QApplication([])
    driver = Driver(Path(home), Path(secret_file))
    for line in sys.stdin:
        done = getattr(driver, line.strip())()
        application.processEvents()
        # What a running event loop does by itself: delete what is to be deleted later.
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        print(f"{line.strip()} {'done' if done else 'failed'}", flush=True)
        if line.strip() == "end":
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
