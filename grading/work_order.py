"""In which order a batch is graded, by policy. Pure; what orders an item is never shown with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from grading.late_methods import dataclass
from grading.policy import KnownPolicy


@dataclass(frozen=True, slots=True)
class Placed:
    """An item to grade, with what orders it.

    Attributes:
        item: SHA-256 of the file, hex.
        resolved: Whether it was resolved before and can be carried over without being seen.
        self_report: Whether the person shown reported it.
        real_child: Whether something says that a real child may be shown.
        score: What the classifier of the policy says of it, 0 to 1; None where it said nothing.
        source: What it came from, such as a report or a poster; None where nothing is known.
    """

    item: str
    resolved: bool = False
    self_report: bool = False
    real_child: bool = False
    source: str | None = None
    score: float | None = None


def work_order(placed: Sequence[Placed], rules: KnownPolicy) -> tuple[str, ...]:
    """Return the items in the order to grade them; what nothing orders stays as it came.

    In "confirm known" mode what can be carried over comes first: it is not seen. Then self-reports,
    then what may show a real child, then the rest, as far as the rules say so. Within each of them
    what a classifier scores highest comes first, and what it said nothing of last; then items of
    one source are spread evenly if the rules say so.
    """
    shelves: dict[int, list[Placed]] = defaultdict(list)
    for one in placed:
        shelves[_shelf(one, rules)].append(one)
    ordered = [
        one for _, shelf in sorted(shelves.items()) for one in _spread(_by_score(shelf), rules)
    ]
    return tuple(one.item for one in ordered)


def _shelf(one: Placed, rules: KnownPolicy) -> int:
    if rules.confirm and one.resolved:
        return 0
    if rules.self_reports_first and one.self_report:
        return 1
    return 2 if rules.real_child_first and one.real_child else 3


def _by_score(shelf: list[Placed]) -> list[Placed]:
    return sorted(shelf, key=lambda one: (one.score is None, -(one.score or 0.0)))


def _spread(shelf: list[Placed], rules: KnownPolicy) -> Iterable[Placed]:
    """Yield items of each source at even distances; the order within a source stays."""
    if not rules.spread_sources:
        return shelf
    sizes = Counter(one.source for one in shelf)
    by_source: dict[str | None, list[Placed]] = defaultdict(list)
    for one in shelf:
        # Those that stand alone are spread together, or all of them would lie in the middle.
        by_source[one.source if sizes[one.source] > 1 else None].append(one)
    # An item of a source with n of them lies at (k + a half) / n of the way, as on a comb.
    places = [
        ((at + 0.5) / len(items), one)
        for items in by_source.values()
        for at, one in enumerate(items)
    ]
    return [one for _, one in sorted(places, key=lambda place: place[0])]
