"""Files of the home: private folders, whole-or-nothing writes, and what a disk may answer."""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.errors import DiskFullError, StoreError, UnwritableStoreError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS_BITS = 0o077

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def make_private_folder(place: Path) -> None:
    """Make a folder that its owner alone may enter; parents are made as they come."""
    place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def others_may_read(place: Path) -> bool:
    """Tell whether anyone but the owner has a permission on the file or folder."""
    if sys.platform == "win32":
        return False  # permission bits say nothing there; the profile folder is private
    return bool(stat.S_IMODE(place.stat().st_mode) & OTHERS_BITS)


def sync_folder(place: Path) -> None:
    """Put the names in a folder on the disk, so that a new file outlasts a power cut."""
    if sys.platform == "win32":
        return  # a folder cannot be opened there; NTFS journals names itself
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Write a private file so that either the old or the new content is there, never a part."""
    new = path.with_name(f"{path.name}.new")
    with disk_faults(path):
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        sync_folder(path.parent)


def fault_of(error: OSError, where: Path) -> StoreError:
    """Say what the disk answered in the words of this room."""
    if error.errno in _FULL:
        return DiskFullError(f"{where}: the disk is full.")
    why = os.strerror(error.errno) if error.errno else "the disk did not answer"
    return UnwritableStoreError(f"{where}: cannot be used ({why}).")


@contextmanager
def disk_faults(where: Path) -> Iterator[None]:
    """Turn what the operating system raises inside into an error of this room."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, where) from error
