"""Use case: one answer for a group of near-copies, one signed verdict for each item of it.

A verdict given so says that it was, and whether the person revealed that item by itself. The
policy names the categories in which that must have been.
"""

import dataclasses
from collections.abc import Collection
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.errors import AppError
from app.record import Extras, KeptVerdict, verdict_of
from app.rights import require_right
from grading.late_methods import dataclass
from grading.verdict import check_verdict, predicate_fields
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.tree import Decided


class NotViewedError(AppError):
    """The policy asks that items of this category are viewed one by one, and some were not."""

    advice = "Reveal them by themselves, or leave them out of the group."


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a group: whether it was revealed by itself, how long, what it supersedes."""

    item: str
    alone: bool = False
    revealed_ms: int = 0
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """What is answered at once: the group's id, and its items, none twice."""

    group: str
    members: tuple[Member, ...]


def not_viewed(together: Together, category: str | None, asked: Collection[str]) -> tuple[str, ...]:
    """Return the items that are to be viewed by themselves before a signature, and were not."""
    if category is None or category not in asked:
        return ()
    return tuple(member.item for member in together.members if not member.alone)


def keep_together(
    ws: "Workstation", decided: "Decided", batch: str, extras: Extras, together: Together
) -> tuple[KeptVerdict, ...]:
    """Sign a verdict for each member and keep all of them, or none.

    ``extras`` are said of every item; its ``active_ms`` is the time at the desk for all of them,
    and is shared out evenly. Which frame decides is said of one item and stays out.

    Raises:
        NotViewedError: the policy asks for more looks than were taken; nothing is signed.
        InvalidVerdictError: before anything is signed.
    """
    require_right(ws.home, "verdict")
    left = not_viewed(together, decided.outcome.category, ws.policy.groups.individually)
    if left:
        raise NotViewedError(
            f"Of category {decided.outcome.category} each item is to be viewed by itself:"
            f" {len(left)} of {len(together.members)} were not."
        )
    decided_at, drafts = as_rfc3339(utc_now()), []
    share_ms, over_ms = divmod(extras.active_ms, len(together.members))
    for number, member in enumerate(together.members):
        own = dataclasses.replace(
            extras,
            supersedes=member.supersedes,
            group=together.group,
            viewed="individually" if member.alone else "group",
            frames=None,
            worst=None,
            active_ms=share_ms + (number < over_ms),
            revealed_ms=member.revealed_ms,
        )
        verdict = verdict_of(decided, member.item, batch, own)
        check_verdict(verdict, decided.scheme)
        fields = predicate_fields(verdict)
        drafts.append(
            Draft(kind="verdict", subject=member.item, fields=fields, decided_at=decided_at)
        )
    kept = ws.home.local.keep(drafts)
    return tuple(
        KeptVerdict(one.record_id, one.seq, member.item, batch)
        for one, member in zip(kept, together.members, strict=True)
    )
