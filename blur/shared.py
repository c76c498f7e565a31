"""Memory that the parent and one decoder process share, for bytes to cross without a pipe."""

import ctypes
import errno
import mmap
import os
import struct
import sys
from typing import Self

from blur.source import Heed, Source

# After the block: the number of the request that nobody waits for any more.
STOP = struct.Struct("<I")
# No descriptor: who writes after the end is told, and hits nobody else's file.
_CLOSED = -1
# So much memory is asked for at once, and then looked whether anybody still waits for the file.
_ASKED_BYTES = 16 * 1024 * 1024
_NO_MEMORY = frozenset({errno.ENOSPC, errno.ENOMEM})


class SharedPixels:
    """A block of memory behind a file descriptor, sealed so that the child cannot resize it.

    Without the seals a child could shrink it while the parent reads and kill the parent so.
    What the child writes may change at any moment; it is copied once and only the copy is used.
    """

    def __init__(self, handle: int, size_bytes: int) -> None:
        self.handle = handle
        self.size_bytes = size_bytes
        self._map = mmap.mmap(handle, size_bytes + STOP.size)
        self._view = memoryview(self._map)
        self._had_bytes = 0  # from its start, what was asked of the machine

    @classmethod
    def made(cls, size_bytes: int) -> Self | None:
        """Return a new block, or ``None`` where the platform has none (then the pipe is used)."""
        if sys.platform != "linux":
            return None
        return cls(_sealed(size_bytes + STOP.size), size_bytes)

    def stop(self, number: int) -> None:
        """Have the process give up a request; it looks now and then while it decodes.

        Raises:
            ValueError: The block is closed.
        """
        STOP.pack_into(self._map, self.size_bytes, number)

    def put(self, data: bytes) -> None:
        """Write bytes at the start of the block; they must fit.

        Raises:
            MemoryError: The machine has no memory for them.
        """
        self._have(len(data), _unheeded)
        _write(self.handle, data)  # not by the map: other threads go on meanwhile

    def fill(self, source: Source, heed: Heed) -> None:
        """Have a file written at the start of the block; it must fit.

        Raises:
            MemoryError: The machine has no memory for it.
            Exception: What the file raises, or ``heed``; nothing of it is left here.
        """
        self._have(source.size_bytes, heed)
        with self._view[: source.size_bytes] as room:
            try:
                source.write_into(room, heed)
            except BaseException:
                self.wipe(source.size_bytes)
                raise

    def take(self, count: int) -> bytes:
        """Return a copy of the first bytes, and leave nothing but zeros in their place."""
        copy = bytes(self._view[:count])
        self.wipe(count)
        return copy

    def wipe(self, count: int) -> None:
        """Leave nothing but zeros in the place of the first bytes."""
        start = ctypes.c_char.from_buffer(self._map)
        ctypes.memset(ctypes.addressof(start), 0, count)

    def _have(self, count: int, heed: Heed) -> None:
        if count > self._had_bytes:
            _have(self.handle, count, heed)
            self._had_bytes = count

    def close(self) -> None:
        """Give the memory back."""
        self._view.release()
        self._map.close()
        os.close(self.handle)
        self.handle = _CLOSED


class LentMemory:
    """Memory in which one large file lies for a decoder process, which can read it and no more.

    The process maps it once, before it locks itself down, by a descriptor that cannot write; the
    file is not copied on its side. It takes no more of memory than the file in it.
    """

    def __init__(self, writable: int, handle: int, size_bytes: int) -> None:
        self._writable = writable
        self.handle = handle  # the process's: read only
        self.size_bytes = size_bytes
        self.holder: bytes | None = None  # the token of the item whose file lies here
        self._used = 0

    @classmethod
    def made(cls, size_bytes: int) -> Self | None:
        """Return new memory, or ``None`` where the platform has none (then the pipe is used)."""
        if sys.platform != "linux":
            return None
        writable = _sealed(size_bytes)
        try:
            handle = os.open(f"/proc/self/fd/{writable}", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # a system that shows nothing of its processes
            os.close(writable)
            return None
        return cls(writable, handle, size_bytes)

    def put(self, data: bytes) -> None:
        """Lay a file here in the place of another; it must fit.

        Raises:
            MemoryError: The machine has no memory for it.
        """
        self.wipe()
        self._used = len(data)
        try:
            _have(self._writable, self._used, _unheeded)
        except MemoryError:
            self.wipe()
            raise
        _write(self._writable, data)

    def fill(self, source: Source, heed: Heed) -> None:
        """Have a file written here in the place of another; it must fit.

        Raises:
            MemoryError: The machine has no memory for it.
            Exception: What the file raises, or ``heed``; nothing of it is left here.
        """
        self.wipe()
        os.fstat(self._writable)  # raises once it is closed
        self._used = source.size_bytes
        try:
            _have(self._writable, self._used, heed)
            with mmap.mmap(self._writable, self._used) as whole, memoryview(whole) as room:
                source.write_into(room, heed)
        except BaseException:
            self.wipe()
            raise

    def wipe(self) -> None:
        """Give back what the file takes; from then on the process reads zeros there."""
        self.holder = None
        if self._used and sys.platform == "linux":
            with mmap.mmap(self._writable, self.size_bytes) as whole:
                whole.madvise(mmap.MADV_REMOVE, 0, self._used)
        self._used = 0

    def close(self) -> None:
        """Give all of it back."""
        os.close(self._writable)
        os.close(self.handle)
        self._writable = self.handle = _CLOSED


def _sealed(size_bytes: int) -> int:
    """Return a descriptor of new memory that nobody can resize."""
    if sys.platform != "linux":
        raise OSError("not Linux")
    import fcntl  # noqa: PLC0415 - exists on this platform only

    handle = os.memfd_create("assay", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(handle, size_bytes)
    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fcntl.fcntl(handle, fcntl.F_ADD_SEALS, seals)
    return handle


def _have(handle: int, count: int, heed: Heed) -> None:
    """Have the machine give the first bytes of a memory before they are written to by a map.

    Where it has none, this is told of that; who writes by a map is ended by a signal.

    Raises:
        MemoryError: The machine has none.
        Exception: What ``heed`` raises.
    """
    if sys.platform != "linux":
        return
    for start in range(0, count, _ASKED_BYTES):
        heed()
        try:
            os.posix_fallocate(handle, start, min(_ASKED_BYTES, count - start))
        except OSError as error:
            if error.errno in _NO_MEMORY:
                raise MemoryError from error
            raise


def _unheeded() -> None:
    """What is in memory anyway is copied to its end."""


def _write(handle: int, data: bytes) -> None:
    view, at = memoryview(data), 0
    while at < len(view):
        at += os.pwrite(handle, view[at:], at)
