"""Whether a home is in a folder, or could be made there: asked before anything is made."""

import shutil
import tempfile
from pathlib import Path

from storage.errors import DiskFullError, HomeExistsError, UnwritableStoreError
from storage.files import disk_faults
from storage.founding import refuse_taken
from storage.home_file import HOME_FILE_NAME, read_home_file

LEAST_FREE_MB = 256  # an empty home is about one; with less no batch worth the name comes in
_MB = 1 << 20


def look_at_site(place: Path) -> bool:
    """Return whether a home is there; where none is, one could be made. Nothing is left there.

    Raises:
        HomeExistsError: something else is there, or a file where a folder would be.
        NewerHomeError: the home there was made by a newer version of the program.
        CorruptStoreError: the file that makes it a home is damaged.
        UnwritableStoreError: nothing can be written there.
        DiskFullError: a home would have too little room.
    """
    try:
        with disk_faults(place):
            if (place / HOME_FILE_NAME).is_file():
                read_home_file(place)
                return True
            free_mb = _free_mb(place)
    except UnwritableStoreError as error:
        error.advice = "Name a folder that you may write in."
        raise
    if free_mb < LEAST_FREE_MB:
        raise DiskFullError(
            f"{place}: {free_mb} MB are free there, and a home needs {LEAST_FREE_MB} MB.",
            advice="Name a folder on a disk with more room.",
        )
    return False


def _free_mb(place: Path) -> int:
    """Try the disk on which a new home would be; return how much is free there."""
    refuse_taken(place)
    there = next(folder for folder in (place, *place.parents) if folder.exists())
    if not there.is_dir():
        raise HomeExistsError(there, "this is a file, not a folder")
    with tempfile.TemporaryFile(dir=there):
        return shutil.disk_usage(there).free // _MB
