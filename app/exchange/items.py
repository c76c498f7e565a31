"""Use case: what stands on each item of a batch as a table, one line an item, for who receives it.

It says what this desk may see and no more: where the policy wants the own blind answer first, an
item that waits for one is named, and nothing of what others answered.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from app.pace import UNWATCHED, Watch
from app.report.found import entries_of
from app.report.given import Given, as_graded, given_on
from app.second_opinion.own_first import OwnFirst
from app.selection.signing import is_image, selections_signed
from app.spreadsheet import safe_cell
from app.vics.importing import original_of
from grading.late_methods import dataclass
from grading.origins import Entry
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.study import decisive
from grading.tree import derive
from storage.marks import ASSESS
from storage.rows import ItemRow

if TYPE_CHECKING:
    from app.bootstrap import Workstation

OWN_FIRST = "waits for your own answer"
BASELINE = "interpol-baseline"
_JOINED = "; "


@dataclass(frozen=True, slots=True)
class ItemsWritten:
    """How many items a table has, how many of them say a verdict, and how many keep it back."""

    items: int
    graded: int
    kept_back: int


@dataclass(frozen=True, slots=True)
class _Line:
    """All that is known of one item; ``given`` is the verdict that decides, if it may be told."""

    number: int
    row: ItemRow
    entries: Sequence[Entry]
    state: str
    given: Given | None
    verdicts: int
    graders: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out: what stands between cells, and what makes header and rows."""

    delimiter: str
    header: Callable[[Scheme], Sequence[str]]
    cells: Callable[["Workstation", Scheme, _Line], Sequence[object]]


def write_items(
    ws: "Workstation",
    batch: str,
    items: Sequence[ItemRow],
    layout: Layout,
    out: BinaryIO,
    *,
    watch: Watch = UNWATCHED,
) -> ItemsWritten:
    """Write the table of a batch.

    Args:
        ws: Where the verdicts are.
        batch: Its id.
        items: What is in it, here or as another desk signed it.
        layout: One of ``LAYOUTS``.
        out: Where it goes, as UTF-8.
        watch: Is told how many items are written, and may stop it.
    """
    lines = list(_lines(ws, batch, items))
    scheme = _scheme_of(ws, lines)
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow(layout.header(scheme))
    pace = watch.pace("writing", len(lines))
    for line in lines:
        watch.go_on()
        pace.more()
        cells = layout.cells(ws, scheme, line)
        writer.writerow(["" if cell is None else safe_cell(str(cell)) for cell in cells])
    text.detach()
    kept_back = sum(line.state == OWN_FIRST for line in lines)
    return ItemsWritten(len(lines), sum(line.given is not None for line in lines), kept_back)


def _lines(ws: "Workstation", batch: str, items: Sequence[ItemRow]) -> Iterator[_Line]:
    given = list(given_on(ws.home, {item.item for item in items}))
    graded = as_graded(ws.home, given, {})
    of = {id(said): one for said, one in zip(graded, given, strict=True)}
    deciding = {said.item: of[id(said)] for said in decisive(graded)}
    standing: dict[str, list[str]] = {}
    for said in graded:
        if said.stands and not said.resolves:
            standing.setdefault(said.item, []).append(said.grader)
    entries: dict[str | None, list[Entry]] = {}
    for entry in entries_of(ws, batch, items):
        entries.setdefault(entry.item, []).append(entry)
    states = _States(ws, batch, items)
    for number, row in enumerate(items, 1):
        state = states.of(row)
        told = state != OWN_FIRST
        graders = standing.get(row.item, []) if told else []
        yield _Line(
            number=number,
            row=row,
            entries=entries.get(row.item, []),
            state=state,
            given=deciding.get(row.item) if told else None,
            verdicts=len(graders),
            graders=len(set(graders)),
        )


class _States:
    """How each item stands, in the words of the queue; or that this person is to answer first."""

    def __init__(self, ws: "Workstation", batch: str, items: Sequence[ItemRow]) -> None:
        self._first = OwnFirst(ws, items)
        self._selected = selections_signed(ws.home.local, batch)

    def of(self, row: ItemRow) -> str:
        stands = self._first.standing(row.item)
        if stands is None:
            return OWN_FIRST
        if stands.state != "open":
            return stands.state
        selection = self._selected.get(row.item, ASSESS)
        if selection != ASSESS:
            return f"not selected: {selection}"
        if not is_image(row):
            return "other file"
        return "open" if row.unreadable is None else "unreadable"


def _scheme_of(ws: "Workstation", lines: Sequence[_Line]) -> Scheme:
    """Return the scheme whose facts are columns: the one of most verdicts."""
    names = [line.given.verdict.scheme_id for line in lines if line.given is not None]
    return ws.schemes.newest(max(sorted(set(names)), key=names.count) if names else "uk-ew")


# -- one line an item, with all that is known -----------------------------------------------------

_OF_FILE = ("sha256", "sha1", "md5", "bytes", "type", "width", "height", "frames", "files")
_OF_ORIGIN = ("report", "source", "route", "poster", "country", "posted")
_OF_OUTCOME = ("outcome", "law", "category", "reason", "actionable", "lea")
_FRAMES = ("frames_seen", "frames_of", "worst_frame", "worst_ms")
_BESIDE = ("tags", "series", "ai_basis", "confidence", "scheme", "viewed", "group", *_FRAMES)
_TIMES = ("verdicts", "graders", "resolved", "decided_at", "active_ms", "revealed_ms", "record")


def _header(scheme: Scheme) -> Sequence[str]:
    facts = [question.fact for question in scheme.questions]
    state = ("state", "unreadable")
    return [*_OF_FILE, *_OF_ORIGIN, *state, *_OF_OUTCOME, *facts, *_BESIDE, *_TIMES]


def _cells(_: "Workstation", scheme: Scheme, line: _Line) -> Sequence[object]:
    row = line.row
    size = (row.size_bytes, row.media_type, row.width_px, row.height_px, row.frames)
    file = (row.item, row.sha1, row.md5, *size, _JOINED.join(row.names))
    origin = [_said(line.entries, name) for name in _OF_ORIGIN]
    decided = _decided(scheme, line) if line.given else [""] * _width(scheme)
    unreadable = row.unreadable if is_image(row) else None  # of another file it says no fault
    return [*file, *origin, line.state, unreadable, *decided]


def _width(scheme: Scheme) -> int:
    return len(_OF_OUTCOME) + len(scheme.questions) + len(_BESIDE) + len(_TIMES)


def _decided(scheme: Scheme, line: _Line) -> Sequence[object]:
    given = line.given
    if given is None:
        return []
    verdict, facts = given.verdict, given.verdict.facts()
    outcome = verdict.outcome.as_json()
    frames, worst = verdict.frames, verdict.worst
    return [
        *(_plain(outcome[name]) for name in _OF_OUTCOME),
        *(facts.get(question.fact) for question in scheme.questions),
        " ".join(verdict.tags),
        verdict.series,
        " ".join(verdict.ai_basis),
        verdict.confidence,
        f"{verdict.scheme_id}@{verdict.scheme_version}",
        verdict.viewed,
        verdict.group,
        frames.seen if frames else None,
        frames.of if frames else None,
        worst.frame if worst else None,
        worst.ms if worst else None,
        line.verdicts,
        line.graders,
        _plain(given.resolves),
        given.decided_at,
        verdict.active_ms,
        verdict.revealed_ms,
        given.record_id,
    ]


def _plain(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _said(entries: Sequence[Entry], name: str) -> str:
    """Return what all entries of an item say, each word once."""
    values = (getattr(entry, name) for entry in entries)
    return _JOINED.join(dict.fromkeys(value for value in values if value))


# -- as an international database of victim identification takes it ------------------------------

_IDENTIFIED = ("Is distributed", "Victim identified", "Offender identified")
_ICSE = ("MD5", "SHA1", "PhotoDNA", "Image ID", *_IDENTIFIED, "Series name", "Baseline")


def _icse_header(_: Scheme) -> Sequence[str]:
    return _ICSE


def _icse_cells(ws: "Workstation", _: Scheme, line: _Line) -> Sequence[object]:
    row = line.row
    came = {name.lower(): value for name, value in original_of(ws.home, row.md5).items()}
    series = line.given.verdict.series if line.given else None
    flags = (_flag(came.get(name)) for name in _ICSE_FLAGS)
    photodna = came.get("photodna")
    return [
        row.md5.upper(),
        row.sha1.upper(),
        photodna if isinstance(photodna, str) else None,
        line.number,
        *flags,
        series,
        _baseline(ws, line),
    ]


_ICSE_FLAGS = ("isdistributed", "victimidentified", "offenderidentified")


def _flag(value: object) -> str:
    """Return what a case that came in says; nothing where it says nothing: that is no "no"."""
    said: Mapping[Any, str] = {True: "true", False: "false", "true": "true", "false": "false"}
    return said.get(value.strip().lower() if isinstance(value, str) else value, "")


def _baseline(ws: "Workstation", line: _Line) -> str:
    """Return yes, no or undetermined; the latter too where a fact that decides is not stated."""
    if line.given is None:
        return ""
    found = derive(ws.schemes.newest(BASELINE), line.given.verdict.facts())
    return found.outcome if isinstance(found, Outcome) else "undetermined"


LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {"items": Layout(",", _header, _cells), "icse-csv": Layout(";", _icse_header, _icse_cells)}
)
