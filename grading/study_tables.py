"""Tables of the study report: how many items, under how many names, fall into each row. Pure."""

from collections.abc import Callable, Mapping, Sequence

from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme

INDECENT_PHOTOGRAPH = "criminal-indecent-photograph"  # photograph and pseudo-photograph alike
AS_PSEUDO_PHOTOGRAPH = ("generated", "edited")  # `suspected` stands apart


@dataclass(frozen=True, slots=True)
class Graded:
    """One verdict on one item, in the order in which verdicts were given.

    Attributes:
        files: How many names the item has in what is reported on.
        facts: The stated values by fact.
        grader: Who gave it; only counted, never named.
        stands: False if it was superseded or withdrawn, or is a trainee's. Then its time counts
            and nothing else does.
        resolves: Whether it is a resolution, which stands before every verdict on the item.
    """

    item: str
    batch: str
    files: int
    outcome: Outcome
    facts: Mapping[str, str]
    grader: str
    active_ms: int
    decided_at: str
    revealed_ms: int
    stands: bool = True
    resolves: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many items, under how many names."""

    items: int
    files: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table.

    Attributes:
        percent: Share of the table's base, in whole percent; None where the base is empty.
        by_ai: The items of the row by AI tag, all tags named.
        as_pseudo_photograph: The indecent photographs among them tagged as generated or edited.
    """

    value: str
    label: str
    note: str
    count: Count
    percent: int | None
    by_ai: Mapping[str, int]
    as_pseudo_photograph: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report. Percentages are of ``base``; what it is called goes by ``key``."""

    key: str
    base: Count
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    value: str
    label: str
    note: str


class TableMaker:
    """Makes the tables whose rows a scheme names."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._tags = {choice.value: choice.label for choice in self._choices(scheme.tag)}

    def _choices(self, fact: str) -> list["_Named"]:
        if not self._scheme.has(fact):
            return []
        return [
            _Named(choice.value, choice.label, choice.hint)
            for choice in self._scheme.question(fact).choices
        ]

    def by_law(self, rows: Sequence[Graded]) -> Table:
        """Count graded items by kind of outcome."""
        named = [_Named(kind.value, kind.label, kind.note) for kind in self._scheme.kinds]
        return self._table("by_law", named, rows, lambda row: row.outcome.outcome)

    def by_category(self, rows: Sequence[Graded]) -> Table:
        """Count criminal items by category."""
        rows = [row for row in rows if row.outcome.category is not None]
        named = [_Named(name, f"Category {name}", "") for name in self._scheme.categories]
        return self._table("by_category", named, rows, lambda row: row.outcome.category)

    def by_fact(self, fact: str, rows: Sequence[Graded]) -> Table:
        """Count the items of which a fact was asked by its value."""
        rows = [row for row in rows if fact in row.facts]
        named = [_Named(choice.value, choice.label, "") for choice in self._choices(fact)]
        return self._table(f"by_{fact}", named, rows, lambda row: row.facts[fact])

    def by_reason(self, rows: Sequence[Graded]) -> Table:
        """Count discounted items by reason, in the scheme's order, zeros kept."""
        named = [_Named(reason, reason, "") for reason in self._scheme.reasons]
        return self._table("by_reason", named, rows, lambda row: row.outcome.reason or "None")

    def by_ai(self, rows: Sequence[Graded]) -> Table:
        """Count graded items by AI tag."""
        named = [_Named(value, label, "") for value, label in self._tags.items()]
        return self._table("by_ai", named, rows, self._tag)

    def _is_pseudo_photograph(self, row: Graded) -> bool:
        indecent = row.outcome.outcome == INDECENT_PHOTOGRAPH
        return indecent and self._tag(row) in AS_PSEUDO_PHOTOGRAPH

    def _tag(self, row: Graded) -> str:
        return row.facts.get(self._scheme.tag, "")

    def _table(
        self,
        key: str,
        named: Sequence["_Named"],
        rows: Sequence[Graded],
        value: Callable[[Graded], str | None],
    ) -> Table:
        falls: dict[str, list[Graded]] = {name.value: [] for name in named}
        for row in rows:
            falls.setdefault(value(row) or "", []).append(row)
        known = {name.value: name for name in named}
        lines = (
            # A value of another version of the scheme is shown as it was stated.
            self._line(known.get(name, _Named(name, name or "Not stated", "")), found, len(rows))
            for name, found in falls.items()
        )
        return Table(key, count(rows), tuple(lines))

    def _line(self, name: "_Named", rows: Sequence[Graded], base: int) -> Line:
        by_ai = dict.fromkeys(self._tags, 0)
        for row in rows:
            tag = self._tag(row)
            by_ai[tag] = by_ai.get(tag, 0) + 1
        return Line(
            value=name.value,
            label=name.label,
            note=name.note,
            count=count(rows),
            percent=percent(len(rows), base),
            by_ai=by_ai,
            as_pseudo_photograph=sum(self._is_pseudo_photograph(row) for row in rows),
        )


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole percent, halves rounded up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def tenths(amount: int, unit: int) -> float:
    """Return ``amount`` in units, to one decimal, halves rounded up."""
    return ((20 * amount + unit) // (2 * unit)) / 10


def count(rows: Sequence[Graded]) -> Count:
    """Return how many items the rows are, one each, and under how many names."""
    return Count(len(rows), sum(row.files for row in rows))
