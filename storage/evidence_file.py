"""One item of the vault, open for reading: decrypts what is read and nothing else."""

import io
import os
import threading
from collections.abc import Callable

from storage.chunked import ChunkedError, Opener
from storage.errors import DamagedEvidenceError


class EvidenceFile(io.RawIOBase):
    """A read-only, seekable file of the plain evidence, in memory only."""

    def __init__(self, handle: int, item: str, key: bytes, context: bytes) -> None:
        """Take over an open file descriptor and check that it can be this item.

        Raises:
            DamagedEvidenceError: cut, or sealed for another item or with another key.

        """
        super().__init__()
        self._handle = handle
        self._item = item
        self._at = 0
        self._lock = threading.Lock()
        try:
            self._opener = Opener(key, context, self._read_at, os.fstat(handle).st_size)
        except BaseException as error:
            self.close()
            raise self._fault(error) from error

    @property
    def size_bytes(self) -> int:
        """The length of the plain evidence."""
        return self._opener.size_bytes

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from any place."""
        return True

    def tell(self) -> int:
        """Return the place of the next read."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move to a place and return it, in bytes from the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size_bytes}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, all to the end if it is negative.

        Raises:
            DamagedEvidenceError: what is stored there was changed or cut.

        """
        length = self.size_bytes - self._at if size is None or size < 0 else size
        try:
            if self._at == 0 and length >= self.size_bytes:
                plain = self._opener.read_all()
            else:
                plain = self._opener.read(self._at, length)
        except (ChunkedError, OSError) as error:
            raise self._fault(error) from error
        self._at += len(plain)
        return plain

    def write_into(self, room: memoryview, heed: Callable[[], None]) -> None:
        """Decrypt all of it into memory of its length; it is authentic when this returns.

        ``heed`` is called before each MiB of it is read.

        Raises:
            DamagedEvidenceError: what is stored there was changed or cut.
            Exception: what ``heed`` raises.
        """
        try:
            self._opener.read_all_into(room, self._read_into, heed)
        except (ChunkedError, OSError) as error:
            raise self._fault(error) from error

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Read into a buffer and return how much."""
        plain = self.read(len(buffer))
        buffer[: len(plain)] = plain
        return len(plain)

    def close(self) -> None:
        """Let go of the file; calling it again does nothing."""
        if not self.closed:
            os.close(self._handle)
        super().close()

    def _read_at(self, offset: int, length: int) -> bytes:
        with self._lock:
            os.lseek(self._handle, offset, os.SEEK_SET)
            parts = []
            while length > 0 and (part := os.read(self._handle, length)):
                parts.append(part)
                length -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _read_into(self, offset: int, room: memoryview) -> int:
        with self._lock, io.FileIO(self._handle, closefd=False) as file:
            file.seek(offset)
            filled = 0
            while filled < len(room) and (more := file.readinto(room[filled:])):
                filled += more
        return filled

    def _fault(self, error: BaseException) -> BaseException:
        if isinstance(error, ChunkedError):
            return DamagedEvidenceError(self._item, str(error))
        if isinstance(error, OSError):
            return DamagedEvidenceError(self._item, "the file cannot be read")
        return error
