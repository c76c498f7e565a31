"""A process that ends as it is told to, at work on something that nobody may read of it.

Started with the folder of a log, how it is to end, and a word that it holds. Says `at work` first.
"""

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

from app import dumps

LINES = dumps.LastLines()


def reveal(word: str, way: str) -> None:
    """Hold a word, and end."""
    held = {"name": word}
    print("at work", flush=True)
    if sys.stdin.readline() and way == "fault":
        ctypes.string_at(0)  # what a library does that reads where nothing is
    if way.startswith("SIG"):
        os.kill(os.getpid(), signal.Signals[way])
    del held


if __name__ == "__main__":
    dumps.leave_none()
    LINES.go_into(Path(sys.argv[1]))
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    reveal(sys.argv[3], sys.argv[2])
