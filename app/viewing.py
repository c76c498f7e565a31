"""Evidence on its way to the screen: from the vault, through the decoder, veiled.

The window never sees a path or a file, only frames. Items come ahead of time, so that the next
one is decoded and veiled before it is wanted.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from blur.frame import Frame, Loaded, Look


class Viewing:
    """Loads, veils and reveals the items of one batch at a time. Safe to call from any thread."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws

    def want(self, items: Sequence[str], batch: str, fit_px: tuple[int, int]) -> None:
        """Have these items ready, the current one first; others are dropped. Returns at once."""
        raise NotImplementedError

    def ready(self, item: str) -> "Loaded | None":
        """Return the veiled item if ready, else None; raises UnreadableError if it cannot be."""
        raise NotImplementedError

    def veiled(self, item: str, timeout_s: float = 30.0) -> "Loaded":
        """Wait for the veiled item; raises UnreadableError with the reason."""
        raise NotImplementedError

    def view(self, item: str, look: "Look") -> "Frame":
        """Return one frame of the item as ``look`` asks; waits for the decoder child."""
        raise NotImplementedError

    def calm(self) -> None:
        """Kill the children and drop every pixel, now; ``want`` starts afresh."""
        raise NotImplementedError

    def close(self) -> None:
        """End for good."""
        raise NotImplementedError
