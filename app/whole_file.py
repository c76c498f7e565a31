"""A file that is written whole or not at all."""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, in the place of one that is there; an error names ``path``.

    Raises:
        OSError: The folder refuses it or the disk is full; what was there before is still there.
    """
    beside = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        error.filename, error.filename2 = str(path), None
        raise
