"""What a person filled in beside the batches of a report, as what the report is asked of."""

from datetime import date
from pathlib import Path

from app.errors import UsageError
from app.names import shown
from app.report.baselines import baseline_of, read_baseline
from app.report.found import Narrowed
from app.report.study import Asked, Period
from app.schemes import SchemeShelf
from grading.baseline import Baseline
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class Filled:
    """Texts as they were typed; an empty one leaves its side open.

    Attributes:
        first: A day, UTC, from which on items were decided; ``last`` is included.
        scheme: One under which outcomes are derived anew.
        category, age_band: Figures of a baseline, such as ``A=10 B=20 C=70``.
        file: A table with a baseline, in their stead.
        name: What the baseline is called.
    """

    first: str = ""
    last: str = ""
    source: str = ""
    country: str = ""
    poster: str = ""
    scheme: str = ""
    category: str = ""
    age_band: str = ""
    file: str = ""
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked beside the batches."""
        return self == Filled()


def asked_of(filled: Filled, batches: tuple[str, ...], schemes: SchemeShelf) -> Asked:
    """Return what is asked, a baseline in a file read.

    Raises:
        UsageError: A field cannot be understood.
        TableError: The file with the baseline cannot be.
        UnknownSchemeError, SchemeError: There is no such scheme.
    """
    name = filled.scheme.strip()
    return Asked(
        batches=batches,
        period=_period(filled.first.strip(), filled.last.strip()),
        scheme=schemes.find(name) if name else None,
        narrowed=Narrowed(
            source=filled.source.strip() or None,
            country=filled.country.strip() or None,
            poster=filled.poster.strip() or None,
        ),
        baseline=_baseline(filled),
    )


def _period(first: str, last: str) -> Period | None:
    if not first and not last:
        return None
    period = Period(_day(first) if first else None, _day(last) if last else None)
    if period.first and period.last and period.last < period.first:
        raise UsageError(f"The period ends on {last}, before it begins on {first}.")
    return period


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{shown(text)[:40]}' is no day.", advice="Write it as 2026-11-01."
        ) from None


def _baseline(filled: Filled) -> Baseline | None:
    if filled.file.strip():
        return read_baseline(Path(filled.file.strip()).expanduser(), filled.name)
    parts = (("category", filled.category), ("age_band", filled.age_band))
    words = "; ".join(f"{table}: {figures}" for table, figures in parts if figures.strip())
    return baseline_of(words, filled.name) if words else None
