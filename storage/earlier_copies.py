"""Copies of a database as an earlier version of the program left it, kept beside it at an upgrade.

They are encrypted under the key that the database has. A shred removes them: what was to be
destroyed may be in them.
"""

import os
import shutil
from pathlib import Path

from storage.files import FILE_MODE, disk_faults, sync_folder


def copy_of(path: Path, revision: str) -> Path:
    """Return where a database of an earlier revision stays as it was: ``local.db.at-0003``."""
    return path.with_name(f"{path.name}.at-{revision}")


def keep_copy(path: Path, revision: str) -> None:
    """Copy a database that nothing writes to and whose log is empty; whole, or not at all.

    Raises:
        DiskFullError, UnwritableStoreError: no copy could be kept.

    """
    copy = copy_of(path, revision)
    new = copy.with_name(f"{copy.name}.new")
    with disk_faults(copy):
        try:
            shutil.copyfile(path, new)
            new.chmod(FILE_MODE)
            with new.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(new, copy)
        finally:
            new.unlink(missing_ok=True)
        sync_folder(copy.parent)


def forget_copies(path: Path) -> None:
    """Remove every earlier copy of a database; the errors are those of the disk."""
    with disk_faults(path):
        for copy in path.parent.glob(f"{path.name}.at-*"):
            copy.unlink()
        sync_folder(path.parent)
