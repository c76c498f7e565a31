"""A home that waits to be enrolled and was made with a wrong answer makes way for another."""

import sys
from datetime import datetime
from pathlib import Path

from storage.files import disk_faults
from storage.lock import HomeLock


def set_aside(place: Path, now: datetime) -> Path:
    """Move a home's folder beside itself, whole, and return where it is now.

    Nothing is deleted: its keys, and whatever it holds, open there as before.

    Raises:
        HomeInUseError: another process has it open.
        UnwritableStoreError: the folder cannot be moved; it is where it was.
    """
    lock = HomeLock(place)
    target = place.with_name(f"{place.name}-set-aside-{now:%Y%m%dT%H%M%S%f}")
    if sys.platform == "win32":
        lock.release()  # no folder is moved there while a file in it is open
    try:
        with disk_faults(place):
            place.rename(target)
    finally:
        lock.release()  # it moved too: nobody came in between
    return target
