"""Decoder children that stand ready before anybody needs one.

A child takes about half a second to load its libraries and to lock itself down. Started as the
first thing, it does so while the window loads its own and the home is opened. The other is started
once the first item is seen, or with the first request: until then it would only take the processor
from what that item waits for.
"""

import threading

from app.bootstrap import decoder_command
from blur.decoder import Decoder

DECODERS = 2  # one holds the item at hand, the other works ahead


class Decoders:
    """Makes the decoders of one sitting; those made ahead are handed out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: list[Decoder] = []

    def start(self) -> None:
        """Make what a sitting will need; returns at once. Those that wait already are enough."""
        with self._lock:
            self._ready = self._ready or _of_one_sitting()

    def take(self) -> tuple[Decoder, ...]:
        """Return the decoders of one sitting; whoever takes them closes them."""
        with self._lock:
            taken, self._ready = self._ready, []
        return tuple(taken or _of_one_sitting())

    def close(self) -> None:
        """End those that nobody took."""
        with self._lock:
            left, self._ready = self._ready, []
        for decoder in left:
            decoder.close()


def _of_one_sitting() -> list[Decoder]:
    return [Decoder(decoder_command(), stands_by=number > 0) for number in range(DECODERS)]
