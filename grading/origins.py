"""Whence the reported items came: by batch, source, route, poster, country and month. Pure.

An entry is one file as a manifest lists it. Where the same item was found in several places it
counts in each of them, so that the rows of these tables need not add up.
"""

from collections.abc import Callable, Mapping, Sequence

from grading.late_methods import dataclass
from grading.study_tables import AS_PSEUDO_PHOTOGRAPH, Graded, percent

NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a batch, and what is known of whence it came; None where nothing is.

    Attributes:
        batch: The id of its batch.
        item: None for an entry that was gone before review.
        name: The file, relative to the folder of the batch; None for one that was gone.
        report: The report it is an entry of.
        source: Where it was found: a host, or what stands in its place.
        route: How the report came.
        poster: The pseudonym of who posted it.
        country: Of the hosting.
        posted: The month in which it was posted, ``2026-03``.
    """

    batch: str
    item: str | None
    name: str | None = None
    report: str | None = None
    source: str | None = None
    route: str | None = None
    poster: str | None = None
    country: str | None = None
    posted: str | None = None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """What was found in one place.

    Attributes:
        files: Its entries that could be reviewed; ``gone`` are the others.
        items: The distinct items among them, ``graded`` those with a verdict.
        criminal: Graded items that a law names; ``percent`` is their share of the graded.
        ai: Graded items tagged as generated or edited; ``actionable_ai`` the actionable of them.
    """

    value: str
    label: str
    files: int
    gone: int
    items: int
    graded: int
    criminal: int
    percent: int | None
    ai: int
    actionable_ai: int


@dataclass(frozen=True, slots=True)
class GroupTable:
    """Items by one thing that is known of whence they came, the largest first.

    ``is_stated`` is False where it is known of no entry.
    """

    key: str
    lines: tuple[GroupLine, ...]
    is_stated: bool


@dataclass(frozen=True, slots=True)
class PosterShare:
    """One of the largest posters: their share of all files with a poster, and with those before."""

    poster: str
    files: int
    items: int
    percent: int | None
    so_far_percent: int | None


@dataclass(frozen=True, slots=True)
class Posters:
    """How much came from few: ``files`` have a poster, of whom there are ``posters``."""

    posters: int
    files: int
    largest: tuple[PosterShare, ...]


LARGEST_POSTERS = 10
_Key = Callable[[Entry, Graded | None], str | None]
_TABLES: tuple[tuple[str, _Key], ...] = (
    ("by_batch", lambda entry, _: entry.batch),
    ("by_source", lambda entry, _: entry.source),
    ("by_route", lambda entry, _: entry.route),
    ("by_poster", lambda entry, _: entry.poster),
    ("by_country", lambda entry, _: entry.country),
    ("by_posted", lambda entry, _: entry.posted),
    (
        "by_decided",
        lambda _, row: None if row is None else row.decided_at[:7],
    ),
)
# By time, a reader looks for the order of time.
_IN_ORDER = frozenset({"by_posted", "by_decided"})


class Origins:
    """Counts entries beside the verdict that decides on each item.

    Args:
        entries: All that was found, gone entries among them.
        deciding: By item, the verdict that decides.
        tag: The fact that holds the AI tag.
        names: What a value is called, where that is not the value itself: titles of batches.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        deciding: Mapping[str, Graded],
        tag: str,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self._deciding = deciding
        self._ai = {
            item for item, row in deciding.items() if row.facts.get(tag) in AS_PSEUDO_PHOTOGRAPH
        }
        self._actionable = {item for item, row in deciding.items() if row.outcome.actionable}
        self._criminal = {item for item, row in deciding.items() if row.outcome.law is not None}
        self._names = names or {}

    def row_of(self, entry: Entry) -> Graded | None:
        """Return the verdict that decides on what an entry holds."""
        return None if entry.item is None else self._deciding.get(entry.item)

    def is_ai(self, entry: Entry) -> bool:
        """Tell whether an entry was graded and tagged as generated or edited."""
        return entry.item in self._ai

    def is_actionable(self, entry: Entry) -> bool:
        """Tell whether an entry was graded as something to be acted on."""
        return entry.item in self._actionable

    def tables(self) -> tuple[GroupTable, ...]:
        """Return the tables in the order in which they are read."""
        return tuple(self._table(*one) for one in _TABLES)

    def posters(self) -> Posters:
        """Return the shares of the largest posters."""
        by_poster: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.poster is not None and entry.item is not None:
                by_poster.setdefault(entry.poster, []).append(entry)
        ranked = sorted(by_poster.items(), key=lambda one: (-len(one[1]), one[0]))
        all_files = sum(map(len, by_poster.values()))
        largest, so_far = [], 0
        for poster, entries in ranked[:LARGEST_POSTERS]:
            so_far += len(entries)
            largest.append(
                PosterShare(
                    poster=poster,
                    files=len(entries),
                    items=len({entry.item for entry in entries}),
                    percent=percent(len(entries), all_files),
                    so_far_percent=percent(so_far, all_files),
                )
            )
        return Posters(len(by_poster), all_files, tuple(largest))

    def _table(self, key: str, value: _Key) -> GroupTable:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            row = self.row_of(entry)
            if key == "by_decided" and row is None:
                continue
            found.setdefault(value(entry, row) or "", []).append(entry)
        lines = [self._line(name, entries) for name, entries in found.items()]
        order = _by_value if key in _IN_ORDER else _by_size
        lines.sort(key=order)
        return GroupTable(key, tuple(lines), any(found.keys()))

    def _line(self, value: str, entries: Sequence[Entry]) -> GroupLine:
        gone = sum(entry.item is None for entry in entries)
        here = {entry.item for entry in entries if entry.item is not None}
        graded = here & self._deciding.keys()
        criminal = len(graded & self._criminal)
        ai = graded & self._ai
        return GroupLine(
            value=value,
            label=self._names.get(value, value) or NOT_STATED,
            files=len(entries) - gone,
            gone=gone,
            items=len(here),
            graded=len(graded),
            criminal=criminal,
            percent=percent(criminal, len(graded)),
            ai=len(ai),
            actionable_ai=len(ai & self._actionable),
        )


def _by_size(line: GroupLine) -> tuple[bool, int, str]:
    return not line.value, -line.items, line.label


def _by_value(line: GroupLine) -> tuple[bool, int, str]:
    return not line.value, 0, line.value
