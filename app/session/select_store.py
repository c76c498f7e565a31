"""What the room Select asks of the stores. Everything here runs on the store thread."""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.errors import UsageError
from app.near_copies import NearGroup, near_groups
from app.selection.signing import Choice, Selecting, SelectionCounts, is_image
from app.session.select_types import OtherFile
from app.session.store import PLACE_NOTE as DESK_NOTE
from app.session.store import place_noted
from app.worklist import BatchSummary, Worklist
from grading.late_methods import dataclass
from storage.marks import PREVIEW

if TYPE_CHECKING:
    from app.bootstrap import Workstation

PLACE_NOTE = "place_in_select"  # remembers which batch and item were looked at
STEPS_BACK = 200  # how many selections of an earlier sitting can be taken back one by one


@dataclass(frozen=True, slots=True)
class SelectOpened:
    """A batch taken up.

    Attributes:
        batch: It.
        waiting: The items on which nothing was said, in the order of the policy.
        items: All of the batch, as its manifest has them.
        said: What was selected, by item.
        signed: Items of this batch on which something was said and that are not graded yet, the
            newest last.
        counts: How the items are selected.
        others: The files that are no pictures or videos.
        last: The item that was looked at last.
    """

    batch: BatchSummary
    waiting: tuple[str, ...]
    items: tuple[str, ...]
    said: dict[str, str]
    signed: tuple[str, ...]
    counts: SelectionCounts
    others: tuple[OtherFile, ...]
    last: str | None


class SelectStore:
    """The stores as the room needs them: one call, one hop to the store thread."""

    def __init__(self, ws: "Workstation") -> None:
        self._ws = ws
        self._worklist = Worklist(ws)
        self._selecting: Selecting | None = None
        self._batch = ""

    def open(self, batch: str | None) -> SelectOpened | None:
        """Take up a batch; None: the one looked at last, else that of the Desk, else the newest."""
        known = {one.id: one for one in self._worklist.batches() if one.holds_something}
        last_batch, last_item = place_noted(self._ws, PLACE_NOTE)
        at_desk, _ = place_noted(self._ws, DESK_NOTE)
        wanted = (batch, last_batch, at_desk, next(iter(known), None))
        found = next((known[one] for one in wanted if one in known), None)
        if found is None:
            return None
        selecting = self._selecting = Selecting(self._ws, found.id, worklist=self._worklist)
        self._batch = found.id
        return SelectOpened(
            found,
            selecting.waiting(),
            tuple(selecting.rows),
            selecting.chosen,
            self._signed(found.id, selecting),
            selecting.counts(),
            self.others(),
            last_item if found.id == last_batch else None,
        )

    def near(self, batch: str) -> tuple[NearGroup, ...]:
        """Return the groups of near-copies of a batch. Takes seconds; for a thread of its own."""
        return near_groups(self._ws, batch)

    def turn_to(self, item: str) -> None:
        """Remember which item is looked at."""
        self._ws.home.local.note_put(PLACE_NOTE, [self._batch, item])

    def keep(self, choices: Sequence[Choice]) -> None:
        """Sign choices, all or none.

        Raises:
            UsageError: One of them is refused, such as to leave out what is graded already.
        """
        selecting = self._opened()
        refused = next((why for one in choices if (why := selecting.refusal(one))), None)
        if refused is not None:
            raise UsageError(
                f"This cannot be selected: {refused}.", advice="N leaves it as it is and goes on."
            )
        selecting.keep(choices)

    def mark(self, item: str, *, preview: bool) -> tuple[OtherFile, ...]:
        """Say of a file that is no picture whether it was offered with an actionable preview."""
        if preview:
            self._opened().keep([Choice(item, PREVIEW)])
        else:
            self._opened().take_back(item)
        return self.others()

    def counts(self) -> SelectionCounts:
        """Return how the items are selected now."""
        return self._opened().counts()

    def unreadable(self, item: str, reason: str) -> None:
        """Remember that `item` cannot be shown."""
        self._worklist.found_unreadable(self._batch, item, reason)
        rows = self._opened().rows
        rows[item] = dataclasses.replace(rows[item], unreadable=reason)

    def others(self) -> tuple[OtherFile, ...]:
        """Return the files of the batch that are no pictures or videos."""
        selecting = self._opened()
        marked = {item for item, said in selecting.chosen.items() if said == PREVIEW}
        return tuple(
            OtherFile(row.item, row.names, row.media_type, row.size_bytes, row.item in marked)
            for row in selecting.rows.values()
            if not is_image(row)
        )

    def _opened(self) -> Selecting:
        if self._selecting is None:
            raise KeyError("no batch is open")
        return self._selecting

    def _signed(self, batch: str, selecting: Selecting) -> tuple[str, ...]:
        found: dict[str, None] = {}
        chosen = selecting.chosen
        mine = self._ws.home.local.records(
            kind="selection", batch=batch, author=self._ws.home.person.id, newest_first=True
        )
        for record in mine:
            item = record.subject
            said = chosen.get(item, PREVIEW)
            if said != PREVIEW and not selecting.is_graded(item):
                found[item] = None
            if len(found) == STEPS_BACK:
                break
        return tuple(reversed(found))
