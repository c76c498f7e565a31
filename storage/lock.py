"""The lock that keeps a second process out of a home."""

import os
import sys
import time
from pathlib import Path

from storage.errors import HomeInUseError
from storage.files import FILE_MODE, disk_faults

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_NAME = "lock"
WAIT_S = 2.0
_POLL_S = 0.05
_LOCKED_BYTE = 1 << 30  # past the process number, which others read while the byte is locked


class HomeLock:
    """An operating system lock on one file; it dies with the process that holds it."""

    def __init__(self, home: Path, wait_s: float = WAIT_S) -> None:
        """Take the lock, waiting up to ``wait_s`` for another process to end.

        Raises:
            HomeInUseError: another process still holds it after that time.

        """
        self._path = home / LOCK_NAME
        with disk_faults(self._path):
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        deadline = time.monotonic() + wait_s
        while not _try_lock(self._handle):
            if time.monotonic() >= deadline:
                holder = self._holder()
                os.close(self._handle)
                raise HomeInUseError(home, holder)
            time.sleep(_POLL_S)
        with disk_faults(self._path):
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, str(os.getpid()).encode())

    def release(self) -> None:
        """Let others in; calling it again does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _holder(self) -> int | None:
        text = self._path.read_bytes()[:20]
        return int(text) if text.isdigit() else None


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
