"""Draws a scheme: as a picture (SVG), or in the Mermaid language that wikis draw.

A question is a card, each of its answers a row; a line leads on to the next question, and where an
answer ends the walk the row itself says the outcome.
"""

import textwrap
from collections.abc import Mapping
from html import escape
from pathlib import Path

import tomli

from app.sentences import said
from grading.late_methods import dataclass
from grading.scheme import Question, Route, Scheme

TOKENS = Path(__file__).resolve().parent.parent / "resources" / "look" / "tokens.toml"

# All in pixels at scale 1.
_CARD, _GAP, _BETWEEN, _EDGE, _PAD = 300, 100, 24, 24, 12
_LINE = 19
_ROW_PAD = 5
# Letters that fit in a card, in Inter and in the wider fonts that stand in for it.
_BOLD_LETTERS, _ROW_LETTERS = 35, 40


@dataclass(frozen=True, slots=True)
class _Row:
    """One route: its words, line by line, and where it leads."""

    said: tuple[str, ...]
    outcome: tuple[str, ...]
    to: str | None

    @property
    def height(self) -> int:
        return _LINE * (len(self.said) + len(self.outcome)) + 2 * _ROW_PAD


@dataclass(frozen=True, slots=True)
class _Card:
    """One question with its rows. ``x`` and ``y`` are its upper left corner."""

    fact: str
    title: tuple[str, ...]
    rows: tuple[_Row, ...]
    x: int
    y: int

    @property
    def head(self) -> int:
        return _LINE * (len(self.title) + 1) + _PAD

    @property
    def height(self) -> int:
        return self.head + sum(row.height for row in self.rows)


def svg(scheme: Scheme, theme: str = "light") -> str:
    """Return the scheme as one SVG picture, whole in itself, in the colours of a theme."""
    colours = tomli.loads(TOKENS.read_text(encoding="utf-8"))[theme]
    cards = _placed(scheme)
    width = max(card.x for card in cards) + _CARD + _EDGE
    height = max(card.y + card.height for card in cards) + _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" font-family="Inter"'
        ' font-size="13" role="img">',
        f"<title>{escape(_heading(scheme))}</title>",
        f'<rect width="{width}" height="{height}" fill="{colours["bg"]}"/>',
        _text(_EDGE, _EDGE + 6, _heading(scheme), colours["text"], bold=True),
    ]
    places = {card.fact: card for card in cards}
    for card in cards:
        parts += _lines(card, places, colours)
    for card in cards:
        parts += _drawn(card, colours)
    return "\n".join([*parts, "</svg>"])


def _heading(scheme: Scheme) -> str:
    parts, tag = [f"{scheme.title}, {scheme.name}"], scheme.question(scheme.tag).title
    if scheme.last is not None:
        parts.append(said(f"Asked at every outcome: {tag}"))
    elif scheme.tag not in _ranks(scheme):
        parts.append(said(f"Reports split by: {tag}"))
    if not scheme.verified:
        parts.append(said("Not verified"))
    return ". ".join(parts)


def _placed(scheme: Scheme) -> list[_Card]:
    """Return the cards, column by column: a question stands right of all that lead to it."""
    ranks = _ranks(scheme)
    ends = dict.fromkeys(ranks.values(), 2 * _EDGE + _LINE)
    cards = []
    for question in scheme.questions:
        if question.fact not in ranks:
            continue  # asked at every outcome, or only split by: the heading says so
        rank = ranks[question.fact]
        card = _card(scheme, question, _EDGE + rank * (_CARD + _GAP), ends[rank])
        ends[rank] += card.height + _BETWEEN
        cards.append(card)
    return cards


def _ranks(scheme: Scheme) -> dict[str, int]:
    ranks = {scheme.first: 0}
    moved = True
    while moved:  # a checked scheme has no cycle, so this ends
        moved = False
        for route in scheme.routes:
            if route.to is None or route.fact not in ranks:
                continue
            rank = ranks[route.fact] + 1
            if ranks.get(route.to, -1) < rank:
                ranks[route.to] = rank
                moved = True
    return ranks


def _card(scheme: Scheme, question: Question, x: int, y: int) -> _Card:
    routes = [route for route in scheme.routes if route.fact == question.fact]
    title = tuple(textwrap.wrap(question.title, _BOLD_LETTERS))
    return _Card(question.fact, title, tuple(_row(scheme, route) for route in routes), x, y)


def _row(scheme: Scheme, route: Route) -> _Row:
    outcome = "" if route.end is None else scheme.leaf(route.end).words
    return _Row(
        tuple(textwrap.wrap(_said(scheme, route), _ROW_LETTERS)),
        tuple(textwrap.wrap(outcome, _BOLD_LETTERS, break_on_hyphens=False)),
        route.to,
    )


def _said(scheme: Scheme, route: Route) -> str:
    """Return the answers of a route as the grader reads them, and what narrows it."""
    said = " or ".join(_label(scheme, route.fact, value) for value in route.answers)
    where = "; ".join(
        " or ".join(_label(scheme, fact, value) for value in values) for fact, values in route.when
    )
    return f"{said} (where {where})" if where else said


def _label(scheme: Scheme, fact: str, value: str) -> str:
    choice = scheme.question(fact).choice(value)
    return choice.label if choice else value


def _drawn(card: _Card, colours: Mapping[str, str]) -> list[str]:
    parts = [
        f'<rect x="{card.x}" y="{card.y}" width="{_CARD}" height="{card.height}" rx="8"'
        f' fill="{colours["surface"]}" stroke="{colours["line"]}"/>'
    ]
    y = card.y + _PAD
    for line in card.title:
        y += _LINE
        parts.append(_text(card.x + _PAD, y - 6, line, colours["text"], bold=True))
    parts.append(_text(card.x + _PAD, y + _LINE - 6, card.fact, colours["text3"]))
    y = card.y + card.head
    for row in card.rows:
        parts.append(
            f'<line x1="{card.x}" y1="{y}" x2="{card.x + _CARD}" y2="{y}"'
            f' stroke="{colours["line"]}"/>'
        )
        at = y + _ROW_PAD
        for line in row.said:
            at += _LINE
            parts.append(_text(card.x + _PAD, at - 6, line, colours["text"]))
        for line in row.outcome:
            at += _LINE
            parts.append(_text(card.x + _PAD, at - 6, line, colours["accent"], bold=True))
        y += row.height
    return parts


def _lines(card: _Card, places: Mapping[str, _Card], colours: Mapping[str, str]) -> list[str]:
    parts, y = [], card.y + card.head
    for row in card.rows:
        if row.to is not None:
            target = places[row.to]
            x1, y1 = card.x + _CARD, y + row.height // 2
            x2, y2 = target.x, target.y + target.head // 2
            bend = (x1 + x2) // 2
            parts.append(
                f'<path d="M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}" fill="none"'
                f' stroke="{colours["accent"]}" stroke-width="1.5"/>'
            )
            parts.append(
                f'<path d="M{x2 - 7} {y2 - 4} L{x2} {y2} L{x2 - 7} {y2 + 4}" fill="none"'
                f' stroke="{colours["accent"]}" stroke-width="1.5"/>'
            )
        y += row.height
    return parts


def _text(x: int, y: int, said: str, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="{colour}"{weight}>{escape(said, quote=False)}</text>'


def mermaid(scheme: Scheme) -> str:
    """Return the scheme as a Mermaid flow chart: questions, answers on the arrows, outcomes."""
    lines = ["flowchart TD"]
    for question in scheme.questions:
        if question.fact != scheme.last:
            lines.append(f'  q_{_id(question.fact)}["{_escaped(question.title)}"]')
    for leaf in scheme.leaves:
        lines.append(f'  o_{_id(leaf.name)}(["{_escaped(leaf.words)}"])')
    lines += [_arrow(route) for route in scheme.routes]
    if scheme.last is not None:
        last = scheme.question(scheme.last)
        lines.append(f'  last[/"Asked at every outcome: {_escaped(last.title)}"/]')
    return "\n".join(lines)


def _arrow(route: Route) -> str:
    said = " or ".join(route.answers)
    where = ", ".join(f"{fact} {' or '.join(values)}" for fact, values in route.when)
    label = f"{said} ({where})" if where else said
    end = f"o_{_id(route.end)}" if route.end is not None else f"q_{_id(route.to or '')}"
    return f'  q_{_id(route.fact)} -->|"{_escaped(label)}"| {end}'


def _id(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
