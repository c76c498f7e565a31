"""Evidence on its way to the screen: from the vault, through the decoder, veiled.

The window never sees a path or a file, only frames. Items come ahead of time, so that the next
one is decoded and veiled before it is wanted.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.decoders import Decoders
from blur.decoder import Decoder
from blur.errors import NotLoadedError, UnreadableError
from blur.facts import Loaded
from blur.frame import Frame
from blur.look import Look
from blur.prefetch import Ahead
from blur.sheet import Moment, Sheet
from blur.sound import Sound
from blur.source import Heed, Source
from storage.errors import VaultError

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.evidence_file import EvidenceFile


class Viewing:
    """Loads, veils and reveals the items of one batch at a time. Safe to call from any thread."""

    def __init__(self, ws: "Workstation") -> None:
        self._vault = ws.home.vault
        self._decoders = ws.decoders or Decoders()
        # The most that can be set: what is wanted says how many are ahead.
        self._depth = ws.settings.described["desk.ahead"].most or 0
        self._lock = threading.Lock()
        self._batch_of: dict[str, str] = {}
        self._batch: str | None = None
        self._gone: tuple[str, Callable[[], object]] | None = None  # who is told of an item
        self._ahead: Ahead | None = None
        self._children: tuple[Decoder, ...] = ()
        self._closed = False
        self._lost: Callable[[str], object] = _nobody

    def start(self, lost: Callable[[str], object] | None = None) -> None:
        """Start the decoder children, so that the first item does not wait for them.

        ``lost`` is told, from any thread, when the child that holds the item at hand is lost.
        """
        self._lost = lost or self._lost
        self._running()

    def stand_ready(self) -> None:
        """Start those children too that stood by while the first item came; returns at once."""
        for child in self._children:
            child.stand_ready()

    def want(
        self,
        items: Sequence[str],
        batch: str,
        fit_px: tuple[int, int],
        gone: Callable[[], object] | None = None,
    ) -> None:
        """Have these items ready, the current one first; others are dropped. Returns at once.

        Another batch than before gets fresh decoder children: what a file of one batch may have
        done to a child ends with that batch. ``gone`` is called, from any thread, once the first
        is read and with its decoder; never, if something else is wanted before.
        """
        ahead = self._running()
        with self._lock:
            is_another = self._batch not in {None, batch}
            self._batch = batch
            self._batch_of = dict.fromkeys(items, batch)
            self._gone = (items[0], gone) if gone is not None else None
        if is_another:
            ahead.calm()
        ahead.want(items, fit_px)

    def foresee(self, look: Look) -> None:
        """Say how items will be revealed, if they are; it is made ready for it in the children."""
        self._running().foreseen = look

    def ready(self, item: str, batch: str, fit_px: tuple[int, int]) -> Loaded | None:
        """Return the veiled item if it is ready, as of that batch and for that room, else None.

        Raises:
            UnreadableError: it cannot be shown, with the reason.
        """
        ahead = self._running()
        with self._lock:
            is_of_batch = self._batch == batch
        return ahead.ready(item, fit_px) if is_of_batch else None

    def veiled(self, item: str, timeout_s: float = 30.0) -> Loaded:
        """Wait for the veiled item.

        Raises:
            UnreadableError: it cannot be shown, with the reason.
            NotLoadedError: something else is wanted by now.
        """
        ahead = self._running()
        with self._lock:
            wanted = item in self._batch_of
        if not wanted:  # whoever asked has gone on: it must not come before what is wanted
            raise NotLoadedError
        return ahead.veiled(item, timeout_s)

    def view(self, item: str, look: Look) -> Frame:
        """Return one frame of the item as ``look`` asks; waits for the decoder child."""
        return self._running().view(item, look)

    def sheet(self, item: str, timeout_s: float = 60.0) -> Sheet:
        """Wait for a video's contact sheet: the time of each still; still ``i`` is frame ``i``.

        Looks at the item come in between. A picture's is complete at once and holds no time.
        """
        return self._running().sheet(item, timeout_s)

    def view_at(self, item: str, time_ms: int, look: Look, *, after: bool = False) -> Moment:
        """Return what a video shows at a time, or next ``after`` it, with the time that is."""
        return self._running().view_at(item, time_ms, look, after=after)

    def sound(self, item: str, from_ms: int) -> Sound:
        """Return what is heard of a video from a time on; waits for the decoder child."""
        return self._running().sound(item, from_ms)

    def calm(self) -> None:
        """Kill the children and drop every pixel, now; ``want`` starts afresh."""
        with self._lock:
            self._batch_of = {}
            ahead = self._ahead
        if ahead is not None:
            ahead.calm()

    def close(self) -> None:
        """End for good; nothing can be viewed after."""
        with self._lock:
            self._closed = True
            self._lost = _nobody
            ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.close()

    def _running(self) -> Ahead:
        with self._lock:
            if self._closed:
                raise UnreadableError("the home is closed")
            if self._ahead is None:
                self._children = self._decoders.take()
                self._ahead = Ahead(
                    self._children,
                    self._fetch,
                    self._depth,
                    self._tell_lost,
                )
            return self._ahead

    def _tell_lost(self, item: str) -> None:
        self._lost(item)  # whoever is to be told may be named later than this is built

    def _fetch(self, item: str) -> Source:
        with self._lock:
            batch = self._batch_of.get(item)
            gone = self._gone[1] if self._gone is not None and self._gone[0] == item else _nothing
        if batch is None:
            raise NotLoadedError  # it is no longer wanted; that says nothing of the item
        with _told_as_unreadable():
            return _Evidence(self._vault.open(batch, item), gone)


class _Evidence:
    """One item of the vault, decrypted straight into what its decoder reads."""

    def __init__(self, file: "EvidenceFile", gone: Callable[[], object]) -> None:
        self._file = file
        self._gone = gone
        self.size_bytes = file.size_bytes
        self.close = file.close

    def head(self, count: int) -> bytes:
        """Return its first bytes."""
        with _told_as_unreadable():
            self._file.seek(0)
            return self._file.read(count)

    def write_into(self, room: memoryview, heed: Heed) -> None:
        """Decrypt all of it into memory of its length, as long as anybody waits for it."""
        with _told_as_unreadable():
            self._file.write_into(room, heed)
        self._gone()


@contextmanager
def _told_as_unreadable() -> Iterator[None]:
    """Have the Desk mark an item that cannot be shown and go on, whatever the cause."""
    try:
        yield
    except VaultError as error:
        raise UnreadableError(str(error).rstrip(".")) from error


def _nobody(_: str) -> None:
    """Nobody asked to be told."""


def _nothing() -> None:
    """Nobody asked to be told."""
