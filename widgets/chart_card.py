"""A chart in its panel: title, what it rests on, the chart or its table, and words on one place."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QWidget

from app.quality.twin import Twin, shown_cell
from app.texts import Texts
from widgets.chart import AnyChart
from widgets.fittings import Fittings
from widgets.head import Head
from widgets.layouts import column, emptied, in_turn
from widgets.tables import Column, Table
from widgets.words import Words

TABLE_LEAST = 6  # rows


class ChartCard(QFrame):
    """One chart; one key turns it into its table and back."""

    focused = Signal()

    def __init__(self, fit: Fittings, title: str, chart: AnyChart, *, lines: int = 2) -> None:
        super().__init__()
        self._fit = fit
        self._lines = lines
        self.chart = chart
        self.setObjectName("card")
        look = fit.look
        self._title = Words(fit, title, strong=True)
        self._note = Words(
            fit, "", kind="aside", tone="text3", wrap=False, right=True, figures=True
        )
        self._empty = Words(fit, "", tone="text2")
        self._said = Words(fit, "", kind="aside", tone="text2", figures=True)
        self._foot = Words(fit, "", tone="text2")
        self._foot.hide()
        self._said.setMinimumHeight(fit.look.type_px("aside") * 3 * lines // 2)
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._views = QStackedWidget()
        self._tables = QWidget()
        column(self._tables)
        self.table: Table | None = None
        for view in (chart, self._tables):
            self._views.addWidget(view)
        head = Head(fit, self._title, self._note)
        box = column(self, gap=look.px("s2"))
        box.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s3"))
        box.addWidget(head)
        box.addWidget(self._empty)
        box.addWidget(self._views)
        box.addWidget(self._said)
        box.addWidget(self._foot)
        box.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._empty.hide()
        chart.moved.connect(self._tell)

    @property
    def as_table(self) -> bool:
        """Whether the table is shown."""
        return self._views.currentIndex() == 1

    @property
    def has_figures(self) -> bool:
        """Whether there is anything to read, turn or export."""
        return bool(self.chart.places())

    def show_note(self, note: str) -> None:
        """Say on how many items it rests."""
        self._note.say(note)
        self._note.updateGeometry()

    def show_foot(self, said: str) -> None:
        """Say what holds for the whole chart."""
        self._foot.say_or_hide(said)

    def show_title(self, title: str) -> None:
        """Say what it is of."""
        self._title.say(title)

    def show_figures(self, why_empty: str = "") -> None:
        """Show what the chart has now; without any place in it, say why."""
        empty = not self.chart.places()
        self._empty.say(why_empty)
        self._empty.setVisible(empty)
        self._views.setVisible(not empty)
        self._said.setVisible(not empty and self._lines > 0)
        if self.as_table:
            self._fill()

    def turn(self) -> None:
        """Change between chart and table, and keep the keyboard."""
        if self.as_table:
            self._views.setCurrentIndex(0)
            self.chart.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._fill()
            self._views.setCurrentIndex(1)
            if self.table is not None:
                self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def take_keyboard(self, instead: QWidget) -> None:
        """Give the keyboard to chart or table; where neither has anything in it, to another."""
        shown = self.table if self.as_table and self.table is not None else self.chart
        is_there = shown.isVisibleTo(self)
        (shown if is_there else instead).setFocus(Qt.FocusReason.TabFocusReason)

    def holds_focus(self) -> bool:
        """Whether the keyboard is in this panel."""
        now = self.window().focusWidget()
        return now is not None and self.isAncestorOf(now)

    def twin(self) -> Twin:
        """The table of the chart."""
        return self.chart.twin()

    def _fill(self) -> None:
        twin = self.chart.twin().numbered()
        layout = self._tables.layout()
        if layout is None:
            return
        emptied(layout)
        heads = [Column(head, number=twin.numeric(n)) for n, head in enumerate(twin.heads)]
        table = self.table = Table(self._fit, twin.title, heads, whole=False)
        table.ensurePolished()
        table.show_rows(_rows(twin, self._fit.texts))
        row_px = self._fit.look.px("table_row")
        table.setMinimumHeight(row_px * (min(len(twin.rows), TABLE_LEAST) + 1))
        layout.addWidget(table)
        in_turn(self.chart, table)  # Tab comes to it where it came to the chart

    @Slot(str)
    def _tell(self, said: str) -> None:
        self._said.say(said)


def _rows(twin: Twin, texts: Texts) -> Sequence[tuple[str, tuple[str, ...]]]:
    return [
        (str(number), tuple(shown_cell(cell, texts) for cell in cells))
        for number, cells in enumerate(twin.rows)
    ]
