"""Puts many files on the disk at the price of few waits.

A wait for the disk (fsync) costs milliseconds, however little there is to write, because each
brings its own entry into the file system's journal. A file whose writing was begun before, and
whose place on the disk is therefore known, shares the entry of the first that is waited for.
"""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache

_SYNC_FILE_RANGE_WRITE = 2  # linux/fs.h


def begin_flush(handle: int) -> None:
    """Have the system begin to write a file out, without waiting; only ever a hint."""
    _begin()(handle)


def flush_files(handles: Sequence[int]) -> None:
    """Return when the content of all these open files is on the disk.

    Raises:
        OSError: the disk did not take one of them.

    """
    for handle in handles:
        os.fsync(handle)


@cache
def _begin() -> Callable[[int], object]:
    if sys.platform != "linux":
        return lambda _: None
    import ctypes  # noqa: PLC0415 - only who writes evidence needs it

    sync_file_range = getattr(ctypes.CDLL(None), "sync_file_range", None)
    if sync_file_range is None:  # a C library without it
        return lambda _: None
    all_of_it = ctypes.c_int64(0)
    return lambda handle: sync_file_range(handle, all_of_it, all_of_it, _SYNC_FILE_RANGE_WRITE)
