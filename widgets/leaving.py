"""Sittings on their way out: held until their end is done, and then looked for in memory."""

from functools import partial

from PySide6.QtCore import QTimer

from app.freed_memory import give_back_memory
from app.session.opening import OpeningSession
from app.session.sitting import Sitting

SETTLED_MS = (1_000, 4_000, 10_000, 30_000)  # a busy machine takes longer


class Leaving:
    """Ends sittings off the window's thread, and holds them on it: no other may let go of them."""

    def __init__(self, opening: OpeningSession) -> None:
        self._opening = opening
        self._held: dict[int, Sitting] = {}

    def __len__(self) -> int:
        """How many have not come to their end."""
        return len(self._held)

    def take(self, sitting: Sitting | None) -> None:
        """End a sitting, where there is one, and let go of it."""
        if sitting is not None:
            self._held[id(sitting)] = sitting
            self._opening.after(sitting.let_go(), partial(self._over, id(sitting)))

    def _over(self, which: int) -> None:
        """Nobody needs it any more. What holds itself goes when it is looked for: not before."""
        del self._held[which]
        for after_ms in SETTLED_MS:
            QTimer.singleShot(after_ms, give_back_memory)
