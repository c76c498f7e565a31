"""What a report is on: the items of batches, whence each came, and which were selected."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.elsewhere import BatchElsewhere, batch_elsewhere, batches_elsewhere
from app.intake.sources import Source, sources_of
from app.pace import UNWATCHED, Watch
from app.selection.signing import CHILD_NON_CRIMINAL, NO_CHILD, is_image, selections_signed
from grading.late_methods import dataclass
from grading.origins import Entry
from grading.study import Totals
from storage.envelope import read_kept
from storage.marks import ASSESS

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.rows import ItemRow

_LONGEST_SOURCE = 80  # characters, of an address that names no host
_MONTH = 7  # characters of a date
# An address of which nothing needs to be looked at but the host: a fifth of the time.
_PLAIN_ADDRESS = re.compile(r"https?://([a-z0-9.-]+)(?::[0-9]+)?(?:[/?#]|\Z)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """To what part of its batches a report is narrowed; None narrows nothing."""

    source: str | None = None
    country: str | None = None
    poster: str | None = None

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry belongs to the report."""
        asked = ((self.source, entry.source), (self.country, entry.country))
        return all(
            wanted is None or wanted.casefold() == (said or "").casefold()
            for wanted, said in (*asked, (self.poster, entry.poster))
        )

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == EVERYTHING


EVERYTHING = Narrowed()


@dataclass(frozen=True, slots=True)
class ReportedBatch:
    """A batch in the report: distinct items, the names they have, those with a verdict.

    ``taken_in_by`` names who took it in where that was at another desk.
    """

    id: str
    title: str
    items: int
    files: int
    graded: int
    taken_in_by: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """How many distinct items, under how many names."""

    items: int
    files: int


@dataclass(frozen=True, slots=True)
class Selected:
    """What became of all that was found: every item stands in one of these, and once.

    ``selected`` went to assessment or was graded, ``no_child`` and ``child_non_criminal`` did not;
    ``unreadable`` are pictures that cannot be shown, ``other_files`` no pictures. ``gone`` are
    entries that nobody could review; they are not among ``found``.
    """

    found: Share
    selected: Share
    no_child: Share
    child_non_criminal: Share
    unreadable: Share
    other_files: Share
    gone: int

    @property
    def not_selected(self) -> Share:
        """What was left out by selection, for whatever reason."""
        one, other = self.no_child, self.child_non_criminal
        return Share(one.items + other.items, one.files + other.files)


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch with its items, from the index of this home or from signed records."""

    id: str
    title: str
    items: Sequence["ItemRow"]
    taken_in_by: str | None
    entries: Sequence[Entry]


class Found:
    """The items reported on, and the batches they were found in."""

    def __init__(
        self,
        ws: "Workstation",
        batches: Sequence[str],
        narrowed: Narrowed,
        watch: Watch = UNWATCHED,
    ) -> None:
        self._local = ws.home.local
        self._batches = []
        for one in _batches(ws, batches):
            watch.go_on()
            self._batches.append(one)
        if not narrowed.is_whole:
            self._batches = [kept for one in self._batches if (kept := _part(one, narrowed)).items]
        self._unreadable: set[str] = set()
        self._other_files: set[str] = set()
        self.files: dict[str, int] = {}
        for batch in self._batches:
            for item in batch.items:
                self.files[item.item] = self.files.get(item.item, 0) + len(item.names)
                if not is_image(item):
                    self._other_files.add(item.item)
                elif item.unreadable is not None:
                    self._unreadable.add(item.item)

    def keep_only(self, items: Collection[str]) -> None:
        """Leave out every other item: of a period, only what was decided in it is known."""
        self.files = {item: self.files.get(item, 1) for item in sorted(items)}
        self._unreadable &= set(items)
        self._other_files &= set(items)
        parts = [
            _with(one, [row for row in one.items if row.item in items]) for one in self._batches
        ]
        self._batches = [part for part in parts if part.items]

    def entries(self) -> list[Entry]:
        """Return every entry of every batch, gone ones among them."""
        return [entry for batch in self._batches for entry in batch.entries]

    def titles(self) -> dict[str, str]:
        """Return what the batches are called, by id."""
        return {batch.id: batch.title for batch in self._batches}

    def totals(self, graded: Collection[str]) -> tuple[Totals, Selected]:
        """Return what there is, and what became of it; ``graded`` are items with a verdict."""
        became = self._became(graded)
        counts: Counter[str] = Counter(became.values())
        files: Counter[str] = Counter()
        for item, what in became.items():
            files[what] += self.files[item]
        shares = {what: Share(counts[what], files[what]) for what in _BECAME}
        left_out = {item for item, what in became.items() if what in {NO_CHILD, CHILD_NON_CRIMINAL}}
        selected = Selected(
            found=Share(len(self.files), sum(self.files.values())),
            selected=shares[ASSESS],
            no_child=shares[NO_CHILD],
            child_non_criminal=shares[CHILD_NON_CRIMINAL],
            unreadable=shares["unreadable"],
            other_files=shares["other"],
            gone=sum(entry.item is None for batch in self._batches for entry in batch.entries),
        )
        found = selected.found
        totals = Totals(
            items=found.items,
            files=found.files,
            unreadable=frozenset(self._unreadable),
            not_selected=frozenset(left_out),
            other_files=frozenset(self._other_files),
        )
        return totals, selected

    def reported(self, graded: Collection[str]) -> tuple[ReportedBatch, ...]:
        """Return the batches in the order in which they were taken in."""
        return tuple(
            ReportedBatch(
                id=batch.id,
                title=batch.title,
                items=len(batch.items),
                files=sum(len(item.names) for item in batch.items),
                graded=sum(item.item in graded for item in batch.items),
                taken_in_by=batch.taken_in_by,
            )
            for batch in self._batches
        )

    def taken_in_elsewhere(self) -> list[str]:
        """Return the names of those who took batches in at other desks."""
        return sorted({batch.taken_in_by for batch in self._batches if batch.taken_in_by})

    def _became(self, graded: Collection[str]) -> dict[str, str]:
        """Return what became of each item; where batches differ, the one that looked decides."""
        became: dict[str, str] = dict.fromkeys(self.files, ASSESS)  # a period's, of no batch here
        met: set[str] = set()
        for batch in self._batches:
            chosen = selections_signed(self._local, batch.id)
            for row in batch.items:
                what = ASSESS if row.item in graded else _what(row, chosen.get(row.item, ASSESS))
                if row.item not in met or _BECAME.index(what) < _BECAME.index(became[row.item]):
                    became[row.item] = what
                met.add(row.item)
        return became


# Where two batches hold one item, the first of these that either says counts.
_BECAME = (ASSESS, CHILD_NON_CRIMINAL, NO_CHILD, "unreadable", "other")


def _what(row: "ItemRow", chosen: str) -> str:
    if not is_image(row):
        return "other"
    if chosen in {NO_CHILD, CHILD_NON_CRIMINAL}:
        return chosen
    return ASSESS if row.unreadable is None else "unreadable"


def _part(batch: _Batch, narrowed: Narrowed) -> _Batch:
    """Return the part of a batch that a report is narrowed to, name by name."""
    entries = [entry for entry in batch.entries if narrowed.takes(entry)]
    names = {entry.name for entry in entries}
    rows = (
        replace(row, names=tuple(name for name in row.names if name in names))
        for row in batch.items
    )
    return replace(batch, items=[row for row in rows if row.names], entries=entries)


def _with(batch: _Batch, items: Sequence["ItemRow"]) -> _Batch:
    """Return a batch with these of its items alone, and what was gone of their reports."""
    kept = {row.item for row in items}
    reports = {entry.report for entry in batch.entries if entry.item in kept}
    entries = [
        entry
        for entry in batch.entries
        if entry.item in kept or (entry.item is None and entry.report in reports)
    ]
    return replace(batch, items=items, entries=entries)


def _batches(ws: "Workstation", wanted: Sequence[str]) -> Iterator[_Batch]:
    """Yield the wanted batches, or all that are known; those of other desks last."""
    local = ws.home.local
    rows = {row.batch_id: row for row in local.batches()}
    for row in rows.values():
        if not wanted or row.batch_id in wanted:
            items = local.items(row.batch_id)
            entries = entries_of(ws, row.batch_id, items)
            yield _Batch(row.batch_id, row.title, items, None, entries)
    for found in _elsewhere(ws, wanted, rows):
        entries = entries_of(ws, found.id, found.items)
        yield _Batch(found.id, found.title, found.items, found.taken_in_by, entries)


def _elsewhere(
    ws: "Workstation", wanted: Sequence[str], here: Collection[str]
) -> Iterator[BatchElsewhere]:
    if not wanted:
        yield from batches_elsewhere(ws.home)
    for batch in dict.fromkeys(wanted):
        found = None if batch in here else batch_elsewhere(ws.home, batch)
        if found is not None:
            yield found


def entries_of(ws: "Workstation", batch: str, items: Sequence["ItemRow"]) -> list[Entry]:
    """Return the entries of a batch: the rows of its manifest, and each file that has none."""
    item_of = {name: row.item for row in items for name in row.names}
    said = _said_of_all(ws, batch)
    entries = [
        _entry(batch, None if one.is_gone else item_of[one.file], one, said)
        for one in sources_of(ws.home.local, batch)
        if one.is_gone or one.file in item_of
    ]
    listed = {entry.name for entry in entries}
    nothing = {name: Source(name) for name in item_of if name not in listed}
    entries += (_entry(batch, item_of[name], one, said) for name, one in nothing.items())
    return entries


def _said_of_all(ws: "Workstation", batch: str) -> Mapping[str, Any]:
    """Return what was declared of a whole batch when it was taken in."""
    first = next(iter(ws.home.local.records(kind="batch", batch=batch)), None)
    return {} if first is None else read_kept(first.envelope)


def _entry(batch: str, item: str | None, row: Source, said: Mapping[str, Any]) -> Entry:
    return Entry(
        batch=batch,
        item=item,
        name=None if item is None else row.file,
        report=row.report,
        source=_host(row.source_url or said.get("source_url")),
        route=row.route,
        poster=row.poster,
        country=row.country or said.get("country"),
        posted=row.posted_at[:_MONTH] if row.posted_at else None,
    )


def _host(address: str | None) -> str | None:
    """Return the host of an address, which is what files of one source share."""
    if not address:
        return None
    plain = _PLAIN_ADDRESS.match(address)
    if plain is not None:
        return plain[1]
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return host or address[:_LONGEST_SOURCE]
