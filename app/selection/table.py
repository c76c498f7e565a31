"""Use case: a table of selections becomes signed records; bad rows are named, the rest kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.grade.items import TableItems
from app.grade.rows import ITEM_COLUMNS, active_ms_of, text_of
from app.names import shown
from app.pace import UNWATCHED, Watch
from app.rights import require_right
from app.selection.signing import SELECTIONS, Choice, Selecting
from app.table_reading import Row, read_table
from app.table_signing import RefusedRowError, TableSigning, TableSummary
from storage.marks import PREVIEW

if TYPE_CHECKING:
    from app.bootstrap import Workstation

NO_PREVIEW = "no-preview"  # takes back that a file was offered with an actionable preview
WORDS = (*SELECTIONS, PREVIEW, NO_PREVIEW)
SELECTION_COLUMNS = ("selection", "select", "decision")  # names that the column may have
COLUMNS = (*ITEM_COLUMNS, *SELECTION_COLUMNS, "comment", "active_ms")


def select_table(
    ws: "Workstation", file: Path, *, batch: str, watch: Watch = UNWATCHED
) -> TableSummary:
    """Sign one selection for each good row of ``file`` on items of ``batch``.

    ``watch`` is told how many rows are done, and may stop it after each thousand.

    Raises:
        RightError: the person may not select.
        TableError: the table as a whole cannot be understood; nothing was signed.
        StorageError: the disk is full or failed; what was signed before stays.
        StoppedError: it was stopped; what was signed before stays, and is skipped the next time.
    """
    require_right(ws.home, "selection")
    table = read_table(file, known=COLUMNS, one_of=ITEM_COLUMNS)
    return _Signing(ws, batch).sign(table, watch)


class _Signing(TableSigning):
    """Turns rows into selections."""

    def __init__(self, ws: "Workstation", batch: str) -> None:
        super().__init__()
        self._items = TableItems(ws.home, batch)
        self._selecting = Selecting(ws, batch)
        self._waiting: list[Choice] = []
        self._row_of: dict[str, tuple[int, str]] = {}

    def take(self, row: Row) -> None:
        """Have a row signed with the next group, or skip it; raises RefusedRowError."""
        item, said = self._items.of(row), _selection(row)
        choice = Choice(
            item,
            PREVIEW if said == NO_PREVIEW else said,
            text_of(row.cells, "comment"),
            active_ms_of(row.cells.get("active_ms")),
        )
        refusal = self._selecting.refusal(choice)
        if refusal is not None:
            raise RefusedRowError(refusal)
        before, earlier = self._row_of.get(item, (0, said))
        if earlier != said:
            raise RefusedRowError(f"row {before} selects something else for the same item")
        self._row_of[item] = before or row.number, said
        if said == NO_PREVIEW:
            self._take_back(item)
        elif before or self._selecting.is_said(choice):
            self.skipped += 1
        else:
            self._waiting.append(choice)

    def keep(self) -> None:
        """Sign what waits, all of it or nothing."""
        if self._waiting:
            self.signed += self._selecting.keep(self._waiting)
            self._waiting.clear()

    def _take_back(self, item: str) -> None:
        """Withdraw a mark; what waits is signed before it, so that the records are in order."""
        if self._selecting.chosen.get(item) != PREVIEW:
            self.skipped += 1
            return
        self.keep()
        self._selecting.take_back(item)
        self.signed += 1


def _selection(row: Row) -> str:
    said = [row.cells[name].strip() for name in SELECTION_COLUMNS if row.cells.get(name)]
    word = said[0].casefold() if said else ""
    if word not in WORDS:
        allowed = ", ".join(WORDS)
        raise RefusedRowError(f"selection must be one of {allowed}, not '{shown(word[:40])}'")
    return word
