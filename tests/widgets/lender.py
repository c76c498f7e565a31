"""Decoder processes that are started once and lent to one window after another.

Each takes half a second to start, and every test of the window would wait for two. That a sitting
ends its own is held in the tests of the viewing, of the decoders and of locking.
"""

from collections.abc import Callable

from app.bootstrap import decoder_command
from app.decoders import DECODERS, Decoders
from blur.decoder import Decoder
from blur.facts import Loaded
from blur.look import Look
from blur.source import Untrusted


class Lent(Decoder):
    """A decoder that outlives who has it; it knows what it was given, to forget it."""

    def __init__(self) -> None:
        super().__init__(decoder_command())
        self._given: set[str] = set()

    def load(
        self,
        token: str,
        untrusted: Untrusted,
        fit_px: tuple[int, int],
        *,
        veil_first: bool = False,
        is_put_off: Callable[[], bool] | None = None,
        foreseen: Look | None = None,
    ) -> Loaded:
        self._given.add(token)
        return super().load(
            token,
            untrusted,
            fit_px,
            veil_first=veil_first,
            is_put_off=is_put_off,
            foreseen=foreseen,
        )

    def forget(self) -> None:
        """Drop all that it was given."""
        while self._given:
            self.drop(self._given.pop())

    def close(self) -> None:
        """Whoever has it has done with it; the process goes on."""

    def end(self) -> None:
        """End the process for good."""
        super().close()


class Lender(Decoders):
    """Hands out the same decoders again and again, holding nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._lent = tuple(Lent() for _ in range(DECODERS))

    def start(self) -> None:
        """They run."""

    def take(self) -> tuple[Decoder, ...]:
        for decoder in self._lent:
            decoder.forget()
        return self._lent

    def close(self) -> None:
        """They go on."""

    def end(self) -> None:
        """End their processes for good."""
        for decoder in self._lent:
            decoder.end()
