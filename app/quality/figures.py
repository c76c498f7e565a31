"""How far graders agree: overall, question by question, pair by pair, and week by week."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from app.quality.gradings import Grading
from grading.agreement import sentences
from grading.agreement.confusion import Confusion, confusion, units_in_cell
from grading.agreement.dawid_skene import Lean, dawid_skene, leans, votes_of
from grading.agreement.marginals import MarginalTest, marginal_test
from grading.agreement.matrix import NO_RATING, Matrix, matrix_of_codes
from grading.agreement.questions import QuestionTable, tables_by_question
from grading.agreement.scale import Scale, declared_scale
from grading.agreement.summary import Summary, summarise
from grading.outcome import Outcome
from grading.scheme import Scheme

FEW_SHARED = 20  # items; below it a pair's figure is shown grey, as noise
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Overall:
    """Agreement on what the answers lead to: outcome, with its category or reason.

    Attributes:
        summary: Every statistic.
        matrix: Items x graders.
        items: The items of the matrix, numbered as its units are.
        graders: Persons, one a column.
    """

    summary: Summary
    matrix: Matrix
    items: tuple[str, ...]
    graders: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Agreement on one question, scored where two or more graders reached it.

    Attributes:
        title: As the scheme asks it.
        table: The answers, and the items whose graders first part here.
        summary: Every statistic.
        meaning: One plain sentence.
    """

    title: str
    table: QuestionTable
    summary: Summary
    meaning: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two graders: columns, items that both graded, and how many of those alike.

    ``few`` marks a pair whose figure is noise.
    """

    first: int
    second: int
    shared: int
    alike: int

    @property
    def few(self) -> bool:
        """Whether they share too few items to say anything of them."""
        return self.shared < FEW_SHARED

    @property
    def share(self) -> float | None:
        """The share of shared items graded alike, 0 to 1; None where they share none."""
        return self.alike / self.shared if self.shared else None


@dataclass(frozen=True, slots=True)
class Week:
    """One week, named by its Monday, with how often pairs of graders agreed.

    ``low`` and ``high`` are the 95 % interval (Wilson); None where no item was graded twice.
    """

    monday: str
    items: int
    share: float | None
    low: float | None
    high: float | None


def overall(gradings: Sequence[Grading], scheme: Scheme) -> Overall:
    """Return agreement on the outcome of each item."""
    scale = declared_scale("nominal", list(outcome_names(scheme)))
    matrix, items, graders = _by_item(gradings, scale, lambda one: outcome_name(one.outcome))
    return Overall(summarise(matrix), matrix, items, graders)


def questions(gradings: Sequence[Grading], scheme: Scheme) -> tuple[Question, ...]:
    """Return agreement on each question, in the order of the tree."""
    scales = {
        asked.fact: declared_scale("nominal", [choice.value for choice in asked.choices])
        for asked in scheme.questions
    }
    tables = tables_by_question((one.path() for one in gradings), scales)
    return tuple(_question(scheme, table) for table in tables)


def pairs(matrix: Matrix) -> tuple[Pair, ...]:
    """Return each two graders with what they share."""
    found = []
    for first, second in combinations(range(len(matrix.graders)), 2):
        table = confusion(matrix, first, second)
        found.append(Pair(first, second, table.units, table.alike))
    return tuple(found)


def confused(matrix: Matrix, first: int, second: int) -> tuple[Confusion, MarginalTest]:
    """Return who gave what where the other gave what, and whether one of them leans."""
    table = confusion(matrix, first, second)
    return table, marginal_test(table)


def items_of_cell(
    matrix: Matrix, items: Sequence[str], table: Confusion, cell: tuple[int, int]
) -> tuple[str, ...]:
    """Return the items behind one cell (row, column) of a confusion."""
    return tuple(items[unit] for unit in units_in_cell(table, matrix, *cell))


def lean(matrix: Matrix) -> tuple[Lean, ...]:
    """Return how each grader's grades part from what the items call for (Dawid and Skene)."""
    votes = votes_of(matrix)
    return leans(votes, dawid_skene(votes)) if matrix.pairable_units else ()


def weeks(gradings: Iterable[Grading]) -> tuple[Week, ...]:
    """Return agreement week by week; an item counts in the week of its last grading."""
    by_item: dict[str, list[Grading]] = {}
    for one in gradings:
        by_item.setdefault(one.item, []).append(one)
    counted: dict[str, list[int]] = {}
    for found in by_item.values():
        if len(found) > 1:
            names = [outcome_name(one.outcome) for one in found]
            alike = sum(a == b for a, b in combinations(names, 2))
            of = len(names) * (len(names) - 1) // 2
            week = counted.setdefault(_monday(max(one.decided_at for one in found)), [0, 0, 0])
            week[0] += 1
            week[1] += alike
            week[2] += of
    return tuple(_week(monday, *counted[monday]) for monday in sorted(counted))


def outcome_name(outcome: Outcome) -> str:
    """Return an outcome with what tells it from its like, such as ``photograph, A``."""
    beside = outcome.category or outcome.reason
    return f"{outcome.outcome}, {beside}" if beside else outcome.outcome


def outcome_names(scheme: Scheme) -> dict[str, None]:
    """Return every outcome that a scheme can lead to, each once, in the order of its leaves."""
    return dict.fromkeys(outcome_name(leaf.outcome) for leaf in scheme.leaves)


def _by_item(
    gradings: Sequence[Grading], scale: Scale, value: Callable[[Grading], str]
) -> tuple[Matrix, tuple[str, ...], tuple[str, ...]]:
    items: dict[str, int] = {}
    graders: dict[str, int] = {}
    for one in gradings:
        items.setdefault(one.item, len(items))
        graders.setdefault(one.grader, len(graders))
    codes = [[NO_RATING] * max(len(graders), 1) for _ in items]
    places: Mapping[str, int] = {name: place for place, name in enumerate(scale.categories)}
    for one in gradings:
        # an outcome of an older scheme is compared by that scheme's own figures, not by these
        place = places.get(value(one), NO_RATING)
        codes[items[one.item]][graders[one.grader]] = place
    matrix = matrix_of_codes(codes, scale, tuple(graders) or ("",))
    return matrix, tuple(items), tuple(graders)


def _question(scheme: Scheme, table: QuestionTable) -> Question:
    summary = summarise(table.matrix)
    alpha = summary.statistics["krippendorff_alpha"]
    said = sentences.meaning("Alpha", alpha.value, alpha.ci, alpha.undefined)
    return Question(scheme.question(table.fact).title, table, summary, said)


def _week(monday: str, items: int, alike: int, of: int) -> Week:
    share = alike / of
    low, high = _wilson(share, items)
    return Week(monday, items, share, low, high)


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share; ``n`` is of items, whose pairs go together."""
    z2 = 1.96**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (1.96 / (1 + z2 / n)) * (share * (1 - share) / n + z2 / (4 * n * n)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def _monday(moment: str) -> str:
    day = datetime.fromisoformat(moment).date()
    return (day - timedelta(days=day.weekday())).isoformat()
