"""The exposure ledger: how much was revealed, how long an item was open, when to pause.

It belongs to the person and never leaves this home. Figures are whole milliseconds. Time is
counted with the boot clock, which nobody can set back, and survives a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class Today:
    """Exposure of the present day, which ends only after eight hours without viewing.

    ``next_break_in_ms`` is desk time left until a break is due, 0 when it is;
    ``break_left_ms`` what is left of a break that has begun; ``notice`` from five minutes before.
    ``over_limit`` says that the day's desk time is used up, ``too_late`` that the policy ends
    viewing at an hour that has passed.
    """

    revealed_ms: int
    desk_ms: int
    limit_ms: int
    items: int
    by_level_ms: Mapping[int, int]
    next_break_in_ms: int
    break_left_ms: int
    notice: bool
    break_due: bool
    over_limit: bool
    too_late: bool


class Ledger:
    """Adds up exposure and says when a pause is due. Used from the store thread."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws

    def add(
        self, item: str, *, level: int, revealed_ms: int = 0, active_ms: int = 0, desk_ms: int = 0
    ) -> None:
        """Count time on ``item``: revealed at ``level``, at the keys, and with the item open."""
        raise NotImplementedError

    def today(self) -> Today:
        """Return the figures of the present day."""
        raise NotImplementedError

    def begin_break(self) -> None:
        """Note that the person pauses now; the break runs on the boot clock."""
        raise NotImplementedError
