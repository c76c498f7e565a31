"""Use case: a table of facts becomes signed verdicts; bad rows are named, the rest kept."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.grade.items import TableItems
from app.grade.rows import FIXED_COLUMNS, ITEM_COLUMNS, RowReader
from app.pace import UNWATCHED, Watch
from app.rights import require_right
from app.table_reading import Row, RowFault, read_table
from app.table_signing import RefusedRowError, TableSigning, TableSummary
from grading.scheme import Scheme
from grading.verdict import predicate_fields
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation

__all__ = ["RowFault", "TableSummary", "grade_table"]


def grade_table(
    ws: "Workstation",
    file: Path,
    *,
    batch: str,
    scheme: Scheme,
    watch: Watch = UNWATCHED,
    now: Callable[[], datetime] = utc_now,
) -> TableSummary:
    """Sign one verdict for each good row of ``file`` on items of ``batch``.

    ``watch`` is told how many rows are done, and may stop it after each thousand.

    Raises:
        RightError: the person may not grade.
        TableError: the table as a whole cannot be understood; nothing was signed.
        StorageError: the disk is full or failed; what was signed before stays.
        StoppedError: it was stopped; what was signed before stays, and is skipped the next time.

    """
    require_right(ws.home, "verdict")
    facts = [question.fact for question in scheme.questions]
    table = read_table(file, known=[*ITEM_COLUMNS, *facts, *FIXED_COLUMNS], one_of=ITEM_COLUMNS)
    signing = _Signing(ws, RowReader(scheme, batch), TableItems(ws.home, batch), now)
    with ws.home.local.with_room():
        return signing.sign(table, watch)


class _Signing(TableSigning):
    """Turns rows into verdicts."""

    def __init__(
        self,
        ws: "Workstation",
        reader: RowReader,
        items: TableItems,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._local = ws.home.local
        self._reader = reader
        self._items = items
        self._now = now
        self._drafts: list[Draft] = []

    def take(self, row: Row) -> None:
        """Have a row signed with the next group, or skip it; raises RefusedRowError."""
        item = self._items.of(row)
        verdict = self._reader.verdict(row, item)
        before = self._items.signed_before(item)
        if before is not None:
            if before.facts != verdict.facts():
                raise RefusedRowError(before.refusal())
            self.skipped += 1
            return
        self._items.remember(item, verdict.facts(), row.number)
        self._drafts.append(
            Draft(
                kind="verdict",
                subject=item,
                fields=predicate_fields(verdict),
                decided_at=as_rfc3339(self._now()),
            )
        )

    def keep(self) -> None:
        """Sign what waits, all of it or nothing."""
        if self._drafts:
            self._local.keep(self._drafts)
            self.signed += len(self._drafts)
            self._drafts.clear()
