"""What is known of items beside what people signed: what lists say, and what the lots drew.

Whatever tells how an item stands takes it from here. Two desks, or two rooms of one, that judged by
different circumstances would show in one what the other withholds.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.assignment.salt import supervisor_lots
from app.known.matching import KnownCircumstances
from app.pace import UNWATCHED, Watch
from grading.consensus import Circumstances

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from grading.policy import Policy
    from storage.rows import ItemRow


class ItemCircumstances:
    """The circumstances of items, as far as this home may know them. For the store thread."""

    def __init__(
        self,
        ws: "Workstation",
        policy: "Policy | None" = None,
        known: KnownCircumstances | None = None,
    ) -> None:
        """Know nothing yet but what is ``known``; ``policy`` is another than the one in force."""
        self._ws = ws
        self._known = known or KnownCircumstances(ws.home)
        self._judged_by = ws.policy
        self._lots = supervisor_lots(ws.home, policy or ws.policy)

    def of(self, item: str) -> Circumstances:
        """Return what is known of an item."""
        known = self._known.of(item)
        return replace(known, drawn=True) if self._lots.drawn(item) else known

    def look_up(self, rows: Sequence["ItemRow"]) -> None:
        """Look items up at once, before each is asked for."""
        self._known.look_up(rows)

    def prepare(self, items: Collection[str], watch: Watch = UNWATCHED) -> None:
        """Do the same by their SHA-256, where they are many; raises StoppedError as told to."""
        self._known.prepare(items, watch)

    def under(self, policy: "Policy") -> "ItemCircumstances":
        """Return the same under another policy, which may draw others; what lists say is shared."""
        return ItemCircumstances(self._ws, policy, self._known)

    def renewed(self) -> bool:
        """Take in new lists, lots and policy; return whether every item is to be judged again."""
        lots = supervisor_lots(self._ws.home, self._ws.policy)
        same = lots == self._lots and self._judged_by is self._ws.policy
        self._judged_by, self._lots = self._ws.policy, lots
        return self._known.renewed() or not same
