"""Use case: sign which items of a batch are assessed, and why the others are not.

An item nobody selected is assessed: selection only takes away. The newest selection of a person
holds, so that taking an item back in is one more record.
"""

from collections.abc import Callable, Container, Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.intake.kinds import is_picture
from app.known.carrying import CarryOver
from app.known.ordering import in_order
from app.rights import require_right
from app.worklist import Worklist
from app.worklist_state import Standing
from grading.late_methods import dataclass
from storage.envelope import read_kept
from storage.marks import ASSESS, PREVIEW
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.records import LocalStore
    from storage.rows import ItemRow, StoredRecord

NO_CHILD, CHILD_NON_CRIMINAL = "no-child", "child-non-criminal"
SELECTIONS = (ASSESS, NO_CHILD, CHILD_NON_CRIMINAL)
NOT_SELECTED = (NO_CHILD, CHILD_NON_CRIMINAL)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person selected of one item, and the time that they took, in milliseconds.

    ``group`` is what near-copies that were selected with one answer have in common; ``viewed`` then
    says whether this one was revealed by itself: ``individually`` or ``group``.
    """

    item: str
    selection: str
    comment: str | None = None
    active_ms: int = 0
    revealed_ms: int = 0
    group: str | None = None
    viewed: str | None = None


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """How the items of a batch were selected, by one person: they add up to ``found``.

    ``other_files`` are neither picture nor video, ``previews`` those of them that were offered
    with an actionable preview; ``unreadable`` are pictures that cannot be shown. ``undecided`` are
    those of the ``selected`` on which nobody said anything: they are assessed all the same.
    """

    found: int
    selected: int
    no_child: int
    child_non_criminal: int
    unreadable: int
    other_files: int
    previews: int
    undecided: int = 0

    @property
    def not_selected(self) -> int:
        """How many were left out, for whatever reason."""
        return self.no_child + self.child_non_criminal


class Selecting:
    """Signs selections on the items of one batch. Used from the store thread."""

    def __init__(
        self,
        ws: "Workstation",
        batch: str,
        *,
        worklist: Worklist | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._home = ws.home
        self._batch = batch
        self._now = now
        self._worklist = worklist or Worklist(ws)
        self.rows = {row.item: row for row in ws.home.local.items(batch)}
        self._chosen = self._worklist.selections(batch)
        self._standing = self._worklist.standing(batch)
        self._ws = ws

    @cached_property
    def _resolved(self) -> set[str]:
        """What is carried over unseen: it needs no look here either."""
        return {one.item for one in CarryOver(self._ws).offered_in(self._batch)}

    @property
    def chosen(self) -> dict[str, str]:
        """What this person selected, by item."""
        return dict(self._chosen)

    def waiting(self) -> tuple[str, ...]:
        """Return the items on which nothing was said yet, in the order in which they are graded."""
        done = self._chosen.keys() | self._resolved
        unsaid = [item for item in self._worklist.order(self._batch) if item not in done]
        return in_order(self._ws, self._batch, unsaid)

    def counts(self) -> SelectionCounts:
        """Return how the items are selected now; what was begun on the Desk counts as assessed."""
        waits = Standing.TO_GRADE.value
        begun = {item for item, stands in self._standing.items() if stands != waits}
        begun |= self._resolved
        return counts_of(self.rows.values(), self._chosen, begun)

    def refusal(self, choice: Choice) -> str | None:
        """Return why a choice cannot be signed, or None."""
        row = self.rows.get(choice.item)
        if row is None:
            return "no item of this batch is that"
        if choice.selection == PREVIEW:
            return "it is a picture or a video: it is graded" if is_image(row) else None
        if not is_image(row):
            return f"it is no picture or video; of such a file one can say {PREVIEW}"
        graded = self.is_graded(choice.item)
        return "it is graded already" if graded and choice.selection != ASSESS else None

    def is_graded(self, item: str) -> bool:
        """Tell whether this person has graded an item: it cannot be left out any more."""
        return self._standing.get(item) == Standing.GRADED.value

    def is_said(self, choice: Choice) -> bool:
        """Tell whether the same was selected before."""
        return self._chosen.get(choice.item) == choice.selection

    def keep(self, choices: Iterable[Choice]) -> int:
        """Sign choices, all or none, and return how many; those refused must not be among them.

        Raises:
            RightError: The person may not select.
            StorageError: Nothing was kept.
        """
        require_right(self._home, "selection")
        chosen = list(choices)
        drafts = [self._draft(choice) for choice in chosen]
        self._home.local.keep(drafts)
        self._chosen |= {choice.item: choice.selection for choice in chosen}
        return len(drafts)

    def take_back(self, item: str) -> None:
        """Withdraw what this person selected of an item, such as a mark; it stays readable.

        Raises:
            RightError: The person may not select.
            StorageError: Nothing was kept.
        """
        require_right(self._home, "selection")
        mine = self._home.local.records(
            kind="selection", item=item, author=self._home.person.id, newest_first=True
        )
        record = next(mine, None)
        if record is None or self._chosen.pop(item, None) is None:
            return
        fields: dict[str, object] = {"record": record.record_id}
        at = as_rfc3339(self._now())
        self._home.local.keep(
            [Draft(kind="withdrawal", subject=record.record_id, fields=fields, decided_at=at)]
        )

    def _draft(self, choice: Choice) -> Draft:
        fields: dict[str, object] = {
            "item": choice.item,
            "batch": self._batch,
            "selection": choice.selection,
            "comment": choice.comment,
            "active_ms": choice.active_ms,
            "revealed_ms": choice.revealed_ms,
        }
        if choice.group is not None:
            fields |= {"group": choice.group, "viewed": choice.viewed}
        return Draft(
            kind="selection",
            subject=choice.item,
            fields=fields,
            decided_at=as_rfc3339(self._now()),
        )


def is_image(row: "ItemRow") -> bool:
    """Tell whether a file is a picture or a video by its content, readable or not."""
    return is_picture(row.media_type, row.unreadable)


def selection_counts(ws: "Workstation", batch: str) -> SelectionCounts:
    """Return how the items of a batch were selected by the person of this home."""
    return counts_of(ws.home.local.items(batch), Worklist(ws).selections(batch))


def selections_signed(local: "LocalStore", batch: str) -> dict[str, str]:
    """Return what is selected of a batch by all that is known here, whoever signed it."""
    return {item: _said(row) for item, row in _newest(local, batch).items()}


def left_out_by(local: "LocalStore", batch: str | None = None) -> dict[str, frozenset[str]]:
    """Return the items that are left out, and who did it; of one batch, or of all."""
    return {
        item: frozenset({row.author})
        for item, row in _newest(local, batch).items()
        if _said(row) not in {ASSESS, PREVIEW}
    }


def _newest(local: "LocalStore", batch: str | None) -> dict[str, "StoredRecord"]:
    withdrawn = {row.subject for row in local.records(kind="withdrawal")}
    rows = local.records(kind="selection", batch=batch)
    ordered = sorted(rows, key=lambda row: (row.log_index is None, row.log_index or row.position))
    return {row.subject: row for row in ordered if row.record_id not in withdrawn}


def _said(row: "StoredRecord") -> str:
    return str(read_kept(row.envelope)["selection"])


def counts_of(
    rows: Iterable["ItemRow"], chosen: dict[str, str], begun: Container[str] = frozenset()
) -> SelectionCounts:
    """Return how items were selected; an item that nobody selected is assessed.

    Args:
        rows: The items of a batch.
        chosen: What was selected, by item.
        begun: Items on which work has begun without a selection.
    """
    found = selected = unreadable = other = previews = undecided = 0
    reasons = dict.fromkeys(NOT_SELECTED, 0)
    for row in rows:
        found += 1
        said = chosen.get(row.item, ASSESS)
        if not is_image(row):
            other += 1
            previews += said == PREVIEW
        elif said in reasons:
            reasons[said] += 1
        elif row.unreadable is not None:
            unreadable += 1
        else:
            selected += 1
            undecided += row.item not in chosen and row.item not in begun
    return SelectionCounts(
        found=found,
        selected=selected,
        no_child=reasons[NO_CHILD],
        child_non_criminal=reasons[CHILD_NON_CRIMINAL],
        unreadable=unreadable,
        other_files=other,
        previews=previews,
        undecided=undecided,
    )
