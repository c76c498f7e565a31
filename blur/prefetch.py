"""The next items, decoded and veiled before they are asked for."""

from collections.abc import Callable, Sequence

from blur.decoder import Decoder
from blur.facts import Loaded
from blur.frame import Frame
from blur.look import Look


class Ahead:
    """Keeps the item at hand and the next ones loaded, on threads of its own.

    Of the decoders, the one that holds the item at hand never works ahead, so that a reveal
    waits for nothing.
    """

    def __init__(
        self, decoders: Sequence[Decoder], fetch: Callable[[str], bytes], depth: int = 10
    ) -> None:
        self._decoders = tuple(decoders)
        self._fetch = fetch
        self._depth = depth

    def want(self, items: Sequence[str], fit_px: tuple[int, int]) -> None:
        """Say what is at hand (first) and what comes next; returns at once, drops the rest."""
        raise NotImplementedError

    def veiled(self, item: str, timeout_s: float) -> Loaded:
        """Return an item that was wanted, veiled; wait for it if need be.

        Raises:
            UnreadableError: it cannot be decoded, or was not there in time.
        """
        raise NotImplementedError

    def ready(self, item: str) -> Loaded | None:
        """Return the item if it is there already, at once."""
        raise NotImplementedError

    def view(self, item: str, look: Look) -> Frame:
        """Return the item as ``look`` wants it, loading it again if its decoder lost it.

        Raises:
            UnreadableError: it cannot be decoded.
        """
        raise NotImplementedError

    def calm(self) -> None:
        """Drop all pixels and end the decoder processes; fresh ones stand ready after."""
        raise NotImplementedError

    def close(self) -> None:
        """End threads and decoder processes for good."""
        raise NotImplementedError
