"""Which verdicts the figures are of: batches, graders, a scheme, a span of days."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial

from PySide6.QtWidgets import QFrame, QWidget

from app.clock import as_rfc3339
from app.quality.basis import Basis
from app.quality.gradings import Asked
from app.texts import Texts
from widgets.buttons import KeyButton
from widgets.chips import Switch
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.keys import Deeds
from widgets.layouts import column, emptied, in_turn, row
from widgets.moments import day
from widgets.quality_figures import capital
from widgets.scrolled import Scrolled, lay_scrolled
from widgets.widths import Widest
from widgets.words import Words

LISTS = ("batches", "graders", "schemes")
LINES_MOST = 10  # of a list that are seen at once


class FilterPage(QWidget):
    """Lists to tick and two days; nothing ticked leaves a side open."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        texts, look = fit.texts, fit.look
        self._ticks: dict[str, list[tuple[str, Switch]]] = {name: [] for name in LISTS}
        self._boxes = {name: column(gap=look.px("s1")) for name in LISTS}
        self._areas: dict[str, Scrolled] = {}
        self.since = Line(fit, texts("quality.since"), texts("quality.day_hint"))
        self.until = Line(fit, texts("quality.until"), texts("quality.day_hint"))
        self.random_only = Switch(fit, texts("quality.random_only"))
        self._fault = Words(fit, "", tone="stop")
        card = QFrame()
        card.setObjectName("card")
        Widest(look, card, "settings")
        box = column(card, margin=look.px("s6"), gap=look.px("s4"))
        box.addWidget(Words(fit, texts("keys.quality_filter"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("quality.filter_about"), tone="text2"))
        lists = row(gap=look.px("s6"))
        for name in LISTS:
            lists.addWidget(self._list(name), 1)
        box.addLayout(lists)
        days = row(gap=look.px("s3"))
        for name, field in (("since", self.since), ("until", self.until)):
            days.addWidget(Words(fit, texts(f"quality.{name}"), wrap=False))
            Widest(look, field, *["s8"] * 5)
            days.addWidget(field)
        days.addStretch(1)
        box.addLayout(days)
        box.addWidget(self.random_only)
        box.addWidget(self._fault)
        self._fault.hide()
        ways, flow = flow_of(look.px("s2"))
        key = fit.keymap.key
        self._keep = KeyButton(fit, texts("quality.filter_keep"), key("keep_input"))
        self._leave = KeyButton(fit, texts("quality.back"), key("drop_input"))
        for button in (self._keep, self._leave):
            flow.addWidget(button)
        box.addWidget(ways)
        lay_scrolled(self, card)

    def declare(self, deeds: Deeds) -> None:
        """Say what its buttons do: the same as their keys."""
        self._keep.clicked.connect(partial(deeds.do, "keep_input"))
        self._leave.clicked.connect(partial(deeds.do, "drop_input"))

    def show_choices(self, basis: Basis) -> None:
        """Show what can be chosen, ticked as it is asked now."""
        choices, asked = basis.choices, basis.asked
        self._tick("batches", choices.batches, asked.batches)
        named = tuple((person, capital(name)) for person, name in choices.graders)
        self._tick("graders", named, asked.graders)
        one = frozenset({basis.scheme.name})
        self._tick("schemes", [(name, name) for name in choices.schemes], one)
        self._make_room()
        self.since.setText(_day_of(asked.since))
        self.until.setText(_day_of(asked.until, before=True))
        self.random_only.setChecked(asked.random_only)
        self._fault.hide()

    def asked(self) -> Asked | None:
        """What is asked for, or None: a day is none, and that is said."""
        try:
            since, until = _moment(self.since.text()), _moment(self.until.text(), after=True)
        except ValueError:
            self._fault.say(self._fit.texts("quality.no_day"))
            self._fault.show()
            return None
        schemes = self._ticked("schemes")
        return Asked(
            batches=self._ticked("batches"),
            graders=self._ticked("graders"),
            scheme=next(iter(schemes)) if schemes else None,
            since=since,
            until=until,
            random_only=self.random_only.isChecked(),
        )

    def focus(self) -> None:
        """Give the keyboard to the first list that has something; Tab goes on as one reads."""
        ticks = [tick for listed in self._ticks.values() for _, tick in listed]
        stops = (*ticks, self.since, self.until, self.random_only, self._keep, self._leave)
        in_turn(*stops)  # now that all of them are in the window
        stops[0].setFocus()

    def _list(self, name: str) -> QWidget:
        held, inner = QWidget(), QWidget()
        inner.setLayout(self._boxes[name])
        box = column(held, gap=self._fit.look.px("s2"))
        box.addWidget(Words(self._fit, self._fit.texts(f"quality.of_{name}"), strong=True))
        self._areas[name] = Scrolled(inner)
        box.addWidget(self._areas[name])
        return held

    def _make_room(self) -> None:
        """Have the lists be as high as the longest, which scrolls where it is very long."""
        look = self._fit.look
        longest = max(len(ticks) for ticks in self._ticks.values())
        line = look.px("button") + look.px("s1")
        for area in self._areas.values():
            area.setFixedHeight(line * min(max(longest, 1), LINES_MOST) + look.px("s2"))

    def _tick(
        self, name: str, choices: Sequence[tuple[str, str]], chosen: frozenset[str] | None
    ) -> None:
        emptied(self._boxes[name])
        self._ticks[name] = []
        for value, label in choices:
            tick = Switch(self._fit, label)
            tick.setAutoExclusive(name == "schemes")
            tick.setChecked(chosen is not None and value in chosen)
            self._boxes[name].addWidget(tick)
            tick.show()
            self._ticks[name].append((value, tick))
        self._boxes[name].addStretch(1)

    def _ticked(self, name: str) -> frozenset[str] | None:
        found = frozenset(value for value, tick in self._ticks[name] if tick.isChecked())
        return found or None


def in_words(texts: Texts, basis: Basis) -> str:
    """Return in a line which verdicts the figures are of."""
    asked, choices = basis.asked, basis.choices
    titles = dict(choices.batches)
    if asked.batches is None:
        batches = texts("quality.all_batches", n=len(choices.batches))
    elif len(asked.batches) == 1:
        batches = titles.get(next(iter(asked.batches)), "")
    else:
        batches = texts("quality.some_batches", n=len(asked.batches), of=len(choices.batches))
    graders = texts("quality.n_graders", n=len(basis.graders))
    since = _day_of(asked.since) or choices.first[:10]
    until = _day_of(asked.until, before=True) or choices.last[:10]
    span = texts("quality.span", since=day(texts, since), until=day(texts, until))
    return texts("quality.gap").join((batches, span, graders, basis.scheme.name))


def _moment(day: str, *, after: bool = False) -> str | None:
    """Return where a local day begins, or ends, as the records have it; None for an empty field."""
    if not day.strip():
        return None
    begins = datetime.combine(date.fromisoformat(day.strip()), time()).astimezone()
    return as_rfc3339(begins + timedelta(days=1) if after else begins)


def _day_of(moment: str | None, *, before: bool = False) -> str:
    if moment is None:
        return ""
    here = datetime.fromisoformat(moment).astimezone()
    return (here - timedelta(days=1) if before else here).date().isoformat()
