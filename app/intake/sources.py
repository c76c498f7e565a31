"""The manifest of a batch as a table: whence each file came, and what was gone before review.

A row whose file is ``-`` is an entry of a report that nobody could review any more; it counts. The
rows are signed with the batch: `sources` as they stand, `reports` counted.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import TableError
from app.names import shown
from grading.late_methods import dataclass
from storage.envelope import read_kept
from storage.records import LocalStore

if TYPE_CHECKING:
    from app.table_reading import Row, RowFault

GONE = "-"
SELF = "self"  # the person shown reported it
ROUTES = ("public", "partner", "proactive", "police", SELF)
COLUMNS = ("file", "report", "source_url", "poster", "country", "posted_at", "route", "note")
TEXT_MAX_CHARS = 2_000
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Source:
    """Whence one file came, as a row of a manifest says; None where it says nothing.

    Attributes:
        file: Its path relative to the folder, or ``-``: gone before review.
        report: The report it was an entry of.
        source_url: Where it was found.
        poster: The pseudonym of who posted it.
        country: Of the hosting, two capital letters.
        posted_at: A day or a time, ISO 8601.
        route: How the report came: public, partner, proactive, police, or self: the person shown
            reported it.
        note: Anything else.
    """

    file: str
    report: str | None = None
    source_url: str | None = None
    poster: str | None = None
    country: str | None = None
    posted_at: str | None = None
    route: str | None = None
    note: str | None = None

    @property
    def is_gone(self) -> bool:
        """Whether nobody could review it any more."""
        return self.file == GONE


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows of a manifest that can be kept, and those that were refused."""

    sources: tuple[Source, ...]
    refused: tuple["RowFault", ...]


class _BadCellError(Exception):
    """A cell that refuses its row; the message is the reason."""


def read_manifest(file: Path, names: Collection[str]) -> Manifest:
    """Read a manifest.

    Args:
        file: The table.
        names: The files that there are, relative to the folder.

    Raises:
        TableError: The table cannot be understood as a whole.
    """
    from app.table_reading import RowFault, read_table  # noqa: PLC0415 - the start reads none

    table = read_table(file, known=COLUMNS, one_of=("file",))
    sources: list[Source] = []
    refused: list[RowFault] = []
    seen: set[Source] = set()
    for row in table.rows():
        if isinstance(row, RowFault):
            refused.append(row)
            continue
        try:
            source = _source(row, names)
            if source in seen and not source.is_gone:
                raise _BadCellError("the same row stands above")  # noqa: TRY301 - as the others
        except _BadCellError as bad:
            refused.append(RowFault(row.number, str(bad)))
            continue
        seen.add(source)
        sources.append(source)
    if not sources:
        why = f" (row {refused[0].row}: {refused[0].reason})" if refused else ""
        raise TableError(
            f"{shown(str(file))}: no row of the manifest can be kept{why}.",
            advice="Correct it and run it again; nothing was taken in.",
        )
    return Manifest(tuple(sources), tuple(refused))


def not_signed_yet(local: LocalStore, batch: str, sources: Sequence[Source]) -> list[Source]:
    """Return the rows that no record of the batch holds yet; gone entries count one by one."""
    there = Counter(sources_of(local, batch))
    fresh = []
    for source in sources:
        if there[source]:
            there[source] -= 1
        else:
            fresh.append(source)
    return fresh


def sources_of(local: LocalStore, batch: str) -> Iterator[Source]:
    """Yield the rows that the signed records of a batch hold, in their order."""
    for kind in ("batch", "batch-supplement"):
        for row in local.records(kind=kind, batch=batch):
            for said in read_kept(row.envelope).get("sources", ()):
                yield Source(**said)


def signed_rows(sources: Sequence[Source]) -> dict[str, object]:
    """Return the fields of a batch record that hold these rows; none where there are none."""
    if not sources:
        return {}
    entries = Counter(source.report for source in sources if source.report is not None)
    gone = Counter(source.report for source in sources if source.is_gone)
    return {
        "sources": [asdict(source) for source in sources],
        "reports": [
            {"report": report, "entries": count, "gone": gone[report]}
            for report, count in entries.items()
        ],
    }


def _source(row: "Row", names: Collection[str]) -> Source:
    cells = {name: text for name, cell in row.cells.items() if (text := cell.strip())}
    for name, text in cells.items():
        if len(text) > TEXT_MAX_CHARS:
            raise _BadCellError(f"{name} is longer than {TEXT_MAX_CHARS:,} characters")
        if not text.isprintable() and name != "note":
            raise _BadCellError(f"{name} holds a character that cannot be printed")
    file = _named(row.cells.get("file", ""), names)
    if not file.strip():
        raise _BadCellError("it names no file; an entry that was gone before review has a - there")
    if file.strip() != GONE and file not in names:
        raise _BadCellError(f"no file of the folder is called '{shown(file)}'")
    return Source(
        file=GONE if file.strip() == GONE else file,
        report=cells.get("report"),
        source_url=cells.get("source_url"),
        poster=cells.get("poster"),
        country=_country(cells),
        posted_at=_posted_at(cells),
        route=_route(cells),
        note=cells.get("note"),
    )


def _named(file: str, names: Collection[str]) -> str:
    """Return a name as the folder has it: a table made elsewhere may write it otherwise."""
    if file in names:
        return file
    plain = file.replace("\\", "/").removeprefix("./")
    return next((one for one in (plain, plain.replace("/", "\\")) if one in names), file)


def _country(cells: Mapping[str, str]) -> str | None:
    code = cells.get("country")
    if code is None:
        return None
    if not _COUNTRY.fullmatch(code):
        raise _BadCellError(f"country must be two letters, not '{_short(code)}'")
    return code.upper()


def _posted_at(cells: Mapping[str, str]) -> str | None:
    text = cells.get("posted_at")
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        datetime.fromisoformat(text)
    except ValueError:
        raise _BadCellError(
            f"posted_at must be a day such as 2026-03-31, or with a time, not '{_short(text)}'"
        ) from None
    if not text[:4].isdigit() or text[4:5] != "-":
        raise _BadCellError(f"posted_at must begin with a day such as 2026-03-31: '{_short(text)}'")
    return text


def _route(cells: Mapping[str, str]) -> str | None:
    route = cells.get("route")
    if route is None:
        return None
    if route.casefold() not in ROUTES:
        raise _BadCellError(f"route must be one of {', '.join(ROUTES)}, not '{_short(route)}'")
    return route.casefold()


def _short(text: str) -> str:
    return shown(text if len(text) <= 40 else text[:40] + "…")
