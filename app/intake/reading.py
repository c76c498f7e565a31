"""Files read and decoded on threads, handed out in the order in which they were given.

Two decoder children work at a time, so that both of the cores that the smallest desk has are
busy; two more threads read and take digests for them. What is held in memory is bounded.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from app.bootstrap import decoder_command
from app.intake.files import FileFault, FoundFile, ReadFile, read_file
from app.intake.kinds import NOT_A_PICTURE
from blur.decoder import Decoder
from blur.errors import UnreadableError
from blur.facts import PictureFacts
from blur.fingerprints import Prints, Studied
from blur.reasons import SENTENCES, Reason
from grading.late_methods import dataclass

DECODERS = 2
READERS = DECODERS + 2
IN_FLIGHT_FILES = 24
IN_FLIGHT_BYTES = 192 * 1024 * 1024  # a larger file is in flight alone
EMPTY = SENTENCES[Reason.EMPTY]
_MAY_PASS = frozenset({SENTENCES[Reason.CRASHED], SENTENCES[Reason.TOOK_TOO_LONG]})


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was found, read, and judged by a decoder.

    ``read`` is the fault where it could not be read. ``facts`` are those of a picture that
    decodes, ``prints`` its fingerprints; ``unreadable`` says why there are none. Nothing of it is
    there for content known before.
    """

    found: FoundFile
    read: ReadFile | FileFault
    facts: PictureFacts | None = None
    unreadable: str | None = None
    prints: Prints | None = None


class NotYet:
    """The next file is still being worked on."""


NOT_YET: Final = NotYet()


class Readers:
    """Works ahead on a list of files; use it as a context, which ends threads and children."""

    def __init__(self, files: Sequence[FoundFile], is_known: Callable[[str], bool]) -> None:
        self._left = deque(files)
        self._is_known = is_known
        self._ahead: deque[tuple[FoundFile, Future[Taken]]] = deque()
        self._ahead_bytes = 0
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="intake")
        self._decoders = _Decoders()

    def next(self, *, wait_s: float) -> Taken | NotYet | None:
        """Return the next file in order, NOT_YET after ``wait_s``, None after the last."""
        self._fill()
        if not self._ahead:
            return None
        found, future = self._ahead[0]
        try:
            taken = future.result(timeout=wait_s)
        except TimeoutError:
            return NOT_YET
        self._ahead.popleft()
        self._ahead_bytes -= found.size_bytes
        return taken

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Children first: a thread that waits for one is then free at once.
        self._decoders.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _fill(self) -> None:
        while self._left and len(self._ahead) < IN_FLIGHT_FILES:
            size_bytes = self._left[0].size_bytes
            if self._ahead and self._ahead_bytes + size_bytes > IN_FLIGHT_BYTES:
                return
            found = self._left.popleft()
            self._ahead.append((found, self._pool.submit(self._take, found)))
            self._ahead_bytes += size_bytes

    def _take(self, found: FoundFile) -> Taken:
        read = read_file(found)
        if isinstance(read, FileFault) or self._is_known(read.digests.sha256):
            return Taken(found, read)
        if read.data is None:
            empty = read.digests.size_bytes == 0
            return Taken(found, read, unreadable=EMPTY if empty else NOT_A_PICTURE)
        try:
            studied = self._studied(read.data)
            return Taken(found, read, facts=studied.facts, prints=studied.prints)
        except UnreadableError as error:
            return Taken(found, read, unreadable=error.reason)

    def _studied(self, untrusted: bytes) -> Studied:
        with self._decoders.one() as decoder:
            try:
                return decoder.study(untrusted, in_small=True)
            except UnreadableError as error:
                if error.reason not in _MAY_PASS:
                    raise
                # A manifest is for good: a machine that was short of breath gets a second try.
                return decoder.study(untrusted, in_small=True)


class _Decoders:
    """Decoder children that are started when first needed, and lent to one thread at a time."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[Decoder] = SimpleQueue()
        self._all: list[Decoder] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[Decoder]:
        """Lend a decoder."""
        decoder = self._new() if self._idle.empty() else None
        if decoder is None:
            decoder = self._idle.get()
        try:
            yield decoder
        finally:
            self._idle.put(decoder)

    def close(self) -> None:
        """End every child."""
        with self._lock:
            self._closed = True
            for decoder in self._all:
                decoder.close()

    def _new(self) -> Decoder | None:
        with self._lock:
            if self._closed:
                raise UnreadableError("the intake was stopped")
            if len(self._all) == DECODERS:
                return None
            decoder = Decoder(decoder_command())
            self._all.append(decoder)
            return decoder
