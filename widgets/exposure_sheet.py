"""The person's own exposure: today and the week, as a quiet chart or as a table. Never a score."""

from datetime import date, timedelta

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.session.sitting import Sitting
from app.session.types import DayTotals, Today
from widgets.buttons import KeyButton
from widgets.exposure_chart import Bar, Bars
from widgets.fittings import Fittings
from widgets.flow import flowing
from widgets.keys import key_name
from widgets.layouts import column
from widgets.moments import weekday
from widgets.overlay import Overlay
from widgets.scrolled import Scrolled
from widgets.status_line import MINUTE_MS, clock, pause_now
from widgets.tables import Column, Table
from widgets.words import Words

PLACE = "exposure"
LEVELS = range(1, 7)
PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class ExposureSheet(Overlay):
    """Reached from everywhere by its key; one key changes between chart and table."""

    place = PLACE

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "exposure")
        self._sitting: Sitting | None = None
        self._today: Today | None = None
        self._week: tuple[DayTotals, ...] = ()
        texts, keymap = fit.texts, fit.keymap
        self.figures = Words(fit, "", kind="field", figures=True, measured=False)
        self.limits = Words(fit, "", tone="text2", figures=True, measured=False)
        self.outcomes = Words(fit, "", tone="text2")
        self.empty = Words(fit, texts("exposure.empty"), tone="text2")
        self.days, self.levels = Bars(fit), Bars(fit)
        titles = ("day", "desk", "revealed", "sound", "items")
        self.table = Table(
            fit,
            texts("exposure.week"),
            [
                *(Column(texts(f"exposure.{name}"), number=name != "day") for name in titles),
                *(Column(texts("exposure.level", n=level), number=True) for level in LEVELS),
            ],
            whole=True,
        )
        self._turn = KeyButton(fit, "", keymap.key("chart_or_table"))
        self._turn.clicked.connect(self.turn)
        close = KeyButton(fit, texts("exposure.close"), keymap.key("close_exposure"))
        close.clicked.connect(self.close_sheet)
        self._views = QStackedWidget()
        self._build(close)

    def follow(self, sitting: Sitting | None) -> None:
        """Show what one sitting counts, as long as it lasts."""
        self._sitting = sitting
        self._today, self._week = None, ()
        if sitting is not None:
            sitting.duty.counted.connect(self._take_today)
            sitting.duty.reviewed.connect(self._take_week)

    def open(self) -> None:
        """Count up to now, and show it."""
        super().open()
        self.setFocus()
        if self._sitting is not None:
            self._sitting.duty.review()

    def turn(self) -> None:
        """Change between chart and table."""
        self._views.setCurrentIndex(1 - self._views.currentIndex())
        self._name_turn()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The sheet's own keys; the others are left to the window."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        deeds = {"chart_or_table": self.turn, "close_exposure": self.close_sheet}
        if action is not None and action.id in deeds and not event.isAutoRepeat():
            deeds[action.id]()
        elif event.key() in PAGES:
            self._area.turn(PAGES[Qt.Key(event.key())])
        else:
            event.ignore()

    # -- inside -------------------------------------------------------------------------------

    def _build(self, close: KeyButton) -> None:
        fit, look, texts = self._fit, self._fit.look, self._fit.texts
        chart = QWidget()
        box = column(chart, gap=look.px("s2"))
        for title, bars in (("week", self.days), ("levels", self.levels)):
            box.addWidget(Words(fit, texts(f"exposure.{title}"), strong=True))
            box.addWidget(bars)
        box.addStretch(1)
        tables = QWidget()
        box = column(tables)
        box.addWidget(self.table)
        box.addStretch(1)
        for view in (chart, tables):
            self._views.addWidget(view)
        inner = QWidget()
        content = column(inner, gap=look.px("s3"))
        content.setContentsMargins(0, 0, look.px("s4"), 0)  # what scrolls keeps off the bar
        for words in (self.figures, self.limits, self.outcomes, self.empty):
            content.addWidget(words)
        content.addWidget(self._views)
        content.addStretch(1)
        self._inner = inner
        self._area = Scrolled(inner)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s3"))
        layout.addWidget(Words(fit, texts("keys.exposure"), kind="question", strong=True))
        layout.addWidget(Words(fit, texts("exposure.about"), tone="text3"))
        layout.addWidget(self._area, 1)
        layout.addLayout(flowing(look.px("s2"), self._turn, close))
        self._name_turn()

    def _wanted_height(self, width: int) -> int:
        look, inner, layout = self._fit.look, self._inner.layout(), self.sheet.layout()
        if inner is None or layout is None:
            return 0
        room = width - look.px("s6") * 2 - look.px("s3")
        least = layout.totalHeightForWidth(width) - self._area.sizeHint().height()
        return least + inner.totalHeightForWidth(room) + look.px("s1")

    def _name_turn(self) -> None:
        other = "as_table" if self._views.currentIndex() == 0 else "as_chart"
        self._turn.setText(self._fit.texts(f"exposure.{other}"))
        self._turn.setAccessibleName(self._turn.text())
        self._turn.updateGeometry()

    @Slot(object)
    def _take_today(self, today: Today) -> None:
        """Show it with the week that it is a day of: one figure, wherever it stands."""
        self._today = today
        if self.isVisible() and self._sitting is not None:
            self._sitting.duty.read_week()

    @Slot(object)
    def _take_week(self, week: tuple[DayTotals, ...]) -> None:
        self._week = week
        self._show()

    def _show(self) -> None:
        today, texts = self._today, self._fit.texts
        if today is None:
            return
        something = bool(self._week) or today.desk_ms > 0
        for widget in (self.figures, self.outcomes, self._views, self._turn):
            widget.setVisible(something)
        self.empty.setVisible(not something)
        self.figures.say(
            texts(
                "exposure.today",
                desk=clock(today.desk_ms),
                limit=clock(today.limit_ms),
                revealed=clock(today.revealed_ms),
                sound=clock(today.heard_ms),
                n=today.items,
            )
        )
        self.limits.say(_limits(self._fit, today))
        self._show_outcomes(today)
        self._show_week(today)
        if self.isVisible():
            self._place()  # it is as high as what it shows

    def _show_outcomes(self, today: Today) -> None:
        texts, sitting = self._fit.texts, self._sitting
        if sitting is None:
            return
        named = {
            "set-aside": texts("exposure.set_aside"),
            "passed-on": texts("exposure.passed_on"),
            "selected": texts("exposure.selected"),
            "left-out": texts("exposure.left_out"),
            **sitting.outcome_labels,
        }
        said = [
            texts("exposure.outcome", outcome=named.get(kind, kind), n=count)
            for kind, count in sorted(today.outcomes.items(), key=lambda one: (-one[1], one[0]))
        ]
        self.outcomes.say(texts("exposure.gap").join(said))
        self.outcomes.setVisible(bool(said))

    def _show_week(self, today: Today) -> None:
        texts = self._fit.texts
        days = _seven(self._week)
        bars = tuple(
            Bar(
                weekday(self._fit.texts, day.day),
                day.desk_ms,
                day.revealed_ms,
                texts("exposure.bar", desk=clock(day.desk_ms), revealed=clock(day.revealed_ms)),
            )
            for day in days
        )
        self.days.show_bars(texts("exposure.week"), bars, today.limit_ms)
        levels = tuple(
            Bar(texts("exposure.level", n=level), ms, ms, clock(ms))
            for level, ms in ((level, today.by_level_ms.get(level, 0)) for level in LEVELS)
        )
        self.levels.show_bars(texts("exposure.levels"), levels)
        self.table.show_rows(
            [
                (
                    day.day,
                    (
                        weekday(self._fit.texts, day.day),
                        clock(day.desk_ms),
                        clock(day.revealed_ms),
                        clock(day.heard_ms),
                        self._fit.texts.figure(day.items, 0),
                        *(clock(day.by_level_ms.get(level, 0)) for level in LEVELS),
                    ),
                )
                for day in days
            ]
        )


def _seven(week: tuple[DayTotals, ...]) -> list[DayTotals]:
    """Return seven dates to the newest, those without viewing among them."""
    known = {day.day: day for day in week}
    if not known:
        return []
    newest = date.fromisoformat(max(known))
    names = [(newest - timedelta(days=back)).isoformat() for back in range(6, -1, -1)]
    return [known.get(name) or DayTotals(name, 0, 0, 0, {}, 0, {}) for name in names]


def _limits(fit: Fittings, today: Today) -> str:
    """Say what comes next, and what is left of the day."""
    texts, now = fit.texts, pause_now(fit.texts, today)
    if today.over_limit or today.too_late:
        return now
    said = [
        now or texts("exposure.break_in", n=_minutes(today.next_break_in_ms)),
        texts("exposure.left", left=clock(today.limit_left_ms)),
    ]
    if today.heavy_ceiling:
        said.append(texts("exposure.heavy", n=today.heavy, most=today.heavy_ceiling))
    if today.ends_in_ms is not None:
        said.append(texts("exposure.ends_in", left=clock(today.ends_in_ms)))
    return " ".join(said)


def _minutes(ms: int) -> int:
    return -(-ms // MINUTE_MS)
