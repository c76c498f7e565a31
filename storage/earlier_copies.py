"""Copies of a database as an earlier version of the program left it, kept beside it at an upgrade.

They are encrypted under the key that the database has. A shred removes them: what was to be
destroyed may be in them.
"""

import os
from pathlib import Path
from typing import Final

from storage.files import FILE_MODE, disk_faults, sync_folder
from storage.upgrade_watch import Count

_MB: Final = 1_000_000


def copy_of(path: Path, revision: str) -> Path:
    """Return where a database of an earlier revision stays as it was: ``local.db.at-0003``."""
    return path.with_name(f"{path.name}.at-{revision}")


def keep_copy(path: Path, revision: str, count: Count) -> None:
    """Copy a database that nothing writes to and whose log is empty; whole, or not at all.

    `count` is told how many megabytes are copied, and of how many.

    Raises:
        DiskFullError, UnwritableStoreError: no copy could be kept.

    """
    copy = copy_of(path, revision)
    new = copy.with_name(f"{copy.name}.new")
    with disk_faults(copy):
        try:
            _copy(path, new, count)
            os.replace(new, copy)
        finally:
            new.unlink(missing_ok=True)
        sync_folder(copy.parent)


def _copy(path: Path, new: Path, count: Count) -> None:
    of, done = path.stat().st_size // _MB + 1, 0
    with path.open("rb") as source, new.open("wb") as target:
        new.chmod(FILE_MODE)
        count(0, of)
        while some := source.read(_MB):
            target.write(some)
            done += len(some)
            count(min(done // _MB, of), of)
        target.flush()
        os.fsync(target.fileno())
        count(of, of)


def forget_copies(path: Path) -> None:
    """Remove every earlier copy of a database; the errors are those of the disk."""
    with disk_faults(path):
        for copy in path.parent.glob(f"{path.name}.at-*"):
            copy.unlink()
        sync_folder(path.parent)
