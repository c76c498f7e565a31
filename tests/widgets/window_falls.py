"""`main.py` on a home, which a fault in a library ends as it waits for a passphrase."""

import ctypes
import runpy
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from app.session.opening import OpeningSession

MAIN = Path(__file__).resolve().parents[2] / "main.py"


def fall() -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


def main(home: str) -> None:
    """Fall at the first turn of the loop of events."""
    start = OpeningSession.start

    def start_and_fall(self: OpeningSession) -> None:
        start(self)
        QTimer.singleShot(0, fall)

    OpeningSession.start = start_and_fall  # type: ignore[method-assign]
    sys.argv = [str(MAIN), "--home", home]
    runpy.run_path(str(MAIN), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1])
