"""Use case: sign what a person decided and keep it. When a call returns, it is on disk.

All calls run on the store thread; the clock is handed in, so that a test can set it back.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grading.verdict import Frames, SecondOpinion

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.tree import Decided


@dataclass(frozen=True, slots=True)
class Extras:
    """What a verdict carries beside its facts; none of it changes the outcome.

    ``supersedes`` is the record id of the own verdict that this one corrects; ``viewed`` is one of
    ``individually``, ``group``, ``not``; times are whole milliseconds.
    """

    tags: tuple[str, ...] = ()
    series: str | None = None
    ai_basis: tuple[str, ...] = ()
    confidence: str | None = None
    comment: str | None = None
    second_opinion: SecondOpinion | None = None
    supersedes: str | None = None
    group: str | None = None
    viewed: str = "individually"
    frames: Frames | None = None
    active_ms: int = 0
    revealed_ms: int = 0


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """A record that is on disk: its id, its number in this key's chain, and its item."""

    record_id: str
    seq: int
    item: str
    batch: str


class Recorder:
    """Signs verdicts, holds and passes for the person of one home."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws

    def keep(
        self, decided: "Decided", item: str, batch: str, *, extras: Extras = NO_EXTRAS
    ) -> KeptVerdict:
        """Sign the verdict and keep it; raises InvalidVerdictError before anything is signed."""
        raise NotImplementedError

    def set_aside(
        self, item: str, batch: str, *, why: str | None = None, person: str | None = None
    ) -> KeptVerdict:
        """Keep ``item`` for oneself, or for ``person``, until later."""
        raise NotImplementedError

    def pass_on(self, item: str, batch: str) -> KeptVerdict:
        """Hand ``item`` on to someone else, without a reason."""
        raise NotImplementedError

    def release(self, hold_id: str, item: str, batch: str) -> KeptVerdict:
        """Take back an own hold: the item stands in the worklist again."""
        raise NotImplementedError
