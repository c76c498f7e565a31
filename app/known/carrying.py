"""Use case: what was resolved before is carried over, signed, without being looked at again.

A carry-over names the record that resolved the item, says that nothing was viewed, and is never a
vote. Who is to answer an item anew, because it was dealt to them by name (a second draw, a golden
item), is not told that it was resolved, and cannot carry it over.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.errors import RightError, UsageError
from app.known.dealt import dealt_by_name
from app.record import KeptVerdict
from app.rights import require_right
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voices
from app.worklist import Worklist
from grading.consensus import consensus
from grading.late_methods import dataclass
from grading.outcome import Outcome
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation

DONE = frozenset({"resolved", "trusted"})
_MATCHED = "sha256"


@dataclass(frozen=True, slots=True)
class AlreadyResolved:
    """An item that was resolved before. ``record`` is what did it, ``state`` how."""

    item: str
    record: str
    state: str
    outcome: Outcome


class CarryOver:
    """Finds what can be carried over, and signs it. Used from the store thread.

    It offers only what this home may read: what the central store hides from a person until they
    have answered is not offered to them.
    """

    def __init__(
        self,
        ws: "Workstation",
        voices: Voices | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._ws = ws
        self._home = ws.home
        self._voices = voices or Voices(ws.home)
        self._now = now

    @cached_property
    def _known(self) -> ItemCircumstances:
        """Read when it is first asked for: a window makes one of these on its own thread."""
        return ItemCircumstances(self._ws)

    @property
    def is_on(self) -> bool:
        """Whether the policy lets resolved items be carried over unseen ("confirm known")."""
        return self._ws.policy.known.confirm

    def offered(self, items: Iterable[str]) -> tuple[AlreadyResolved, ...]:
        """Return which of these items are already resolved; none unless the policy allows it."""
        if not self.is_on:
            return ()
        self._voices.refresh()
        self._known.renewed()
        dealt = dealt_by_name(self._home)
        found = (self._resolved(item) for item in items if item not in dealt)
        return tuple(one for one in found if one is not None)

    def offered_in(self, batch: str) -> tuple[AlreadyResolved, ...]:
        """Return what can be carried over of the items still to grade in a batch."""
        return self.offered(Worklist(self._ws).order(batch)) if self.is_on else ()

    def keep(self, found: Sequence[AlreadyResolved], batch: str) -> tuple[KeptVerdict, ...]:
        """Sign a carry-over for each, all or none, and return the records in their order.

        Raises:
            RightError: The person, or the policy, does not allow it.
            UsageError: One of them is not resolved any more; nothing was signed.
        """
        require_right(self._home, "carry-over")
        if not self.is_on:
            raise RightError(
                "The policy does not let resolved items be carried over unseen.",
                advice="Grade them, or ask for the mode `confirm` of the policy.",
            )
        if set(self.offered([one.item for one in found])) != set(found):
            raise UsageError(
                "Something was said on these items meanwhile.", advice="Open the batch again."
            )
        decided_at = as_rfc3339(self._now())
        drafts = [
            Draft(
                kind="carry-over",
                subject=one.item,
                fields={
                    "item": one.item,
                    "batch": batch,
                    "record": one.record,
                    "viewed": "not",
                    "matched": _MATCHED,
                },
                decided_at=decided_at,
            )
            for one in found
        ]
        kept = self._home.local.keep(drafts)
        return tuple(
            KeptVerdict(record.record_id, record.seq, one.item, batch)
            for record, one in zip(kept, found, strict=True)
        )

    def _resolved(self, item: str) -> AlreadyResolved | None:
        said = [voice.said for voice in self._voices.of(item)]
        stands = consensus(said, self._ws.policy, self._known.of(item))
        if stands.state not in DONE or stands.undecided or stands.outcome is None:
            return None
        if any(one.person == self._home.person.id and one.kind != "hold" for one in said):
            return None  # answered, or passed on: a person's own word comes first
        record = stands.resolved_by or stands.votes[-1]
        return AlreadyResolved(item, record, stands.state, stands.outcome)
