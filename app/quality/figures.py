"""How far graders agree: overall, question by question, pair by pair, and week by week."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from itertools import combinations

from app.pace import UNWATCHED, Watch
from app.quality.gradings import Grading
from grading.agreement import sentences
from grading.agreement.confusion import Confusion, confusion, units_in_cell
from grading.agreement.dawid_skene import Lean, dawid_skene, leans, votes_of
from grading.agreement.kappa import kappa_of_table
from grading.agreement.marginals import MarginalTest, marginal_test
from grading.agreement.matrix import NO_RATING, Matrix, matrix_of_codes
from grading.agreement.questions import QuestionTable, group_codes, tables_by_question
from grading.agreement.scale import Scale, declared_scale
from grading.agreement.summary import Summary, summarise
from grading.agreement.weights import weights
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme

FEW_SHARED = 20  # items; below it a pair's figure is shown grey, as noise
LEAN_STEPS = 2_000  # of EM at most
LEAN_RISE = 1e-8  # of the log-likelihood in a step: the third digit of a lean stands long before
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
    """Two graders: columns, items that both graded, how many of those alike, and Cohen's kappa.

    ``few`` marks a pair whose figure is noise. Kappa is None where it is undefined.
    """

    first: int
    second: int
    shared: int
    alike: int
    kappa: float | None = None

    @property
    def few(self) -> bool:
        """Whether they share too few items to say anything of them."""
        return self.shared < FEW_SHARED

    @property
    def share(self) -> float | None:
        """The share of shared items graded alike, 0 to 1; None where they share none."""
        return self.alike / self.shared if self.shared else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the share (Wilson); None where they share none."""
        return wilson(self.alike / self.shared, self.shared) if self.shared else None


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


def overall(
    gradings: Sequence[Grading],
    scheme: Scheme,
    graders: Sequence[str] = (),
    *,
    resamples: int | None = None,
    watch: Watch = UNWATCHED,
) -> Overall:
    """Return agreement on the outcome of each item.

    Args:
        gradings: The votes.
        scheme: What they are read by.
        graders: Who comes first, in that order.
        resamples: For intervals; None draws as many as cost little.
        watch: Is told how many are drawn.
    """
    scale = declared_scale("nominal", list(outcome_names(scheme)))
    matrix, items, graders = _by_item(gradings, scale, graders)
    called = tuple(outcome_labels(scheme).values())
    drawn = watch.counted("drawing")
    summary = summarise(matrix, resamples=resamples, called=called, drawn=drawn)
    return Overall(summary, matrix, items, graders)


def questions(
    gradings: Sequence[Grading],
    scheme: Scheme,
    *,
    resamples: int | None = None,
    watch: Watch = UNWATCHED,
) -> tuple[Question, ...]:
    """Return agreement on each question, in the order of the tree; ``resamples`` as above."""
    scales = {
        asked.fact: declared_scale("nominal", [choice.value for choice in asked.choices])
        for asked in scheme.questions
    }
    tables = tables_by_question((one.path() for one in gradings), scales)
    found, pace = [], watch.pace("comparing", len(tables))
    for table in tables:
        watch.go_on()
        found.append(_question(scheme, table, resamples))
        pace.more()
    return tuple(found)


def pairs(matrix: Matrix) -> tuple[Pair, ...]:
    """Return each two graders with what they share."""
    found, weight = [], weights("unweighted", matrix.scale)
    for first, second in combinations(range(len(matrix.graders)), 2):
        table = confusion(matrix, first, second)
        kappa = kappa_of_table(table.counts.astype(float), weight)
        found.append(Pair(first, second, table.units, table.alike, kappa))
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


def lean(matrix: Matrix) -> tuple[tuple[Lean, ...], bool]:
    """Return how each grader's grades part from what the items call for (Dawid and Skene).

    And whether the search for it came to rest: else the figures would still move a little.
    """
    if not matrix.pairable_units:
        return (), True
    votes = votes_of(matrix)
    found = dawid_skene(votes, LEAN_STEPS, LEAN_RISE)
    return leans(votes, found), found.converged


def weeks(gradings: Iterable[Grading], fact: str | None = None) -> tuple[Week, ...]:
    """Return agreement week by week; an item counts in the week of its last grading.

    Args:
        gradings: The votes.
        fact: The question; its answers count where two or more reached it. None: the outcomes.
    """
    counted: dict[str, _Counted] = {}
    for item, found in by_item(gradings).items():
        given = [(one, _stated(one, fact)) for one in found]
        given = [pair for pair in given if pair[1] is not None]
        if len(given) > 1:
            week = counted.setdefault(_monday(max(one.decided_at for one, _ in given)), _Counted())
            names = [name for _, name in given]
            week.items += 1
            week.units.add(next((one.group for one, _ in given if one.group), item))
            week.alike += sum(a == b for a, b in combinations(names, 2))
            week.pairs += len(names) * (len(names) - 1) // 2
    return tuple(_week(monday, counted[monday]) for monday in sorted(counted))


def by_item(gradings: Iterable[Grading]) -> dict[str, list[Grading]]:
    """Return the votes on each item."""
    found: dict[str, list[Grading]] = {}
    for one in gradings:
        found.setdefault(one.item, []).append(one)
    return found


def _stated(grading: Grading, fact: str | None) -> str | None:
    if fact is None:
        return outcome_name(grading.outcome)
    return next((value for asked, value in grading.answers if asked == fact), None)


def outcome_name(outcome: Outcome) -> str:
    """Return an outcome with what tells it from its like, such as ``photograph, A``."""
    beside = outcome.category or outcome.reason
    return f"{outcome.outcome}, {beside}" if beside else outcome.outcome


def outcome_names(scheme: Scheme) -> dict[str, None]:
    """Return every outcome that a scheme can lead to, each once, in the order of its leaves."""
    return dict.fromkeys(outcome_name(leaf.outcome) for leaf in scheme.leaves)


def outcome_labels(scheme: Scheme) -> dict[str, str]:
    """Return every outcome's name with its label for people.

    What tells it from its like stands first, where a narrow place does not cut it:
    ``Suspected Adult: Discounted``.
    """
    kinds = {kind.value: kind.label for kind in scheme.kinds}
    labels: dict[str, str] = {}
    for leaf in scheme.leaves:
        label = kinds[leaf.outcome.outcome]
        beside = leaf.outcome.category or leaf.outcome.reason
        has_it = not beside or label.startswith(beside)
        labels[outcome_name(leaf.outcome)] = label if has_it else f"{beside}: {label}"
    return labels


def _by_item(
    gradings: Sequence[Grading], scale: Scale, first: Sequence[str]
) -> tuple[Matrix, tuple[str, ...], tuple[str, ...]]:
    items: dict[str, int] = {}
    graders = {person: column for column, person in enumerate(first)}
    for one in gradings:
        items.setdefault(one.item, len(items))
        graders.setdefault(one.grader, len(graders))
    # A list of lists would be read in one go, with every other thread standing still.
    width = len(graders)
    codes = array("h", [NO_RATING]) * (len(items) * width)
    places: Mapping[str, int] = {name: place for place, name in enumerate(scale.categories)}
    for one in gradings:
        # an outcome of an older scheme is compared by that scheme's own figures, not by these
        place = places.get(outcome_name(one.outcome), NO_RATING)
        codes[items[one.item] * width + graders[one.grader]] = place
    votes = by_item(gradings)
    kin = group_codes(votes[item] for item in items)
    matrix = matrix_of_codes(codes, scale, tuple(graders), groups=kin)
    return matrix, tuple(items), tuple(graders)


def _question(scheme: Scheme, table: QuestionTable, resamples: int | None) -> Question:
    asked = scheme.question(table.fact)
    called = tuple(choice.label for choice in asked.choices)
    summary = summarise(table.matrix, resamples=resamples, called=called)
    alpha = summary.statistics["krippendorff_alpha"]
    said = sentences.meaning("Alpha", alpha.value, alpha.ci, alpha.undefined)
    return Question(asked.title, table, summary, said)


def _week(monday: str, counted: "_Counted") -> Week:
    share = counted.alike / counted.pairs
    low, high = wilson(share, len(counted.units))
    return Week(monday, counted.items, share, low, high)


@dataclass(slots=True)
class _Counted:
    """What comes together in one week; near-copies of one group are one unit of its band."""

    items: int = 0
    alike: int = 0
    pairs: int = 0
    units: set[str] = field(default_factory=set)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share; ``n`` is of items, whose pairs go together."""
    z2 = 1.96**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = (1.96 / (1 + z2 / n)) * (share * (1 - share) / n + z2 / (4 * n * n)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def _monday(moment: str) -> str:
    day = datetime.fromisoformat(moment).date()
    return (day - timedelta(days=day.weekday())).isoformat()
