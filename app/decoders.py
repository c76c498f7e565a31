"""Decoder children that stand ready before anybody needs one.

A child takes about half a second to load its libraries and to lock itself down. Started as the
first thing, it does so while the window loads its own and the home is opened.
"""

import threading
from contextlib import suppress

from app.bootstrap import decoder_command
from blur.decoder import Decoder
from blur.errors import DecoderStartError

DECODERS = 2  # one holds the item at hand, the other works ahead


class Decoders:
    """Makes the decoders of one sitting; those started ahead are handed out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ready: list[Decoder] = []
        self._starter: threading.Thread | None = None

    def start(self) -> None:
        """Start what a sitting will need; returns at once. Those that wait already are enough."""
        with self._lock:
            if self._ready:
                return
            first = Decoder(decoder_command())
            self._ready.append(first)
            self._starter = threading.Thread(target=self._go_on, args=(first,), name="decoders")
            self._starter.start()

    def take(self) -> tuple[Decoder, ...]:
        """Return the decoders of one sitting; whoever takes them closes them."""
        with self._lock:
            taken, self._ready = self._ready, []
        return (*taken, *(Decoder(decoder_command()) for _ in range(DECODERS - len(taken))))

    def close(self) -> None:
        """End those that nobody took."""
        with self._lock:
            left, self._ready = self._ready, []
        for decoder in left:
            decoder.close()
        if self._starter is not None:
            self._starter.join()

    def _go_on(self, first: Decoder) -> None:
        """Start the others once the first stands: together they would only delay it."""
        with suppress(DecoderStartError):  # whoever asks it for something is told
            first.protections()
        with self._lock:
            while self._ready and len(self._ready) < DECODERS:
                self._ready.append(Decoder(decoder_command()))
