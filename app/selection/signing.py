"""Use case: sign which items of a batch are assessed, and why the others are not.

An item nobody selected is assessed: selection only takes away. The newest selection of a person
holds, so that taking an item back in is one more record.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.intake.files import NOT_A_PICTURE
from app.rights import require_right
from app.worklist import Worklist
from app.worklist_state import Standing
from storage.envelope import open_envelope
from storage.marks import ASSESS
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.records import LocalStore
    from storage.rows import ItemRow

NO_CHILD, CHILD_NON_CRIMINAL = "no-child", "child-non-criminal"
SELECTIONS = (ASSESS, NO_CHILD, CHILD_NON_CRIMINAL)
NOT_SELECTED = (NO_CHILD, CHILD_NON_CRIMINAL)
# Of a file that is no image, such as an archive: it was offered with a preview that is actionable.
PREVIEW = "actionable-preview"
_PICTURES = ("image/", "video/")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person selected of one item, and the time that they took, in milliseconds."""

    item: str
    selection: str
    comment: str | None = None
    active_ms: int = 0
    revealed_ms: int = 0


@dataclass(frozen=True, slots=True)
class SelectionCounts:
    """How the items of a batch were selected, by one person: they add up to ``found``.

    ``other_files`` are neither picture nor video, ``previews`` those of them that were offered
    with an actionable preview; ``unreadable`` are pictures that cannot be shown.
    """

    found: int
    selected: int
    no_child: int
    child_non_criminal: int
    unreadable: int
    other_files: int
    previews: int

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

    def refusal(self, choice: Choice) -> str | None:
        """Return why a choice cannot be signed, or None."""
        row = self.rows.get(choice.item)
        if row is None:
            return "no item of this batch is that"
        if choice.selection == PREVIEW:
            return "it is a picture or a video: it is graded" if is_image(row) else None
        if not is_image(row):
            return f"it is no picture or video; of such a file one can say {PREVIEW}"
        graded = self._standing.get(choice.item) == Standing.GRADED.value
        return "it is graded already" if graded and choice.selection != ASSESS else None

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

    def _draft(self, choice: Choice) -> Draft:
        return Draft(
            kind="selection",
            subject=choice.item,
            fields={
                "item": choice.item,
                "batch": self._batch,
                "selection": choice.selection,
                "comment": choice.comment,
                "active_ms": choice.active_ms,
                "revealed_ms": choice.revealed_ms,
            },
            decided_at=as_rfc3339(self._now()),
        )


def is_image(row: "ItemRow") -> bool:
    """Tell whether a file is a picture or a video by its content, readable or not."""
    if row.media_type is None:  # an empty file, or one taken in before other types were told
        return row.unreadable != NOT_A_PICTURE
    return row.media_type.startswith(_PICTURES)


def selection_counts(ws: "Workstation", batch: str) -> SelectionCounts:
    """Return how the items of a batch were selected by the person of this home."""
    return counts_of(ws.home.local.items(batch), Worklist(ws).selections(batch))


def selections_signed(local: "LocalStore", batch: str) -> dict[str, str]:
    """Return what is selected of a batch by all that is known here, whoever signed it."""
    withdrawn = {row.subject for row in local.records(kind="withdrawal")}
    rows = (row for row in local.records(kind="selection", batch=batch))
    ordered = sorted(rows, key=lambda row: (row.log_index is None, row.log_index or row.position))
    return {
        row.subject: str(open_envelope(row.envelope).predicate["selection"])
        for row in ordered
        if row.record_id not in withdrawn
    }


def counts_of(rows: Iterable["ItemRow"], chosen: dict[str, str]) -> SelectionCounts:
    """Return how items were selected; an item that nobody selected is assessed."""
    found = selected = unreadable = other = previews = 0
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
    return SelectionCounts(
        found=found,
        selected=selected,
        no_child=reasons[NO_CHILD],
        child_non_criminal=reasons[CHILD_NON_CRIMINAL],
        unreadable=unreadable,
        other_files=other,
        previews=previews,
    )
