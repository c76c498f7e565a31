"""Rows of a table become signed records; bad rows are named, the rest kept.

They are signed a thousand at a time, so that a run that is stopped has kept whole records, and the
next run skips them.
"""

from app.errors import AppError
from app.pace import Watch
from app.table_reading import Row, RowFault, Table
from grading.late_methods import dataclass

ROWS_A_TRANSACTION = 1_000


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What became of a table: rows signed, rows that say what was signed before, rows refused."""

    signed: int
    skipped: int
    refused: tuple[RowFault, ...]


class RefusedRowError(AppError):
    """A row was refused; ``reason`` is what its line in the summary says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TableSigning:
    """Takes rows and counts what became of them; what a row says is for those below it."""

    def __init__(self) -> None:
        self.signed = self.skipped = 0
        self._refused: list[RowFault] = []

    def sign(self, table: Table, watch: Watch) -> TableSummary:
        """Take every row; ``watch`` is told how many, and may stop it after each thousand.

        Raises:
            StorageError: the disk is full or failed; what was signed before stays.
            StoppedError: it was stopped; what was signed before stays.
        """
        pace = watch.pace("signing", table.lines)
        for done, row in enumerate(table.rows(), 1):
            self._take_or_refuse(row)
            if done % ROWS_A_TRANSACTION == 0:
                self.keep()
                pace.reached(done)
                watch.go_on()
        self.keep()
        return TableSummary(self.signed, self.skipped, tuple(self._refused))

    def take(self, row: Row) -> None:
        """Have a row signed with the next group, or skip it; raises RefusedRowError."""
        raise NotImplementedError

    def keep(self) -> None:
        """Sign what waits, all of it or nothing."""
        raise NotImplementedError

    def _take_or_refuse(self, row: Row | RowFault) -> None:
        if isinstance(row, RowFault):
            self._refused.append(row)
            return
        try:
            self.take(row)
        except RefusedRowError as refused:
            self._refused.append(RowFault(row.number, refused.reason))
