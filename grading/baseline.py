"""A baseline beside which severity and age are read: figures that somebody else published. Pure."""

from collections.abc import Mapping

from grading.late_methods import dataclass
from grading.study_tables import Table, percent

# What a baseline may hold, by the name a person writes, and the table it stands beside.
TABLES: Mapping[str, str] = {
    "category": "by_category",
    "age_band": "by_age_band",
    "sex": "by_sex",
    "ai": "by_ai",
    "reason": "by_reason",
}
HUNDREDTHS = 100  # figures are kept in hundredths, so that percentages with decimals can be entered


@dataclass(frozen=True, slots=True)
class Baseline:
    """Figures by table (a key of a table of the study) and value, in hundredths; its name."""

    name: str
    figures: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class BesideLine:
    """One value here and in the baseline. Shares are whole percent, the difference in points."""

    value: str
    label: str
    items: int
    percent: int | None
    baseline: float
    baseline_percent: int | None
    points: int | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A table of the study beside the baseline; ``of`` items and ``baseline_of`` are the sums."""

    key: str
    of: int
    baseline_of: float
    lines: tuple[BesideLine, ...]


def beside(tables: tuple[Table, ...], baseline: Baseline) -> tuple[Beside, ...]:
    """Return each table of which the baseline has figures, with every value that either names."""
    return tuple(
        _beside(table, baseline.figures[table.key])
        for table in tables
        if table.key in baseline.figures
    )


def _beside(table: Table, figures: Mapping[str, int]) -> Beside:
    whole = sum(figures.values())
    labels = {line.value: line.label for line in table.lines}
    items = {line.value: line.count.items for line in table.lines}
    names = [*labels, *(value for value in figures if value not in labels)]
    return Beside(
        key=table.key,
        of=table.base.items,
        baseline_of=whole / HUNDREDTHS,
        lines=tuple(
            _line(name, labels.get(name, name), (items.get(name, 0), table.base.items), figures)
            for name in names
        ),
    )


def _line(value: str, label: str, here: tuple[int, int], figures: Mapping[str, int]) -> BesideLine:
    ours = percent(*here)
    theirs = percent(figures.get(value, 0), sum(figures.values()))
    return BesideLine(
        value=value,
        label=label,
        items=here[0],
        percent=ours,
        baseline=figures.get(value, 0) / HUNDREDTHS,
        baseline_percent=theirs,
        points=None if ours is None or theirs is None else ours - theirs,
    )
