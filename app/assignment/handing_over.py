"""Use case: a half-done batch is handed to another person, and recalled."""

from collections.abc import Callable
from datetime import datetime

from app.assignment.duties import Duties
from app.bootstrap import Workstation
from app.clock import as_rfc3339, utc_now
from app.errors import AssignmentError
from app.exchange.reader import person_named
from app.rights import require_right
from app.worklist import Worklist
from grading.late_methods import dataclass
from storage.statement import Draft


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A batch that was handed over: to whom, and how many items."""

    record: str
    to: str
    items: int


def hand_over(
    ws: Workstation,
    batch: str,
    to: str,
    why: str | None = None,
    *,
    now: Callable[[], datetime] = utc_now,
) -> HandedOver:
    """Give what is left of a batch, and what was set aside in it, to another person.

    Drafts stay in this home, unseen by the other, who answers on their own; they are there again
    when the batch is recalled. What was set aside is taken up, so that nothing waits for who left.

    Args:
        ws: An open home.
        batch: Its id.
        to: Whom: a name or id of the roster.
        why: A line for them.
        now: The clock.

    Raises:
        AssignmentError: Nothing is left, or it is to oneself.
        RightError: This person may not hand work over.
    """
    require_right(ws.home, "handover")
    person = person_named(ws.home, to)
    if person.person == ws.home.person.id:
        raise AssignmentError("A batch cannot be handed to oneself.")
    worklist = Worklist(ws)
    held = worklist.set_aside(batch)
    items = [*worklist.order(batch), *(hold.item for hold in held)]
    if not items:
        raise AssignmentError("Nothing is left to hand over in this batch.")
    at = as_rfc3339(now())
    released = [
        Draft(
            kind="withdrawal",
            subject=hold.record_id,
            fields={"record": hold.record_id},
            decided_at=at,
        )
        for hold in held
    ]
    fields = {"for": person.person, "batch": batch, "items": sorted(items), "why": why}
    handover = Draft(kind="handover", subject=batch, fields=fields, decided_at=at)
    *_, kept = ws.home.local.keep([*released, handover])
    return HandedOver(kept.record_id, person.person_name, len(items))


def recall(ws: Workstation, batch: str, *, now: Callable[[], datetime] = utc_now) -> int:
    """Take back what was handed over of a batch; return how many items are back.

    What the other has graded meanwhile stays graded by them; it is not told here.

    Raises:
        AssignmentError: Nothing of it was handed over, or it was recalled.
    """
    duties = Duties(ws.home)
    duties.refresh()
    handed = duties.handed_over(batch)
    if not handed:
        raise AssignmentError("Nothing of this batch is handed over.")
    require_right(ws.home, "withdrawal")
    at = as_rfc3339(now())
    ws.home.local.keep(
        [
            Draft(
                kind="withdrawal", subject=act.record, fields={"record": act.record}, decided_at=at
            )
            for act in handed
        ]
    )
    return len({item for act in handed for item in act.items or ()})
