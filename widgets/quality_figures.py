"""The figures of agreement as charts: what is drawn, what is told of each place, and the tables."""

from collections.abc import Sequence

from app.quality.basis import Basis
from app.quality.crossed import Crossed
from app.quality.figures import Overall, Pair, Question, Week, outcome_labels
from app.quality.golden import Golden
from app.quality.pseudonyms import ME
from app.quality.review import Agreement, Graders
from app.quality.twin import Cell, Twin
from app.sentences import said as say
from app.texts import Figure, Texts
from grading.agreement.dawid_skene import Lean
from grading.agreement.sentences import percent, reading
from grading.agreement.summary import Summary
from widgets.chart import Place
from widgets.grid_chart import Grid, GridCell
from widgets.interval_chart import IntervalRow, Intervals
from widgets.moments import day, short_day
from widgets.trend_chart import Trend, TrendPoint

FEW_RATINGS = 20  # of one grader: below it a lean is noise
WEAK = ("poor", "chance")
PREVAILS = 0.3  # so far apart AC1 and alpha lie only where nearly all answers are one
LEAN_FULL = 0.1  # a tenth of a grader's ratings too many is the darkest shade


def agreement_rows(texts: Texts, found: Agreement, basis: Basis) -> Intervals:
    """Return the outcome and each question as rows."""
    rows = [_row(texts, texts("quality.outcome"), found.overall.summary, "", strong=True)]
    if found.base is not None:
        how = texts("quality.base_how", n=basis.drawn)
        rows.append(_row(texts, texts("quality.base"), found.base.summary, how, strong=True))
    rows += [
        _row(texts, one.title, one.summary, _parted(texts, one), strong=False)
        for one in found.questions
    ]
    names = ("question", "double", "interval", "alpha", "ac1", "alike", "reading")
    heads = tuple(texts(f"quality.head_{name}") for name in names)
    values = [row.interval[0] for row in rows if row.interval is not None]
    return Intervals(
        heads,
        tuple(rows),
        _agreement_twin(texts, found, note_of(texts, basis)),
        least=0.0 if not values or min(values) >= 0 else -0.5,
    )


def note_of(texts: Texts, basis: Basis, *, waits: bool = True) -> str:
    """Return on what all figures rest, and, if `waits`, what is not counted yet."""
    name = "rests_on_base" if basis.asked.random_only else "rests"
    rests = texts(f"quality.{name}", n=basis.double, of=basis.items, scheme=basis.scheme.name)
    if waits and basis.withheld:
        return rests + texts("quality.own_first", n=basis.withheld)
    return rests


def _row(texts: Texts, title: str, summary: Summary, parted: str, *, strong: bool) -> IntervalRow:
    alpha = summary.statistics["krippendorff_alpha"]
    ac1, alike = summary.statistics["gwet_ac1"], summary.statistics["percent_agreement"]
    how: str = reading(alpha.value, alpha.ci)
    if how in (*WEAK, "unsure") and (ac1.value or 0) - (alpha.value or 0) > PREVAILS:
        how = "prevailing"  # chance-corrected figures turn on the few other answers
    none = texts("quality.none")
    share = none if alike.value is None else _percent(alike.value, summary.pairable_units)
    figures = tuple(
        none if one.value is None else _two_places(texts, one.value) for one in (alpha, ac1)
    )
    words = [texts(f"quality.meaning_{how}", value=_two_places(texts, alpha.value or 0))]
    if alpha.value is None and alpha.undefined:
        words = [say(alpha.undefined)]
    elif alpha.ci is not None:
        low, high = alpha.ci
        words.append(
            texts("quality.between", low=_two_places(texts, low), high=_two_places(texts, high))
        )
    words += [parted, *map(say, summary.notes)]
    return IntervalRow(
        label=title,
        number=texts("quality.n_of", n=summary.pairable_units, of=summary.units),
        value=alpha.value,
        interval=alpha.ci,
        figures=(*figures, share),
        reading=texts(f"quality.reading_{how}"),
        said=" ".join(part for part in words if part),
        unsure=not summary.reliable,
        strong=strong,
        weak=how in WEAK,
    )


def _parted(texts: Texts, question: Question) -> str:
    table = question.table
    return texts("quality.parted", n=len(table.parted), apart=table.reached_apart)


def _agreement_twin(texts: Texts, found: Agreement, note: str) -> Twin:
    names = ("question", "double", "items", "alpha", "low", "high", "ac1", "alike_share", "parted")
    heads = tuple(texts(f"quality.head_{name}") for name in names)
    lines: list[tuple[Cell, ...]] = []
    titled: list[tuple[str, Summary, int | None]] = [
        (texts("quality.outcome"), found.overall.summary, None)
    ]
    if found.base is not None:
        titled.append((texts("quality.base"), found.base.summary, None))
    titled += [(one.title, one.summary, len(one.table.parted)) for one in found.questions]
    for title, summary, parted in titled:
        alpha = summary.statistics["krippendorff_alpha"]
        low, high = alpha.ci or (None, None)
        lines.append(
            (
                title,
                summary.pairable_units,
                summary.units,
                alpha.value,
                low,
                high,
                summary.statistics["gwet_ac1"].value,
                summary.statistics["percent_agreement"].value,
                parted,
            )
        )
    return Twin(texts("quality.by_question"), heads, tuple(lines), note)


def heat_grid(texts: Texts, whole: Overall, found: Graders, basis: Basis) -> Grid:
    """Return how often each two graders graded alike, in one half of the grid."""
    names, cells = whole.graders, {}
    lines: list[tuple[Cell, ...]] = []
    for pair in found.pairs:
        if pair.shared:
            cells[pair.second, pair.first] = _pair_cell(texts, pair, names)
        low, high = pair.interval or (None, None)
        two = (names[pair.first], names[pair.second])
        lines.append((*two, pair.shared, pair.alike, pair.share, low, high, pair.kappa))
    heads = ("one", "other", "shared", "alike", "alike_share", "low", "high", "kappa")
    twin = Twin(
        texts("quality.heat"),
        tuple(texts(f"quality.head_{name}") for name in heads),
        tuple(lines),
        note_of(texts, basis),
    )
    return Grid(named(names), tuple(map(short, names)), cells, twin)


def _pair_cell(texts: Texts, pair: Pair, names: Sequence[str]) -> GridCell:
    share, (low, high) = pair.share or 0.0, pair.interval or (0.0, 1.0)
    said = texts(
        "quality.pair",
        one=capital(names[pair.second]),
        other=say(names[pair.first]),
        alike=pair.alike,
        n=pair.shared,
        low=Figure(100 * low, 0),
        high=Figure(100 * high, 0),
    )
    if pair.few:
        said = f"{said} {texts('quality.few_shared')}"
    # From half alike to all alike: below half nothing is darker, and the number says it.
    return GridCell(f"{100 * share:.0f}", max(0.0, 2 * share - 1), said, hatched=pair.few)


def lean_grid(texts: Texts, whole: Overall, found: Graders, basis: Basis) -> Grid:
    """Return how much more often than called for each grader gives each category."""
    used = sorted({one.category for one in found.leans if one.given or one.expected >= 0.0005})
    names, labels = whole.graders, tuple(outcome_labels(basis.scheme).values())
    marked = {(one.grader, one.category) for one in found.contrasts}
    cells: dict[Place, GridCell] = {}
    lines: list[tuple[Cell, ...]] = []
    for one in found.leans:
        lines.append(
            (names[one.grader], labels[one.category], one.ratings, one.given, one.expected)
        )
        if one.category in used:
            sure = (one.grader, one.category) in marked
            at = (used.index(one.category), one.grader)
            cells[at] = _lean_cell(texts, one, names, labels, marked=sure)
    heads = ("grader", "category", "ratings", "given", "called_for")
    twin = Twin(
        texts("quality.leans"),
        tuple(texts(f"quality.head_{name}") for name in heads),
        tuple(lines),
        note_of(texts, basis),
    )
    rows = tuple(labels[category] for category in used)
    return Grid(rows, tuple(map(short, names)), cells, twin)


def _lean_cell(
    texts: Texts, one: Lean, names: Sequence[str], labels: Sequence[str], *, marked: bool
) -> GridCell:
    apart = one.given - one.expected
    said = texts(
        "quality.lean",
        name=capital(names[one.grader]),
        category=labels[one.category],
        given=_percent(one.given, one.ratings),
        expected=_percent(one.expected, one.ratings),
        n=one.ratings,
    )
    places = 1 if abs(apart) < 0.0995 else 0
    text = texts.rewritten(f"{100 * apart:+.{places}f}") if abs(apart) >= 0.0005 else "0"
    few = one.ratings < FEW_RATINGS
    return GridCell(text, min(abs(apart) / LEAN_FULL, 1.0), said, hatched=few, marked=marked)


def confusion_grid(texts: Texts, crossed: Crossed) -> Grid:
    """Return who gave what where the other gave what."""
    labels, largest = crossed.labels, max((max(row) for row in crossed.counts), default=0)
    cells = {}
    for row, counts in enumerate(crossed.counts):
        for at, n in enumerate(counts):
            said = texts(
                "quality.cell",
                n=n,
                of=crossed.shared,
                one=capital(crossed.names[0]),
                first=labels[row],
                other=say(crossed.names[1]),
                second=labels[at],
            )
            cells[row, at] = GridCell(texts.figure(n, 0) if n else "·", n / max(largest, 1), said)
    numbered = tuple(f"{n}  {label}" for n, label in enumerate(labels, 1))
    title = texts("quality.confusion", one=capital(crossed.names[0]), other=say(crossed.names[1]))
    twin = Twin(
        title,
        (say(crossed.names[0]), *labels),
        tuple((label, *counts) for label, counts in zip(labels, crossed.counts, strict=True)),
        texts("quality.shared", n=crossed.shared, alike=crossed.alike),
        crossed=True,
    )
    columns = tuple(str(n) for n in range(1, len(labels) + 1))
    corner = texts("quality.corner", one=capital(crossed.names[0]), other=say(crossed.names[1]))
    return Grid(numbered, columns, cells, twin, corner)


def trend_of(texts: Texts, weeks: Sequence[Week], title: str, few: int) -> Trend:
    """Return the weeks as points."""
    points, lines = [], []
    for week in weeks:
        share, low, high = week.share or 0.0, week.low or 0.0, week.high or 1.0
        said = texts(
            "quality.week",
            day=day(texts, week.monday),
            share=_percent(share, week.items),
            low=Figure(100 * low, 0),
            high=Figure(100 * high, 0),
            n=week.items,
        )
        label = short_day(texts, week.monday)
        points.append(TrendPoint(label, share, low, high, week.items < few, said))
        lines.append((week.monday, week.items, week.share, week.low, week.high))
    heads = tuple(
        texts(f"quality.head_{n}") for n in ("week", "double", "alike_share", "low", "high")
    )
    return Trend(
        tuple(points), Twin(title, heads, tuple(lines)), lambda n: texts("quality.percent", n=n)
    )


def golden_rows(texts: Texts, found: Golden) -> Intervals:
    """Return each grader's golden items."""
    rows = tuple(
        IntervalRow(
            capital(one.person),
            texts.figure(one.items, 0),
            one.alike / one.items,
            (one.low, one.high),
            (_percent(one.alike / one.items, one.items),),
            "",
            texts(
                "quality.golden_said",
                name=capital(one.person),
                alike=one.alike,
                n=one.items,
                low=Figure(100 * one.low, 0),
                high=Figure(100 * one.high, 0),
            ),
            unsure=one.items < FEW_RATINGS,
        )
        for one in found.rows
    )
    heads = tuple(
        texts(f"quality.head_{name}") for name in ("grader", "golden", "resolved", "alike")
    )
    lines = tuple((one.person, one.items, one.alike, one.low, one.high) for one in found.rows)
    names = ("grader", "golden", "alike", "low", "high")
    twin_heads = tuple(texts(f"quality.head_{name}") for name in names)
    return Intervals((*heads, ""), rows, Twin(texts("quality.golden"), twin_heads, lines))


def _two_places(texts: Texts, value: float) -> str:
    """Write a coefficient; what rounds to nothing has no sign."""
    return texts.figure(round(value, 2) + 0.0, 2)


def _percent(share: float, among: int) -> str:
    """Write a share, never rounded to all or nothing when it is not."""
    return say(percent(share, among))


def capital(name: str) -> str:
    """Return a name as it begins a line; a pseudonym, and oneself, in the language spoken."""
    called = say(name)
    return called[:1].upper() + called[1:]


def named(names: Sequence[str]) -> tuple[str, ...]:
    """Return names as they begin lines."""
    return tuple(map(capital, names))


def short(name: str) -> str:
    """Return a name as a column is headed: its number, or its initials."""
    last = name.rpartition(" ")[2]
    if name == ME or last.isdecimal():
        return capital(name) if name == ME else last
    return "".join(part[0] for part in name.split()[:2]).upper()
