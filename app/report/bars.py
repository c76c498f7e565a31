"""Bar charts of the report: laid out once, drawn as SVG in the page and as shapes on paper.

Each stands beside a table that holds the same figures. Read in grey they stay apart: the first
series is solid, the second hatched, and every bar has its figure at its end.
"""

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap
from typing import Literal

from app.report.words import ReportWords
from grading.baseline import Beside
from grading.late_methods import dataclass
from grading.origins import Posters
from grading.study import Table

# All in pixels at scale 1.
WIDTH = 720
_LABELS, _FIGURES, _BAR, _GAP, _EDGE, _HATCH = 225, 110, 12, 8, 4, 5
_TEXT_UP = 10  # from the top of a bar to the foot of its words
_LONGEST_LABEL = 32  # letters that fit at the left of the bars
_LABEL_LINES, _LINE = 2, 14
_TITLE = 20

Fill = Literal["solid", "hatched"]
FILLS: tuple[Fill, Fill] = ("solid", "hatched")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how much of the longest one it is (0 to 1), and the figure at its end."""

    part: float
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows of one bar a series; ``series`` is empty where there is but one.

    ``title`` says what the bars are, for who cannot see them.
    """

    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; ``y`` grows downwards."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words that ends or begins at ``x``, with its foot at ``y``."""

    x: float
    y: float
    said: str
    ends: bool
    aside: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart laid out."""

    height: float
    boxes: tuple[Box, ...]
    words: tuple[Words, ...]


def table_chart(table: Table, words: ReportWords) -> Chart | None:
    """Return the chart of a table of the study; None where there is nothing to show."""
    if not table.base.items:
        return None
    longest = max(line.count.items for line in table.lines) or 1
    rows = tuple(
        (
            words.row(table.key, line),
            (Bar(line.count.items / longest, _counted(words, line.count.items, line.percent)),),
        )
        for line in table.lines
    )
    title = words("chart_counted", title=words.title(table.key), of=words.of(table.key))
    return Chart(title, (), rows)


def beside_chart(beside: Beside, name: str, words: ReportWords) -> Chart | None:
    """Return the shares here beside those of a baseline."""
    if not beside.of:
        return None
    shares = [s for line in beside.lines for s in (line.percent, line.baseline_percent)]
    longest = max(filter(None, shares), default=1)
    rows = tuple(
        (
            words.label(beside.key, line.value, line.label),
            tuple(
                Bar((one or 0) / longest, words.share(one))
                for one in (line.percent, line.baseline_percent)
            ),
        )
        for line in beside.lines
    )
    title = words("chart_beside", title=words.title(beside.key), name=name)
    return Chart(title, (words("chart_here"), name), rows)


def posters_chart(posters: Posters, words: ReportWords) -> Chart | None:
    """Return the shares of the largest posters."""
    if not posters.largest:
        return None
    longest = posters.largest[0].files
    rows = tuple(
        (one.poster, (Bar(one.files / longest, _counted(words, one.files, one.percent)),))
        for one in posters.largest
    )
    return Chart(words("chart_posters"), (), rows)


def laid_out(chart: Chart) -> Drawn:
    """Return where everything stands."""
    boxes: list[Box] = []
    words: list[Words] = list(_legend(chart))
    y = float(_EDGE + (_TITLE if chart.series else 0))
    boxes += (Box(w.x - 16, w.y - 9, 10, 10, FILLS[n]) for n, w in enumerate(words))
    room = WIDTH - _LABELS - _FIGURES
    for label, bars in chart.rows:
        lines = _lines(label)
        for number, line in enumerate(lines):
            foot = y + _TEXT_UP + number * _LINE
            words.append(Words(_LABELS - 8, foot, line, ends=True, aside=False))
        least = y + (len(lines) - 1) * _LINE + _BAR + 1
        for number, bar in enumerate(bars):
            width = max(bar.part * room, 1.0) if bar.part else 0.0
            if width:
                boxes.append(Box(_LABELS, y, width, _BAR, FILLS[number]))
            words.append(Words(_LABELS + width + 6, y + _TEXT_UP, bar.said, ends=False, aside=True))
            y += _BAR + 1
        y = max(y, least) + _GAP
    return Drawn(y + _EDGE - _GAP, tuple(boxes), tuple(words))


def svg(chart: Chart, colours: dict[str, str], name: str, words: ReportWords) -> str:
    """Return the chart as SVG to stand in a page; ``name`` sets it apart from others there."""
    drawn = laid_out(chart)
    height = round(drawn.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="{name}" font-size="12">',
        f'<title id="{name}">{escape(words("chart_twin", chart=chart.title))}</title>',
    ]
    for box in drawn.boxes:
        parts += _box_svg(box, colours)
    for said in drawn.words:
        anchor = "end" if said.ends else "start"
        colour = colours["text2" if said.aside else "text"]
        parts.append(
            f'<text x="{said.x:.1f}" y="{said.y:.1f}" text-anchor="{anchor}" fill="{colour}">'
            f"{escape(said.said)}</text>"
        )
    return "\n".join([*parts, "</svg>"])


def strokes(box: Box) -> Iterator[tuple[float, float, float, float]]:
    """Yield the strokes of a hatched box, each from one point to another, within it."""
    at = _HATCH / 2
    while at < box.width + box.height:
        x1, y1 = (at, 0.0) if at <= box.width else (box.width, at - box.width)
        x2, y2 = (0.0, at) if at <= box.height else (at - box.height, box.height)
        yield box.x + x1, box.y + y1, box.x + x2, box.y + y2
        at += _HATCH


def _box_svg(box: Box, colours: dict[str, str]) -> Iterator[str]:
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    accent = colours["accent"]
    if box.fill == "solid":
        yield f'<rect {place} fill="{accent}"/>'
        return
    yield f'<rect {place} fill="none" stroke="{accent}"/>'
    lines = "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for a, b, c, d in strokes(box))
    yield f'<path d="{lines}" fill="none" stroke="{accent}"/>'


def _legend(chart: Chart) -> Iterator[Words]:
    x = _LABELS + 16.0
    for name in chart.series:
        said = _short(name)
        yield Words(x, _EDGE + _TEXT_UP, said, ends=False, aside=True)
        x += 40 + 7 * len(said)


def _counted(words: ReportWords, count: int, percent: int | None) -> str:
    return f"{words.count(count)} · {words.share(percent)}"


def _lines(label: str) -> list[str]:
    """Return a label in as many lines as it takes, cut where two do not hold it."""
    lines = wrap(label, _LONGEST_LABEL) or [""]
    if len(lines) > _LABEL_LINES:
        rest = " ".join(lines[_LABEL_LINES - 1 :])
        lines[_LABEL_LINES - 1 :] = [_short(rest)]
    return lines


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def charts_of(tables: Sequence[Table], words: ReportWords) -> dict[str, Chart]:
    """Return the charts of the study's tables by key, where there is something to show."""
    found = {table.key: table_chart(table, words) for table in tables}
    return {key: chart for key, chart in found.items() if chart is not None}
