"""Memory that the parent and one decoder process share, for pixels to cross without a pipe."""

import ctypes
import mmap
import os
import sys
from typing import Self


class SharedPixels:
    """A block of memory behind a file descriptor, sealed so that the child cannot resize it.

    Without the seals a child could shrink it while the parent reads and kill the parent so.
    What the child writes may change at any moment; it is copied once and only the copy is used.
    """

    def __init__(self, handle: int, size_bytes: int) -> None:
        self.handle = handle
        self.size_bytes = size_bytes
        self._map = mmap.mmap(handle, size_bytes)
        self._view = memoryview(self._map)

    @classmethod
    def made(cls, size_bytes: int) -> Self | None:
        """Return a new block, or ``None`` where the platform has none (then the pipe is used)."""
        if sys.platform != "linux":
            return None
        import fcntl  # noqa: PLC0415 - exists on this platform only

        handle = os.memfd_create("assay", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(handle, size_bytes)
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        fcntl.fcntl(handle, fcntl.F_ADD_SEALS, seals)
        return cls(handle, size_bytes)

    def put(self, data: bytes) -> None:
        """Write bytes at the start of the block; they must fit."""
        self._map[: len(data)] = data

    def take(self, count: int) -> bytes:
        """Return a copy of the first bytes, and leave nothing but zeros in their place."""
        copy = bytes(self._view[:count])
        start = ctypes.c_char.from_buffer(self._map)
        ctypes.memset(ctypes.addressof(start), 0, count)
        return copy

    def close(self) -> None:
        """Give the memory back."""
        self._view.release()
        self._map.close()
        os.close(self.handle)
