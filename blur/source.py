"""The bytes of a file on their way to a decoder process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeAlias

# Called before each piece of a file that is read; what it raises ends the reading.
Heed: TypeAlias = Callable[[], None]


class Source(Protocol):
    """A file that writes itself to where the decoder process reads it: no copy on the way.

    It does so as often as it is asked: once more where a process was lost with what it was given.
    What ``write_into`` raises, it raises before the process is told of a single byte.
    """

    @property
    def size_bytes(self) -> int:
        """How long the file is."""

    def head(self, count: int) -> bytes:
        """Return its first bytes."""

    def write_into(self, room: memoryview, heed: Heed) -> None:
        """Write all of it into memory of its length; every byte is authentic when this returns.

        It calls ``heed`` before each piece of about a MiB, and lets through what that raises.
        """

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

    def write_into(self, room: memoryview, heed: Heed) -> None:
        """Write all of it into memory of its length, in one piece."""
        heed()
        room[:] = self.data

    def close(self) -> None:
        """There is nothing to let go of."""


Untrusted: TypeAlias = bytes | Source


def source_of(untrusted: Untrusted) -> Source:
    """Return a file as what writes itself."""
    return Held(untrusted) if isinstance(untrusted, bytes) else untrusted


@contextmanager
def let_go_of(untrusted: Untrusted) -> Iterator[Untrusted]:
    """Give a file, and let go of it at the end of the block, come what may."""
    try:
        yield untrusted
    finally:
        if not isinstance(untrusted, bytes):
            untrusted.close()
