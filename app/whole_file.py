"""Files that a person asks for: there whole, or as they were before."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(place: Path, data: bytes) -> None:
    """Write a file, in the place of one that is there; as ``whole_file``."""
    with whole_file(place) as file:
        file.write(data)


@contextmanager
def whole_file(place: Path) -> Iterator[BinaryIO]:
    """Give what is written to; at the end ``place`` is replaced whole, after an error not at all.

    What is no plain file, such as a pipe, is written through.

    Raises:
        OSError: The folder refuses it or the disk is full; the error names ``place``.
    """
    target = place.resolve()
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as through:
                yield through
        else:
            with _replacing(target) as file:
                yield file
    except OSError as error:
        error.filename, error.filename2 = str(place), None  # not the new file beside it
        raise


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    new = target.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with new.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)
