"""`main.py` on a home, waiting for a passphrase: it falls, or says what it tells of an end."""

import ctypes
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.session.opening import OpeningSession

MAIN = Path(__file__).resolve().parents[2] / "main.py"


def fall() -> None:
    """Read where nothing is, as a library at fault does."""
    ctypes.string_at(0)


def look() -> None:
    """Say each line across the window that tells of the last end, and close it."""
    lines = [one for one in QApplication.allWidgets() if type(one).__name__ == "LastEnd"]
    print([spoken(line) for line in lines if line.isVisible()], flush=True)
    QApplication.closeAllWindows()


def spoken(line: QWidget) -> str:
    """What a line says, as it is read aloud."""
    return " ".join(name for one in line.findChildren(QWidget) if (name := one.accessibleName()))


def main(home: str, deed: Callable[[], None]) -> None:
    """Do it at the first turn of the loop of events."""
    start = OpeningSession.start

    def start_and_do(self: OpeningSession) -> None:
        start(self)
        QTimer.singleShot(0, deed)

    OpeningSession.start = start_and_do  # type: ignore[method-assign]
    sys.argv = [str(MAIN), "--home", home]
    runpy.run_path(str(MAIN), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], {"fall": fall, "look": look}[sys.argv[2]])
