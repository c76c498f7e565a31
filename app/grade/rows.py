"""A row of a table as a verdict, or why it cannot be one."""

from collections.abc import Mapping

from app.names import shown
from app.table_reading import Row
from app.table_signing import RefusedRowError
from grading.errors import InvalidVerdictError, RefusedFactsError
from grading.scheme import Scheme
from grading.tree import Decided, settle
from grading.verdict import TEXT_MAX_CHARS, Verdict, check_verdict

ITEM_COLUMNS = ("file", "sha256")
FIXED_COLUMNS = ("comment", "active_ms", "tags", "ai_basis", "confidence", "series")
LONGEST_ACTIVE_MS = 24 * 60 * 60 * 1000  # nobody looks at one item for more than a day


class RowReader:
    """Reads rows under one scheme. Facts that were seen before are not derived again."""

    def __init__(self, scheme: Scheme, batch: str) -> None:
        self._scheme = scheme
        self._batch = batch
        self._facts = tuple(question.fact for question in scheme.questions)
        self._settled: dict[tuple[str | None, ...], Decided | RefusedRowError] = {}
        self._checked: set[tuple[object, ...]] = set()

    def verdict(self, row: Row, item: str) -> Verdict:
        """Return the row's verdict on ``item``; raises RefusedRowError with the reason."""
        cells = row.cells
        decided = self._decided(cells)
        active_ms = active_ms_of(cells.get("active_ms"))
        verdict = Verdict(
            item=item,
            batch=self._batch,
            scheme_id=self._scheme.id,
            scheme_version=self._scheme.version,
            scheme_sha256=self._scheme.sha256,
            answers=decided.answers,
            outcome=decided.outcome,
            tags=tuple(cells.get("tags", "").split()),
            series=cells.get("series"),
            ai_basis=tuple(cells.get("ai_basis", "").split()),
            confidence=cells.get("confidence"),
            comment=text_of(cells, "comment"),
            # A table claims that somebody looked only by the time that they took.
            viewed="individually" if active_ms else "not",
            active_ms=active_ms,
        )
        self._check(verdict)
        return verdict

    def _decided(self, cells: Mapping[str, str]) -> Decided:
        values = tuple(cells.get(fact) for fact in self._facts)
        found = self._settled.get(values)
        if found is None:
            found = self._settled[values] = self._settle(values)
        if isinstance(found, RefusedRowError):
            raise RefusedRowError(found.reason)
        return found

    def _settle(self, values: tuple[str | None, ...]) -> Decided | RefusedRowError:
        stated = zip(self._facts, values, strict=True)
        facts = {fact: value.strip() for fact, value in stated if value and value.strip()}
        try:
            return settle(self._scheme, facts)
        except RefusedFactsError as error:
            return RefusedRowError(error.why)

    def _check(self, verdict: Verdict) -> None:
        # What the check reads; the same again cannot fail, and a table has few distinct ones.
        read = (
            verdict.answers,
            verdict.tags,
            verdict.ai_basis,
            verdict.confidence,
            verdict.series is None,
        )
        if read in self._checked:
            return
        try:
            check_verdict(verdict, self._scheme)
        except InvalidVerdictError as error:
            raise RefusedRowError(error.why) from error
        self._checked.add(read)


def active_ms_of(cell: str | None) -> int:
    """Return the milliseconds that a cell states, 0 for none; raises RefusedRowError."""
    text = (cell or "0").strip()
    if not (text.isascii() and text.isdigit()):
        raise RefusedRowError(f"active_ms must be whole milliseconds, not {shown(text)[:30]!r}")
    if len(text) > 12 or int(text) > LONGEST_ACTIVE_MS:
        raise RefusedRowError("active_ms is longer than a day")
    return int(text)


def text_of(cells: Mapping[str, str], column: str) -> str | None:
    """Return the text of a column, or None; raises RefusedRowError for one too long to keep."""
    text = cells.get(column)
    if text is not None and len(text) > TEXT_MAX_CHARS:
        raise RefusedRowError(f"{column} is longer than {TEXT_MAX_CHARS} characters")
    return text
