"""The bytes of a file on their way to a decoder process."""

from typing import Protocol, TypeAlias


class Source(Protocol):
    """A file that writes itself once, to where the decoder process reads it: no copy on the way.

    What ``write_into`` raises, it raises before the process is told of a single byte.
    """

    @property
    def size_bytes(self) -> int:
        """How long the file is."""

    def head(self, count: int) -> bytes:
        """Return its first bytes."""

    def write_into(self, room: memoryview) -> None:
        """Write all of it into memory of its length; every byte is authentic when this returns."""

    def close(self) -> None:
        """Let go of it."""


class Held:
    """A file that is in memory anyway."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def size_bytes(self) -> int:
        """How long the file is."""
        return len(self.data)

    def head(self, count: int) -> bytes:
        """Return its first bytes."""
        return self.data[:count]

    def write_into(self, room: memoryview) -> None:
        """Write all of it into memory of its length."""
        room[:] = self.data

    def close(self) -> None:
        """There is nothing to let go of."""


Untrusted: TypeAlias = bytes | Source


def source_of(untrusted: Untrusted) -> Source:
    """Return a file as what writes itself."""
    return Held(untrusted) if isinstance(untrusted, bytes) else untrusted
