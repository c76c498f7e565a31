"""Use case: sign what a person decided and keep it. When a call returns, it is on disk.

All calls run on the store thread; the clock is handed in, so that a test can set it back.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.rights import require_right
from grading.late_methods import dataclass
from grading.verdict import Frames, SecondOpinion, Verdict, Worst, check_verdict, predicate_fields
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.tree import Decided


@dataclass(frozen=True, slots=True)
class Extras:
    """What a verdict carries beside its facts; none of it changes the outcome.

    ``supersedes`` is the record id of the own verdict that this one corrects; ``viewed`` is one of
    ``individually``, ``in a group``, ``not``; times are whole milliseconds.
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
    worst: Worst | None = None
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

    def __init__(self, ws: "Workstation", *, now: Callable[[], datetime] = utc_now) -> None:
        self._home = ws.home
        self._now = now

    def keep(
        self, decided: "Decided", item: str, batch: str, *, extras: Extras = NO_EXTRAS
    ) -> KeptVerdict:
        """Sign the verdict and keep it; raises InvalidVerdictError before anything is signed."""
        verdict = verdict_of(decided, item, batch, extras)
        check_verdict(verdict, decided.scheme)
        return self._keep("verdict", item, batch, predicate_fields(verdict))

    def set_aside(
        self, item: str, batch: str, *, why: str | None = None, person: str | None = None
    ) -> KeptVerdict:
        """Keep ``item`` for oneself, or for ``person``, until later."""
        return self._keep("hold", item, batch, {**_about(item, batch), "for": person, "why": why})

    def pass_on(self, item: str, batch: str) -> KeptVerdict:
        """Hand ``item`` on to someone else, without a reason."""
        return self._keep("pass", item, batch, _about(item, batch))

    def release(self, hold_id: str, item: str, batch: str) -> KeptVerdict:
        """Take back an own hold or pass: the item stands in the worklist again."""
        draft = self._draft("withdrawal", hold_id, {"record": hold_id})
        (kept,) = self._home.local.keep([draft])
        return KeptVerdict(kept.record_id, kept.seq, item, batch)

    def _keep(self, kind: str, item: str, batch: str, fields: dict[str, object]) -> KeptVerdict:
        require_right(self._home, kind)
        (kept,) = self._home.local.keep([self._draft(kind, item, fields)])
        return KeptVerdict(kept.record_id, kept.seq, item, batch)

    def _draft(self, kind: str, subject: str, fields: dict[str, object]) -> Draft:
        decided_at = as_rfc3339(self._now())
        return Draft(kind=kind, subject=subject, fields=fields, decided_at=decided_at)


def verdict_of(decided: "Decided", item: str, batch: str, extras: Extras) -> Verdict:
    """Return the verdict that a finished walk and its extras make."""
    return Verdict(
        item=item,
        batch=batch,
        scheme_id=decided.scheme.id,
        scheme_version=decided.scheme.version,
        scheme_sha256=decided.scheme.sha256,
        answers=decided.answers,
        outcome=decided.outcome,
        tags=extras.tags,
        series=extras.series,
        ai_basis=extras.ai_basis,
        confidence=extras.confidence,
        comment=extras.comment,
        second_opinion=extras.second_opinion,
        supersedes=extras.supersedes,
        group=extras.group,
        viewed=extras.viewed,
        frames=extras.frames,
        worst=extras.worst,
        active_ms=extras.active_ms,
        revealed_ms=extras.revealed_ms,
    )


def _about(item: str, batch: str) -> dict[str, object]:
    return {"item": item, "batch": batch}
